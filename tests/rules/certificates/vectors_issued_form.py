"""Vectors of the form of a certificate that came back: kind, strict DER and structure."""

import base64

from rules.certificates import der_writing as der, making, profiles
from rules.certificates.der import read_der
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_issued import (
    GOOD,
    PKCS8,
    SUBJECT_DIFFERS,
    issued,
    not_der,
    of,
    unread,
)

KIND = [
    unread("submission-empty", name="no answer", submission=b""),
    unread("submission-too-large", name="a huge answer", submission=b"A" * 70_000),
    unread("base64-unreadable", name="no Base64", submission=b"certificate?"),
    unread(
        "pem-in-base64",
        name="PEM in Base64",
        submission=base64.b64encode(b.pem(GOOD, label="CERTIFICATE")),
    ),
    unread("hexadecimal-submitted", name="hexadecimal", submission=GOOD.hex().encode()),
    unread(
        "pem-incomplete", name="PEM cut off", submission=b.pem(GOOD, label="CERTIFICATE")[:-30]
    ),
    unread("pem-label-unknown", name="a PEM label", submission=b.pem(GOOD, label="PKCS11")),
    unread(
        "pem-several-blocks",
        name="two certificates",
        submission=b.pem(GOOD, label="CERTIFICATE") * 2,
    ),
    unread("private-key-submitted", name="a private key", submission=PKCS8),
    unread("other-kind-submitted", name="the request back again", submission=b.request()),
    unread("not-asn1", name="a text", submission=base64.b64encode(b"issued, thank you")),
]


def _long_length(octets: bytes) -> bytes:
    return b"\x30\x83\x00" + octets[2:]


def _constructed_unit() -> bytes:
    unit = b.attribute("2.5.4.11", der.element(0x2C, der.utf8_string("87")))
    return b.name(b.common_name(), unit, b.identifier())


def _unordered_name() -> bytes:
    pair = [b.common_name(), b.unit()]
    crowded = der.element(0x31, *sorted(pair)[::-1])
    return der.sequence(crowded, b.rdn(b.identifier()))


DER = [
    issued(
        "no stated length",
        of(b"\x30\x80" + GOOD[4:] + b"\x00\x00"),
        {"APPB-B-der": "certificate-der-indefinite-length"},
        says="no stated length",
    ),
    issued(
        "a length in too many octets",
        of(_long_length(GOOD)),
        {"APPB-B-der": "certificate-der-length-not-minimal"},
    ),
    issued(
        "octets after the certificate",
        of(GOOD + b"\x00"),
        {"APPB-B-der": "certificate-der-trailing-data"},
    ),
    issued(
        "a tag in too many octets",
        of(b.certificate(after_key=b"\x9f\x01\x00")),
        {
            "APPB-B-der": "certificate-der-tag-not-minimal",
            "APPB-B-structure": "certificate-structure-unexpected",
        },
    ),
    issued(
        "a serial number in too many octets",
        of(b.certificate(serial=b"\x02\x02\x00\x05")),
        {"APPB-B-der": "certificate-der-value-not-canonical"},
    ),
    issued(
        "a string in pieces",
        of(b.certificate(subject=_constructed_unit())),
        {"APPB-B-der": "certificate-der-constructed-string", **SUBJECT_DIFFERS},
    ),
    issued(
        "a set that is not in order",
        of(b.certificate(subject=_unordered_name())),
        {"APPB-B-der": "certificate-der-set-order", **SUBJECT_DIFFERS},
    ),
    not_der("der-truncated", name="cut off", submission=GOOD[:-9]),
    not_der("der-too-complex", name="nested", submission=b"\x30\x80" * 99 + b"\xff"),
    not_der("der-unreadable", name="a wrong tag", submission=b"\x30\x02\x00\x00"),
]

STRUCTURE = [
    issued(
        "no serial number",
        of(b.certificate(serial=der.utf8_string("5"))),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-serial"},
        says="serialNumber",
    ),
    issued(
        "a subjectKeyIdentifier that is no OCTET STRING",
        of(
            b.certificate(
                extensions={
                    "subject_key": making.extension(
                        profiles.SUBJECT_KEY_IDENTIFIER, der.integer(5)
                    )
                }
            )
        ),
        {"APPB-B-structure": "certificate-extension-malformed"},
        also={"APPB-B-subject-key-identifier"},
    ),
    issued(
        "a keyUsage that is no BIT STRING",
        of(b.certificate(extensions={"key_usage": b.key_usage(bits=der.integer(5))})),
        {"APPB-B-structure": "certificate-key-usage-malformed"},
        also={"L11.5-key-usage"},
    ),
    issued(
        "a keyUsage with a bit that RFC 5280 does not have",
        of(b.certificate(extensions={"key_usage": b.key_usage(bits=b"\x03\x03\x06\x80\x40")})),
        {"APPB-B-structure": "certificate-key-usage-malformed"},
    ),
]

