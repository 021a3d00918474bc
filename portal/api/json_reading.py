"""Reads JSON strictly and quickly: what is no JSON is refused, what is given twice is seen."""

import json
from collections import Counter
from typing import Any, Final

import orjson


class Repeated(dict[str, Any]):
    """The members of an object that has one of them more than once."""

    def __init__(self, members: dict[str, Any], name: str) -> None:
        super().__init__(members)
        self.name = name
        """The first one that is given again."""


def read_json(octets: bytes) -> Any:
    """Read JSON (RFC 8259) in UTF-8; objects with a member given twice come as `Repeated`.

    Raises:
        ValueError: It is none, or nested too deep.
    """
    read = orjson.loads(octets)
    try:
        if b"\\" not in octets and _count_quotes(octets) == _quotes(read):
            return read
        # The quick parser keeps the last of what is given twice and says nothing.
        return _SEES_REPETITION.decode(octets.decode())
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def first_repeated(read: Any) -> str | None:
    """Return the name of a member that is given twice anywhere in what was read."""
    # Not by recursion: JSON that is nested as deep as it may be is deeper than Python calls.
    waiting = [read]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Repeated):
            return value.name
        if isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
    return None


def _count_quotes(octets: bytes) -> int:
    # What is left without them is made ten times as fast as they are counted.
    return len(octets) - len(octets.replace(b'"', b""))


def _quotes(value: Any) -> int:
    """Count the quotation marks that a value has in JSON without escapes.

    Each text has two. There are more of them where a member is given again.
    """
    kind = type(value)
    if kind is str:
        return 2
    if kind is dict:
        return 2 * len(value) + sum(map(_quotes, value.values()))
    return sum(map(_quotes, value)) if kind is list else 0


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    times = Counter(name for name, _ in pairs)
    return Repeated(members, next(name for name, number in times.items() if number > 1))


_SEES_REPETITION: Final = json.JSONDecoder(object_pairs_hook=_members)
