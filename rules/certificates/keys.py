"""P-256 keys: is the point valid, is the key known to be public or weak, does a signature verify.

FIPS 186-5, SEC 1 version 2 (2.3.3, 3.2.2) and RFC 5480 for the form of the point.
"""

from functools import cache
from hashlib import sha1, sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from rules.certificates.der import DerError, read_der
from rules.certificates.der_values import INTEGER, SEQUENCE
from rules.certificates.structures import PointFault
from rules.data import read_table

_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256, n: the private keys d and n - d have points with one x."""
_GENERATOR: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_UNCOMPRESSED: Final = 4
_COMPRESSED: Final = (2, 3)
_COORDINATE: Final = 32
_POINT: Final = 1 + 2 * _COORDINATE
WEAKEST_SCALARS: Final = 1024
"""Private keys 1 to this, and their negatives, are refused: anyone finds them by trying."""


def point_fault(encoded: bytes) -> PointFault | None:
    """Return why the octets are no uncompressed point on P-256, or None where they are one."""
    if len(encoded) == 1 + _COORDINATE and encoded[0] in _COMPRESSED:
        return PointFault.COMPRESSED
    if len(encoded) != _POINT or encoded[0] != _UNCOMPRESSED:
        return PointFault.MALFORMED
    x = int.from_bytes(encoded[1 : 1 + _COORDINATE], "big")
    y = int.from_bytes(encoded[1 + _COORDINATE :], "big")
    if x >= _P or y >= _P or (y * y - x * x * x + 3 * x - _B) % _P:
        return PointFault.OFF_CURVE
    return None


def key_x(point: bytes) -> str:
    """Return what a key and its negative have in common: x, in 64 lower-case hexadecimal digits.

    Whoever has the private key d has n - d too, and the points of both have the same x; so this
    is the key wherever it is asked whether two are one: separation, repeated use, the published
    list. Verifying a signature, and comparing a certificate with its request, take the exact key.
    """
    return point[1 : 1 + _COORDINATE].hex()


def weak_scalar(point: bytes) -> int | None:
    """Return the tiny number whose multiple of the generator, up to sign, the point is."""
    return _weak_points().get(key_x(point))


@cache
def _weak_points() -> dict[str, int]:
    # Adding the generator again and again; only x is kept, which k and -k share.
    gx, gy = _GENERATOR
    x, y = gx, gy
    points = {_written(x): 1}
    for scalar in range(2, WEAKEST_SCALARS + 1):
        if (x, y) == (gx, gy):
            slope = (3 * x * x - 3) * pow(2 * y, -1, _P) % _P
        else:
            slope = (gy - y) * pow(gx - x, -1, _P) % _P
        x_next = (slope * slope - x - gx) % _P
        x, y = x_next, (slope * (x - x_next) - y) % _P
        points[_written(x)] = scalar
    return points


def _written(x: int) -> str:
    return x.to_bytes(_COORDINATE, "big").hex()


@cache
def published_keys() -> dict[str, str]:
    """Return the source of each published private key by its `key_x`, which its negative has too.

    What `weak_scalar` knows is not among them.
    """
    return {row["key_x"]: row["source"] for row in read_table("published-test-keys.csv")}


def spki_fingerprint(spki_der: bytes) -> str:
    """Return the SHA-256 of a DER SubjectPublicKeyInfo in lower-case hexadecimal."""
    return sha256(spki_der).hexdigest()


def subject_key_identifier(encoded_point: bytes) -> bytes:
    """Return the 8-octet key identifier: 0100 and the last 60 bits of SHA-1 of the key.

    RFC 5280, 4.2.1.2 method (2); all 50 DCC test certificates that were decoded have it.
    """
    # SHA-1 names the key here, as the RFC has it; nothing rests on its strength.
    tail = sha1(encoded_point, usedforsecurity=False).digest()[-8:]
    return bytes([0x40 | (tail[0] & 0x0F)]) + tail[1:]


def signature_fault(signature: bytes, *, is_p256: bool) -> str | None:
    """Return why the octets are no ECDSA-Sig-Value in DER (RFC 5480, Appendix A).

    How large its numbers may be is asked of P-256 alone: of another curve they may be larger.
    """
    try:
        root, notes = read_der(signature)
    except DerError as error:
        return error.says
    if notes:
        return notes[0].says
    numbers = root.children
    if root.tag != SEQUENCE or [number.tag for number in numbers] != [INTEGER, INTEGER]:
        return "it is not a pair of numbers"
    values = [int.from_bytes(number.content, "big", signed=True) for number in numbers]
    if min(values) <= 0 or (is_p256 and max(values) >= ORDER):
        return "one of its two numbers is out of range"
    return None


def verifies(point: bytes, *, signature: bytes, data: bytes) -> bool:
    """Return whether a DER signature, ECDSA with SHA-256, over `data` is by a valid point's key.

    Raises:
        ValueError: The point is not a valid uncompressed P-256 point.
    """
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    try:
        key.verify(signature, data, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