_CONTENT, _, _SIGNATURE = read_der(GOOD)[0].children
_UNVERIFIED = {"APPB-B-signature-algorithm", "APPB-B-signature"}

STRUCTURE += [
    # Whatever leaves the signature unverified has failed here, or nothing would.
    issued(
        "a signature algorithm beside the signature that is none",
        of(der.sequence(_CONTENT.octets, der.sequence(der.integer(5)), _SIGNATURE.octets)),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also=_UNVERIFIED,
        says="signatureAlgorithm",
    ),
    issued(
        "a signature algorithm beside the signature with two parameters",
        of(
            der.sequence(
                _CONTENT.octets,
                der.sequence(
                    der.object_identifier(profiles.ECDSA_WITH_SHA256), b"\x05\0", b"\x05\0"
                ),
                _SIGNATURE.octets,
            )
        ),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also=_UNVERIFIED,
        says="signatureAlgorithm",
    ),
    issued(
        "a signature that is no whole octets",
        of(der.sequence(_CONTENT.octets, b.ECDSA_SHA256, der.bit_string(b"\xf0", unused=4))),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-signature"},
        says="the signature is missing",
    ),
    issued(
        "a fourth part",
        of(der.sequence(GOOD[4:], der.integer(5))),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        says="sequence of content, algorithm and signature",
    ),
    issued(
        "a public key that is none",
        of(b.certificate(public_key=der.sequence())),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-subject-key-identifier", "L11.5-public-key"},
        says="subjectPublicKeyInfo",
    ),
    issued(
        "a part that does not belong after the key",
        of(b.certificate(after_key=der.integer(5))),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        says="part after the public key",
    ),
    issued(
        "an authorityKeyIdentifier that is no sequence",
        of(
            b.certificate(
                extensions={
                    "authority_key": making.extension(
                        profiles.AUTHORITY_KEY_IDENTIFIER, der.integer(5)
                    )
                }
            )
        ),
        {"APPB-B-structure": "certificate-extension-malformed"},
        also={"APPB-B-authority-key-identifier"},
        says="authorityKeyIdentifier",
    ),
    issued(
        "a policy with a qualifier",
        of(
            b.certificate(
                extensions={
                    "policies": making.extension(
                        profiles.CERTIFICATE_POLICIES,
                        der.sequence(
                            der.sequence(
                                der.object_identifier(profiles.ORGANISATION.policy), der.sequence()
                            )
                        ),
                        critical=True,
                    )
                }
            )
        ),
        {"APPB-B-structure": "certificate-extension-malformed"},
        also={"APPB-B-policy"},
        says="certificatePolicies",
    ),
    issued(
        "a subjectKeyIdentifier that is no ASN.1",
        of(
            b.certificate(
                extensions={
                    "subject_key": making.extension(profiles.SUBJECT_KEY_IDENTIFIER, b"\x04")
                }
            )
        ),
        {"APPB-B-structure": "certificate-extension-malformed"},
        also={"APPB-B-subject-key-identifier"},
    ),
    issued(
        "a time that is a number",
        of(b.certificate(validity=b.times(der.time(b.AT), der.integer(5)))),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-time-form", "APPB-B-lifetime", "APPB-B-not-expired"},
        says="notAfter",
    ),
    issued(
        "a signature algorithm that is none, inside",
        of(b.certificate(algorithm=der.sequence(), outer=b.ECDSA_SHA256)),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-signature-algorithm"},
        says="signature algorithm",
    ),
    *(
        issued(
            f"policies that are {name}",
            of(
                b.certificate(
                    extensions={
                        "policies": making.extension(
                            profiles.CERTIFICATE_POLICIES, value, critical=True
                        )
                    }
                )
            ),
            {"APPB-B-structure": "certificate-extension-malformed"},
            also={"APPB-B-policy"},
        )
        for name, value in (
            ("none", der.sequence()),
            ("a number", der.integer(5)),
            ("a set", der.element(0x31, der.sequence(der.object_identifier("1.2.3")))),
        )
    ),
    issued(
        "a validity that is no SEQUENCE",
        of(
            b.certificate(
                validity=b"\x65" + b.times(*map(der.time, making.validity_from(b.AT)))[1:]
            )
        ),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-time-form", "APPB-B-lifetime", "APPB-B-not-expired"},
        says="In the certificate the notBefore is missing",
    ),
    issued(
        "a validity of three times",
        of(b.certificate(validity=der.sequence(*[der.time(b.AT)] * 3))),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-time-form", "APPB-B-lifetime", "APPB-B-not-expired"},
        says="In the certificate the notAfter is missing",
    ),
]
