"""What went wrong, in words that can be kept beside what it happened to."""

from typing import Final

LONGEST: Final = 2_000
"""Characters that are kept."""


def fault_words(fault: BaseException) -> str:
    """Return a fault's kind and words."""
    return kept(f"{type(fault).__name__}: {fault}")


def kept(words: str, *, most: int = LONGEST) -> str:
    """Return words that PostgreSQL can store: it takes no NUL, and no half of a surrogate pair.

    Both are in what some servers and files answer.
    """
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:most]
