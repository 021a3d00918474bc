"""Makes a vector of the form of a request."""

from functools import partial

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from rules.certificates import der_writing as der
from rules.certificates.requests import REQUEST_RULES
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors import Vector

SOLR = frozenset({"MP134B-2-xmlsign"})
FORM = ("APPM-F-size", "APPM-F-encoding", "APPM-F-kind", "APPM-F-der", "APPM-F-structure")
BEYOND_FORM = frozenset(
    rule.id for rule in REQUEST_RULES if rule.id not in {*FORM, "APPM-2.3.1-subscriber"}
)


def unread(rule: str, reason: str, *, name: str, submission: bytes, says: str = "") -> Vector:
    """A submission of which nothing is read; `rule` says why, those after it are not checked."""
    return Vector(
        name=name,
        facts=partial(b.facts, submission),
        failed={rule: reason},
        not_checked=BEYOND_FORM | set(FORM[FORM.index(rule) + 1 :]),
        says=says,
    )


def pem_level(vector: Vector) -> Vector:
    """The same, found before the encoding was opened."""
    return Vector(
        name=vector.name,
        facts=vector.facts,
        failed=vector.failed,
        not_checked=vector.not_checked | {"APPM-F-encoding"},
        says=vector.says,
    )


def before_kind(vector: Vector) -> Vector:
    """The same, found before the kind could be told."""
    return Vector(
        name=vector.name,
        facts=vector.facts,
        failed=vector.failed,
        not_checked=vector.not_checked | {"APPM-F-kind"},
        says=vector.says,
    )


GOOD = b.request()
PKCS8 = b.key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
SEC1 = b.key().private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
ENCRYPTED = b.key().private_bytes(
    Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"password")
)
RSA_PKCS1 = der.sequence(der.integer(0), *(der.integer(12345 + n) for n in range(8)))
PKCS12 = der.sequence(
    der.integer(3), der.sequence(der.object_identifier("1.2.840.113549.1.7.1")), der.sequence()
)


def _indefinite(octets: bytes) -> bytes:
    """The same SEQUENCE without a stated length (BER)."""
    header = 2 if octets[1] < 0x80 else 2 + (octets[1] & 0x7F)
    return b"\x30\x80" + octets[header:] + b"\x00\x00"


def _long_length(octets: bytes) -> bytes:
    """The same element with its length in one octet too many."""
    if octets[1] < 0x80:
        return octets[:1] + b"\x81" + octets[1:]
    count = octets[1] & 0x7F
    return octets[:1] + bytes([0x81 + count, 0]) + octets[2:]


def ber(reason: str, *, name: str, submission: bytes, says: str = "") -> Vector:
    """A request that is BER: everything else can be read, and passes."""
    return Vector(
        name=name,
        facts=partial(b.facts, submission),
        failed={"APPM-F-der": reason},
        not_applicable=SOLR,
        says=says,
    )


_UNKNOWN_ATTRIBUTE = der.sequence(
    der.object_identifier("1.3.6.1.4.1.311.13.2.3"), der.set_of(der.element(0x16, b"10.0"))
)
_UNSORTED = der.element(b.CONTEXT_0, *sorted([b.extension_request(), _UNKNOWN_ATTRIBUTE])[::-1])
_CONSTRUCTED_UNIT = b.attribute(
    "2.5.4.11", der.element(0x2C, der.utf8_string("8"), der.utf8_string("7"))
)
_EXPLICIT_FALSE = der.sequence(
    der.object_identifier("2.5.29.15"),
    b"\x01\x01\x00",
    der.octet_string(b"\x03\x02\x07\x80"),
)


def _long_tag(tag: bytes) -> bytes:
    """An attribute that nobody uses, with a tag of several octets in it (X.690, 8.1.2.4)."""
    value = tag + b"\x00"
    return der.sequence(der.object_identifier("1.2.840.113549.1.9.7"), der.set_of(value))
