"""Vectors of a request's form: size, encoding, kind, strict DER, structure and version."""

import base64
import textwrap
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
    """A submission of which nothing is read; `rule` says why, those after it do not apply."""
    return Vector(
        name=name,
        facts=partial(b.facts, submission),
        failed={rule: reason},
        not_applicable=BEYOND_FORM | set(FORM[FORM.index(rule) + 1 :]),
        says=says,
    )


def pem_level(vector: Vector) -> Vector:
    """The same, found before the encoding was opened."""
    return Vector(
        name=vector.name,
        facts=vector.facts,
        failed=vector.failed,
        not_applicable=vector.not_applicable | {"APPM-F-encoding"},
        says=vector.says,
    )


def before_kind(vector: Vector) -> Vector:
    """The same, found before the kind could be told."""
    return Vector(
        name=vector.name,
        facts=vector.facts,
        failed=vector.failed,
        not_applicable=vector.not_applicable | {"APPM-F-kind"},
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


SIZE = [
    unread("APPM-F-size", "submission-empty", name="empty", submission=b" \n", says="empty"),
    unread(
        "APPM-F-size",
        "submission-too-large",
        name="too large",
        submission=b"A" * (64 * 1024 + 1),
        says="65,537 bytes",
    ),
]

ENCODING = [
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="a character that is no Base64",
        submission=b.pem(GOOD).replace(b"MII", b"M!I", 1),
        says='"!" in line',
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="Base64 that is cut off",
        submission=base64.b64encode(GOOD)[:-2],
        says="cut off",
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="an empty PEM block",
        submission=b"-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n",
        says="empty",
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="octets that are neither text nor DER",
        submission=b"\xff\xd8\xff\xe0 a picture",
        says="its first bytes are FF D8 FF E0",
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="octets below the letters",
        submission=b"PK\x03\x04 an archive",
        says="its first bytes are 50 4B 03 04",
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="text in UTF-16",
        submission=b.pem(GOOD).decode().encode("utf-16"),
        says="text in UTF-16",
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="a blank that is no space",
        submission=b.pem(GOOD).replace(b"MII", b"MI\xc2\xa0I", 1),
        says='"<U+00A0>" in line 2',
    ),
    unread(
        "APPM-F-encoding",
        "pem-incomplete",
        name="PEM without its END line",
        submission=b.pem(GOOD)[:-40],
        says="no line -----END CERTIFICATE REQUEST-----",
    ),
    unread(
        "APPM-F-encoding",
        "pem-incomplete",
        name="PEM without its BEGIN line",
        submission=b.pem(GOOD)[40:],
        says="no line -----BEGIN CERTIFICATE REQUEST-----",
    ),
    unread(
        "APPM-F-encoding",
        "pem-label-unknown",
        name="an unknown PEM label",
        submission=b.pem(GOOD, label="CERTIFICATE REQEST"),
        says='"CERTIFICATE REQEST"',
    ),
    unread(
        "APPM-F-encoding",
        "pem-several-blocks",
        name="two PEM blocks",
        submission=b.pem(GOOD) + b.pem(GOOD),
        says="2 PEM blocks",
    ),
]

ENCODING += [
    unread(
        "APPM-F-encoding",
        "pem-in-base64",
        name="PEM in Base64 once more",
        submission=base64.encodebytes(b.pem(GOOD)),
        says="PEM that was put into Base64 once more",
    ),
    *(
        unread(
            "APPM-F-encoding",
            "hexadecimal-submitted",
            name=f"hexadecimal {name}",
            submission=submission.encode(),
            says="written in hexadecimal",
        )
        for name, submission in (
            ("in one line", GOOD.hex()),
            ("with colons", GOOD.hex(":").upper()),
            ("in lines", "\n".join(textwrap.wrap(GOOD.hex(), 60)) + "\n"),
        )
    ),
    *(
        unread(
            "APPM-F-encoding",
            "base64-unreadable",
            name=f"a bad character behind five lines of text that end in {end!r}",
            submission=end.join(["one", "two", "three", "four", "five", ""]).encode()
            + b.pem(GOOD, end=end).replace(b"MII", b"M*I", 1),
            says='"*" in line 7 of what was sent',
        )
        for end in ("\n", "\r\n", "\r")
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="text in UTF-16 without its mark",
        submission=b.pem(GOOD).decode().encode("utf-16-le"),
        says="text in UTF-16",
    ),
]

