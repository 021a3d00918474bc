"""Says why a text is not Base64, and where, in the places of what was sent."""

import re
from typing import Final

from rules.words import quoted

_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_CONTROL: Final = re.compile(r"[\0-\x08\x0b-\x0c\x0e-\x1f\x7f]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def base64_fault(octets: bytes, *, noun: str, before: bytes = b"") -> str:
    """Return what keeps octets from being Base64, as a sentence for people.

    Args:
        octets: What is not Base64.
        noun: What should have been sent: `certificate signing request`.
        before: What was sent before, whose lines the person counts too.
    """
    if _is_utf_16(octets):
        return (
            "The submission is text in UTF-16, which Windows calls Unicode; "
            f"save the {noun} as plain text (UTF-8 or ANSI) and send that."
        )
    text = _read_text(octets)
    if text is None:
        return (
            "The submission is neither text nor DER: its first bytes are "
            f"{octets[:4].hex(' ').upper()}, and DER begins with 30; choose the {noun}."
        )
    first = len(_LINE_END.split(before.decode(errors="replace")))
    for number, line in enumerate(_LINE_END.split(text), start=first):
        for character in line.strip(" \t"):
            if character not in _BASE64:
                return (
                    f"The submission is neither PEM, Base64 nor DER: {quoted(character)} in line "
                    f"{number} of what was sent is not a Base64 character; copy the {noun} again."
                )
    return (
        "The Base64 text is cut off, or has an equals sign in the wrong place; "
        f"copy the {noun} again, whole."
    )


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
