"""The words of findings: sentences with fields, filled with values as their reader may see them.

Only runs when somebody wants words. What a field stands for is a value first; what stands in the
sentence is made from that for one reader, so that the name of a Party that the reader may not know
never enters it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import Formatter
from typing import Generic, TypeVar

from rules.findings import Value
from rules.identifiers import Eui64
from rules.messages.gbcs import SignedCommand
from rules.messages.reading import Header
from rules.messages.showing import shown
from rules.messages.signature_form import SignatureForm
from rules.register.snapshot import SnapshotCertificate
from rules.register.suppliers import are_one_supplier
from rules.roles import REMOTE_PARTY_ROLES
from rules.service_requests.case import Asked, Case, Reached
from rules.service_requests.contingency_rules import named_suppliers
from rules.service_requests.outcomes import NOTHING_MORE, Failed, Found
from rules.service_requests.question import Generation
from rules.service_requests.reader import ANOTHER_PARTY, Reader
from rules.service_requests.registration_rules import (
    is_last_resort,
    may_leave_registration_out,
    registrant_of,
)
from rules.service_requests.variants import VARIANTS
from rules.words import listed

_MOST_LISTED = 6

Part = TypeVar("Part")
_Part_contra = TypeVar("_Part_contra", contravariant=True)


class Texts(dict[str, str]):
    """What stands for each field of the sentences on one message, for one reader.

    Each is made when the first sentence has it.
    """

    __slots__ = ("_reached", "_reader")

    def __init__(self, reached: Reached, reader: Reader, found: Found = NOTHING_MORE) -> None:
        super().__init__()
        self._reached = reached
        self._reader = reader
        for name, value in found.items():
            self[name] = value if isinstance(value, str) else f"{value:,}"

    def __missing__(self, name: str) -> str:
        text = self[name] = FIELDS[name].text(self._reached, self._reader)
        return text

    def of(self, failed: Failed) -> "Texts":
        """Return the same for the sentence on a rule that failed: with what it found instead."""
        return Texts(self._reached, self._reader, failed.found) if failed.found else self


def values_of(template: str, reached: Reached, found: Found) -> dict[str, Value]:
    """Return what the fields of a sentence stand for, by name, whoever reads it."""
    instead: dict[str, Value] = dict(found.items())
    return {
        name: instead[name] if name in instead else FIELDS[name].value(reached)
        for name in fields_of(template)
    }


@cache
def fields_of(template: str) -> tuple[str, ...]:
    """Return the names of the fields of a sentence, each once, in their order."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(template) if name))


@dataclass(frozen=True, slots=True)
class Field(Generic[_Part_contra]):
    """What a field stands for, and what stands for it in a sentence."""

    value: Callable[[_Part_contra], Value]
    text: Callable[[_Part_contra, Reader], str]


def _text(get: Callable[[Part], str]) -> Field[Part]:
    return Field(get, lambda part, _: get(part))


def _shown(get: Callable[[Part], str]) -> Field[Part]:
    return Field(get, lambda part, _: shown(get(part)))


def _number(get: Callable[[Part], int]) -> Field[Part]:
    return Field(get, lambda part, _: f"{get(part):,}")


def _moment(get: Callable[[Part], datetime]) -> Field[Part]:
    return Field(get, lambda part, reader: reader.clock.act(get(part)))


def _validity(get: Callable[[Part], datetime]) -> Field[Part]:
    return Field(get, lambda part, reader: reader.clock.validity(get(part)))


def _somebody(get: Callable[[Part], Eui64 | None]) -> Field[Part]:
    return Field(get, lambda part, _: get(part) or "nobody")


def _all_of(
    get: Callable[[Part], tuple[str, ...]], put: Callable[[tuple[str, ...]], str]
) -> Field[Part]:
    return Field(get, lambda part, _: put(get(part)))


def _joined(items: tuple[str, ...]) -> str:
    return ", ".join(items) or "none"


def _any_of(items: tuple[str, ...]) -> str:
    return listed(items, last="or")


def _few_of(items: tuple[str, ...]) -> str:
    return listed(items, at_most=_MOST_LISTED) or "nobody"


def _party_text(certificate: SnapshotCertificate, reader: Reader) -> str:
    return certificate.party if reader.sees(certificate.party_reference) else ANOTHER_PARTY


def _revoked_text(certificate: SnapshotCertificate, reader: Reader) -> str:
    revoked_at = certificate.revoked_at
    return "no time" if revoked_at is None else reader.clock.act(revoked_at)


def _role_text(certificate: SnapshotCertificate, _: Reader) -> str:
    code = certificate.remote_party_role
    known = REMOTE_PARTY_ROLES.get(code)
    return f"{known.name if known else 'unknown'} ({code})"


def _user_roles(case: Case) -> tuple[str, ...]:
    return tuple(sorted(case.user.roles_at(case.at))) if case.user is not None else ()


