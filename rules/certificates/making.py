"""Makes requests and certificates of the exact profile, in DER. Keys are made elsewhere.

`openssl req` cannot write the x500UniqueIdentifier as a BIT STRING; this can. The certificates
are for the development OCA and for tests: the real ones come from the DCC.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates import der_writing as der, keys, profiles
from rules.certificates.certificate_reading import CertificateReading, read_certificate
from rules.certificates.der import CONSTRUCTED, CONTEXT
from rules.certificates.reading import read_request
from rules.certificates.structures import (
    COMMON_NAME,
    ORGANIZATIONAL_UNIT,
    UNIQUE_IDENTIFIER,
    KeyUsageBit,
)
from rules.identifiers import Eui64, eui64_octets
from rules.roles import ISSUING_AUTHORITY, ROOT

_SIGNATURE_ALGORITHM: Final = der.sequence(der.object_identifier(profiles.ECDSA_WITH_SHA256))
_ATTRIBUTES: Final = CONTEXT | CONSTRUCTED
_EXTENSIONS: Final = CONTEXT | CONSTRUCTED | 3
_VERSION_3: Final = der.element(CONTEXT | CONSTRUCTED, der.integer(2))
_AUTHORITY_YEARS: Final = 25
"""As the DCC's test issuing OCA, Z1: 2015-10-29 to 2040-10-28."""
_KEY_USAGES: Final = {bit: number for number, bit in enumerate(KeyUsageBit)}


def build_request(
    private_key: ec.EllipticCurvePrivateKey,
    *,
    eui64: Eui64,
    remote_party_role: str,
    common_name: str | None = None,
    key_usage: str = "digitalSignature",
) -> bytes:
    """Make a certificate signing request of the exact shape of SEC Appendix M, Appendix F.

    `remote_party_role` is the two-character code. Nothing is checked but what cannot be written.

    Raises:
        ValueError: The key usage has no such name, or the key is not on P-256.
    """
    _require_p256(private_key.public_key())
    info = der.sequence(
        der.integer(0),
        organisation_name(
            eui64=eui64, remote_party_role=remote_party_role, common_name=common_name
        ),
        public_key_info(private_key.public_key()),
        der.element(
            _ATTRIBUTES,
            der.sequence(
                der.object_identifier(profiles.EXTENSION_REQUEST),
                der.set_of(der.sequence(key_usage_extension(KeyUsageBit(key_usage)))),
            ),
        ),
    )
    return signed(info, private_key)


def build_certificate(
    request_der: bytes,
    *,
    issuer_certificate: bytes,
    issuer_private_key: ec.EllipticCurvePrivateKey,
    serial: int,
    not_before: datetime,
    not_after: datetime,
) -> bytes:
    """Make the Organisation Certificate that a request asks for, by the issuing OCA's key.

    Raises:
        ValueError: The request or the issuer's certificate cannot be read, or the serial number
            is not positive or has more than 16 octets.
    """
    request, issuer = read_request(request_der), read_certificate(issuer_certificate)
    if request.subject is None or request.point is None or request.key_usage_name is None:
        raise ValueError("the request has no readable subject, P-256 key or single key usage")
    if issuer.subject is None or issuer.point is None:
        raise ValueError("the issuer's certificate has no readable subject or P-256 key")
    return _certificate(
        issuer_private_key,
        serial=serial,
        names=(issuer.subject.der, request.subject.der),
        validity=(not_before, not_after),
        point=request.point,
        extensions=(
            _policies_extension(),
            _subject_key_extension(request.point),
            _authority_key_extension(issuer),
            key_usage_extension(KeyUsageBit(request.key_usage_name)),
        ),
    )


def build_hierarchy(
    root_private_key: ec.EllipticCurvePrivateKey,
    issuing_private_key: ec.EllipticCurvePrivateKey,
    *,
    root_name: str,
    issuing_name: str,
    serials: tuple[int, int],
    at: datetime,
) -> tuple[bytes, bytes]:
    """Make a root (OU=00) and an issuing OCA (OU=07), valid for 25 years; return both.

    As the DCC's test hierarchy: keyUsage keyCertSign and cRLSign, basicConstraints CA.

    Raises:
        ValueError: A key is not on P-256, or a serial number is out of range.
    """
    root_point = _require_p256(root_private_key.public_key())
    issuing_point = _require_p256(issuing_private_key.public_key())
    validity = _validity(at, years=_AUTHORITY_YEARS)
    root_subject = authority_name(ROOT, root_name)
    key_usage = key_usage_extension(KeyUsageBit.KEY_CERT_SIGN, KeyUsageBit.CRL_SIGN)
    root = _certificate(
        root_private_key,
        serial=serials[0],
        names=(root_subject, root_subject),
        validity=validity,
        point=root_point,
        extensions=(
            key_usage,
            _basic_constraints(path_length=None),
            _policies_extension(),
            _subject_key_extension(root_point),
        ),
    )
    issuing = _certificate(
        root_private_key,
        serial=serials[1],
        names=(root_subject, authority_name(ISSUING_AUTHORITY, issuing_name)),
        validity=validity,
        point=issuing_point,
        extensions=(
            key_usage,
            _basic_constraints(path_length=0),
            _policies_extension(),
            _subject_key_extension(issuing_point),
            _authority_key_extension(read_certificate(root)),
        ),
    )
    return root, issuing


