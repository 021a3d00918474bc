"""Vectors of a request's form: size, encoding, kind, strict DER, structure and version."""

import base64
from functools import partial

from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_form import _UNKNOWN_ATTRIBUTE, GOOD, SOLR, _long_tag
from tests.rules.certificates.vectors import Vector
from tests.rules.certificates.vectors_request_der import DER, STRUCTURE, VERSION
from tests.rules.certificates.vectors_request_encoding import ENCODING, KIND, SIZE

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
