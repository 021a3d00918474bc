"""A small register to decide messages by: one Supplier, and whatever a test changes about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from rules.identifiers import Eui64
from rules.messages.schema import MessageSchema
from rules.register.arrangements import HeldRole, Inactivity, NotActive
from rules.register.snapshot import (
    Eligibility,
    Notification,
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import UserRole
from rules.service_requests.checker import DEFAULT_SIZE_LIMIT, decide
from rules.service_requests.decision import Decision
from rules.service_requests.question import DeviceFacts, Generation, Question
from tests.rules.messages.builders import ISSUER, KEY, MESSAGE, ORIGINATOR, SERIAL, point

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

USER_ID = Eui64(ORIGINATOR)
OTHER_USER_ID = Eui64("90-B3-D5-1F-30-01-00-01")
OTHER_PARTYS_USER_ID = Eui64("90-B3-D5-1F-30-03-00-00")
SRP_USER_ID = Eui64("90-B3-D5-1F-30-04-00-00")

NORTHWIND = {"party": "Northwind Energy", "party_reference": "P-1"}
SOUTHGATE = {"party": "Southgate Power", "party_reference": "P-2"}


def certificate(*, key: ec.EllipticCurvePrivateKey = KEY, **changes: Any) -> SnapshotCertificate:
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "serial": SERIAL,
        "eui64": USER_ID,
        "remote_party_role": "87",
        "key_usage": "digitalSignature",
        "not_before": AT - 300 * DAY,
        "not_after": AT + 3000 * DAY,
        "revoked_at": None,
        "public_key": point(key),
        "mpids": ("ABCD", "EFGH"),
        **NORTHWIND,
        **changes,
    }
    return SnapshotCertificate(**values)


def notification(serial: int = SERIAL, **changes: Any) -> Notification:
    values: dict[str, Any] = {
        "certificate": (ISSUER, serial),
        "notified_at": AT - 100 * DAY,
        "withdrawn_at": None,
        **changes,
    }
    return Notification(**values)


def roles_held(*roles: UserRole, **term: datetime | None) -> tuple[HeldRole, ...]:
    """These User Roles, each held at all times, or for the term that is said."""
    return tuple(HeldRole(user_role=role, **term) for role in sorted(roles))


def user(**changes: Any) -> SnapshotUserId:
    values: dict[str, Any] = {
        "eui64": USER_ID,
        "user_roles": roles_held(UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER),
        "notifications": (notification(),),
        **NORTHWIND,
        **changes,
    }
    return SnapshotUserId(**values)


def inactive(
    valid_from: datetime,
    valid_until: datetime | None = None,
    *,
    standing: NotActive = NotActive.SUSPENDED,
    party: str = NORTHWIND["party_reference"],
) -> dict[str, tuple[Inactivity, ...]]:
    """That a Party is not active for a while, as a register has it."""
    period = Inactivity(standing=standing, valid_from=valid_from, valid_until=valid_until)
    return {party: (period,)}


def eligible(role: UserRole, **changes: Any) -> Eligibility:
    values: dict[str, Any] = {"valid_from": AT - 1000 * DAY, "valid_until": None, **changes}
    return Eligibility(user_role=role, **values)


ELIGIBILITY = {
    "1.6": (
        eligible(UserRole.IMPORT_SUPPLIER),
        eligible(UserRole.GAS_SUPPLIER),
        eligible(UserRole.SOLR_CONTINGENCY),
    ),
    "4.1.1": (eligible(UserRole.IMPORT_SUPPLIER), eligible(UserRole.GAS_SUPPLIER)),
    "7.16": (),
    "8.2": (eligible(UserRole.OTHER_USER),),
}


def snapshot(
    *certificates: SnapshotCertificate,
    users: tuple[SnapshotUserId, ...] | None = None,
    enforced_from: datetime | None = AT - 10 * DAY,
    **changes: Any,
) -> Snapshot:
    known = certificates or (certificate(),)
    values: dict[str, Any] = {
        "version": "418",
        "certificates": {(held.issuer, held.serial): held for held in known},
        "user_ids": {held.eui64: held for held in ((user(),) if users is None else users)},
        "eligibility": ELIGIBILITY,
        "enforced_from": enforced_from,
        **changes,
    }
    return Snapshot(**values)


REGISTERED = DeviceFacts(registered_user_ids=frozenset({USER_ID}))
"""The ordinary User is registered for the Device, and that is all that is said."""


def ask(
    message: bytes = MESSAGE,
    held: Snapshot | None = None,
    *,
    at: datetime = AT,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    schema: MessageSchema | None = None,
    **asked: Any,
) -> Decision:
    """Decide, with what the caller says: SMETS2+, the DSP and `REGISTERED` unless given."""
    said: dict[str, Any] = {"generation": Generation.SMETS2_PLUS, "device": REGISTERED, **asked}
    question = Question(message=message, received_at=at, **said)
    return decide(
        question, snapshot() if held is None else held, size_limit=size_limit, schema=schema
    )


def monitored(held: Snapshot) -> Snapshot:
    return replace(held, enforced_from=None)
