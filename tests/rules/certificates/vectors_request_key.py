"""Vectors of a request's key and signature, and of the extensions it asks for."""

from functools import partial

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates import der_writing as der, making, profiles
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_form import SOLR
from tests.rules.certificates.vectors import Vector

POINT = b.key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
COMPRESSED = b.key().public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
OFF_CURVE = POINT[:-1] + bytes([POINT[-1] ^ 1])
RSA = der.sequence(
    der.sequence(der.object_identifier("1.2.840.113549.1.1.1"), b"\x05\x00"),
    der.bit_string(der.sequence(der.integer(1 << 2047 | 1), der.integer(65537))),
)
P384 = b.spki(
    ec.derive_private_key(7, ec.SECP384R1())
    .public_key()
    .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
    curve=der.object_identifier("1.3.132.0.34"),
)
EXPLICIT_CURVE = b.spki(POINT, curve=der.sequence(der.integer(1)))
# RFC 6979, A.2.5: a key printed in a standard.
PUBLISHED = ec.derive_private_key(
    0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, ec.SECP256R1()
)
_P384_KEY = ec.derive_private_key(7 << 300, ec.SECP384R1())
P384_SIGNED = b.sign(
    b.info(
        public_key=b.spki(
            _P384_KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
            curve=der.object_identifier("1.3.132.0.34"),
        )
    ),
    private_key=_P384_KEY,
)
"""Signed with a number that P-256 could not have, which is no fault of the signature's form."""
NEGATIVE = ec.derive_private_key(
    b.ORDER - PUBLISHED.private_numbers().private_value, ec.SECP256R1()
)
NO_POINT = frozenset({"RA-KEYS-published", "RA-KEYS-weak", "APPM-F-proof-of-possession"})


def with_key(
    name: str,
    public_key: bytes,
    failed: dict[str, str],
    *,
    also: frozenset[str] = frozenset(),
    says: str = "",
) -> Vector:
    return Vector(
        name=name,
        facts=partial(b.facts, b.request(public_key=public_key)),
        failed=failed,
        not_applicable=SOLR,
        not_checked=also,
        says=says,
    )


def own_key(name: str, private_key: ec.EllipticCurvePrivateKey, reason: str, says: str) -> Vector:
    info = b.info(public_key=making.public_key_info(private_key.public_key()))
    rule = "RA-KEYS-weak" if reason == "key-weak" else "RA-KEYS-published"
    return Vector(
        name=name,
        facts=partial(b.facts, b.sign(info, private_key=private_key)),
        failed={rule: reason},
        not_applicable=SOLR,
        says=says,
    )


KEY = [
    with_key(
        "an RSA key",
        RSA,
        {"APPM-F-key-algorithm": "key-not-elliptic-curve"},
        also=NO_POINT | {"APPM-F-key-curve", "APPM-F-key-point"},
        says="The public key is RSA.",
    ),
    with_key(
        "a curve by its parameters",
        EXPLICIT_CURVE,
        {"APPM-F-key-curve": "key-curve-not-named"},
        also=NO_POINT | {"APPM-F-key-point"},
        says="does not name its curve",
    ),
    with_key(
        "another curve",
        P384,
        {"APPM-F-key-curve": "key-curve-not-p256"},
        also=NO_POINT | {"APPM-F-key-point"},
        says="on the curve P-384",
    ),
    Vector(
        name="a P-384 key that signed with SHA-256",
        facts=partial(b.facts, P384_SIGNED),
        failed={"APPM-F-key-curve": "key-curve-not-p256"},
        not_applicable=SOLR,
        not_checked=NO_POINT | {"APPM-F-key-point"},
        says="on the curve P-384",
    ),
    with_key(
        "a compressed point",
        b.spki(COMPRESSED),
        {"APPM-F-key-point": "key-point-compressed"},
        also=NO_POINT,
        says="compressed point",
    ),
    with_key(
        "a point of 64 octets",
        b.spki(POINT[1:]),
        {"APPM-F-key-point": "key-point-malformed"},
        also=NO_POINT,
        says="65 bytes",
    ),
    with_key(
        "the point at infinity",
        b.spki(b"\x00"),
        {"APPM-F-key-point": "key-point-malformed"},
        also=NO_POINT,
    ),
    with_key(
        "a point off the curve",
        b.spki(OFF_CURVE),
        {"APPM-F-key-point": "key-point-off-curve"},
        also=NO_POINT,
        says="does not lie on the curve",
    ),
    with_key(
        "a coordinate beyond the field",
        b.spki(b"\x04" + b"\xff" * 64),
        {"APPM-F-key-point": "key-point-off-curve"},
        also=NO_POINT,
    ),
    own_key("a published key", PUBLISHED, "key-published", "RFC 6979"),
    own_key("the negative of a published key", NEGATIVE, "key-published", "RFC 6979, A.2.5"),
    own_key("the private key 1", b.tiny_key(1), "key-weak", "tiny number 1 "),
    own_key("the private key 1024", b.tiny_key(1024), "key-weak", "tiny number 1024 "),
    own_key("the private key -3", b.tiny_key(-3), "key-weak", "tiny number 3 "),
]

