"""A register in memory, for the figures that need no database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha512

from rules.identifiers import Eui64, eui64_from_octets
from rules.published_matrix import read_published_matrix
from rules.register.arrangements import HeldRole
from rules.register.snapshot import (
    Eligibility,
    Notification,
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import DIGITAL_SIGNATURE, XML_SIGN, UserRole
from rules.service_requests.question import DeviceFacts, Generation, Question
from tests.benchmarks.messages import ORIGINATOR, Signer

OTHERS = 2_000
"""Further User IDs with a certificate each: a look-up is then one among many."""
_FIRST_EUI64 = 0x90B3D51F80000000
_ISSUER = "CN=BENCHOCA,OU=07"
_PARTIES = 300
ROLES = frozenset({UserRole.IMPORT_SUPPLIER, UserRole.EXPORT_SUPPLIER, UserRole.GAS_SUPPLIER})
_HELD = tuple(HeldRole(user_role=role) for role in sorted(ROLES))
DEVICE = DeviceFacts(
    registered_user_ids=frozenset({ORIGINATOR}), hub_import_supplier_ids=frozenset({ORIGINATOR})
)
"""The signer is registered for the Devices of the messages."""
_DAY = timedelta(days=1)


def question_of(message: bytes, *, at: datetime, device: DeviceFacts = DEVICE) -> Question:
    """Return what an engine asks about a message."""
    return Question(
        message=message,
        generation=Generation.SMETS2_PLUS,
        received_at=at,
        is_about_now=True,
        device=device,
    )


def make_snapshot(signer: Signer) -> Snapshot:
    """Return a snapshot in which the signer may send what the templates ask, MP104 enforced."""
    return make_register([signer], certificates=OTHERS + 1, user_ids=OTHERS + 1)


def make_register(signers: Sequence[Signer], *, certificates: int, user_ids: int) -> Snapshot:
    """Return such a snapshot with several signers, all over a register of some size.

    Args:
        signers: Who may send; each has one certificate.
        certificates: How many there are in all.
        user_ids: How many of these there are in all. The certificates are theirs in turn, and of
            those of one User ID all but the newest are revoked.
    """
    at = datetime.now(UTC)
    others, filling = user_ids - len(signers), certificates - len(signers)
    held = [
        _other_certificate(number, others, is_newest=number >= filling - others, at=at)
        for number in range(filling)
    ]
    for place, signer in enumerate(signers):
        held.insert(place * certificates // len(signers), _certificate_of(signer, at))
    by_user: dict[Eui64, list[SnapshotCertificate]] = {}
    for certificate in held:
        by_user.setdefault(certificate.eui64, []).append(certificate)
    return Snapshot(
        version="1",
        mark="a mark",
        certificates={(each.issuer, each.serial): each for each in held},
        user_ids={eui64: _user_id(eui64, theirs, at) for eui64, theirs in by_user.items()},
        eligibility={
            variant.code: tuple(
                Eligibility(user_role=role, valid_from=at - _DAY, valid_until=None)
                for role in sorted(variant.user_roles)
            )
            for variant in read_published_matrix()
        },
        enforced_from=at - _DAY,
    )


def _certificate_of(signer: Signer, at: datetime) -> SnapshotCertificate:
    return SnapshotCertificate(
        issuer=signer.issuer,
        serial=signer.serial,
        eui64=signer.eui64,
        remote_party_role=XML_SIGN,
        key_usage=DIGITAL_SIGNATURE,
        not_before=at - _DAY,
        not_after=at + 3650 * _DAY,
        revoked_at=None,
        public_key=signer.point,
        party=f"Party of {signer.eui64}",
        party_reference=f"party-{signer.eui64}",
        mpids=(),
    )


def _other_certificate(
    number: int, users: int, *, is_newest: bool, at: datetime
) -> SnapshotCertificate:
    """Return a certificate of nobody who signs here. What is chance in one is chance in it."""
    user = number % users
    chance = sha512(number.to_bytes(8, "big")).digest()
    issued_at = at - 2 * _DAY + timedelta(seconds=number % 80_000)
    return SnapshotCertificate(
        issuer=_ISSUER,
        serial=int.from_bytes(chance[:16], "big") | 1 << 126,
        eui64=eui64_from_octets((_FIRST_EUI64 + user).to_bytes(8, "big")),
        remote_party_role=XML_SIGN,
        key_usage=DIGITAL_SIGNATURE,
        not_before=issued_at,
        not_after=issued_at + 3650 * _DAY,
        revoked_at=None if is_newest else issued_at + _DAY,
        public_key=b"\x04" + chance,
        party=f"Party {user % _PARTIES}",
        party_reference=f"party-{user % _PARTIES}",
        mpids=(),
    )


def _user_id(
    eui64: Eui64, certificates: Sequence[SnapshotCertificate], at: datetime
) -> SnapshotUserId:
    return SnapshotUserId(
        eui64=eui64,
        party=certificates[0].party,
        party_reference=certificates[0].party_reference,
        user_roles=_HELD,
        notifications=tuple(
            Notification(
                certificate=(each.issuer, each.serial),
                notified_at=at - _DAY,
                withdrawn_at=each.revoked_at,
            )
            for each in certificates
        ),
    )
