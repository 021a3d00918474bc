"""Vectors of a certificate that came back, held to its profile: fields and extensions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rules.certificates import der_writing as der, keys, making, profiles
from rules.certificates.issued import IssuedFacts
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_issued import issued, of

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
        says="17 bytes",
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
        says="Certificate does not have. The certificate has no authorityKeyIdentifier",
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
