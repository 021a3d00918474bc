"""What people, careless tools and attackers send in place of a certificate signing request.

Each is wrong in one way alone and comes with the reason for which it is refused.
"""

import base64
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates import der_writing as der
from rules.identifiers import Eui64, eui64_octets
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_form import GOOD, PKCS12, _indefinite, _long_length

POINT = b.point()
OFF_CURVE = POINT[:-1] + bytes([POINT[-1] ^ 1])


def subject(eui64: Eui64, *, cn: bytes | None = None, ou: bytes | None = None) -> bytes:
    """Return a subject with each attribute replaceable, for a User ID."""
    names = [] if cn is None else [cn]
    identifier = b.identifier(der.bit_string(eui64_octets(eui64)))
    return b.name(*names, ou or b.unit(), identifier)


def a_request(eui64: Eui64, *, key: str = "attacks", **parts: bytes) -> bytes:
    """Return a request that every rule lets pass, in DER, with parts of it replaced."""
    parts.setdefault("subject", subject(eui64))
    parts.setdefault("public_key", b.spki(b.point(key)))
    return b.sign(b.info(**parts), private_key=b.key(key))


def named(name: bytes, eui64: Eui64) -> bytes:
    return a_request(eui64, subject=subject(eui64, cn=name))


def _rsa(eui64: Eui64) -> bytes:
    """Return a request for an RSA key, well made and signed with that key."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "87")])
    del eui64
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.DER)


def _p384(eui64: Eui64) -> bytes:
    key = ec.generate_private_key(ec.SECP384R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    curve = der.object_identifier("1.3.132.0.34")
    return b.sign(
        b.info(subject=subject(eui64), public_key=b.spki(point, curve=curve)), private_key=key
    )


def _by_another_key(eui64: Eui64) -> bytes:
    info = b.info(subject=subject(eui64), public_key=b.spki(b.point("attacks")))
    return b.sign(info, private_key=b.key("another"))


def _changed_after_signing(eui64: Eui64) -> bytes:
    good = named(b.common_name("ABCD"), eui64)
    return good.replace(b"ABCD", b"ABCE")


def _certificate(eui64: Eui64) -> bytes:
    del eui64
    return b.certificate()


def _two_names(eui64: Eui64) -> bytes:
    identifier = b.identifier(der.bit_string(eui64_octets(eui64)))
    name = b.name(b.common_name("ABCD"), b.common_name("EFGH"), b.unit(), identifier)
    return a_request(eui64, subject=name)


def _unit(text: str, eui64: Eui64) -> bytes:
    return a_request(eui64, subject=subject(eui64, ou=b.unit(text)))


def _constant(octets: bytes, eui64: Eui64) -> bytes:
    del eui64
    return octets


def _mpids(text: str):
    return partial(named, b.common_name(text))


def _typed(tag: int, octets: bytes):
    name = b.attribute(b.COMMON_NAME, der.element(tag, octets))
    return partial(named, name)


BAD = {
    # What issue by issue has been sent instead of a request.
    "a certificate": (_certificate, "other-kind-submitted"),
    "a certificate in PEM": (
        lambda eui64: b.pem(_certificate(eui64), label="CERTIFICATE"),
        "other-kind-submitted",
    ),
    "a PKCS#12 file": (partial(_constant, PKCS12), "private-key-submitted"),
    "a picture": (partial(_constant, b"\x89PNG\r\n\x1a\n" + bytes(900)), "base64-unreadable"),
    "10 MB of letters": (partial(_constant, b"A" * 10_000_000), "submission-too-large"),
    "10 MB of zeros": (partial(_constant, b"\0" * 10_000_000), "submission-too-large"),
    "10 MB of a request": (
        lambda eui64: a_request(eui64) + bytes(10_000_000),
        "submission-too-large",
    ),
    "nothing but spaces": (partial(_constant, b" \r\n" * 9), "submission-empty"),
    "BER": (lambda eui64: _indefinite(a_request(eui64)), "der-indefinite-length"),
    "a length in too many octets": (
        lambda eui64: _long_length(a_request(eui64)),
        "der-length-not-minimal",
    ),
    "a request cut off": (lambda eui64: a_request(eui64)[:-30], "der-truncated"),
    "a request cut off in its first octets": (partial(_constant, GOOD[:3]), "der-truncated"),
    "octets behind the request": (lambda eui64: a_request(eui64) + b"\0", "der-trailing-data"),
    "two requests": (lambda eui64: a_request(eui64) * 2, "der-trailing-data"),
    "two requests in PEM": (lambda eui64: b.pem(a_request(eui64)) * 2, "pem-several-blocks"),
    "nested a thousand deep": (
        partial(_constant, b"\x30\x80" * 1000 + b"\xff"),
        "der-too-complex",
    ),
    "64 kB of nothing in each other": (
        partial(_constant, b"\x30\x83\x00\xff\xf0" + b"\x30\x00" * 32_000),
        "der-truncated",
    ),
    "an RSA key": (_rsa, "key-not-elliptic-curve"),
    "a P-384 key": (_p384, "key-curve-not-p256"),
    "a point that is not on the curve": (
        lambda eui64: a_request(eui64, public_key=b.spki(OFF_CURVE)),
        "key-point-off-curve",
    ),
    "the point at infinity": (
        lambda eui64: a_request(eui64, public_key=b.spki(b"\0")),
        "key-point-malformed",
    ),
    "signed by another key": (_by_another_key, "proof-of-possession-failed"),
    "changed after it was signed": (_changed_after_signing, "proof-of-possession-failed"),
    "two commonNames": (_two_names, "subject-attribute-repeated"),
    "an unknown Remote Party Role": (partial(_unit, "99"), "ou-role-unknown"),
    "a Remote Party Role in lower case": (partial(_unit, "7f"), "ou-lower-case"),
    "a Remote Party Role in decimal": (partial(_unit, "135"), "ou-not-two-hexadecimal-characters"),
    "a Remote Party Role in full-width digits": (
        partial(_unit, "\uff18\uff17"),
        "ou-not-two-hexadecimal-characters",
    ),
    # MPIDs.
    "an MPID in lower case": (_mpids("abcd"), "mpid-lower-case"),
    "a list of MPIDs in mixed case": (_mpids("ABCD efgh"), "mpid-lower-case"),
    "an MPID of two letters": (_mpids("AB"), "mpid-malformed"),
    "an MPID with a hyphen": (_mpids("AB-D"), "mpid-malformed"),
    "a name in place of MPIDs": (_mpids("Northwind Energy Ltd"), "mpid-malformed"),
    "two spaces between MPIDs": (_mpids("ABCD  EFGH"), "mpid-separator"),
    "a space behind the MPID": (_mpids("ABCD "), "mpid-separator"),
    "a line break between MPIDs": (_mpids("ABCD\nEFGH"), "mpid-malformed"),
    "a zero octet behind the MPID": (_mpids("ABCD\0"), "mpid-malformed"),
    "a zero octet in the MPID": (_mpids("AB\0D"), "mpid-malformed"),
    "a Cyrillic letter in an MPID": (_mpids("\u0410BCD"), "mpid-look-alike"),
    "a Greek letter in an MPID": (_mpids("A\u0392CD"), "mpid-look-alike"),
    "full-width letters in an MPID": (_mpids("\uff21\uff22\uff23\uff24"), "mpid-look-alike"),
    "a space of no width in an MPID": (_mpids("AB\u200bCD"), "mpid-look-alike"),
    "a mark behind an MPID": (_mpids("ABCD\u0301"), "mpid-look-alike"),
    "a turn of direction in an MPID": (_mpids("\u202eDCBA"), "mpid-look-alike"),
    "the sign of kelvin in an MPID": (_mpids("AB\u212aD"), "mpid-look-alike"),
    "letters beyond the first plane": (_mpids("\U0001d400BCD"), "mpid-look-alike"),
    # Texts that are none.
    "a commonName that is not UTF-8": (_typed(0x0C, b"AB\xffD"), "der-value-not-canonical"),
    "a commonName with half of a pair of UTF-16": (
        _typed(0x0C, b"ABC\xed\xa0\x80"),
        "der-value-not-canonical",
    ),
    "a commonName in UTF-16": (_typed(0x1E, "ABCD".encode("utf-16-be")), "subject-string-type"),
    "a commonName in broken UTF-16": (_typed(0x1E, b"\xd8\x00\xd8\x00"), "subject-string-type"),
    "a commonName in UTF-32": (_typed(0x1C, b"\x00\x11\x00\x00"), "subject-string-type"),
    "a commonName in Latin-1": (_typed(0x14, b"AB\xc4D"), "subject-string-type"),
    "a commonName that is a number": (_typed(0x02, b"\x01"), "subject-string-type"),
    "markup for a commonName": (
        _mpids('<script>alert("x")</script>'),
        "mpid-malformed",
    ),
    "SQL for a commonName": (_mpids("'; DROP TABLE x;--"), "mpid-malformed"),
    "a format for a commonName": (_mpids("{0.__class__} %s %n"), "mpid-malformed"),
}
"""What it is, what makes it for a User ID, and why it is refused."""


def in_base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
