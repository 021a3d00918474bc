"""What the register says of a Supplier named by an EUI-64: whose it is, and how it stands."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from rules.identifiers import Eui64
from rules.periods import counts, is_within_validity
from rules.register.snapshot import Snapshot, SnapshotCertificate
from rules.roles import SUPPLIER


class Standing(StrEnum):
    """How an EUI-64 stands by its certificates in the Supplier role, of all time, at a moment."""

    UNKNOWN = "unknown"
    """It never had one."""
    LIVE = "live"
    """One is in force."""
    REVOKED = "revoked"
    """None is in force, and at least one was revoked: a failed Supplier (MP134B 2.7)."""
    ENDED = "ended"
    """None is in force, and none was revoked."""


def party_of(snapshot: Snapshot, eui64: Eui64) -> str | None:
    """Return the reference of the Party of an EUI-64; None where the register has no such one."""
    user = snapshot.user_ids.get(eui64)
    if user is not None:
        return user.party_reference
    held = snapshot.device_certificates.get(eui64)
    return held[0].party_reference if held else None


def are_one_supplier(snapshot: Snapshot, first: Eui64, second: Eui64) -> bool:
    """Tell whether two EUI-64s are the same, or of the same Party."""
    if first == second:
        return True
    party = party_of(snapshot, first)
    return party is not None and party == party_of(snapshot, second)


def supplier_certificates(snapshot: Snapshot, eui64: Eui64) -> tuple[SnapshotCertificate, ...]:
    """Return the certificates in the Supplier role that an EUI-64 ever had, newest first."""
    held = snapshot.device_certificates.get(eui64, ())
    return tuple(each for each in held if each.remote_party_role == SUPPLIER)


def is_revoked(certificate: SnapshotCertificate, known_by: datetime) -> bool:
    """Tell whether a certificate was revoked by a moment."""
    return counts(certificate.revoked_at, by=known_by)


def is_live(certificate: SnapshotCertificate, at: datetime, *, known_by: datetime) -> bool:
    """Tell whether a certificate is within its validity and not revoked at a moment.

    Args:
        certificate: Which.
        at: The moment.
        known_by: Revocations up to this moment count (`rules.periods.known_by`).
    """
    return not is_revoked(certificate, known_by) and is_within_validity(
        at, not_before=certificate.not_before, not_after=certificate.not_after
    )


def standing(
    certificates: Iterable[SnapshotCertificate], at: datetime, *, known_by: datetime
) -> Standing:
    """Return how the holder of these certificates in the Supplier role stands at a moment."""
    found = Standing.UNKNOWN
    for certificate in certificates:
        if is_live(certificate, at, known_by=known_by):
            return Standing.LIVE
        if found is not Standing.REVOKED:
            found = Standing.REVOKED if is_revoked(certificate, known_by) else Standing.ENDED
    return found
