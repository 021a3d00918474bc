"""Is it what its Header says: the Command Variant, and the element of the Body?"""

from lxml import etree

from rules.messages.reading import SIGNED_PRE_COMMAND_VARIANTS
from rules.messages.showing import shown
from rules.service_requests.case import Case
from rules.service_requests.duis_codes import VARIANT
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import Failed, MessageOutcome, NotChecked
from rules.service_requests.question import Generation
from rules.service_requests.reason_codes import CheckReason, reason
from rules.service_requests.variants import KNOWN_ELEMENTS, VARIANTS

_INTERNAL_COMMAND_VARIANT = 9
_SMETS1 = Generation.SMETS1


def _command_variant_fits(case: Case) -> MessageOutcome:
    variant = case.header.command_variant
    if variant == _INTERNAL_COMMAND_VARIANT:
        return CheckReason.COMMAND_VARIANT_INTERNAL
    if (variant in SIGNED_PRE_COMMAND_VARIANTS) is not case.is_signed_pre_command:
        return CheckReason.COMMAND_VARIANT_MISMATCH
    return None


def _command_variant_is_allowed(case: Case) -> MessageOutcome:
    header = case.header
    variant = VARIANTS.get(header.service_reference_variant)
    if variant is None:
        return NotChecked.VARIANT_NOT_DESCRIBED
    if case.asked.generation is _SMETS1:
        allowed = variant.command_variants_for_smets1
    else:
        allowed = variant.command_variants
    return None if header.command_variant in allowed else CheckReason.COMMAND_VARIANT_NOT_ALLOWED


def _body_is_of_the_srv(case: Case) -> MessageOutcome:
    if case.is_signed_pre_command:
        return None
    tag = case.message.body.tag
    variant = VARIANTS.get(case.header.service_reference_variant)
    # Of a variant that is newer than the schema only what is another's is known.
    if tag == variant.element if variant is not None else tag not in KNOWN_ELEMENTS:
        return None
    return Failed(CheckReason.BODY_NOT_OF_SRV, {"element": shown(etree.QName(tag).localname)})


COMMAND_VARIANT_FITS = Check(
    id="DUIS-COMMAND-VARIANT",
    title="The Command Variant is one that a User sends, and fits the Body.",
    cites="DUIS 5.4 schema, CommandVariant",
    reasons={
        CheckReason.COMMAND_VARIANT_INTERNAL: reason(
            VARIANT,
            "The Command Variant is one that only the DCC uses internally.",
            "The CommandVariant 9 is internal to the DCC; give one of 1 to 8.",
            do="Give a CommandVariant from 1 to 8, since 9 is for the DCC alone.",
        ),
        CheckReason.COMMAND_VARIANT_MISMATCH: reason(
            VARIANT,
            "The Command Variant and the Body do not agree on whether this is a Signed "
            "Pre-Command.",
            "The CommandVariant is {command_variant} and the Body has a {kind}; "
            "5, 6 and 7 are for a Signed Pre-Command, and no other is.",
            do=(
                "Give CommandVariant 5, 6 or 7 with a Signed Pre-Command, and another with any "
                "other Body."
            ),
        ),
    },
    passed="The Command Variant {command_variant} fits the {kind}.",
    check=_command_variant_fits,
)

COMMAND_VARIANT_IS_ALLOWED = Check(
    id="DUIS-E12",
    title="The Command Variant is one of the Service Reference Variant for such a Device.",
    cites="DUIS response code E12; DUIS 5.4 schema, CommandVariant",
    reasons={
        CheckReason.COMMAND_VARIANT_NOT_ALLOWED: reason(
            VARIANT,
            "The Command Variant is not one of the Service Reference Variant for such a Device.",
            "The CommandVariant {command_variant} is not one of {srv} for a {generation} Device; "
            "give {command_variants}.",
            do=(
                "Give a CommandVariant that the Service Reference Variant allows for such a "
                "Device."
            ),
        ),
    },
    passed="The Command Variant {command_variant} is one of {srv}.",
    check=_command_variant_is_allowed,
)

BODY_IS_OF_THE_SRV = Check(
    id="DUIS-BODY",
    title="The element of the Body is that of the Service Reference Variant, or a Signed "
    "Pre-Command.",
    cites="DUIS 5.4 schema, Body",
    reasons={
        CheckReason.BODY_NOT_OF_SRV: reason(
            None,
            "The element of the Body belongs to another Service Reference Variant, or to none.",
            "The Body has `{element}`, which is not for {srv}; give both for the same service.",
            do="Give the Header and the Body of one and the same Service Reference Variant.",
        ),
    },
    passed="The Body has what {srv} has.",
    check=_body_is_of_the_srv,
)

CONTENT_RULES = (COMMAND_VARIANT_FITS, COMMAND_VARIANT_IS_ALLOWED, BODY_IS_OF_THE_SRV)
"""In the order in which they are asked."""
