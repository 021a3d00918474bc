"""Makes requests, certificates and facts for the vectors: good ones, and each part replaceable.

What is broken on purpose is written octet by octet here, with the product's DER writer only for
the parts that are right.
"""

import base64
import textwrap
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates import der_writing as der, keys, making, profiles
from rules.certificates.certificate_reading import CertificateReading, read_certificate
from rules.certificates.facts import (
    ApplicantParty,
    KeySighting,
    KeySource,
    KnownUserId,
    MpidHolding,
    NameMatch,
    RequestFacts,
)
from rules.certificates.issued import IssuedFacts
from rules.certificates.reading import read_request
from rules.certificates.structures import COMMON_NAME, ORGANIZATIONAL_UNIT, UNIQUE_IDENTIFIER
from rules.identifiers import Eui64, eui64_octets
from rules.roles import PartyCategory, UserRole

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
NORTHWIND = Eui64("90-B3-D5-1F-30-01-00-00")
SOUTHGATE = Eui64("90-B3-D5-1F-30-03-00-00")
HARBOUR = Eui64("90-B3-D5-1F-30-04-00-00")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

CONTEXT_0 = 0xA0
PRINTABLE_STRING = 0x13


@cache
def key(name: str = "northwind") -> ec.EllipticCurvePrivateKey:
    """A P-256 key that is the same in every run."""
    scalar = int.from_bytes(sha256(name.encode()).digest(), "big") % (ORDER - 5000) + 3000
    return ec.derive_private_key(scalar, ec.SECP256R1())


def point(name: str = "northwind") -> bytes:
    """The same key's public point, uncompressed."""
    return key(name).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def tiny_key(scalar: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(scalar % ORDER, ec.SECP256R1())


def rdn(*attributes: bytes) -> bytes:
    return der.set_of(*attributes)


def attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), value)


def common_name(text: str = "ABCD", *, tag: int = 0x0C) -> bytes:
    return attribute(COMMON_NAME, der.element(tag, text.encode()))


def unit(text: str = "87", *, tag: int = 0x0C) -> bytes:
    return attribute(ORGANIZATIONAL_UNIT, der.element(tag, text.encode()))


def identifier(value: bytes | None = None) -> bytes:
    return attribute(UNIQUE_IDENTIFIER, value or der.bit_string(eui64_octets(NORTHWIND)))


def name(*attributes: bytes) -> bytes:
    """A name with one attribute per RDN; the good one where none is given."""
    chosen = attributes or (common_name(), unit(), identifier())
    return der.sequence(*(rdn(one) for one in chosen))


def named(*, cn: str | None = "ABCD", ou: str = "87", eui64: Eui64 = NORTHWIND) -> bytes:
    return making.organisation_name(eui64=eui64, remote_party_role=ou, common_name=cn)


def key_usage(*, bits: bytes = b"\x03\x02\x07\x80", critical: bool = True) -> bytes:
    return making.extension(profiles.KEY_USAGE, bits, critical=critical)


KEY_AGREEMENT = b"\x03\x02\x03\x08"
SUBJECT_ALT_NAME = making.extension("2.5.29.17", der.sequence(der.element(0x82, b"a.example")))


def extension_request(*extensions: bytes) -> bytes:
    wanted = extensions or (key_usage(),)
    return der.sequence(
        der.object_identifier(profiles.EXTENSION_REQUEST), der.set_of(der.sequence(*wanted))
    )


def attributes(*given: bytes) -> bytes:
    return der.element(CONTEXT_0, *sorted(given))


ECDSA_SHA256 = der.sequence(der.object_identifier(profiles.ECDSA_WITH_SHA256))
ECDSA_SHA256_NULL = der.sequence(der.object_identifier(profiles.ECDSA_WITH_SHA256), b"\x05\x00")
ECDSA_SHA384 = der.sequence(der.object_identifier("1.2.840.10045.4.3.3"))


def spki(point: bytes, *, curve: bytes | None = None, algorithm: str | None = None) -> bytes:
    identifier_parts = [der.object_identifier(algorithm or profiles.EC_PUBLIC_KEY)]
    parameters = der.object_identifier(profiles.PRIME256V1) if curve is None else curve
    return der.sequence(der.sequence(*identifier_parts, parameters), der.bit_string(point))


def info(
    *,
    version: bytes = b"\x02\x01\x00",
    subject: bytes | None = None,
    public_key: bytes | None = None,
    attrs: bytes | None = None,
) -> bytes:
    return der.sequence(
        version,
        name() if subject is None else subject,
        making.public_key_info(key().public_key()) if public_key is None else public_key,
        attributes(extension_request()) if attrs is None else attrs,
    )


def sign(
    body: bytes,
    *,
    private_key: ec.EllipticCurvePrivateKey | None = None,
    algorithm: bytes = ECDSA_SHA256,
) -> bytes:
    signature = (private_key or key()).sign(body, ec.ECDSA(SHA256(), deterministic_signing=True))
    return der.sequence(body, algorithm, der.bit_string(signature))


def request(**parts: bytes) -> bytes:
    """A request that passes every rule, in DER, with the given parts of its info replaced."""
    return sign(info(**parts))


def pem(
    octets: bytes, *, label: str = "CERTIFICATE REQUEST", width: int = 64, end: str = "\n"
) -> bytes:
    lines = textwrap.wrap(base64.b64encode(octets).decode(), width)
    return end.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


