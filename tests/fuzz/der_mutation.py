"""Changes DER in its parts and writes the lengths anew, so that what comes out is read again.

Octets that change at random nearly always spoil a length, and then nothing behind it is read.
"""

from random import Random

import atheris

from rules.certificates.der import CONSTRUCTED, DerError, Element, read_der
from rules.certificates.der_writing import element

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


def mutate_der(data: bytes, most: int, seed: int) -> bytes:
    """Return the next input: changed in one part of it, or anywhere."""
    chance = Random(seed)  # noqa: S311 -- so that a run can be had again
    try:
        root, _ = read_der(data)
    except DerError:
        return bytes(atheris.Mutate(data, most))
    if not chance.randrange(_PLAIN_ONE_IN):
        return bytes(atheris.Mutate(data, most))
    parts = _parts(root)
    changed = _changed(chance.choice(parts), parts, chance)
    return _written(root, *changed)[:most]


def _parts(root: Element) -> list[Element]:
    parts = [root]
    for part in parts:
        parts.extend(part.children)
    return parts


def _changed(part: Element, parts: list[Element], chance: Random) -> tuple[Element, bytes]:
    """Return a part and what is to stand in its place."""
    octets = part.octets
    other = chance.choice(parts).octets
    match chance.randrange(7):
        case 0:
            return part, b""
        case 1:
            return part, octets * 2
        case 2:
            return part, other
        case 3:
            return part, octets + other
        case 4:
            return part, bytes((chance.choice(_TAGS),)) + octets[1:]
        case _:
            content = bytes(atheris.Mutate(part.content, len(part.content) + 32))
            return part, element(part.tag, content)


def _written(part: Element, changed: Element, octets: bytes) -> bytes:
    if part is changed:
        return octets
    if not part.tag & CONSTRUCTED:
        return part.octets
    return element(part.tag, *(_written(child, changed, octets) for child in part.children))