def _command(case: Case) -> SignedCommand:
    command = case.command
    if command is None:
        raise ValueError("the payload could not be read, so nothing is said of it")
    return command


def _command_variants(case: Case) -> tuple[str, ...]:
    variant = VARIANTS[case.header.service_reference_variant]
    of_smets1 = case.asked.generation is Generation.SMETS1
    allowed = variant.command_variants_for_smets1 if of_smets1 else variant.command_variants
    return tuple(str(number) for number in sorted(allowed))


def _registration(case: Case) -> str:
    registrant = registrant_of(case)
    registered = case.asked.device.registered_user_ids
    if registrant is not None and any(
        user_id == registrant
        or (case.is_contingency and are_one_supplier(case.snapshot, registrant, user_id))
        for user_id in registered or ()
    ):
        return "is registered for"
    if registered is None and may_leave_registration_out(case):
        return "need not be said to be registered (SRPD 6.1(f)) for"
    if any(is_last_resort(case, user_id) for user_id in registered or ()):
        return "has a Supplier of Last Resort that is registered for"
    return "need not be registered (SRPD 6.2) for"


def _kind(reached: Reached) -> str:
    return "Signed Pre-Command" if reached.is_signed_pre_command else "Service Request"


def _there(found: Part | None) -> Part:
    if found is None:
        raise ValueError("a sentence has a field of what the message did not come to")
    return found


def _of(
    part: Callable[[Reached], Part | None], fields: Mapping[str, Field[Part]]
) -> dict[str, Field[Reached]]:
    """Return fields of a part of what was found as fields of all of it."""

    def whole(field: Field[Part]) -> Field[Reached]:
        def value(reached: Reached) -> Value:
            return value_of(_there(part(reached)))

        def text(reached: Reached, reader: Reader) -> str:
            found = part(reached)
            return text_of(_there(found) if found is None else found, reader)

        value_of, text_of = field.value, field.text
        return Field(value, text)

    return {name: whole(field) for name, field in fields.items()}


_OF_ASKED: Mapping[str, Field[Asked]] = {
    "at": _moment(lambda asked: asked.at),
    "certificate_owner": _somebody(lambda asked: asked.device.certificate_owner),
    "generation": _text(lambda asked: asked.generation.value),
    "registered": _all_of(
        lambda asked: tuple(sorted(asked.device.registered_user_ids or ())), _few_of
    ),
    "size_limit": _number(lambda asked: asked.size_limit),
}
_OF_HEADER: Mapping[str, Field[Header]] = {
    "command_variant": _number(lambda header: header.command_variant),
    "originator": _text(lambda header: header.business_originator_id),
    "request_id": _text(lambda header: header.request_id_text),
    "srv": _text(lambda header: header.service_reference_variant),
    "target": _text(lambda header: header.request_id.business_target_id),
}
_OF_FORM: Mapping[str, Field[SignatureForm]] = {
    "issuer": _shown(lambda form: form.issuer),
    "serial": _text(lambda form: str(form.serial)),
}
_OF_CERTIFICATE: Mapping[str, Field[SnapshotCertificate]] = {
    "key_usage": _text(
        lambda certificate: certificate.key_usage or "absent or not exactly one",
    ),
    "not_after": _validity(lambda certificate: certificate.not_after),
    "not_before": _validity(lambda certificate: certificate.not_before),
    "party": Field(lambda certificate: certificate.party_reference, _party_text),
    "revoked_at": Field(lambda certificate: certificate.revoked_at, _revoked_text),
    "role": Field(lambda certificate: certificate.remote_party_role, _role_text),
    "user_id": _text(lambda certificate: certificate.eui64),
}
_OF_CASE: Mapping[str, Field[Case]] = {
    "acting_roles": _all_of(lambda case: tuple(sorted(case.acting_roles)), ", ".join),
    "command_variants": _all_of(_command_variants, _any_of),
    "eligible_roles": _all_of(lambda case: tuple(sorted(case.eligible_roles)), ", ".join),
    "gbcs_originator": _text(lambda case: _command(case).originator),
    "gbcs_recipient": _text(lambda case: _command(case).recipient),
    "message_code": _text(lambda case: _command(case).message_code),
    "named": _all_of(named_suppliers, listed),
    "registrant": _somebody(registrant_of),
    "registration": _text(_registration),
    "supplier": _somebody(lambda case: case.supplier),
    "user_roles": _all_of(_user_roles, _joined),
}
FIELDS: Mapping[str, Field[Reached]] = {
    **_of(lambda reached: reached.asked, _OF_ASKED),
    **_of(lambda reached: reached.header, _OF_HEADER),
    **_of(lambda reached: reached.form, _OF_FORM),
    **_of(lambda reached: reached.certificate, _OF_CERTIFICATE),
    **_of(lambda reached: reached if isinstance(reached, Case) else None, _OF_CASE),
    "kind": _text(_kind),
}
"""Every field that a sentence may have, but those that a rule that failed tells (`FoundName`)."""
