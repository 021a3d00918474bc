"""Distinguished Encoding Rules, read strictly but to the end (ITU-T X.690, clauses 8, 10, 11).

A library either refuses what is not DER without saying where, or reads it without a word. People
who are to fix their request need every fault named, so this reads BER, notes each place in
which it is not DER, and goes on. What cannot be read at all raises.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.certificates.der_values import CANONICAL, SEQUENCE, SET, TAG_NAMES

CONSTRUCTED: Final = 0x20
CONTEXT: Final = 0x80
_CLASS: Final = 0xC0
_NUMBER: Final = 0x1F
_LONG_FORM: Final = 0x80

MAX_DEPTH: Final = 16
"""A request nests ten deep; more is an attack on the reader."""
MAX_ELEMENTS: Final = 2_000
"""A request has some fifty elements."""
_MAX_LENGTH_OCTETS: Final = 4
_LINE_ENDS: Final = {b"\n": "a line feed", b"\r\n": "a line's end", b"\0": "a zero byte"}
_CONSTRUCTED_TYPES: Final = frozenset({0x28, 0x2B, 0x3D})
"""EXTERNAL, EMBEDDED PDV and CHARACTER STRING have parts in DER (X.690, 8.18, 8.19)."""


class DerFault(StrEnum):
    """A way in which octets are not DER."""

    INDEFINITE_LENGTH = "der-indefinite-length"
    LENGTH_NOT_MINIMAL = "der-length-not-minimal"
    TAG_NOT_MINIMAL = "der-tag-not-minimal"
    CONSTRUCTED_STRING = "der-constructed-string"
    VALUE_NOT_CANONICAL = "der-value-not-canonical"
    SET_ORDER = "der-set-order"
    TRAILING_DATA = "der-trailing-data"
    TRUNCATED = "der-truncated"
    TOO_COMPLEX = "der-too-complex"
    UNREADABLE = "der-unreadable"


class DerError(ValueError):
    """The octets cannot be read as ASN.1 at all."""

    def __init__(self, fault: DerFault, offset: int, says: str) -> None:
        super().__init__(f"{says} (byte {offset})")
        self.fault = fault
        self.offset = offset
        self.says = says


@dataclass(frozen=True, slots=True)
class DerNote:
    """One place in which the octets are BER but not DER."""

    fault: DerFault
    offset: int
    says: str


class Element:
    """One ASN.1 element: its tag octet, its place in the data and its parts, if it has any."""

    __slots__ = ("children", "content_end", "content_start", "data", "end", "start", "tag")

    def __init__(self, data: bytes, tag: int, start: int, content_start: int) -> None:
        self.data = data
        self.tag = tag
        self.start = start
        self.content_start = content_start
        self.content_end = content_start
        self.end = content_start
        self.children: list[Element] = []

    @property
    def octets(self) -> bytes:
        """The whole element, header included."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        """The content octets."""
        return self.data[self.content_start : self.content_end]

    @property
    def tag_name(self) -> str:
        """The ASN.1 name of the element's type, for people."""
        if self.tag & _CLASS:
            return f"[{self.tag & _NUMBER}]"
        return TAG_NAMES.get(self.tag, f"universal type {self.tag & _NUMBER}")


class _Walk:
    """The state of one reading."""

    __slots__ = ("count", "data", "notes")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.notes: list[DerNote] = []
        self.count = 0

    def note(self, fault: DerFault, offset: int, says: str) -> None:
        self.notes.append(DerNote(fault, offset, says))


def read_der(data: bytes) -> tuple[Element, tuple[DerNote, ...]]:
    """Read the one element that `data` is, with a note for each place that is not DER.

    Octets after the element are a note too, and not part of it.

    Raises:
        DerError: The octets end too early, nest too deep, or are no ASN.1.
    """
    walk = _Walk(data)
    root = _read_element(walk, 0, len(data), 0)
    if root.end < len(data):
        walk.note(DerFault.TRAILING_DATA, root.end, _trailing(data[root.end :]))
    return root, tuple(walk.notes)


def _trailing(behind: bytes) -> str:
    """Say what follows after the end, by its name where it is a line's end, which tools add."""
    if behind in _LINE_ENDS:
        return f"{_LINE_ENDS[behind]} follows after its end"
    verb = "byte follows" if len(behind) == 1 else "bytes follow"
    return f"{len(behind):,} {verb} after its end"


