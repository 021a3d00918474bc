"""Fills the sentences of rules and reasons from a case. Only runs when somebody wants words."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from rules.roles import REMOTE_PARTY_ROLES
from rules.service_requests.case import Case

_MAX_SHOWN = 80
_UNSHOWABLE = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]|[\u200b-\u200f\u2028-\u202f]")


def say(template: str, case: Case) -> str:
    """Return a sentence with its fields filled in from the case."""
    return template.format_map(_Fields(case))


class _Fields:
    """Looks a field up when the sentence has it."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def __getitem__(self, name: str) -> str:
        return _FIELDS[name](self._case)


def _shown(text: str) -> str:
    """Cut what comes from a message, and take out of it what would trouble a reader."""
    # Cut first: it may be all of a message of many megabytes.
    shown = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text[:_MAX_SHOWN])
    return shown if len(text) <= _MAX_SHOWN else f"{shown}…"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


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


_FIELDS: dict[str, Callable[[Case], str]] = {
    "at": lambda case: _moment(case.at),
    "command_variant": lambda case: str(case.header.command_variant),
    "eligible_roles": lambda case: ", ".join(sorted(case.eligible_roles)),
    "issuer": lambda case: _shown(case.form.issuer),
    "kind": lambda case: "Signed Pre-Command" if case.is_signed_pre_command else "Service Request",
    "not_after": lambda case: _moment(case.certificate.not_after),
    "not_before": lambda case: _moment(case.certificate.not_before),
    "originator": lambda case: case.header.business_originator_id,
    "party": lambda case: case.certificate.party,
    "request_id": lambda case: case.header.request_id_text,
    "revoked_at": _revoked_at,
    "role": _role,
    "serial": lambda case: str(case.form.serial),
    "size_limit": lambda case: f"{case.size_limit:,}",
    "srv": lambda case: case.header.service_reference_variant,
    "user_id": lambda case: case.certificate.eui64,
    "user_roles": _user_roles,
    "value": lambda case: _shown(case.value),
}
