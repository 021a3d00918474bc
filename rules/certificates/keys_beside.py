"""Finds the private key of a request in what came beside it, in whatever writing.

A number says nothing about itself: 64 hexadecimal digits may be a digest. So each that could be
a P-256 private key is tried against the request's own public key, or its negative.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from rules.certificates.keys import ORDER, key_x

_OCTETS: Final = 32
_MOST_TRIED: Final = 600
"""Numbers; each takes some 70 microseconds, and an honest mail holds a few."""

_IN_ONE: Final = re.compile(rb"(?<![0-9A-Za-z])(?:0x)?([0-9A-Fa-f]{56,64})(?![0-9A-Za-z])")
"""Hexadecimal in one piece, with leading zeros left out or not."""
_IN_PIECES: Final = re.compile(rb"(?:(?:0x)?[0-9A-Fa-f]{2}[\s:,;-]{0,8}){31,}")
_BETWEEN: Final = re.compile(rb"0x|[\s:,;-]")
_DECIMAL: Final = re.compile(rb"(?<![0-9A-Za-z])[0-9]{68,78}(?![0-9A-Za-z])")
_BASE64: Final = re.compile(rb"(?<![A-Za-z0-9+/_-])([A-Za-z0-9+/_-]{43})=?(?![A-Za-z0-9+/_=-])")
_URL_LETTERS: Final = bytes.maketrans(b"-_", b"+/")


def is_key_beside(point: bytes, *, text: bytes, behind: bytes) -> bool:
    """Return whether what came around a request contains its private key or the negative of it.

    Args:
        point: The request's public key, a valid point on P-256.
        text: What was sent before and after its PEM block.
        behind: The octets behind its DER, which may be a number as it is, too.
    """
    sought = key_x(point)
    tried: set[int] = set()
    numbers = chain(_numbers(text), _numbers(behind), _windows(behind))
    for number in islice(numbers, _MOST_TRIED):
        if 0 < number < ORDER and number not in tried:
            tried.add(number)
            if key_x(_point(number)) == sought:
                return True
    return False


def _point(number: int) -> bytes:
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key().public_numbers()
    return b"\x04" + public.x.to_bytes(_OCTETS, "big") + public.y.to_bytes(_OCTETS, "big")


def _numbers(beside: bytes) -> Iterator[int]:
    """Return what may be a private key; what is one in all likelihood first."""
    for found in _IN_ONE.finditer(beside):
        yield int(found[1], 16)
    for found in _BASE64.finditer(beside):
        letters = found[1].translate(_URL_LETTERS) + b"="
        yield int.from_bytes(binascii.a2b_base64(letters), "big")
    for found in _DECIMAL.finditer(beside):
        yield int(found[0])
    for found in _IN_PIECES.finditer(beside):
        yield from _windows(bytes.fromhex(_BETWEEN.sub(b"", found[0]).decode()))


def _windows(octets: bytes) -> Iterator[int]:
    if len(octets) < _OCTETS:
        yield int.from_bytes(octets, "big")
    for at in range(len(octets) - _OCTETS + 1):
        yield int.from_bytes(octets[at : at + _OCTETS], "big")