def _read_element(walk: _Walk, start: int, limit: int, depth: int) -> Element:
    data = walk.data
    walk.count += 1
    if depth > MAX_DEPTH or walk.count > MAX_ELEMENTS:
        raise DerError(
            DerFault.TOO_COMPLEX, start, "the structure is nested too deeply or too long"
        )
    if start + 2 > limit:
        raise DerError(DerFault.TRUNCATED, start, "the data ends in the middle of an element")
    tag = data[start]
    if tag == 0:
        raise DerError(DerFault.UNREADABLE, start, "0x00 is not a tag that belongs here")
    at = _after_tag(walk, start, limit)
    length = data[at]
    if length < _LONG_FORM:
        element = Element(data, tag, start, at + 1)
    elif length == _LONG_FORM:
        return _read_indefinite(walk, Element(data, tag, start, at + 1), limit, depth)
    else:
        element = Element(data, tag, start, at + 1 + (length & 0x7F))
        length = _long_length(walk, element, at, limit)
    element.content_end = element.end = element.content_start + length
    if element.end > limit:
        raise DerError(
            DerFault.TRUNCATED,
            start,
            f"an element announces {length:,} bytes, but only "
            f"{limit - element.content_start:,} are there",
        )
    if tag & CONSTRUCTED:
        _read_children(walk, element, depth)
    else:
        _note_value(walk, element)
    return element


def _after_tag(walk: _Walk, start: int, limit: int) -> int:
    """Return where the length begins, behind a tag of one octet or of several (X.690, 8.1.2.4)."""
    data, at = walk.data, start + 1
    if data[start] & _NUMBER != _NUMBER:
        return at
    number = 0
    while at < limit:
        number = number << 7 | data[at] & 0x7F
        at += 1
        if not data[at - 1] & _LONG_FORM:
            break
    if at >= limit:
        raise DerError(DerFault.TRUNCATED, start, "the data ends in the middle of a tag")
    if number < _NUMBER or data[start + 1] == _LONG_FORM:
        walk.note(DerFault.TAG_NOT_MINIMAL, start, "a tag is written in too many bytes")
    return at


def _long_length(walk: _Walk, element: Element, at: int, limit: int) -> int:
    start = element.start
    octets = walk.data[at + 1 : element.content_start]
    if element.content_start > limit:
        raise DerError(DerFault.TRUNCATED, start, "the data ends in the middle of a length")
    if len(octets) > _MAX_LENGTH_OCTETS:
        raise DerError(DerFault.UNREADABLE, start, "a length is larger than any request can be")
    length = int.from_bytes(octets, "big")
    if octets[0] == 0 or length < _LONG_FORM:
        walk.note(
            DerFault.LENGTH_NOT_MINIMAL,
            start,
            f"the length {length} is written in too many bytes",
        )
    return length


def _read_indefinite(walk: _Walk, element: Element, limit: int, depth: int) -> Element:
    data, start = walk.data, element.start
    if not element.tag & CONSTRUCTED:
        raise DerError(DerFault.UNREADABLE, start, "a primitive element has no stated length")
    walk.note(DerFault.INDEFINITE_LENGTH, start, "an element has no stated length (BER, not DER)")
    at = element.content_start
    while data[at : at + 2] != b"\x00\x00":
        if at >= limit:
            raise DerError(DerFault.TRUNCATED, start, "an element without a length never ends")
        child = _read_element(walk, at, limit, depth + 1)
        element.children.append(child)
        at = child.end
    element.content_end = at
    element.end = at + 2
    if element.end > limit:
        raise DerError(DerFault.TRUNCATED, start, "an element without a length never ends")
    _note_constructed(walk, element)
    return element


def _read_children(walk: _Walk, element: Element, depth: int) -> None:
    at = element.content_start
    while at < element.content_end:
        child = _read_element(walk, at, element.content_end, depth + 1)
        element.children.append(child)
        at = child.end
    _note_constructed(walk, element)


def _note_constructed(walk: _Walk, element: Element) -> None:
    tag = element.tag
    if tag == SEQUENCE or tag & _CLASS or tag in _CONSTRUCTED_TYPES or tag & _NUMBER == _NUMBER:
        return
    if element.tag == SET:
        note_set_order(element, walk.notes)
        return
    walk.note(
        DerFault.CONSTRUCTED_STRING,
        element.start,
        f"a {TAG_NAMES.get(element.tag & ~CONSTRUCTED, 'value')} is cut into pieces",
    )


def note_set_order(element: Element, notes: list[DerNote]) -> None:
    """Note where the parts of a set are neither in the order of SET OF nor in that of SET.

    X.690, 11.6 and 10.3: which of the two it is, its octets do not say.
    """
    octets = [child.octets for child in element.children]
    tags = [child.tag & ~CONSTRUCTED for child in element.children]
    is_in_order_of_set = tags == sorted(set(tags))
    if octets != sorted(octets) and not is_in_order_of_set:
        notes.append(
            DerNote(DerFault.SET_ORDER, element.start, "the members of a set are not in order")
        )


def _note_value(walk: _Walk, element: Element) -> None:
    fault = CANONICAL.get(element.tag)
    if fault is None:
        return
    says = fault(element.content)
    if says:
        walk.note(DerFault.VALUE_NOT_CANONICAL, element.start, says)
