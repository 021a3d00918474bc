"""Public keys that must never be certified, each in a request that is in order but for that.

Who sends one wants a certificate for a key that is not theirs, that anybody can use, that two
readers take for different keys, or that costs the reader.
"""

from collections.abc import Callable
from functools import cache

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.certificates import der_writing as der, profiles
from rules.certificates.der import DerFault
from rules.certificates.reading import MAX_SUBMISSION
from tests.rules.certificates import builders as b

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_POINT = b.point()
_X, _Y = (int.from_bytes(_POINT[i : i + 32], "big") for i in (1, 33))
_CURVE = der.object_identifier(profiles.PRIME256V1)
_EC = der.object_identifier(profiles.EC_PUBLIC_KEY)
_SPKI = b.spki(_POINT)

Attack = tuple[Callable[[], bytes], set[str]]
"""What makes the submission, and the reasons for which it is refused: these and no others."""

OFF_CURVE = {"key-point-off-curve"}
MALFORMED = {"key-point-malformed"}
NOT_BUILT = {"structure-unexpected"}


def coordinates(x: int, y: int) -> bytes:
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def requested(spki: bytes) -> Callable[[], bytes]:
    """Return what makes a request for a key, signed by a key that its sender has."""
    return lambda: b.request(public_key=spki)


def pointed(point: bytes) -> Callable[[], bytes]:
    return requested(b.spki(point))


def owned(private_key: ec.EllipticCurvePrivateKey) -> Callable[[], bytes]:
    """Return what makes a request that the very key signs that it is for."""
    spki = private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return lambda: b.sign(b.info(public_key=spki), private_key=private_key)


def with_signature(r: int, s: int) -> Callable[[], bytes]:
    """Return what makes a request for the victim's key with numbers for a signature."""
    signature = der.sequence(der.integer(r), der.integer(s))
    return lambda: der.sequence(b.info(), b.ECDSA_SHA256, der.bit_string(signature))


def on_curve(curve: ec.EllipticCurve, oid: str) -> Callable[[], bytes]:
    public_key = ec.derive_private_key(0xC0FFEE, curve).public_key()
    point = public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return requested(b.spki(point, curve=der.object_identifier(oid)))


