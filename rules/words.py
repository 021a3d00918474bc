"""How values from outside are shown inside sentences for people."""

from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 64
_MOST: Final = 16
"""Words in a list; a list of MPIDs that fits into a commonName has at most 16."""


def quoted(value: str) -> str:
    """Return a value in quotation marks, unprintable characters as U+XXXX, cut to 64 as shown."""
    shown = ""
    for character in value:
        one = character if character.isprintable() else f"<U+{ord(character):04X}>"
        if len(shown) + len(one) > _LONGEST:
            return f'"{shown}…"'
        shown += one
    return f'"{shown}"'


def serial_end(number: int) -> str:
    """Return the last six hexadecimal digits of a serial number, by which people know it."""
    return "\N{HORIZONTAL ELLIPSIS}" + (number % (1 << 24)).to_bytes(3, "big").hex(":").upper()


def abridged(words: Sequence[str], *, at_most: int = _MOST) -> tuple[str, ...]:
    """Return words to be listed; of very many the first, and how many more there are."""
    if len(words) <= at_most:
        return tuple(words)
    return (*words[: at_most - 1], f"{len(words) - at_most + 1} more")


def listed(words: Sequence[str], *, last: str = "and", at_most: int = _MOST) -> str:
    """Return words as a person writes a list: `a, b and c`; of very many the first and a count."""
    words = abridged(words, at_most=at_most)
    if len(words) < 2:  # noqa: PLR2004  one word is no list
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
