"""Fills the sentences of rules and reasons from a case. Only runs when somebody wants words."""

from collections.abc import Callable
from datetime import UTC, datetime

from rules.messages.gbcs import SignedCommand
from rules.messages.showing import shown
from rules.register.suppliers import are_one_supplier
from rules.roles import REMOTE_PARTY_ROLES
from rules.service_requests.case import Case
from rules.service_requests.contingency_rules import named_suppliers
from rules.service_requests.question import Generation
from rules.service_requests.registration_rules import registrant_of
from rules.service_requests.variants import VARIANTS

_MAX_LISTED = 5


def say(template: str, case: Case) -> str:
    """Return a sentence with its fields filled in from the case."""
    return template.format_map(Fields(case))


class Fields(dict[str, str]):
    """The fields of a case's sentences. Each is made when the first sentence has it."""

    __slots__ = ("_case",)

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case

    def __missing__(self, name: str) -> str:
        text = self[name] = _FIELDS[name](self._case)
        return text


def _moment(moment: datetime) -> str:
    # Five times as fast as by a format.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'seconds')} UTC"


def _role(case: Case) -> str:
    code = case.certificate.remote_party_role
    known = REMOTE_PARTY_ROLES.get(code)
    return f"{known.name if known else 'unknown'} ({code})"


def _revoked_at(case: Case) -> str:
    revoked_at = case.certificate.revoked_at
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
    of_smets1 = case.generation is Generation.SMETS1
    allowed = variant.command_variants_for_smets1 if of_smets1 else variant.command_variants
    return _listed([str(number) for number in sorted(allowed)], "or")


def _listed(items: list[str], conjunction: str) -> str:
    if len(items) < 2:  # noqa: PLR2004  from two on there is something to join
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def _registered(case: Case) -> str:
    registered = sorted(case.device.registered_user_ids or ())
    if not registered:
        return "nobody"
    shown = registered[:_MAX_LISTED]
    more = len(registered) - len(shown)
    return _listed([*shown, f"{more} more"] if more else list(shown), "and")


def _registration(case: Case) -> str:
    registrant = registrant_of(case)
    is_registered = registrant is not None and any(
        user_id == registrant
        or (case.is_contingency and are_one_supplier(case.snapshot, registrant, user_id))
        for user_id in case.device.registered_user_ids or ()
    )
    return "is registered for" if is_registered else "need not be registered (SRPD 6.2) for"


_FIELDS: dict[str, Callable[[Case], str]] = {
    "acting_roles": lambda case: ", ".join(sorted(case.acting_roles)),
    "at": lambda case: _moment(case.at),
    "certificate_owner": lambda case: case.device.certificate_owner or "nobody",
    "command_variant": lambda case: str(case.header.command_variant),
    "command_variants": _command_variants,
    "element": lambda case: shown(case.element),
    "eligible_roles": lambda case: ", ".join(sorted(case.eligible_roles)),
    "gbcs_originator": lambda case: _command(case).originator,
    "gbcs_recipient": lambda case: _command(case).recipient,
    "generation": lambda case: case.generation.value,
    "issuer": lambda case: shown(case.form.issuer),
    "key_usage": lambda case: case.certificate.key_usage or "absent or not exactly one",
    "kind": lambda case: "Signed Pre-Command" if case.is_signed_pre_command else "Service Request",
    "message_code": lambda case: _command(case).message_code,
    "named": lambda case: _listed(list(named_suppliers(case)), "and"),
    "not_after": lambda case: _moment(case.certificate.not_after),
    "not_before": lambda case: _moment(case.certificate.not_before),
    "not_failed": lambda case: case.not_failed,
    "originator": lambda case: case.header.business_originator_id,
    "party": lambda case: case.certificate.party,
    "payment_mode": lambda case: shown(case.payment_mode),
    "registered": _registered,
    "registrant": lambda case: registrant_of(case) or "nobody",
    "registration": _registration,
    "request_id": lambda case: case.header.request_id_text,
    "revoked_at": _revoked_at,
    "role": _role,
    "schema_element": lambda case: case.schema_fault.element,
    "schema_line": lambda case: f"{case.schema_fault.line:,}",
    "schema_says": lambda case: case.schema_fault.says,
    "serial": lambda case: str(case.form.serial),
    "size_limit": lambda case: f"{case.size_limit:,}",
    "srv": lambda case: case.header.service_reference_variant,
    "supplier": lambda case: case.supplier or "nobody",
    "target": lambda case: case.header.request_id.business_target_id,
    "user_id": lambda case: case.certificate.eui64,
    "user_roles": _user_roles,
    "value": lambda case: shown(case.value),
}
