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

from rules.certificates.base64_faults import Base64Fault, base64_fault
from rules.certificates.private_keys import is_told_by_structure, is_told_by_words, is_told_in
from rules.certificates.structures import Container, Problem
from rules.findings import Value
from rules.words import quoted

EMPTY: Final = "submission-empty"
TOO_LARGE: Final = "submission-too-large"
UNREADABLE_BASE64: Final = "base64-unreadable"
ENCODED_TWICE: Final = "pem-in-base64"
HEXADECIMAL: Final = "hexadecimal-submitted"
PEM_INCOMPLETE: Final = "pem-incomplete"
PEM_LABEL: Final = "pem-label-unknown"
SEVERAL_BLOCKS: Final = "pem-several-blocks"
PRIVATE_KEY: Final = "private-key-submitted"
OTHER_KIND: Final = "other-kind-submitted"
NOT_ASN1: Final = "not-asn1"

BEGIN: Final = "begin"
END: Final = "end"
"""Which line an incomplete block lacks."""
BY_LABEL: Final = "label"
BY_STRUCTURE: Final = "structure"
"""By what something of another kind is known."""

_BEGIN: Final = re.compile(rb"-----BEGIN ([^\r\n-]{0,64})-----")
_REST_OF_LINE: Final = re.compile(rb"[^\r\n-]*")
_LIKE_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=]{24}")
_WHITE: Final = b" \t\r\n"
_NOT_OF_TEXT: Final = re.compile(rb"[\0-\x07\x0e-\x1a\x1c-\x1f]")
"""Control characters that no text has, not even what a terminal printed."""
_ALL_HEXADECIMAL: Final = re.compile(rb"(?:0x)?(?:[0-9A-Fa-f]{2}[\s:,-]{0,8}){8,}")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_SEQUENCE: Final = 0x30
_JAVA_KEYSTORE: Final = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")


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
    beside: bytes = b""
    """What was sent before and after a PEM block."""


def unwrap(submission: bytes, *, expected: Expected, limit: int) -> Unwrapped:
    """Find the DER in a submission of at most `limit` octets; never raises for bad content."""
    if len(submission) > limit:
        return _refuse(TOO_LARGE, size=len(submission), limit=limit, noun=expected.noun)
    if not submission.strip():
        return _refuse(EMPTY, noun=expected.noun)
    return _unwrap_binary(submission, expected) or _unwrap_text(submission, expected)


def _unwrap_binary(submission: bytes, expected: Expected) -> Unwrapped | None:
    """Open what is not a text, or refuse it for a private key; None where it may be a text."""
    # A private key anywhere in what was sent comes first: its owner must be told. What Windows
    # saves as Unicode is UTF-16, which has zero octets between these letters.
    if is_told_by_words(submission.replace(b"\0", b"")):
        return _refuse(PRIVATE_KEY)
    if submission.startswith(_JAVA_KEYSTORE):
        return _java_keystore(submission, expected)
    # A mail may begin with the letter 0, which is the first octet of DER, too.
    if submission[0] == _SEQUENCE and _is_binary(submission):
        return Unwrapped(Container.DER, submission, None)
    return None


def _is_binary(submission: bytes) -> bool:
    if _NOT_OF_TEXT.search(submission):
        return True
    try:
        submission.decode()
    except UnicodeDecodeError:
        # A mail in Latin-1 has a request in it.
        return _BEGIN.search(submission) is None
    return False


def _unwrap_text(submission: bytes, expected: Expected) -> Unwrapped:
    text = submission.removeprefix(_BYTE_ORDER_MARK)
    if b"-----" in text:
        return _unwrap_pem(text, expected)
    return _decode(text, Container.BASE64, expected)


def _java_keystore(submission: bytes, expected: Expected) -> Unwrapped:
    if is_told_by_structure(submission):
        return _refuse(PRIVATE_KEY)
    return _refuse(OTHER_KIND, told_by=BY_LABEL, found="a Java keystore", noun=expected.noun)


def _unwrap_pem(text: bytes, expected: Expected) -> Unwrapped:
    begins = _begins(text)
    if not begins:
        return _refuse(PEM_INCOMPLETE, lacks=BEGIN, label=expected.labels[0])
    if len(begins) > 1:
        return _refuse(SEVERAL_BLOCKS, count=len(begins), noun=expected.noun)
    label = begins[0].group(1).decode("latin-1")
    if label not in expected.labels:
        return _wrong_label(label, expected)
    start = begins[0].end()
    end = text.find(f"-----END {label}-----".encode(), start)
    if end < 0:
        return _refuse(PEM_INCOMPLETE, lacks=END, label=label)
    before, after = text[: begins[0].start()], text[end:].partition(b"\n")[2]
    if is_told_in(before) or is_told_in(after):
        return _refuse(PRIVATE_KEY)
    return _decode(
        text[start:end],
        Container.PEM,
        expected,
        before=text[:start],
        beside=before + b"\n" + after,
    )


def _begins(text: bytes) -> list[re.Match[bytes]]:
    """Return the beginnings of PEM blocks, without those that a sentence only mentions."""
    found = list(_BEGIN.finditer(text))
    real = [begin for begin in found if not _is_mentioned(begin, text)]
    return real or found


def _is_mentioned(begin: re.Match[bytes], text: bytes) -> bool:
    rest = _REST_OF_LINE.match(text, begin.end())
    words = rest[0].strip() if rest else b""
    return bool(words) and _LIKE_BASE64.search(words) is None


def _wrong_label(label: str, expected: Expected) -> Unwrapped:
    for other, name in expected.others:
        if label == other:
            return _refuse(OTHER_KIND, told_by=BY_LABEL, found=name, noun=expected.noun)
    return _refuse(PEM_LABEL, label=quoted(label), noun=expected.noun, labels=expected.labels)


def _decode(
    text: bytes,
    container: Container,
    expected: Expected,
    *,
    before: bytes = b"",
    beside: bytes = b"",
) -> Unwrapped:
    if _ALL_HEXADECIMAL.fullmatch(text.strip()):
        return _hexadecimal(text, expected)
    try:
        octets = binascii.a2b_base64(text.translate(None, _WHITE), strict_mode=True)
    except binascii.Error:
        if is_told_in(text):
            return _refuse(PRIVATE_KEY)
        return _refuse(UNREADABLE_BASE64, noun=expected.noun, **base64_fault(text, before=before))
    if not octets:
        return _refuse(UNREADABLE_BASE64, fault=Base64Fault.EMPTY)
    if _BEGIN.search(octets) and not is_told_in(octets):
        return _refuse(ENCODED_TWICE, noun=expected.noun)
    return Unwrapped(container, octets, None, beside)


def _hexadecimal(text: bytes, expected: Expected) -> Unwrapped:
    if is_told_in(text):
        return _refuse(PRIVATE_KEY)
    return _refuse(HEXADECIMAL, noun=expected.noun)


def _refuse(kind: str, **values: Value) -> Unwrapped:
    return Unwrapped(None, None, Problem.of(kind, **values))