def validity_from(at: datetime) -> tuple[datetime, datetime]:
    """Return the validity of an Organisation Certificate issued at a moment: ten years.

    From the beginning of that day in UTC until the last second of the day ten years on.
    """
    return _validity(at, years=profiles.ORGANISATION.lifetime_years)


def _validity(at: datetime, *, years: int) -> tuple[datetime, datetime]:
    start = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = years_after(start, years)
    return start, end + timedelta(days=1, seconds=-1)


def years_after(start: datetime, years: int) -> datetime:
    """Return the same day so many years on; for 29 February, where there is none, the 28th."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def organisation_name(*, eui64: Eui64, remote_party_role: str, common_name: str | None) -> bytes:
    """Write the subject of an Organisation Certificate: `[CN]`, OU, x500UniqueIdentifier."""
    identifier = der.bit_string(eui64_octets(eui64))
    rdns = [
        _rdn(ORGANIZATIONAL_UNIT, der.utf8_string(remote_party_role)),
        _rdn(UNIQUE_IDENTIFIER, identifier),
    ]
    if common_name is not None:
        rdns.insert(0, _rdn(COMMON_NAME, der.utf8_string(common_name)))
    return der.sequence(*rdns)


def authority_name(remote_party_role: str, common_name: str) -> bytes:
    """Write the name of a root or issuing OCA: OU, CN."""
    return der.sequence(
        _rdn(ORGANIZATIONAL_UNIT, der.utf8_string(remote_party_role)),
        _rdn(COMMON_NAME, der.utf8_string(common_name)),
    )


def _rdn(oid: str, value: bytes) -> bytes:
    return der.set_of(der.sequence(der.object_identifier(oid), value))


def public_key_info(public_key: ec.EllipticCurvePublicKey) -> bytes:
    """Write a SubjectPublicKeyInfo with the curve by name and the point uncompressed."""
    return public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _point_info(point: bytes) -> bytes:
    algorithm = der.sequence(
        der.object_identifier(profiles.EC_PUBLIC_KEY), der.object_identifier(profiles.PRIME256V1)
    )
    return der.sequence(algorithm, der.bit_string(point))


def key_usage_extension(*bits: KeyUsageBit) -> bytes:
    """Write a critical keyUsage extension with these bits set."""
    numbers = [_KEY_USAGES[bit] for bit in bits]
    last = max(numbers)
    octets = bytearray(last // 8 + 1)
    for number in numbers:
        octets[number // 8] |= 0x80 >> number % 8
    value = der.bit_string(bytes(octets), unused=7 - last % 8)
    return extension(profiles.KEY_USAGE, value, critical=True)


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    """Write an extension around the DER of its value."""
    flag = der.TRUE if critical else b""
    return der.sequence(der.object_identifier(oid), flag, der.octet_string(value))


def _basic_constraints(*, path_length: int | None) -> bytes:
    limit = der.integer(path_length) if path_length is not None else b""
    value = der.sequence(der.TRUE, limit)
    return extension(profiles.BASIC_CONSTRAINTS, value, critical=True)


def _policies_extension() -> bytes:
    policy = der.sequence(der.object_identifier(profiles.ORGANISATION.policy))
    return extension(profiles.CERTIFICATE_POLICIES, der.sequence(policy), critical=True)


def _subject_key_extension(point: bytes) -> bytes:
    value = der.octet_string(keys.subject_key_identifier(point))
    return extension(profiles.SUBJECT_KEY_IDENTIFIER, value)


def _authority_key_extension(issuer: CertificateReading) -> bytes:
    identifier = issuer.subject_key_identifier or keys.subject_key_identifier(issuer.point or b"")
    value = der.sequence(der.element(CONTEXT, identifier))
    return extension(profiles.AUTHORITY_KEY_IDENTIFIER, value)


def _certificate(
    issuer_private_key: ec.EllipticCurvePrivateKey,
    *,
    serial: int,
    names: tuple[bytes, bytes],
    validity: tuple[datetime, datetime],
    point: bytes,
    extensions: Sequence[bytes],
) -> bytes:
    if not 0 < serial < 1 << (8 * profiles.ORGANISATION.serial_octets - 1):
        raise ValueError(f"the serial number {serial:x} is not positive or has over 16 bytes")
    issuer, subject = names
    body = der.sequence(
        _VERSION_3,
        der.integer(serial),
        _SIGNATURE_ALGORITHM,
        issuer,
        der.sequence(*(der.time(end) for end in validity)),
        subject,
        _point_info(point),
        der.element(_EXTENSIONS, der.sequence(*extensions)),
    )
    return signed(body, issuer_private_key)


def signed(body: bytes, private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Sign the octets with ecdsa-with-SHA256 and wrap them with algorithm and signature."""
    signature = private_key.sign(body, ec.ECDSA(SHA256()))
    return der.sequence(body, _SIGNATURE_ALGORITHM, der.bit_string(signature))


def _require_p256(public_key: ec.EllipticCurvePublicKey) -> bytes:
    if public_key.curve.name != ec.SECP256R1.name:
        raise ValueError(f"the key is on the curve {public_key.curve.name}, not on P-256")
    return public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
