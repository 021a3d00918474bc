"""Vectors of a certificate that came back, compared with its request and its issuer."""

from functools import partial

from rules.certificates import der_writing as der, keys, making, profiles
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_issued import GOOD, SUBJECT_DIFFERS, issued, of

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
        SUBJECT_DIFFERS,
        says="CN=EFGH",
    ),
    issued(
        "the same subject in another string type",
        of(
            b.certificate(
                subject=b.name(b.common_name(tag=b.PRINTABLE_STRING), b.unit(), b.identifier())
            )
        ),
        SUBJECT_DIFFERS,
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