PARTY = ApplicantParty(
    reference="NORTHWIND",
    name="Northwind Energy",
    category=PartyCategory.SUPPLIER,
    is_authorised_subscriber=True,
    mpids=frozenset({"ABCD", "EFGH"}),
)
GRID = ApplicantParty(
    reference="GRID",
    name="Grid Networks",
    category=PartyCategory.NETWORK_OPERATOR,
    is_authorised_subscriber=True,
    mpids=frozenset(),
)
SHARED = ApplicantParty(
    reference="HARBOUR",
    name="Harbour Shared Services",
    category=PartyCategory.SHARED_RESOURCE_PROVIDER,
    is_authorised_subscriber=True,
    mpids=frozenset(),
)
USER_ID = KnownUserId(
    eui64=NORTHWIND, party_reference="NORTHWIND", user_roles=frozenset({UserRole.IMPORT_SUPPLIER})
)

GRID_USER_ID = KnownUserId(
    eui64=SOUTHGATE,
    party_reference="GRID",
    user_roles=frozenset({UserRole.ELECTRICITY_DISTRIBUTOR}),
)


def facts(
    submission: bytes | None = None,
    *,
    party: ApplicantParty = PARTY,
    user_id: KnownUserId | None = USER_ID,
    sightings: tuple[KeySighting, ...] = (),
    holdings: tuple[MpidHolding, ...] = (),
    matches: tuple[NameMatch, ...] = (),
) -> RequestFacts:
    """The facts of a Supplier that is entitled to the good request."""
    return RequestFacts(
        reading=read_request(request() if submission is None else submission),
        party=party,
        user_id=user_id,
        key_sightings=sightings,
        mpid_holdings=holdings,
        name_matches=matches,
    )


def sighting(
    *,
    source: KeySource = KeySource.REQUEST,
    party: str = "NORTHWIND",
    eui64: Eui64 = NORTHWIND,
    role: str = "87",
    is_open: bool = False,
    issued: bool = False,
) -> KeySighting:
    return KeySighting(
        source=source,
        reference="CSR-7" if source is KeySource.REQUEST else str((7 << 24) + 0xE24007),
        party_reference=party,
        eui64=eui64,
        remote_party_role=role,
        is_open=is_open,
        certificate_issued=issued,
    )


@cache
def hierarchy() -> tuple[bytes, bytes]:
    """A root and an issuing OCA, the same names and keys in every run."""
    return making.build_hierarchy(
        key("root"),
        key("issuing"),
        root_name="DEVROOT",
        issuing_name="DEVOCA",
        serials=(1 << 126 | 1, 1 << 126 | 2),
        at=AT,
    )


@cache
def issuing() -> CertificateReading:
    return read_certificate(hierarchy()[1])


def certificate_extensions() -> dict[str, bytes]:
    """The four extensions of the good certificate, by name."""
    issuer_key = issuing().subject_key_identifier or b""
    policy = der.sequence(der.sequence(der.object_identifier(profiles.ORGANISATION.policy)))
    return {
        "policies": making.extension(profiles.CERTIFICATE_POLICIES, policy, critical=True),
        "subject_key": making.extension(
            profiles.SUBJECT_KEY_IDENTIFIER,
            der.octet_string(keys.subject_key_identifier(point())),
        ),
        "authority_key": making.extension(
            profiles.AUTHORITY_KEY_IDENTIFIER, der.sequence(der.element(0x80, issuer_key))
        ),
        "key_usage": key_usage(),
    }


def times(start: bytes, end: bytes) -> bytes:
    return der.sequence(start, end)


def certificate(  # noqa: PLR0913  each part of a TBSCertificate
    *,
    version: bytes = b"\xa0\x03\x02\x01\x02",
    serial: bytes | None = None,
    algorithm: bytes = ECDSA_SHA256,
    outer: bytes | None = None,
    issuer: bytes | None = None,
    validity: bytes | None = None,
    subject: bytes | None = None,
    public_key: bytes | None = None,
    after_key: bytes = b"",
    extensions: dict[str, bytes | None] | None = None,
    more: bytes = b"",
    signer: str = "issuing",
) -> bytes:
    """A certificate that passes every rule, with the given parts replaced; None leaves out."""
    chosen = {**certificate_extensions(), **(extensions or {})}
    start, end = making.validity_from(AT)
    issuer_name = issuing().subject
    assert issuer_name is not None
    body = der.sequence(
        version,
        serial or der.integer(1 << 126 | 3),
        algorithm,
        issuer or issuer_name.der,
        validity or times(der.time(start), der.time(end)),
        subject or name(),
        public_key or making.public_key_info(key().public_key()),
        after_key,
        der.element(0xA3, der.sequence(*(e for e in chosen.values() if e is not None), more)),
    )
    return sign(body, private_key=key(signer), algorithm=outer or algorithm)


def certificate_of_version_1() -> bytes:
    """A certificate as X.509 first had it: no version is said, and there are no extensions."""
    start, end = making.validity_from(AT)
    body = der.sequence(
        der.integer(5),
        ECDSA_SHA256,
        name(),
        times(der.time(start), der.time(end)),
        name(),
        making.public_key_info(key().public_key()),
    )
    return sign(body)


def issued(
    submission: bytes | None = None,
    *,
    request_der: bytes | None = None,
    issuing_certificate: bytes | None = None,
) -> IssuedFacts:
    """The facts of the good certificate, which answers the good request."""
    return IssuedFacts(
        certificate=read_certificate(certificate() if submission is None else submission),
        request=read_request(request() if request_der is None else request_der),
        issuing_certificate=(
            issuing() if issuing_certificate is None else read_certificate(issuing_certificate)
        ),
        at=AT,
    )
