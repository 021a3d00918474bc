"""Vectors of certificates that came back from the OCA."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from rules.certificates import der_writing as der, keys, making, profiles
from rules.certificates.der import read_der
from rules.certificates.issued import ISSUED_RULES, IssuedFacts
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors import Vector

ALL = frozenset(rule.id for rule in ISSUED_RULES)
READABLE = ALL - {"APPB-B-kind", "APPB-B-issuing-certificate"}
GOOD = b.certificate()
PKCS8 = b.key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def unread(reason: str, *, name: str, submission: bytes) -> Vector:
    return Vector(
        name=name,
        facts=partial(b.issued, submission),
        failed={"APPB-B-kind": f"certificate-{reason}"},
        not_applicable=READABLE,
    )


def not_der(reason: str, *, name: str, submission: bytes) -> Vector:
    return Vector(
        name=name,
        facts=partial(b.issued, submission),
        failed={"APPB-B-der": f"certificate-{reason}"},
        not_applicable=(READABLE | {"APPB-B-kind"}) - {"APPB-B-der"},
    )


def issued(
    name: str,
    facts: Callable[[], IssuedFacts],
    failed: dict[str, str],
    *,
    also: frozenset[str] | set[str] = frozenset(),
    says: str = "",
) -> Vector:
    return Vector(name=name, facts=facts, failed=failed, not_applicable=frozenset(also), says=says)


def of(submission: bytes) -> Callable[[], IssuedFacts]:
    return partial(b.issued, submission)


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


_SUBJECT_DIFFERS = {"L11.5-subject": "certificate-subject-differs"}

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
        {"APPB-B-der": "certificate-der-constructed-string", **_SUBJECT_DIFFERS},
    ),
    issued(
        "a set that is not in order",
        of(b.certificate(subject=_unordered_name())),
        {"APPB-B-der": "certificate-der-set-order", **_SUBJECT_DIFFERS},
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

START, END = making.validity_from(b.AT)


def validity(start: datetime, end: datetime) -> bytes:
    return b.times(der.time(start), der.time(end))


def lasting(end: datetime, *, start: datetime = START) -> bytes:
    return b.certificate(validity=validity(start, end))


FIELDS = [
    issued(
        "version 2",
        of(b.certificate(version=b"\xa0\x03\x02\x01\x01")),
        {"APPB-B-version": "certificate-version"},
        says="encoded as 1",
    ),
    issued(
        "the serial number 0",
        of(b.certificate(serial=der.integer(0))),
        {"APPB-B-serial": "certificate-serial-not-positive"},
    ),
    issued(
        "a serial number of 17 octets",
        of(b.certificate(serial=der.integer(1 << 127))),
        {"APPB-B-serial": "certificate-serial-too-long"},
        says="17 octets",
    ),
    issued(
        "two signature algorithms",
        of(b.certificate(outer=b.ECDSA_SHA256_NULL)),
        {"APPB-B-signature-algorithm": "certificate-signature-algorithms-differ"},
    ),
    issued(
        "SHA-384",
        of(b.certificate(algorithm=b.ECDSA_SHA384)),
        {"APPB-B-signature-algorithm": "certificate-signature-algorithm"},
        also={"APPB-B-signature"},
    ),
    issued(
        "NULL parameters",
        of(b.certificate(algorithm=b.ECDSA_SHA256_NULL)),
        {"APPB-B-signature-algorithm": "certificate-signature-algorithm-parameters"},
    ),
    issued(
        "a GeneralizedTime before 2050",
        of(
            b.certificate(
                validity=b.times(
                    der.time(START), der.element(0x18, f"{END:%Y%m%d%H%M%SZ}".encode())
                )
            )
        ),
        {"APPB-B-time-form": "certificate-time-form"},
        says="GeneralizedTime",
    ),
    issued(
        "a time without its Z",
        of(b.certificate(validity=b.times(der.time(START), der.element(0x17, b"361120235959")))),
        {"APPB-B-structure": "certificate-structure-unexpected"},
        also={"APPB-B-time-form", "APPB-B-lifetime", "APPB-B-not-expired"},
        says="notAfter",
    ),
    issued("ten years to the second", of(lasting(START.replace(year=2036))), {}),
    issued(
        "ten years less a second, as older DCC certificates",
        of(lasting(START.replace(year=2036) - timedelta(seconds=1))),
        {},
    ),
    issued(
        "the last second of its ten years",
        of(lasting(b.AT, start=b.AT.replace(year=b.AT.year - 10))),
        {},
    ),
    issued(
        "ten years that were over a second ago",
        of(lasting(b.AT - timedelta(seconds=1), start=b.AT.replace(year=b.AT.year - 10))),
        {"APPB-B-not-expired": "certificate-expired-when-it-came"},
        says="before it came",
    ),
    issued(
        "a day too long",
        of(lasting(END + timedelta(seconds=1))),
        {"APPB-B-lifetime": "certificate-lifetime"},
        says="20 November 2026",
    ),
    issued(
        "ten years less a day, the least there is",
        of(lasting(START.replace(year=2036) - timedelta(days=1))),
        {},
    ),
    issued(
        "two days too short",
        of(lasting(START.replace(year=2036) - timedelta(days=1, seconds=1))),
        {"APPB-B-lifetime": "certificate-lifetime"},
    ),
    issued(
        "a validity beyond all years",
        of(
            b.certificate(
                validity=validity(
                    datetime(9995, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
                )
            )
        ),
        {"APPB-B-lifetime": "certificate-lifetime"},
    ),
    issued(
        "from a 29 February",
        of(
            b.certificate(
                validity=validity(
                    datetime(2028, 2, 29, tzinfo=UTC),
                    datetime(2038, 2, 28, 23, 59, 59, tzinfo=UTC),
                )
            )
        ),
        {},
    ),
]


def with_extensions(more: bytes = b"", **extensions: bytes | None) -> Callable[[], IssuedFacts]:
    return of(b.certificate(extensions=extensions, more=more))


_POLICY = der.sequence(der.object_identifier("1.2.3.4"))
_POLICIES = b.certificate_extensions()["policies"]
_WITH_ISSUER = der.sequence(
    der.element(0x80, b"\x41" * 8), der.element(0xA1, b""), der.element(0x82, b"\x05")
)

EXTENSIONS = [
    issued(
        "an issuerUniqueID",
        of(b.certificate(after_key=der.element(0x81, b"\x00\x01"))),
        {"APPB-B-extensions": "certificate-unique-ids"},
    ),
    issued(
        "a subjectUniqueID",
        of(b.certificate(after_key=der.element(0x82, b"\x00\x01"))),
        {"APPB-B-extensions": "certificate-unique-ids"},
    ),
    issued(
        "basicConstraints",
        with_extensions(making.extension(profiles.BASIC_CONSTRAINTS, der.sequence())),
        {"APPB-B-extensions": "certificate-extension-not-allowed"},
        says="basicConstraints",
    ),
    issued(
        "two policies extensions",
        with_extensions(_POLICIES),
        {"APPB-B-extensions": "certificate-extension-repeated"},
        says="certificatePolicies more than once",
    ),
    issued(
        "no authorityKeyIdentifier",
        with_extensions(authority_key=None),
        {"APPB-B-extensions": "certificate-extension-missing"},
        also={"APPB-B-authority-key-identifier"},
        says="no authorityKeyIdentifier",
    ),
    issued(
        "basicConstraints and no authorityKeyIdentifier, both told at once",
        with_extensions(
            making.extension(profiles.BASIC_CONSTRAINTS, der.sequence()), authority_key=None
        ),
        {"APPB-B-extensions": "certificate-extension-not-allowed"},
        also={"APPB-B-authority-key-identifier"},
        says="have it issued again. The certificate has no authorityKeyIdentifier",
    ),
    issued(
        "a keyUsage that is not critical",
        with_extensions(key_usage=b.key_usage(critical=False)),
        {"APPB-B-criticality": "certificate-criticality"},
        says="marks keyUsage wrongly",
    ),
    issued(
        "a critical subjectKeyIdentifier",
        with_extensions(
            subject_key=making.extension(
                profiles.SUBJECT_KEY_IDENTIFIER,
                der.octet_string(keys.subject_key_identifier(b.point())),
                critical=True,
            )
        ),
        {"APPB-B-criticality": "certificate-criticality"},
    ),
    issued(
        "a subjectKeyIdentifier by another method",
        with_extensions(
            subject_key=making.extension(
                profiles.SUBJECT_KEY_IDENTIFIER, der.octet_string(b"\x11" * 20)
            )
        ),
        {"APPB-B-subject-key-identifier": "certificate-subject-key-identifier"},
    ),
    issued(
        "an authorityKeyIdentifier with issuer and serial",
        with_extensions(
            authority_key=making.extension(profiles.AUTHORITY_KEY_IDENTIFIER, _WITH_ISSUER)
        ),
        {"APPB-B-authority-key-identifier": "certificate-authority-key-identifier-form"},
    ),
    issued(
        "another authority's key identifier",
        with_extensions(
            authority_key=making.extension(
                profiles.AUTHORITY_KEY_IDENTIFIER, der.sequence(der.element(0x80, b"\x41" * 8))
            )
        ),
        {"APPB-B-authority-key-identifier": "certificate-authority-key-identifier"},
        says="4141414141414141",
    ),
    issued(
        "another policy",
        with_extensions(
            policies=making.extension(
                profiles.CERTIFICATE_POLICIES, der.sequence(_POLICY), critical=True
            )
        ),
        {"APPB-B-policy": "certificate-policy"},
        says="1.2.3.4",
    ),
]

OTHER_KEY = making.public_key_info(b.key("another").public_key())

COMPARISON = [
    issued(
        "an issuing certificate that cannot be read",
        partial(b.issued, issuing_certificate=b"\x30\x03\x02\x01\x05"),
        {"APPB-B-issuing-certificate": "issuing-certificate-unreadable"},
        also={"APPB-B-authority-key-identifier", "APPB-B-issuer", "APPB-B-signature"},
    ),
    issued(
        "an issuing certificate without a key identifier",
        partial(b.issued, issuing_certificate=b.certificate(extensions={"subject_key": None})),
        {
            "APPB-B-issuing-certificate": "issuing-certificate-unreadable",
            "APPB-B-issuer": "certificate-issuer-differs",
            "APPB-B-signature": "certificate-signature-invalid",
        },
        also={"APPB-B-authority-key-identifier"},
    ),
    issued(
        "another issuer's name",
        of(b.certificate(issuer=making.authority_name("07", "Z1"))),
        {"APPB-B-issuer": "certificate-issuer-differs"},
        says='"CN=Z1,OU=07"',
    ),
    issued(
        "the issuer's name in a string that no issuer's name is written in",
        of(b.certificate(issuer=b.name(b.unit("07"), b.common_name("DEVOCA", tag=0x1A)))),
        {"APPB-B-issuer": "certificate-issuer-differs"},
        says='"CN=DEVOCA,OU=07" (in VisibleString) as its issuer',
    ),
    issued(
        "the issuer's name in PrintableStrings, as DCC certificates have it",
        of(
            b.certificate(
                issuer=b.name(
                    b.unit("07", tag=b.PRINTABLE_STRING),
                    b.common_name("DEVOCA", tag=b.PRINTABLE_STRING),
                )
            )
        ),
        {},
    ),
    issued(
        "signed with another key",
        of(b.certificate(signer="another")),
        {"APPB-B-signature": "certificate-signature-invalid"},
        says="does not verify",
    ),
    issued(
        "a signature that is no pair of numbers",
        of(
            der.sequence(
                b.read_certificate(GOOD).signed or b"",
                b.ECDSA_SHA256,
                der.bit_string(b"\x30\x00"),
            )
        ),
        {"APPB-B-signature": "certificate-signature-malformed"},
    ),
    issued(
        "another subject",
        of(b.certificate(subject=b.named(cn="EFGH"))),
        _SUBJECT_DIFFERS,
        says="CN=EFGH",
    ),
    issued(
        "the same subject in another string type",
        of(
            b.certificate(
                subject=b.name(b.common_name(tag=b.PRINTABLE_STRING), b.unit(), b.identifier())
            )
        ),
        _SUBJECT_DIFFERS,
    ),
    issued(
        "another key",
        of(
            b.certificate(
                public_key=OTHER_KEY,
                extensions={
                    "subject_key": making.extension(
                        profiles.SUBJECT_KEY_IDENTIFIER,
                        der.octet_string(keys.subject_key_identifier(OTHER_KEY[-65:])),
                    )
                },
            )
        ),
        {"L11.5-public-key": "certificate-public-key-differs"},
    ),
    issued(
        "another keyUsage",
        of(b.certificate(extensions={"key_usage": b.key_usage(bits=b.KEY_AGREEMENT)})),
        {"L11.5-key-usage": "certificate-key-usage-differs"},
        says="keyAgreement",
    ),
    issued(
        "a request that cannot be read",
        partial(b.issued, request_der=b"\x30\x00"),
        {
            "L11.5-subject": "certificate-subject-differs",
            "L11.5-public-key": "certificate-public-key-differs",
            "L11.5-key-usage": "certificate-key-usage-differs",
        },
    ),
]

GOOD_FORMS = [
    issued("good, in DER", of(GOOD), {}),
    issued("good, in PEM", of(b.pem(GOOD, label="CERTIFICATE")), {}),
]

ISSUED_VECTORS = [
    *GOOD_FORMS,
    *KIND,
    *DER,
    *STRUCTURE,
    *FIELDS,
    *EXTENSIONS,
    *COMPARISON,
]