_INFO = b.info()
_OTHER_SIGNATURE = b.key("another").sign(_INFO, ec.ECDSA(SHA256(), deterministic_signing=True))


def signed(
    name: str,
    submission: bytes,
    failed: dict[str, str],
    *,
    also: frozenset[str] = frozenset(),
    says: str = "",
) -> Vector:
    return Vector(
        name=name,
        facts=partial(b.facts, submission),
        failed=failed,
        not_applicable=SOLR,
        not_checked=also,
        says=says,
    )


SIGNATURE = [
    signed(
        "signed with SHA-384",
        b.sign(_INFO, algorithm=b.ECDSA_SHA384),
        {"APPM-F-signature-algorithm": "signature-algorithm"},
        also=frozenset({"APPM-F-proof-of-possession"}),
        says="signed with ecdsa-with-SHA384",
    ),
    signed(
        "NULL parameters of the signature algorithm",
        b.sign(_INFO, algorithm=b.ECDSA_SHA256_NULL),
        {"APPM-F-signature-algorithm": "signature-algorithm-parameters"},
        says="has parameters",
    ),
    signed(
        "signed with another key",
        der.sequence(_INFO, b.ECDSA_SHA256, der.bit_string(_OTHER_SIGNATURE)),
        {"APPM-F-proof-of-possession": "proof-of-possession-failed"},
        says="does not verify",
    ),
    signed(
        "changed after it was signed",
        b.request().replace(b"ABCD", b"EFGH"),
        {"APPM-F-proof-of-possession": "proof-of-possession-failed"},
    ),
    signed(
        "a signature that is no pair of numbers",
        der.sequence(_INFO, b.ECDSA_SHA256, der.bit_string(der.sequence(der.integer(5)))),
        {"APPM-F-proof-of-possession": "signature-malformed"},
        says="not a pair of numbers",
    ),
    signed(
        "a signature of zeros",
        der.sequence(
            _INFO, b.ECDSA_SHA256, der.bit_string(der.sequence(der.integer(0), der.integer(0)))
        ),
        {"APPM-F-proof-of-possession": "signature-malformed"},
        says="out of range",
    ),
    signed(
        "a raw signature without ASN.1",
        der.sequence(_INFO, b.ECDSA_SHA256, der.bit_string(b"\x7f" * 64)),
        {"APPM-F-proof-of-possession": "signature-malformed"},
    ),
]


SIGNATURE += [
    signed(
        "a signature whose numbers have too many octets",
        der.sequence(
            _INFO,
            b.ECDSA_SHA256,
            der.bit_string(der.sequence(b"\x02\x02\x00\x05", der.integer(5))),
        ),
        {"APPM-F-proof-of-possession": "signature-malformed"},
        says="too many bytes",
    ),
    signed(
        "a signature that is no whole octets",
        der.sequence(_INFO, b.ECDSA_SHA256, der.bit_string(b"\xf0", unused=4)),
        {"APPM-F-structure": "structure-unexpected"},
        also=frozenset({"APPM-F-proof-of-possession"}),
        says="the signature is missing",
    ),
    signed(
        "a signature algorithm that is none",
        b.sign(_INFO, algorithm=der.sequence(der.integer(5))),
        {"APPM-F-structure": "structure-unexpected"},
        also=frozenset({"APPM-F-signature-algorithm", "APPM-F-proof-of-possession"}),
        says="signatureAlgorithm",
    ),
    signed(
        "no signature at all",
        der.sequence(_INFO, b.ECDSA_SHA256),
        {"APPM-F-structure": "structure-unexpected"},
        also=frozenset({"APPM-F-proof-of-possession"}),
        says="the signature is missing",
    ),
    signed(
        "a key that is no whole octets",
        b.request(
            public_key=der.sequence(
                der.sequence(der.object_identifier("1.2.840.10045.2.1")),
                der.bit_string(b"\xf0", unused=4),
            )
        ),
        {"APPM-F-structure": "structure-unexpected"},
        also=NO_POINT
        | {
            "APPM-F-key-algorithm",
            "APPM-F-key-curve",
            "APPM-F-key-point",
            "RA-KEYS-published",
            "MP104-KEY-purpose",
            "MP104-KEY-certified",
            "MP104-KEY-open",
        },
        says="subjectPublicKeyInfo",
    ),
]


def asking(
    name: str,
    attributes: bytes,
    failed: dict[str, str],
    *,
    also: frozenset[str] = frozenset(),
    says: str = "",
) -> Vector:
    return signed(name, b.request(attrs=attributes), failed, also=also, says=says)


_NO_USAGE = frozenset({"APPM-F-key-usage-critical", "MP104-1-key-usage"})
_NO_LIST = frozenset({"APPM-F-extensions", "APPM-F-key-usage"}) | _NO_USAGE

