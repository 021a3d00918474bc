"""The words and colours that pages use for the field's terms."""

from rules.duties import PersonRole
from rules.findings import Verdict
from rules.roles import UserRole
from rules.workflow import RequestState, RevocationReason

_ROLES = {
    PersonRole.SRO: "Senior Responsible Officer",
    PersonRole.ARO: "Authorised Responsible Officer",
    PersonRole.OFFICER: "DCC officer",
    PersonRole.AUDITOR: "Auditor",
}
_MANY_OF_ROLES = {
    **{role: f"{words}s" for role, words in _ROLES.items()},
    PersonRole.AUDITOR: "auditors",
}
_STATES = {
    RequestState.ACCEPTED: "accepted",
    RequestState.APPROVED: "approved",
    RequestState.STOPPED: "stopped before it was sent",
    RequestState.SENT: "with the certification authority",
    RequestState.ISSUED: "issued",
    RequestState.REJECTED: "rejected",
    RequestState.WITHDRAWN: "withdrawn",
    RequestState.UNRECORDED: "without a response that could be recorded",
    RequestState.ANOMALY: "stopped by an issuance anomaly",
}
_STATE_TAGS = {
    RequestState.ACCEPTED: ("Awaiting decision", ""),
    RequestState.APPROVED: ("Approved", "teal"),
    RequestState.STOPPED: ("Failed the last check", "orange"),
    RequestState.SENT: ("Being issued", "teal"),
    RequestState.ISSUED: ("Issued", "green"),
    RequestState.REJECTED: ("Rejected", "red"),
    RequestState.WITHDRAWN: ("Withdrawn", "grey"),
    RequestState.UNRECORDED: ("Response not recorded", "orange"),
    RequestState.ANOMALY: ("Issuance anomaly", "orange"),
}
_USER_ROLES = {
    UserRole.IMPORT_SUPPLIER: "Import Supplier",
    UserRole.EXPORT_SUPPLIER: "Export Supplier",
    UserRole.GAS_SUPPLIER: "Gas Supplier",
    UserRole.ELECTRICITY_DISTRIBUTOR: "Electricity Distributor",
    UserRole.GAS_TRANSPORTER: "Gas Transporter",
    UserRole.REGISTERED_SUPPLIER_AGENT: "Registered Supplier Agent",
    UserRole.OTHER_USER: "Other User",
    UserRole.SOLR_CONTINGENCY: "SoLR contingency",
}
_VERDICTS = {
    Verdict.PASSED: ("Passed", "green"),
    Verdict.FAILED: ("Failed", "red"),
    Verdict.WARNED: ("Warning", "yellow"),
    Verdict.NOT_APPLICABLE: ("Not applicable", "grey"),
    Verdict.NOT_CHECKED: ("Not checked", "grey"),
    Verdict.BROKEN: ("Could not be checked", "red"),
}
REVOCATION_REASONS = {
    RevocationReason.KEY_COMPROMISE: (
        "Key compromise",
        "The private key is, or may be, known to somebody else.",
    ),
    RevocationReason.AFFILIATION_CHANGED: (
        "Affiliation changed",
        "Details in the certificate are no longer correct.",
    ),
    RevocationReason.SUPERSEDED: ("Superseded", "Another certificate has taken its place."),
    RevocationReason.CESSATION_OF_OPERATION: (
        "Cessation of operation",
        "The Party no longer uses it, or is no longer an Authorised Subscriber.",
    ),
    RevocationReason.NOT_CONSISTENT_WITH_REQUEST: (
        "Does not match the request",
        "The Subscriber rejected it because it does not match what was asked for (SEC L11.5).",
    ),
}
"""Each reason for a revocation in words, with what it means."""


NO_CERTIFICATE_NAMED = "It does not name a certificate in the way that DUIS 3.3 requires"
"""Stands for the certificate of a signature that names none."""


def role_words(role: PersonRole) -> str:
    """Return a person's role in words."""
    return _ROLES[role]


def many_of_role_words(role: PersonRole) -> str:
    """Return the people of a role as a sentence has them: `It is for DCC officers.`."""
    return _MANY_OF_ROLES[role]


def state_words(state: RequestState) -> str:
    """Return a request's state as a sentence has it."""
    return _STATES[state]


def state_tag(state: RequestState) -> tuple[str, str]:
    """Return a request's state as a tag has it: words and colour."""
    return _STATE_TAGS[state]


def verdict_tag(verdict: Verdict) -> tuple[str, str]:
    """Return a verdict as a tag has it: words and colour."""
    return _VERDICTS[verdict]


def user_role_words(code: str) -> str:
    """Return a User Role by name and code."""
    return f"{_USER_ROLES[UserRole(code)]} ({code})"


_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def lasting(seconds: float) -> str:
    """Return a time in its two largest units: `10 days 7 hours`, `3 minutes 5 seconds`."""
    left = int(seconds)
    parts = []
    for unit, of_it in _UNITS:
        count, left = divmod(left, of_it)
        parts.append((count, unit))
    first = next((at for at, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = [counted(count, unit) for count, unit in parts[first : first + 2] if count]
    return " ".join(shown) or counted(0, "second")


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 request`, `2 requests`."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
