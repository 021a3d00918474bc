"""A register in memory, for the figures that need no database."""

from datetime import UTC, datetime, timedelta

from rules.identifiers import Eui64, eui64_from_octets
from rules.published_matrix import read_published_matrix
from rules.roles import XML_SIGN, PartyCategory, UserRole
from rules.service_requests.question import DeviceFacts, Generation, Question
from rules.service_requests.snapshot import (
    Eligibility,
    Notification,
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
)
from tests.benchmarks.messages import ORIGINATOR, Signer

OTHERS = 2_000
"""Further User IDs with a certificate each: a look-up is then one among many."""
_FIRST_EUI64 = 0x90B3D51F80000000
ROLES = frozenset({UserRole.IMPORT_SUPPLIER, UserRole.EXPORT_SUPPLIER, UserRole.GAS_SUPPLIER})
DEVICE = DeviceFacts(
    registered_user_ids=frozenset({ORIGINATOR}), hub_import_supplier_ids=frozenset({ORIGINATOR})
)
"""The signer is registered for the Devices of the messages."""
_DAY = timedelta(days=1)


def question_of(message: bytes, *, at: datetime) -> Question:
    """Return what an engine asks about a message."""
    return Question(
        message=message,
        generation=Generation.SMETS2_PLUS,
        received_at=at,
        is_about_now=True,
        device=DEVICE,
    )


def make_snapshot(signer: Signer) -> Snapshot:
    """Return a snapshot in which the signer may send what the templates ask, MP104 enforced."""
    at = datetime.now(UTC)
    holders = [
        (signer.eui64, signer.issuer, signer.serial, signer.point),
        *(
            (
                eui64_from_octets((_FIRST_EUI64 + number).to_bytes(8, "big")),
                signer.issuer,
                signer.serial + number,
                b"\x04" + number.to_bytes(64, "big"),
            )
            for number in range(1, OTHERS + 1)
        ),
    ]
    return Snapshot(
        version="1",
        certificates={
            (issuer, serial): _certificate(eui64, issuer, serial, point, at)
            for eui64, issuer, serial, point in holders
        },
        user_ids={
            eui64: _user_id(eui64, issuer, serial, at) for eui64, issuer, serial, _ in holders
        },
        eligibility={
            variant.code: tuple(
                Eligibility(user_role=role, valid_from=at - _DAY, valid_until=None)
                for role in sorted(variant.user_roles)
            )
            for variant in read_published_matrix()
        },
        enforced_from=at - _DAY,
    )


def _certificate(
    eui64: Eui64, issuer: str, serial: int, point: bytes, at: datetime
) -> SnapshotCertificate:
    return SnapshotCertificate(
        issuer=issuer,
        serial=serial,
        eui64=eui64,
        remote_party_role=XML_SIGN,
        not_before=at - _DAY,
        not_after=at + 3650 * _DAY,
        revoked_at=None,
        public_key=point,
        party=f"Party of {eui64}",
        party_reference=f"party-{eui64}",
        mpids=(),
    )


def _user_id(eui64: Eui64, issuer: str, serial: int, at: datetime) -> SnapshotUserId:
    return SnapshotUserId(
        eui64=eui64,
        party=f"Party of {eui64}",
        party_reference=f"party-{eui64}",
        category=PartyCategory.SUPPLIER,
        user_roles=ROLES,
        notifications=(
            Notification(certificate=(issuer, serial), notified_at=at - _DAY, withdrawn_at=None),
        ),
    )
