"""Takes the DER out of what was submitted: PEM, bare Base64 or DER.

SEC Appendix M, Appendix F allows the headers `BEGIN CERTIFICATE REQUEST` and `BEGIN NEW
CERTIFICATE REQUEST`, no headers, one line, lines of 64 or 76 characters, LF or CRLF. Here lines
of any length and blanks are taken too, since the octets are the same; and text around a PEM
block is passed over (RFC 7468, section 2).
"""

import binascii
import re
from dataclasses import dataclass
from typing import Final

from rules.certificates.private_keys import is_told_by_words, is_told_in
from rules.certificates.structures import Container, Problem
from rules.certificates.words import quoted

EMPTY: Final = "submission-empty"
TOO_LARGE: Final = "submission-too-large"
UNREADABLE_BASE64: Final = "base64-unreadable"
PEM_INCOMPLETE: Final = "pem-incomplete"
PEM_LABEL: Final = "pem-label-unknown"
SEVERAL_BLOCKS: Final = "pem-several-blocks"
PRIVATE_KEY: Final = "private-key-submitted"
OTHER_KIND: Final = "other-kind-submitted"
NOT_ASN1: Final = "not-asn1"

PRIVATE_KEY_SAYS: Final = (
    "The submission holds a private key, which must never leave its owner; it was not kept. "
    "Treat that key as compromised: make a new key pair and send only the request made with it."
)

_BEGIN: Final = re.compile(rb"-----BEGIN ([^\r\n-]{0,64})-----")
_WHITE: Final = b" \t\r\n"
_TEXT: Final = bytes(range(0x20, 0x7F)) + _WHITE
_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_CONTROL: Final = re.compile(r"[\0-\x08\x0b-\x0c\x0e-\x1f\x7f]")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_SEQUENCE: Final = 0x30


@dataclass(frozen=True, slots=True)
class Expected:
    """What kind of thing is asked for."""

    noun: str
    """For people, without an article: `certificate signing request`."""
    labels: tuple[str, ...]
    """The PEM labels it may have; the usual one first."""
    others: tuple[tuple[str, str], ...]
    """PEM labels of things that people mistake for it, with what they are."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The octets found, or the problem that kept them from being found."""

    container: Container | None
    octets: bytes | None
    problem: Problem | None


def unwrap(submission: bytes, *, expected: Expected, limit: int) -> Unwrapped:
    """Find the DER in a submission of at most `limit` octets; never raises for bad content."""
    if len(submission) > limit:
        return _refuse(
            TOO_LARGE,
            f"The submission has {len(submission):,} bytes, and more than {limit:,} are not "
            f"read; send one {expected.noun} alone, which has well under 2,000.",
        )
    if not submission.strip():
        return _refuse(EMPTY, f"The submission is empty; paste or upload one {expected.noun}.")
    # A private key anywhere in what was sent comes first: its owner must be told. What Windows
    # saves as Unicode is UTF-16, which has zero octets between these letters.
    if is_told_by_words(submission.replace(b"\0", b"")):
        return _refuse(PRIVATE_KEY, PRIVATE_KEY_SAYS)
    is_text = not submission.translate(None, _TEXT)
    if not is_text and submission[0] == _SEQUENCE:
        return Unwrapped(Container.DER, submission, None)
    text = submission.removeprefix(_BYTE_ORDER_MARK)
    if b"-----" in text:
        return _unwrap_pem(text, expected)
    return _decode(text, Container.BASE64, expected)


def _unwrap_pem(text: bytes, expected: Expected) -> Unwrapped:
    begins = list(_BEGIN.finditer(text))
    if not begins:
        return _refuse(
            PEM_INCOMPLETE,
            f"The text has PEM dashes but no line -----BEGIN {expected.labels[0]}-----; "
            "copy the whole block, from that line to its END line.",
        )
    if len(begins) > 1:
        return _refuse(
            SEVERAL_BLOCKS,
            f"The submission holds {len(begins)} PEM blocks; send one {expected.noun} alone.",
        )
    label = begins[0].group(1).decode("latin-1")
    if label not in expected.labels:
        return _wrong_label(label, expected)
    end = text.find(f"-----END {label}-----".encode(), begins[0].end())
    if end < 0:
        return _refuse(
            PEM_INCOMPLETE,
            f"The PEM block has no line -----END {label}-----; it was cut off, so copy it whole.",
        )
    if is_told_in(text[: begins[0].start()]) or is_told_in(text[end:].partition(b"\n")[2]):
        return _refuse(PRIVATE_KEY, PRIVATE_KEY_SAYS)
    return _decode(text[begins[0].end() : end], Container.PEM, expected)


def _wrong_label(label: str, expected: Expected) -> Unwrapped:
    for other, name in expected.others:
        if label == other:
            return _refuse(
                OTHER_KIND, f"The submission is {name}; send one {expected.noun} instead."
            )
    return _refuse(
        PEM_LABEL,
        f"The PEM block is labelled {quoted(label)}; one {expected.noun} is labelled "
        f"{' or '.join(expected.labels)}.",
    )


def _decode(text: bytes, container: Container, expected: Expected) -> Unwrapped:
    try:
        octets = binascii.a2b_base64(text.translate(None, _WHITE), strict_mode=True)
    except binascii.Error:
        if is_told_in(text):
            return _refuse(PRIVATE_KEY, PRIVATE_KEY_SAYS)
        return _refuse(UNREADABLE_BASE64, _base64_fault(text, expected))
    if not octets:
        return _refuse(UNREADABLE_BASE64, "The PEM block is empty; copy it whole.")
    return Unwrapped(container, octets, None)


def _base64_fault(octets: bytes, expected: Expected) -> str:
    if octets[:2] in _UTF_16_MARKS:
        return (
            "The submission is text in UTF-16, which Windows calls Unicode; "
            f"save the {expected.noun} as plain text (UTF-8 or ANSI) and send that."
        )
    text = _read_text(octets)
    if text is None:
        return (
            "The submission is neither text nor DER: its first octets are "
            f"{octets[:4].hex(' ').upper()}, and DER begins with 30; choose the {expected.noun}."
        )
    for number, line in enumerate(text.split("\n"), start=1):
        for character in line.strip(" \t\r"):
            if character not in _BASE64:
                return (
                    f"The submission is neither PEM, Base64 nor DER: {quoted(character)} in line "
                    f"{number} of the text is no Base64 character; copy the {expected.noun} again."
                )
    return (
        "The Base64 text is cut off, or has an equals sign in the wrong place; "
        f"copy the {expected.noun} again, whole."
    )


def _read_text(octets: bytes) -> str | None:
    """Return octets as the text that they are; None where they are none."""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _refuse(kind: str, says: str) -> Unwrapped:
    return Unwrapped(None, None, Problem(kind=kind, says=says))
