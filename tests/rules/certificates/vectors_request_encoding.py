"""Vectors of a request's size, its encoding and its kind."""

import base64
import textwrap

from rules.certificates import der_writing as der
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_form import (
    ENCRYPTED,
    GOOD,
    PKCS8,
    PKCS12,
    RSA_PKCS1,
    SEC1,
    pem_level,
    unread,
)

SIZE = [
    unread("APPM-F-size", "submission-empty", name="empty", submission=b" \n", says="empty"),
    unread(
        "APPM-F-size",
        "submission-too-large",
        name="too large",
        submission=b"A" * (64 * 1024 + 1),
        says="65,537 bytes; at most 65,536 are read",
    ),
]

ENCODING = [
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="a character that is no Base64",
        submission=b.pem(GOOD).replace(b"MII", b"M!I", 1),
        says='Line 2 contains "!"',
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
        says="Its first bytes are FF D8 FF E0",
    ),
    unread(
        "APPM-F-encoding",
        "base64-unreadable",
        name="octets below the letters",
        submission=b"PK\x03\x04 an archive",
        says="Its first bytes are 50 4B 03 04",
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
        says='Line 2 contains "<U+00A0>"',
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
            says='Line 7 contains "*"',
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
