"""Writing a certificate into the register as it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.models import CertificateRequest, KeyUse, OrganisationCertificate, Party
from registry.parties.reads.mpid_uses import clashes
from rules.certificates.issued import CertificateReading, read_certificate
from rules.messages.names import IssuerNameError, normalise_issuer
from rules.roles import PartyCategory

LONGEST_COMMON_NAME = 64
"""RFC 5280, Appendix A.1, ub-common-name."""
LONGEST_ISSUER = 200
SERIAL_OCTETS = 20
"""RFC 5280, 4.1.2.2: at most 20 octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecordable:
    """Why a certificate cannot be recorded."""

    code: str
    """`serial-in-register`, `part-unreadable` or `part-does-not-fit`."""
    says: str


def record_certificate(
    der: bytes,
    *,
    party: Party,
    at: datetime,
    request: CertificateRequest | None = None,
    is_withheld: bool = False,
) -> OrganisationCertificate | None:
    """Record a certificate in the caller's transaction; None where it cannot be.

    `unrecordable` says why not.

    What clashes in the world, an MPID or a key, is recorded as it is and marked as in conflict
    (docs/decisions/0061). Triggers write the MPIDs and the key that the certificate holds.
    """
    reading = read_certificate(der)
    columns = _columns(reading)
    if isinstance(columns, Unrecordable) or reading.der is None:
        return None
    # What looks like an MPID in another Party's commonName must not be told to anybody as such.
    is_supplier = party.party_category is PartyCategory.SUPPLIER
    return OrganisationCertificate.objects.create(
        **columns,
        key_usage=reading.key_usage_name or "",
        common_name=reading.common_name or "",
        mpids=list(reading.mpids) if is_supplier else [],
        name_tokens=list(reading.name_tokens) if is_supplier else [],
        # In DER, in whatever form it came.
        der=reading.der,
        party=party,
        request=request,
        recorded_at=at,
        is_withheld=is_withheld,
        mpid_in_conflict=is_supplier and clashes(reading, party=party, at=at),
        key_in_conflict=_key_clashes(reading),
    )


def unrecordable(der: bytes) -> Unrecordable | None:
    """Return why a certificate cannot be recorded; None where it can be.

    It cannot where it is not to be read as one, says more than fits, or is there already.
    """
    columns = _columns(read_certificate(der))
    return columns if isinstance(columns, Unrecordable) else None


_PARTS = {
    "issuer": "issuer",
    "serial_number": "serial number",
    "eui64": "EUI-64 in the subject",
    "remote_party_role": "Remote Party Role",
    "not_before": "beginning of its validity",
    "not_after": "end of its validity",
    "spki_sha256": "public key information",
    "public_key": "public key on P-256",
}


def _columns(reading: CertificateReading) -> dict[str, Any] | Unrecordable:
    """Return what the register cannot do without, or why it cannot be had."""
    columns = {
        "issuer": _issuer(reading),
        "serial_number": reading.serial_number,
        "eui64": reading.eui64,
        "remote_party_role": reading.remote_party_role,
        "not_before": reading.not_before,
        "not_after": reading.not_after,
        "spki_sha256": reading.spki_sha256,
        "public_key": reading.point,
    }
    unreadable = [_PARTS[name] for name, value in columns.items() if value is None]
    if unreadable:
        says = f"These parts of it cannot be read: {', '.join(unreadable)}."
        return Unrecordable(code="part-unreadable", says=says)
    too_large = _unfitting(reading, issuer=str(columns["issuer"]))
    if too_large:
        says = f"The register has no room for these parts of it: {', '.join(too_large)}."
        return Unrecordable(code="part-does-not-fit", says=says)
    columns["serial_number"] = str(reading.serial_number)
    known = OrganisationCertificate.objects.filter(
        issuer=columns["issuer"], serial_number=columns["serial_number"]
    )
    if known.exists():
        says = (
            "The register has a certificate of its issuer with its serial number already: "
            f"{reading.serial_number}."
        )
        return Unrecordable(code="serial-in-register", says=says)
    return columns


def _unfitting(reading: CertificateReading, *, issuer: str) -> list[str]:
    """Return which parts of what a certificate says the register has no room for.

    `issuer` is its name as the register keeps it, which may be longer than as it was read.
    """
    common_name = reading.common_name or ""
    fits = {
        "commonName": len(common_name) <= LONGEST_COMMON_NAME and "\0" not in common_name,
        "issuer": len(issuer) <= LONGEST_ISSUER,
        "serial number": 0 < (reading.serial_number or 0) < 1 << (8 * SERIAL_OCTETS),
    }
    return [part for part, is_fitting in fits.items() if not is_fitting]


def _issuer(reading: CertificateReading) -> str | None:
    if reading.issuer_text is None:
        return None
    try:
        return normalise_issuer(reading.issuer_text)
    except IssuerNameError:
        return None


def _key_clashes(reading: CertificateReading) -> bool:
    in_certificates = OrganisationCertificate.objects.filter(key_x=reading.key_x)
    elsewhere = KeyUse.objects.filter(key_x=reading.key_x).exclude(
        eui64=reading.eui64, remote_party_role=reading.remote_party_role
    )
    return in_certificates.exists() or elsewhere.exists()