KIND = [
    pem_level(
        unread(
            "APPM-F-kind",
            "other-kind-submitted",
            name="a Java keystore of certificates",
            submission=b"\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x00",
            says="a Java keystore",
        )
    ),
    pem_level(
        unread(
            "APPM-F-kind",
            "private-key-submitted",
            name="a private key in PEM",
            submission=b.pem(PKCS8, label="PRIVATE KEY"),
            says="private key",
        )
    ),
    pem_level(
        unread(
            "APPM-F-kind",
            "private-key-submitted",
            name="a private key beside the request",
            submission=b.pem(GOOD) + b.pem(SEC1, label="EC PRIVATE KEY"),
            says="compromised",
        )
    ),
    *(
        unread(
            "APPM-F-kind",
            "private-key-submitted",
            name=f"a private key, {name}",
            submission=submission,
            says="private key",
        )
        for name, submission in (
            ("PKCS#8 in DER", PKCS8),
            ("PKCS#8 in bare Base64", base64.b64encode(PKCS8)),
            ("PKCS#8 mislabelled as a request", b.pem(PKCS8)),
            ("SEC 1 in DER", SEC1),
            ("encrypted", ENCRYPTED),
            ("PKCS#1", RSA_PKCS1),
            ("PKCS#12", PKCS12),
        )
    ),
    pem_level(
        unread(
            "APPM-F-kind",
            "other-kind-submitted",
            name="a certificate in PEM",
            submission=b.pem(b.hierarchy()[1], label="CERTIFICATE"),
            says="is a certificate",
        )
    ),
    unread(
        "APPM-F-kind",
        "other-kind-submitted",
        name="a certificate in DER",
        submission=b.hierarchy()[1],
        says="a certificate",
    ),
    unread(
        "APPM-F-kind",
        "other-kind-submitted",
        name="a certificate of version 1",
        submission=b.certificate_of_version_1(),
        says="a certificate",
    ),
    *(
        unread(
            "APPM-F-kind",
            "other-kind-submitted",
            name=f"some other structure: {name}",
            submission=submission,
            says="something else",
        )
        for name, submission in (
            (
                "an OID and a text",
                der.sequence(der.object_identifier("1.2.3"), b"\x0c\x02\xc3\xa9"),
            ),
            ("nothing", der.sequence()),
            ("two numbers", der.sequence(der.integer(1), der.integer(2))),
            ("a number and nothing", der.sequence(der.integer(1), der.sequence())),
            ("nothing twice", der.sequence(der.sequence(), der.sequence())),
            ("six texts", der.sequence(der.integer(1), *[der.utf8_string("é")] * 6)),
        )
    ),
    unread(
        "APPM-F-kind",
        "not-asn1",
        name="Base64 of a text",
        submission=base64.b64encode(b"hello, world"),
        says="not an ASN.1 sequence",
    ),
]

DER = [
    ber(
        "der-indefinite-length",
        name="a request without a stated length",
        submission=_indefinite(GOOD),
        says="no stated length",
    ),
    ber(
        "der-length-not-minimal",
        name="a length in too many octets",
        submission=_long_length(GOOD),
        says="too many bytes",
    ),
    ber(
        "der-trailing-data",
        name="a line feed after the request",
        submission=GOOD + b"\n",
        says="is followed by something else: a line feed follows after its end; send it without.",
    ),
    ber(
        "der-trailing-data",
        name="one octet after the request",
        submission=GOOD + b"\x01",
        says="1 byte follows",
    ),
    ber(
        "der-tag-not-minimal",
        name="a tag in too many octets",
        submission=b.request(
            attrs=b.attributes(b.extension_request(), _long_tag(b"\x7f\x80\x20"))
        ),
        says="a tag is written in too many bytes",
    ),
    ber(
        "der-trailing-data",
        name="octets after the request",
        submission=GOOD + b"\x00\x01",
        says="2 bytes follow",
    ),
    ber(
        "der-length-not-minimal",
        name="two faults, both told at once",
        submission=_long_length(GOOD) + b"\x00\x01",
        says="2 bytes follow",
    ),
    ber(
        "der-value-not-canonical",
        name="a BOOLEAN that is 01",
        submission=b.request(
            attrs=b.attributes(b.extension_request(b.key_usage().replace(b"\xff", b"\x01")))
        ),
        says="neither 00 nor FF",
    ),
    ber(
        "der-set-order",
        name="attributes that are not in order",
        submission=b.request(attrs=_UNSORTED),
        says="not in order",
    ),
    Vector(
        name="critical FALSE written out",
        facts=partial(
            b.facts, b.request(attrs=b.attributes(b.extension_request(_EXPLICIT_FALSE)))
        ),
        failed={
            "APPM-F-der": "der-value-not-canonical",
            "APPM-F-key-usage-critical": "key-usage-not-critical",
        },
        not_applicable=SOLR,
        says="critical FALSE",
    ),
    Vector(
        name="a string in pieces",
        facts=partial(
            b.facts, b.request(subject=b.name(b.common_name(), _CONSTRUCTED_UNIT, b.identifier()))
        ),
        failed={
            "APPM-F-der": "der-constructed-string",
            "APPM-F-subject-type": "subject-string-type",
        },
        not_applicable=SOLR
        | {
            "APPM-F-organizational-unit",
            "MP104-1-key-usage",
            "APPM-2.3.1-role",
            "MP104-MPID-syntax",
            "MP104-MPID-exclusive",
            "MP104-MPID-word",
            "MP104-MPID-recorded",
        },
        says="cut into pieces",
    ),
    *(
        before_kind(unread("APPM-F-der", reason, name=name, submission=submission, says=says))
        for reason, name, submission, says in (
            ("der-truncated", "a request that is cut off", GOOD[:-30], "only"),
            ("der-truncated", "a request cut in a length", b"\x30\x82\x01", "middle of a length"),
            (
                "der-too-complex",
                "a thousand nested sequences",
                b"\x30\x80" * 1000 + b"\xff",
                "nested too deeply",
            ),
            (
                "der-unreadable",
                "a tag that does not belong",
                b"\x30\x02\x00\x00",
                "not a tag that belongs here",
            ),
        )
    ),
]

