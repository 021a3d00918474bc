"""Writing a certificate into the register as it is."""

from datetime import datetime
from typing import Any

from registry.models import CertificateRequest, KeyUse, OrganisationCertificate, Party
from registry.mpid_claims import blocking_uses
from rules.certificates.issued import CertificateReading, read_certificate
from rules.messages.names import IssuerNameError, normalise_issuer
from rules.roles import PartyCategory

LONGEST_COMMON_NAME = 64
"""RFC 5280, Appendix A.1, ub-common-name."""
LONGEST_ISSUER = 200
SERIAL_OCTETS = 20
"""RFC 5280, 4.1.2.2: at most 20 octets."""


def record_certificate(
    der: bytes,
    *,
    party: Party,
    at: datetime,
    request: CertificateRequest | None = None,
    is_withheld: bool = False,
) -> OrganisationCertificate | None:
    """Record a certificate in the caller's transaction; None where it cannot be.

    It cannot where it is not to be read as one, says more than fits, or is there already.

    What clashes in the world, an MPID or a key, is recorded as it is and marked as in conflict
    (docs/decisions/0061). Triggers write the MPIDs and the key that the certificate holds.
    """
    reading = read_certificate(der)
    columns = _columns(reading)
    if columns is None:
        return None
    return OrganisationCertificate.objects.create(
        **columns,
        key_usage=reading.key_usage_name or "",
        common_name=reading.common_name or "",
        mpids=list(reading.mpids),
        der=der,
        party=party,
        request=request,
        recorded_at=at,
        is_withheld=is_withheld,
        mpid_in_conflict=_mpid_clashes(reading, party=party, at=at),
        key_in_conflict=_key_clashes(reading),
    )


def _columns(reading: CertificateReading) -> dict[str, Any] | None:
    """Return what the register cannot do without, or None where a part could not be read."""
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
    if any(value is None for value in columns.values()) or not _fits(reading):
        return None
    columns["serial_number"] = str(reading.serial_number)
    known = OrganisationCertificate.objects.filter(
        issuer=columns["issuer"], serial_number=columns["serial_number"]
    )
    return None if known.exists() else columns


def _fits(reading: CertificateReading) -> bool:
    """Tell whether the register has room for what a certificate says."""
    return (
        len(reading.common_name or "") <= LONGEST_COMMON_NAME
        and len(reading.issuer_text or "") <= LONGEST_ISSUER
        and 0 < (reading.serial_number or 0) < 1 << (8 * SERIAL_OCTETS)
        and "\0" not in (reading.common_name or "")
    )


def _issuer(reading: CertificateReading) -> str | None:
    if reading.issuer_text is None:
        return None
    try:
        return normalise_issuer(reading.issuer_text)
    except IssuerNameError:
        return None


def _mpid_clashes(reading: CertificateReading, *, party: Party, at: datetime) -> bool:
    if not reading.mpids or party.party_category is not PartyCategory.SUPPLIER:
        return False
    return blocking_uses(reading.mpids, at=at).exclude(party=party).exists()


def _key_clashes(reading: CertificateReading) -> bool:
    in_certificates = OrganisationCertificate.objects.filter(spki_sha256=reading.spki_sha256)
    elsewhere = KeyUse.objects.filter(spki_sha256=reading.spki_sha256).exclude(
        eui64=reading.eui64, remote_party_role=reading.remote_party_role
    )
    return in_certificates.exists() or elsewhere.exists()
