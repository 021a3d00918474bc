"""How values from outside are shown inside sentences for people."""

from typing import Final

_LONGEST: Final = 64


def quoted(value: str) -> str:
    """Return a value in quotation marks, cut to 64 characters, unprintable ones as U+XXXX."""
    shown = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in value[:_LONGEST])
    return f'"{shown}…"' if len(value) > _LONGEST else f'"{shown}"'


def listed(words: list[str], *, last: str = "and") -> str:
    """Return words as a person writes a list: `a, b and c`."""
    if len(words) < 2:  # noqa: PLR2004  one word is no list
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
