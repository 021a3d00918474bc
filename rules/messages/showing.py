"""How a text that comes from a message is shown inside a sentence for people."""

from typing import Final

MOST_SHOWN: Final = 80
"""Characters of a text, where a sentence does not say otherwise."""
_INSTEAD: Final = "\N{REPLACEMENT CHARACTER}"


def shown(text: str, *, most: int = MOST_SHOWN) -> str:
    """Return a text cut to `most` characters, without what would trouble a reader.

    That is what cannot be seen, breaks the line or turns the direction of what follows: for each
    such character there is U+FFFD.
    """
    # Cut first: it may be all of a message of many megabytes.
    cut = text[:most]
    if not cut.isprintable():
        cut = "".join(each if each.isprintable() else _INSTEAD for each in cut)
    return cut if len(text) <= most else f"{cut}…"
