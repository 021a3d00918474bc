"""Says why a text is not Base64, and where, in the places of what was sent."""

import re
from enum import StrEnum
from typing import Final

from rules.findings import Value
from rules.words import quoted

_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_CONTROL: Final = re.compile(r"[\0-\x08\x0b-\x0c\x0e-\x1f\x7f]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class Base64Fault(StrEnum):
    """What keeps a text from being Base64."""

    UTF_16 = "utf-16"
    NOT_TEXT = "not-text"
    CHARACTER = "character"
    CUT_OFF = "cut-off"
    EMPTY = "empty"


def base64_fault(octets: bytes, *, before: bytes = b"") -> dict[str, Value]:
    """Return what keeps octets from being Base64: the `fault`, and where it is.

    Args:
        octets: What is not Base64.
        before: What was sent before, whose lines the person counts too.
    """
    if _is_utf_16(octets):
        return {"fault": Base64Fault.UTF_16}
    text = _read_text(octets)
    if text is None:
        return {"fault": Base64Fault.NOT_TEXT, "first_bytes": octets[:4].hex(" ").upper()}
    first = len(_LINE_END.split(before.decode(errors="replace")))
    for number, line in enumerate(_LINE_END.split(text), start=first):
        for character in line.strip(" \t"):
            if character not in _BASE64:
                return {
                    "fault": Base64Fault.CHARACTER,
                    "character": quoted(character),
                    "line": number,
                }
    return {"fault": Base64Fault.CUT_OFF}


def _is_utf_16(octets: bytes) -> bool:
    """Tell UTF-16 by its mark, or by the zero in half of the octets of its first letters."""
    beginning = octets[:16]
    return (
        beginning[:2] in _UTF_16_MARKS
        or (
            len(beginning) == 16  # noqa: PLR2004  eight letters
            and (not any(beginning[1::2]) or not any(beginning[::2]))
            and any(beginning)
        )
    )


def _read_text(octets: bytes) -> str | None:
    """Return the octets decoded as text; None where they are not text."""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text
