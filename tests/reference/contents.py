"""Is the message what its Header says? (DUIS E12 and decision 50)"""

from collections.abc import Iterator

from tests.reference.nodes import DUIS, is_named
from tests.reference.senders import Matter
from tests.reference.tables import ELEMENT, KIND

SIGNED_PRE_COMMAND = {"5", "6", "7"}


def content_faults(matter: Matter) -> Iterator[str]:
    yield from command_variant_faults(matter)
    if not matter.request.is_signed_pre_command and not is_of_the_variant(matter):
        yield "body-not-of-service-reference-variant"


def command_variant_faults(matter: Matter) -> Iterator[str]:
    variant = matter.request.command_variant
    if variant == "9":
        yield "command-variant-internal"
    elif (variant in SIGNED_PRE_COMMAND) != matter.request.is_signed_pre_command:
        yield "command-variant-mismatch"
    if variant not in allowed_variants(matter):
        yield "command-variant-not-allowed"


def allowed_variants(matter: Matter) -> set[str]:
    """DUIS 5.4 schema, CommandVariant, and the comments in ServiceReferenceVariant.

    For SMETS1 there are no Signed Pre-Commands.
    """
    kind = KIND.get(matter.request.srv)
    if kind is None:
        return set("123456789")
    if kind == "non-device":
        return {"8"}
    if matter.question.generation == "SMETS1":
        return set("1234")
    usual = {"critical": set("4567"), "non-critical": set("123")}[kind]
    return {"8.1.1": set("45"), "8.5": set("1")}.get(matter.request.srv, usual)


def is_of_the_variant(matter: Matter) -> bool:
    """The Body has the element of its variant; a newer variant has none of another's."""
    body, srv = matter.request.body, matter.request.srv
    if srv in ELEMENT:
        return is_named(body, DUIS, ELEMENT[srv])
    return not any(is_named(body, DUIS, element) for element in ELEMENT.values())
