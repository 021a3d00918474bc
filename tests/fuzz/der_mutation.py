"""Changes DER in its parts and writes the lengths anew, so that what comes out is read again.

Octets that change at random nearly always spoil a length, and then nothing behind it is read.
"""

from collections.abc import Callable
from random import Random

from rules.certificates.der import CONSTRUCTED, DerError, Element, read_der
from rules.certificates.der_writing import element
from tests.fuzz.target import Plain

_TAGS = bytes(
    (
        0x01,
        0x02,
        0x03,
        0x04,
        0x05,
        0x06,
        0x0C,
        0x13,
        0x16,
        0x17,
        0x18,
        0x1E,
        0x30,
        0x31,
        0xA0,
        0xA3,
    )
)
_PLAIN_ONE_IN = 3
_OF_PARTS: dict[int, Callable[[bytes, bytes], bytes]] = {
    0: lambda _part, _other: b"",
    1: lambda part, _other: part * 2,
    2: lambda _part, other: other,
    3: lambda part, other: part + other,
}
"""From the octets of a part and those of another to what takes the place of the first."""
_OTHER_TAG = 4
_LONGER = 32
"""Octets by which a value may grow."""


def mutate_der(data: bytes, most: int, seed: int, plain: Plain) -> bytes:
    """Return the next input: changed in one part of it, or anywhere."""
    chance = Random(seed)  # noqa: S311 -- so that a run can be had again
    try:
        root, _ = read_der(data)
    except DerError:
        return plain(data, most)
    if not chance.randrange(_PLAIN_ONE_IN):
        return plain(data, most)
    parts = _parts(root)
    part = chance.choice(parts)
    kind = chance.randrange(7)
    if kind in _OF_PARTS:
        octets = _OF_PARTS[kind](part.octets, chance.choice(parts).octets)
    elif kind == _OTHER_TAG:
        octets = bytes((chance.choice(_TAGS),)) + part.octets[1:]
    else:
        octets = element(part.tag, plain(part.content, len(part.content) + _LONGER))
    return _written(root, part, octets)[:most]


def _parts(root: Element) -> list[Element]:
    parts = [root]
    for part in parts:
        parts.extend(part.children)
    return parts


def _written(part: Element, changed: Element, octets: bytes) -> bytes:
    if part is changed:
        return octets
    if not part.tag & CONSTRUCTED:
        return part.octets
    return element(part.tag, *(_written(child, changed, octets) for child in part.children))