_NO_ATTRIBUTES = frozenset(
    {
        "APPM-F-extension-request",
        "APPM-F-extensions",
        "APPM-F-key-usage",
        "APPM-F-key-usage-critical",
        "MP104-1-key-usage",
    }
)

STRUCTURE = [
    Vector(
        name="no attributes field",
        facts=partial(b.facts, b.request(attrs=b"")),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_applicable=SOLR | _NO_ATTRIBUTES,
        says="attributes field",
    ),
    Vector(
        name="an attribute that is no sequence of type and values",
        facts=partial(b.facts, b.request(attrs=b.attributes(der.integer(5)))),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_applicable=SOLR | _NO_ATTRIBUTES,
        says="attribute",
    ),
    Vector(
        name="a subject that is no name",
        facts=partial(b.facts, b.request(subject=der.sequence(der.utf8_string("87")))),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_applicable=frozenset(
            rule.id
            for rule in REQUEST_RULES
            if rule.id.startswith(("APPM-F-subject", "MP104-MPID"))
        )
        | SOLR
        | {
            "APPM-F-organizational-unit",
            "APPM-F-unique-identifier",
            "APPM-F-common-name",
            "MP104-1-key-usage",
            "APPM-2.3.1-user-id",
            "APPM-2.3.1-role",
        },
        says="the subject is missing",
    ),
    Vector(
        name="a version that is no number",
        facts=partial(b.facts, b.request(version=der.integer(1 << 80))),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_applicable=SOLR | {"APPM-F-version"},
        says="the version is missing",
    ),
]

VERSION = [
    Vector(
        name="version 1",
        facts=partial(b.facts, b.request(version=der.integer(1))),
        failed={"APPM-F-version": "request-version"},
        not_applicable=SOLR,
        says="The version is 1",
    ),
]

GOOD_FORMS = [
    Vector(name=f"good, as {name}", facts=partial(b.facts, submission), not_applicable=SOLR)
    for name, submission in (
        ("DER", GOOD),
        ("PEM", b.pem(GOOD)),
        ("PEM with the NEW header", b.pem(GOOD, label="NEW CERTIFICATE REQUEST")),
        ("PEM in lines of 76", b.pem(GOOD, width=76)),
        ("PEM in one line", b.pem(GOOD, width=10_000)),
        ("PEM with CRLF", b.pem(GOOD, end="\r\n")),
        ("PEM with text before it", b"Certificate Request:\n  Data: caf\xc3\xa9\n" + b.pem(GOOD)),
        ("PEM with a byte order mark", b"\xef\xbb\xbf" + b.pem(GOOD)),
        ("Base64 in one line", base64.b64encode(GOOD)),
        ("Base64 in lines of 64", base64.encodebytes(GOOD)),
        ("Base64 in lines with CRLF", base64.encodebytes(GOOD).replace(b"\n", b"\r\n")),
        (
            "PEM with text before it that begins with 0",
            "01 Dezember \u2013 für\n".encode() + b.pem(GOOD),
        ),
        (
            "PEM with text in Latin-1 before it that begins with 0",
            "01 Dezember, für Nordwind\n".encode("latin-1") + b.pem(GOOD),
        ),
        ("PEM with what a terminal printed before it", b"\x1b[1m0 k\x1b[0m\n" + b.pem(GOOD)),
        ("PEM with words about its key", b"The private key stays in our HSM.\n\n" + b.pem(GOOD)),
        (
            "PEM with what openssl prints before it",
            b"writing new private key to 'northwind.key'\n-----\n" + b.pem(GOOD),
        ),
        (
            "PEM with words about the PEM of a key",
            b"The -----BEGIN PRIVATE KEY----- block stays here.\n" + b.pem(GOOD),
        ),
        ("PEM with a digest before it", b"SHA-256: " + b"9f" * 32 + b"\n" + b.pem(GOOD)),
        (
            "DER with tags of several octets in an attribute that nobody uses",
            b.request(attrs=b.attributes(b.extension_request(), _long_tag(b"\x7f\x20"))),
        ),
        (
            "DER with a SET in the order of its tags in an attribute that nobody uses",
            b.request(
                attrs=b.attributes(b.extension_request(), _long_tag(b"\x31\x04\xa0\x00\x81"))
            ),
        ),
        (
            "a request with an attribute that a Windows tool adds",
            b.request(attrs=b.attributes(b.extension_request(), _UNKNOWN_ATTRIBUTE)),
        ),
    )
]

FORM_VECTORS = [*GOOD_FORMS, *SIZE, *ENCODING, *KIND, *DER, *STRUCTURE, *VERSION]
