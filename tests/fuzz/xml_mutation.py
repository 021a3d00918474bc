"""Changes XML in its tags and texts, so that what comes out is mostly well-formed.

Octets that change at random nearly always spoil a tag, and then the parser ends the matter.
"""

import re
from random import Random

from tests.fuzz.target import Plain
from tests.rules.messages.mutations import FRAGMENTS

_TOKEN = re.compile(rb"<[^<>]*>|[^<>]+")
_ATTRIBUTE = re.compile(rb"""\s[^\s=<>"']+\s*=\s*(?:"[^"]*"|'[^']*')""")
_ATTRIBUTES = (
    b' a=""',
    b' b="&lt;"',
    b" c='\"'",
    b' d="\t\n&#13;"',
    b' e = "x"',
    b' xml:space="preserve"',
    b' xml:space="x"',
    b' xml:lang="en"',
    b' xmlns:q="urn:q"',
    b' xmlns:q=""',
    b' xmlns="urn:q"',
    b' xmlns=""',
    b' xmlns="relative"',
    b' q:a="1"',
    b' sr:a="1"',
    b' ds:a="1"',
)
_ELEMENTS = (
    b"<a/>",
    b"<a />",
    b"<a></a>",
    b"<a></a >",
    b'<q:a xmlns:q="urn:q"/>',
    b"<sr:a/>",
    b"<ds:a>x</ds:a>",
    b"x > y",
    b"\xc3\xa9",
    b'"',
    b"'",
    b" = ",
)
_PLAIN_ONE_IN = 4
_KINDS = 8


def mutate_xml(data: bytes, most: int, seed: int, plain: Plain) -> bytes:
    """Return the next input: changed in some of its tags and texts, or anywhere."""
    chance = Random(seed)  # noqa: S311 -- so that a run can be had again
    tokens = _TOKEN.findall(data)
    if not tokens or not chance.randrange(_PLAIN_ONE_IN):
        return plain(data, most)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(tokens))
        tokens[place : place + 1] = _changed(tokens[place], tokens, chance)
    return b"".join(tokens)[:most]


def _changed(token: bytes, tokens: list[bytes], chance: Random) -> list[bytes]:
    """Return what is to stand in the place of a tag or a text."""
    kind = chance.randrange(_KINDS)
    if kind == 0:
        return [token, chance.choice(_ELEMENTS)]
    if kind == 1:
        return [chance.choice(FRAGMENTS), token]
    if kind == 2:
        return [token, chance.choice(tokens)]
    if not token.startswith(b"<"):
        at = chance.randint(0, len(token))
        return [token[:at] + chance.choice(FRAGMENTS) + token[at:]]
    return [_changed_tag(token, chance)]


def _changed_tag(tag: bytes, chance: Random) -> bytes:
    """Return a tag with another spelling, or another attribute."""
    end = -2 if tag.endswith(b"/>") else -1
    attributes = _ATTRIBUTE.findall(tag)
    match chance.randrange(5):
        case 0:
            return tag[:end] + chance.choice(_ATTRIBUTES) + tag[end:]
        case 1:
            return tag[:end] + chance.choice((b" ", b"\n", b"\t", b"\r\n")) + tag[end:]
        case 2 if attributes:
            return tag.replace(chance.choice(attributes), b"", 1)
        case 3 if len(attributes) > 1:
            first, second = chance.sample(attributes, 2)
            return tag.replace(first, b"\0", 1).replace(second, first, 1).replace(b"\0", second)
        case _:
            return tag.replace(b'"', b"'")