EXTENSIONS = [
    asking(
        "an extension that is not built as it should be",
        b.attributes(b.extension_request(b.key_usage(), der.sequence(der.integer(5)))),
        {"APPM-F-structure": "structure-unexpected"},
        says="the extension is missing",
    ),
    asking(
        "a list of extensions that is none",
        b.attributes(
            der.sequence(
                der.object_identifier("1.2.840.113549.1.9.14"), der.set_of(der.integer(5))
            )
        ),
        {
            "APPM-F-structure": "structure-unexpected",
            "APPM-F-key-usage": "key-usage-missing",
        },
        also=_NO_USAGE,
        says="list of extensions",
    ),
    asking(
        "no extensions asked for",
        b.attributes(),
        {"APPM-F-extension-request": "extension-request-missing"},
        also=_NO_LIST,
        says="does not ask for keyUsage: it has no extensionRequest",
    ),
    asking(
        "an extension request without a list",
        b.attributes(
            der.sequence(der.object_identifier(profiles.EXTENSION_REQUEST), der.set_of())
        ),
        {"APPM-F-extension-request": "extension-request-empty"},
        also=_NO_LIST,
        says="is empty",
    ),
    asking(
        "two extension requests",
        b.attributes(b.extension_request(), b.extension_request()),
        {
            "APPM-F-extension-request": "extension-request-repeated",
            "APPM-F-extensions": "extension-repeated",
        },
        says="must be there once",
    ),
    asking(
        "keyUsage asked for twice",
        b.attributes(b.extension_request(b.key_usage(), b.key_usage())),
        {"APPM-F-extensions": "extension-repeated"},
        says="more than once",
    ),
    asking(
        "a subjectAltName",
        b.attributes(b.extension_request(b.key_usage(), b.SUBJECT_ALT_NAME)),
        {"APPM-F-extensions": "extension-not-allowed"},
        says="asks for subjectAltName",
    ),
    asking(
        "a subjectAltName and keyUsage twice, both told at once",
        b.attributes(b.extension_request(b.key_usage(), b.SUBJECT_ALT_NAME, b.key_usage())),
        {"APPM-F-extensions": "extension-not-allowed"},
        says="ask for keyUsage alone. The request asks for keyUsage more than once",
    ),
    asking(
        "a list of extensions without keyUsage",
        b.attributes(b.extension_request(b.SUBJECT_ALT_NAME)),
        {
            "APPM-F-extensions": "extension-not-allowed",
            "APPM-F-key-usage": "key-usage-missing",
        },
        also=_NO_USAGE,
    ),
    asking(
        "a keyUsage that is no BIT STRING",
        b.attributes(b.extension_request(b.key_usage(bits=b"\x02\x01\x05"))),
        {"APPM-F-key-usage": "key-usage-malformed"},
        also=_NO_USAGE,
        says="not a BIT STRING",
    ),
    asking(
        "a keyUsage with bits that are not set",
        b.attributes(b.extension_request(b.key_usage(bits=b"\x03\x02\x00\x80"))),
        {"APPM-F-key-usage": "key-usage-malformed"},
        says="against DER",
    ),
    asking(
        "a keyUsage with a bit that RFC 5280 does not have",
        b.attributes(b.extension_request(b.key_usage(bits=b"\x03\x03\x06\x80\x40"))),
        {"APPM-F-key-usage": "key-usage-malformed"},
        says="bit 9",
    ),
    asking(
        "a keyUsage with a bit far behind",
        b.attributes(
            b.extension_request(b.key_usage(bits=b"\x03\x17\x00\x80" + bytes(20) + b"\x01"))
        ),
        {"APPM-F-key-usage": "key-usage-malformed"},
        says="bit 175",
    ),
    asking(
        "both key usages",
        b.attributes(b.extension_request(b.key_usage(bits=b"\x03\x02\x03\x88"))),
        {"APPM-F-key-usage": "key-usage-not-one"},
        also=frozenset({"MP104-1-key-usage"}),
        says="digitalSignature and keyAgreement",
    ),
    asking(
        "an empty keyUsage",
        b.attributes(b.extension_request(b.key_usage(bits=b"\x03\x01\x00"))),
        {"APPM-F-key-usage": "key-usage-not-one"},
        also=frozenset({"MP104-1-key-usage"}),
        says="is empty",
    ),
    asking(
        "a keyUsage that is not critical",
        b.attributes(b.extension_request(b.key_usage(critical=False))),
        {"APPM-F-key-usage-critical": "key-usage-not-critical"},
        says="not marked as critical",
    ),
    asking(
        "xmlSign with keyAgreement",
        b.attributes(b.extension_request(b.key_usage(bits=b.KEY_AGREEMENT))),
        {"MP104-1-key-usage": "key-usage-not-digital-signature"},
        says="keyAgreement",
    ),
]

KEY_VECTORS = [*KEY, *SIGNATURE, *EXTENSIONS]
