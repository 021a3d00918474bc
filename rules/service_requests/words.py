"""Fills the sentences of rules and reasons from what was found, when somebody wants words."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from rules.messages.gbcs import SignedCommand
from rules.messages.reading import Header
from rules.messages.showing import shown
from rules.messages.signature_form import SignatureForm
from rules.register.snapshot import SnapshotCertificate
from rules.register.suppliers import are_one_supplier
from rules.roles import REMOTE_PARTY_ROLES
from rules.service_requests.case import Asked, Case, Reached
from rules.service_requests.contingency_rules import named_suppliers
from rules.service_requests.outcomes import Failed, FoundName
from rules.service_requests.question import Generation
from rules.service_requests.registration_rules import registrant_of
from rules.service_requests.variants import VARIANTS
from rules.words import listed

_MOST_LISTED = 6

Part = TypeVar("Part")


def say(template: str, reached: Reached) -> str:
    """Return a sentence with its fields filled in."""
    return template.format_map(Fields(reached))


class Fields(dict[str, str]):
    """The fields of the sentences on one message. Each is made when the first sentence has it."""

    __slots__ = ("_reached",)

    def __init__(self, reached: Reached, found: Mapping[FoundName, str] | None = None) -> None:
        super().__init__()
        for name, text in (found or {}).items():
            self[name] = text
        self._reached = reached

    def __missing__(self, name: str) -> str:
        text = self[name] = _FIELDS[name](self._reached)
        return text

    def of(self, failed: Failed) -> "Fields":
        """Return the fields of the sentence on a rule that failed: with what it found instead."""
        return Fields(self._reached, failed.found) if failed.found else self


def _moment(moment: datetime) -> str:
    # Five times as fast as by a format.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'seconds')} UTC"


def _role(certificate: SnapshotCertificate) -> str:
    code = certificate.remote_party_role
    known = REMOTE_PARTY_ROLES.get(code)
    return f"{known.name if known else 'unknown'} ({code})"


def _revoked_at(certificate: SnapshotCertificate) -> str:
    revoked_at = certificate.revoked_at
    return "no time" if revoked_at is None else _moment(revoked_at)


def _user_roles(case: Case) -> str:
    roles = case.user.user_roles if case.user is not None else frozenset()
    return ", ".join(sorted(roles)) or "none"


def _command(case: Case) -> SignedCommand:
    command = case.command
    if command is None:
        raise ValueError("the payload could not be read, so nothing is said of it")
    return command


def _command_variants(case: Case) -> str:
    variant = VARIANTS[case.header.service_reference_variant]
    of_smets1 = case.asked.generation is Generation.SMETS1
    allowed = variant.command_variants_for_smets1 if of_smets1 else variant.command_variants
    return listed([str(number) for number in sorted(allowed)], last="or")


def _registered(asked: Asked) -> str:
    registered = sorted(asked.device.registered_user_ids or ())
    if not registered:
        return "nobody"
    return listed(registered, at_most=_MOST_LISTED)


def _registration(case: Case) -> str:
    registrant = registrant_of(case)
    is_registered = registrant is not None and any(
        user_id == registrant
        or (case.is_contingency and are_one_supplier(case.snapshot, registrant, user_id))
        for user_id in case.asked.device.registered_user_ids or ()
    )
    return "is registered for" if is_registered else "need not be registered (SRPD 6.2) for"


def _of(
    part: Callable[[Reached], Part | None], fields: Mapping[str, Callable[[Part], str]]
) -> dict[str, Callable[[Reached], str]]:
    """Return how to make fields of a part of what was found, where a message came to that part."""

    def made(make: Callable[[Part], str]) -> Callable[[Reached], str]:
        def of(reached: Reached) -> str:
            found = part(reached)
            if found is None:
                raise ValueError("a sentence has a field of what the message did not come to")
            return make(found)

        return of

    return {name: made(make) for name, make in fields.items()}


_OF_ASKED: Mapping[str, Callable[[Asked], str]] = {
    "at": lambda asked: _moment(asked.at),
    "certificate_owner": lambda asked: asked.device.certificate_owner or "nobody",
    "generation": lambda asked: asked.generation.value,
    "registered": _registered,
    "size_limit": lambda asked: f"{asked.size_limit:,}",
}
_OF_HEADER: Mapping[str, Callable[[Header], str]] = {
    "command_variant": lambda header: str(header.command_variant),
    "originator": lambda header: header.business_originator_id,
    "request_id": lambda header: header.request_id_text,
    "srv": lambda header: header.service_reference_variant,
    "target": lambda header: header.request_id.business_target_id,
}
_OF_FORM: Mapping[str, Callable[[SignatureForm], str]] = {
    "issuer": lambda form: shown(form.issuer),
    "serial": lambda form: str(form.serial),
}
_OF_CERTIFICATE: Mapping[str, Callable[[SnapshotCertificate], str]] = {
    "key_usage": lambda certificate: certificate.key_usage or "absent or not exactly one",
    "not_after": lambda certificate: _moment(certificate.not_after),
    "not_before": lambda certificate: _moment(certificate.not_before),
    "party": lambda certificate: certificate.party,
    "revoked_at": _revoked_at,
    "role": _role,
    "user_id": lambda certificate: certificate.eui64,
}
_OF_CASE: Mapping[str, Callable[[Case], str]] = {
    "acting_roles": lambda case: ", ".join(sorted(case.acting_roles)),
    "command_variants": _command_variants,
    "eligible_roles": lambda case: ", ".join(sorted(case.eligible_roles)),
    "gbcs_originator": lambda case: _command(case).originator,
    "gbcs_recipient": lambda case: _command(case).recipient,
    "message_code": lambda case: _command(case).message_code,
    "named": lambda case: listed(named_suppliers(case)),
    "registrant": lambda case: registrant_of(case) or "nobody",
    "registration": _registration,
    "supplier": lambda case: case.supplier or "nobody",
    "user_roles": _user_roles,
}
_FIELDS: Mapping[str, Callable[[Reached], str]] = {
    **_of(lambda reached: reached.asked, _OF_ASKED),
    **_of(lambda reached: reached.header, _OF_HEADER),
    **_of(lambda reached: reached.form, _OF_FORM),
    **_of(lambda reached: reached.certificate, _OF_CERTIFICATE),
    **_of(lambda reached: reached if isinstance(reached, Case) else None, _OF_CASE),
    "kind": lambda reached: _kind(is_pre_command=reached.is_signed_pre_command),
}


def _kind(*, is_pre_command: bool) -> str:
    return "Signed Pre-Command" if is_pre_command else "Service Request"