def of_kind(public_key) -> Callable[[], bytes]:
    return requested(public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _y_of(x: int) -> int | None:
    square = (x**3 - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return y if y * y % P == square else None


@cache
def small_x() -> tuple[int, int]:
    """Return a point with an x so small that x + p, which is the same, fits too."""
    found = ((x, _y_of(x)) for x in range(1, 1_000))
    return next((x, y) for x, y in found if y is not None)


def explicit(generator: bytes) -> bytes:
    """Return the parameters of P-256 spelled out (SEC 1, C.2), with a generator."""
    order = b.ORDER
    field = der.sequence(der.object_identifier("1.2.840.10045.1.1"), der.integer(P))
    coefficients = der.sequence(
        der.octet_string((P - 3).to_bytes(32, "big")), der.octet_string(B.to_bytes(32, "big"))
    )
    parts = (der.integer(1), field, coefficients, der.octet_string(generator), der.integer(order))
    return der.sequence(*parts, der.integer(1))


def _algorithm(*parts: bytes) -> bytes:
    return der.sequence(der.sequence(*parts), der.bit_string(_POINT))


def nested(depth: int) -> bytes:
    parameters = b"\x05\x00"
    for _ in range(depth):
        parameters = der.sequence(parameters)
    return parameters


_G = coordinates(
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_INFINITY = b"\x00"

POINTS: dict[str, Attack] = {
    "the point at infinity": (pointed(_INFINITY), MALFORMED),
    "the point at infinity in 65 octets": (pointed(bytes(65)), MALFORMED),
    "zero and zero": (pointed(coordinates(0, 0)), OFF_CURVE),
    "one and one": (pointed(coordinates(1, 1)), OFF_CURVE),
    "the largest coordinates that fit": (pointed(b"\x04" + b"\xff" * 64), OFF_CURVE),
    "x of p": (pointed(coordinates(P, _Y)), OFF_CURVE),
    "a valid point with p added to x": (
        pointed(coordinates(small_x()[0] + P, small_x()[1])),
        OFF_CURVE,
    ),
    "the coordinates of a key exchanged": (pointed(coordinates(_Y, _X)), OFF_CURVE),
    "a key with its last bit flipped": (pointed(coordinates(_X, _Y ^ 1)), OFF_CURVE),
    "a point of a curve with another b": (pointed(coordinates(_X, (_Y + 2) % P)), OFF_CURVE),
    "a point of order two on another curve": (pointed(coordinates(_X, 0)), OFF_CURVE),
    "a compressed point": (pointed(b"\x02" + _POINT[1:33]), {"key-point-compressed"}),
    "a compressed point that is none": (pointed(b"\x03" + b"\xff" * 32), {"key-point-compressed"}),
    "a compressed point with both coordinates": (pointed(b"\x02" + _POINT[1:]), MALFORMED),
    "a point in the hybrid form": (
        pointed(bytes((6 + _Y % 2,)) + _POINT[1:]),
        MALFORMED,
    ),
    "a point of an unknown form": (pointed(b"\x05" + _POINT[1:]), MALFORMED),
    "a key of no octets": (pointed(b""), MALFORMED),
    "a key of one octet": (pointed(b"\x04"), MALFORMED),
    "a point that is cut off": (pointed(_POINT[:-1]), MALFORMED),
    "a point with an octet more": (pointed(_POINT + b"\x00"), MALFORMED),
    "a point with a zero before each coordinate": (
        pointed(b"\x04\x00" + _POINT[1:33] + b"\x00" + _POINT[33:]),
        MALFORMED,
    ),
    "two points": (pointed(_POINT + _POINT), MALFORMED),
    "a point wrapped in an OCTET STRING": (pointed(der.octet_string(_POINT)), MALFORMED),
    "a key in the key": (pointed(_SPKI), MALFORMED),
}

KNOWN: dict[str, Attack] = {
    "the private key 1": (owned(b.tiny_key(1)), {"key-weak"}),
    "the private key -1": (owned(b.tiny_key(-1)), {"key-weak"}),
    "the private key 1024": (owned(b.tiny_key(1024)), {"key-weak"}),
    "the generator, signed by another key": (
        pointed(_G),
        {"key-weak", "proof-of-possession-failed"},
    ),
    "a key that a standard prints": (
        owned(
            ec.derive_private_key(
                0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721,
                ec.SECP256R1(),
            )
        ),
        {"key-published"},
    ),
}

STOLEN: dict[str, Attack] = {
    "the victim's key, signed with the thief's": (
        lambda: b.sign(b.info(), private_key=b.key("thief")),
        {"proof-of-possession-failed"},
    ),
    "the victim's key negated": (
        pointed(coordinates(_X, P - _Y)),
        {"proof-of-possession-failed"},
    ),
    "the victim's request with the thief's key put in": (
        lambda: b.request().replace(_POINT, b.point("thief")),
        {"proof-of-possession-failed"},
    ),
    "the victim's key with a signature of zeros": (with_signature(0, 0), {"signature-malformed"}),
    "with r of zero": (with_signature(0, 1), {"signature-malformed"}),
    "with s of zero": (with_signature(1, 0), {"signature-malformed"}),
    "with r of the order": (with_signature(b.ORDER, 1), {"signature-malformed"}),
    "with s of the order": (with_signature(1, b.ORDER), {"signature-malformed"}),
    "with numbers below zero": (with_signature(-1, -1), {"signature-malformed"}),
    "with a number of a thousand octets": (
        with_signature(1 << 8_000, 1),
        {"signature-malformed"},
    ),
    "with ones": (with_signature(1, 1), {"proof-of-possession-failed"}),
    "with r of the key itself": (with_signature(_X % b.ORDER, 1), {"proof-of-possession-failed"}),
}

_OTHER_CURVE = {"key-curve-not-p256"}
_NOT_NAMED = {"key-curve-not-named"}
_OTHER_KIND = {"key-not-elliptic-curve"}

CURVES: dict[str, Attack] = {
    "secp256k1": (on_curve(ec.SECP256K1(), "1.3.132.0.10"), _OTHER_CURVE),
    "brainpoolP256r1": (on_curve(ec.BrainpoolP256R1(), "1.3.36.3.3.2.8.1.1.7"), _OTHER_CURVE),
    "P-384": (on_curve(ec.SECP384R1(), "1.3.132.0.34"), _OTHER_CURVE),
    "P-521": (on_curve(ec.SECP521R1(), "1.3.132.0.35"), _OTHER_CURVE),
    "a point of secp256k1 under the name of P-256": (
        on_curve(ec.SECP256K1(), profiles.PRIME256V1),
        OFF_CURVE,
    ),
    "a point of P-384 under the name of P-256": (
        on_curve(ec.SECP384R1(), profiles.PRIME256V1),
        MALFORMED,
    ),
    "a key of P-256 under the name of secp256k1": (
        requested(b.spki(_POINT, curve=der.object_identifier("1.3.132.0.10"))),
        _OTHER_CURVE,
    ),
    "SM2": (
        requested(b.spki(_POINT, curve=der.object_identifier("1.2.156.10197.1.301"))),
        _OTHER_CURVE,
    ),
    "a name one number longer": (
        requested(b.spki(_POINT, curve=der.object_identifier(f"{profiles.PRIME256V1}.1"))),
        _OTHER_CURVE,
    ),
    "a name one number shorter": (
        requested(b.spki(_POINT, curve=der.object_identifier("1.2.840.10045.3.1"))),
        _OTHER_CURVE,
    ),
    "a name whose last number overflows 32 bits": (
        requested(b.spki(_POINT, curve=der.object_identifier(f"1.2.840.10045.3.1.{2**32 + 7}"))),
        _OTHER_CURVE,
    ),
    "a name whose last number overflows 64 bits": (
        requested(b.spki(_POINT, curve=der.object_identifier(f"1.2.840.10045.3.1.{2**64 + 7}"))),
        _OTHER_CURVE,
    ),
    "a name with a number in too many octets": (
        requested(b.spki(_POINT, curve=b"\x06\x09" + _CURVE[2:-1] + b"\x80\x07")),
        {DerFault.VALUE_NOT_CANONICAL},
    ),
    "a name that is cut off": (
        requested(b.spki(_POINT, curve=b"\x06\x08" + _CURVE[2:-1] + b"\x87")),
        {DerFault.VALUE_NOT_CANONICAL, *_OTHER_CURVE},
    ),
    "a relative name": (requested(b.spki(_POINT, curve=b"\x0d" + _CURVE[1:])), _NOT_NAMED),
    "a name as text": (
        requested(b.spki(_POINT, curve=der.utf8_string("prime256v1"))),
        _NOT_NAMED,
    ),
    "the curve of whoever issues": (requested(b.spki(_POINT, curve=b"\x05\x00")), _NOT_NAMED),
    "P-256 spelled out": (requested(b.spki(_POINT, curve=explicit(_G))), _NOT_NAMED),
    "P-256 spelled out with the key for its generator": (
        requested(b.spki(_POINT, curve=explicit(_POINT))),
        _NOT_NAMED,
    ),
}

KINDS: dict[str, Attack] = {
    "an RSA key": (
        of_kind(rsa.RSAPublicNumbers(65537, (1 << 2047) + 1).public_key()),
        _OTHER_KIND,
    ),
    "an Ed25519 key": (
        of_kind(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
        _OTHER_KIND,
    ),
    "an X25519 key": (
        of_kind(x25519.X25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
        _OTHER_KIND,
    ),
    "a DSA key": (
        of_kind(
            dsa.DSAPublicNumbers(
                3, dsa.DSAParameterNumbers((1 << 1023) + 1, (1 << 159) + 1, 5)
            ).public_key()
        ),
        _OTHER_KIND,
    ),
    "the key under id-ecDH": (requested(b.spki(_POINT, algorithm="1.3.132.1.12")), _OTHER_KIND),
    "the key under id-ecMQV": (requested(b.spki(_POINT, algorithm="1.3.132.1.13")), _OTHER_KIND),
    "the key under the name of its signature": (
        requested(b.spki(_POINT, algorithm=profiles.ECDSA_WITH_SHA256)),
        _OTHER_KIND,
    ),
    "the key under the name of its curve": (
        requested(b.spki(_POINT, algorithm=profiles.PRIME256V1)),
        _OTHER_KIND,
    ),
}

BUILT: dict[str, Attack] = {
    "no parameters": (requested(_algorithm(_EC)), _NOT_NAMED),
    "the curve twice": (requested(_algorithm(_EC, _CURVE, _CURVE)), NOT_BUILT),
    "NULL after the curve": (requested(_algorithm(_EC, _CURVE, b"\x05\x00")), NOT_BUILT),
    "the curve before the kind": (requested(_algorithm(_CURVE, _EC)), _OTHER_KIND),
    "no kind": (requested(_algorithm()), NOT_BUILT),
    "nothing": (requested(der.sequence()), NOT_BUILT),
    "a key alone": (requested(der.bit_string(_POINT)), NOT_BUILT),
    "two keys in one": (
        requested(
            der.sequence(
                der.sequence(_EC, _CURVE), der.bit_string(_POINT), der.bit_string(b.point("thief"))
            )
        ),
        NOT_BUILT,
    ),
    "two keys, the victim's first": (requested(_SPKI + b.spki(b.point("thief"))), NOT_BUILT),
    "a SET": (requested(b"\x31" + _SPKI[1:]), {*NOT_BUILT, DerFault.SET_ORDER}),
    "an OCTET STRING for a key": (
        requested(der.sequence(der.sequence(_EC, _CURVE), der.octet_string(_POINT))),
        NOT_BUILT,
    ),
    "a key with a bit left over": (
        requested(
            der.sequence(
                der.sequence(_EC, _CURVE), der.bit_string(_POINT[:-1] + b"\x80", unused=1)
            )
        ),
        NOT_BUILT,
    ),
    "a key with eight bits left over": (
        requested(der.sequence(der.sequence(_EC, _CURVE), b"\x03\x42\x08" + _POINT)),
        {*NOT_BUILT, DerFault.VALUE_NOT_CANONICAL},
    ),
    "a key in two pieces": (
        requested(
            der.sequence(
                der.sequence(_EC, _CURVE),
                der.element(0x23, der.bit_string(_POINT[:33]), der.bit_string(_POINT[33:])),
            )
        ),
        {*NOT_BUILT, DerFault.CONSTRUCTED_STRING},
    ),
    "a length that is not stated": (
        requested(b"\x30\x80" + _SPKI[2:] + b"\x00\x00"),
        {DerFault.INDEFINITE_LENGTH},
    ),
    "a length in too many octets": (
        requested(b"\x30\x81" + _SPKI[1:]),
        {DerFault.LENGTH_NOT_MINIMAL},
    ),
    "a length beyond the end": (
        requested(b"\x30\x7f" + _SPKI[2:]),
        {DerFault.TRUNCATED},
    ),
    "a length of four gigabytes": (
        requested(b"\x30\x84\xff\xff\xff\xff" + _SPKI[2:]),
        {DerFault.TRUNCATED},
    ),
    "a length of more octets than there are numbers": (
        requested(b"\x30\xff" + _SPKI[2:]),
        {DerFault.TRUNCATED},
    ),
}

_ROOM = MAX_SUBMISSION - 1_000

LARGE: dict[str, Attack] = {
    "a key of a megabyte": (pointed(bytes(1_000_000)), {"submission-too-large"}),
    "a name of a megabyte": (
        requested(b.spki(_POINT, curve=b"\x06\x83\x0f\x42\x40" + b"\xff" * 999_999 + b"\x01")),
        {"submission-too-large"},
    ),
    "a megabyte of lines of Base64": (
        lambda: b.pem(b.request(public_key=b.spki(bytes(700_000)))),
        {"submission-too-large"},
    ),
    "a key as large as may be": (pointed(bytes(_ROOM)), MALFORMED),
    "a name as large as may be": (
        requested(b.spki(_POINT, curve=der.element(0x06, b"\xff" * _ROOM + b"\x01"))),
        _OTHER_CURVE,
    ),
    "a name of very many numbers": (
        requested(b.spki(_POINT, curve=der.element(0x06, b"\x01" * _ROOM))),
        _OTHER_CURVE,
    ),
    "parameters of very many parts": (
        requested(b.spki(_POINT, curve=der.sequence(b"\x05\x00" * (_ROOM // 2)))),
        {DerFault.TOO_COMPLEX},
    ),
    "parameters within each other": (
        requested(b.spki(_POINT, curve=nested(200))),
        {DerFault.TOO_COMPLEX},
    ),
    "parameters within each other without an end": (
        lambda: b"\x30\x80" * (_ROOM // 2),
        {DerFault.TOO_COMPLEX},
    ),
    "a number as large as may be": (
        requested(b.spki(_POINT, curve=der.sequence(der.integer(1 << (8 * _ROOM))))),
        _NOT_NAMED,
    ),
    "a set of very many members": (
        requested(
            b.spki(_POINT, curve=der.element(0x31, *[b"\x04\x01\x01", b"\x04\x01\x00"] * 950))
        ),
        {DerFault.SET_ORDER, *_NOT_NAMED},
    ),
}

ATTACKS: dict[str, Attack] = {
    f"{group}: {name}": attack
    for group, attacks in {
        "point": POINTS,
        "known": KNOWN,
        "stolen": STOLEN,
        "curve": CURVES,
        "kind": KINDS,
        "built": BUILT,
        "large": LARGE,
    }.items()
    for name, attack in attacks.items()
}
