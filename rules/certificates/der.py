"""Distinguished Encoding Rules, read strictly but to the end (ITU-T X.690, clauses 8, 10, 11).

A library either refuses what is not DER without saying where, or reads it without a word. People
who are to mend their request need every fault named, so this reads BER, notes each place in
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


class DerFault(StrEnum):
    """A way in which octets are not DER."""

    INDEFINITE_LENGTH = "der-indefinite-length"
    LENGTH_NOT_MINIMAL = "der-length-not-minimal"
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
        super().__init__(f"{says} (octet {offset})")
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
        walk.note(
            DerFault.TRAILING_DATA,
            root.end,
            f"{len(data) - root.end} octets follow after the end of the structure",
        )
    return root, tuple(walk.notes)


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
    if tag & _NUMBER == _NUMBER or tag == 0:
        raise DerError(DerFault.UNREADABLE, start, f"0x{tag:02X} is no tag that belongs here")
    length = data[start + 1]
    if length < _LONG_FORM:
        element = Element(data, tag, start, start + 2)
    elif length == _LONG_FORM:
        return _read_indefinite(walk, start, limit, depth)
    else:
        element = Element(data, tag, start, start + 2 + (length & 0x7F))
        length = _long_length(walk, start, element.content_start, limit)
    element.content_end = element.end = element.content_start + length
    if element.end > limit:
        raise DerError(
            DerFault.TRUNCATED,
            start,
            f"an element announces {length} octets, but only {limit - element.content_start} "
            "are there",
        )
    if tag & CONSTRUCTED:
        _read_children(walk, element, depth)
    else:
        _note_value(walk, element)
    return element


def _long_length(walk: _Walk, start: int, content_start: int, limit: int) -> int:
    octets = walk.data[start + 2 : content_start]
    if content_start > limit:
        raise DerError(DerFault.TRUNCATED, start, "the data ends in the middle of a length")
    if len(octets) > _MAX_LENGTH_OCTETS:
        raise DerError(DerFault.UNREADABLE, start, "a length is larger than any request can be")
    length = int.from_bytes(octets, "big")
    if octets[0] == 0 or length < _LONG_FORM:
        walk.note(
            DerFault.LENGTH_NOT_MINIMAL,
            start,
            f"the length {length} is written in too many octets",
        )
    return length


def _read_indefinite(walk: _Walk, start: int, limit: int, depth: int) -> Element:
    data = walk.data
    tag = data[start]
    if not tag & CONSTRUCTED:
        raise DerError(DerFault.UNREADABLE, start, "a primitive element has no stated length")
    walk.note(DerFault.INDEFINITE_LENGTH, start, "an element has no stated length (BER, not DER)")
    element = Element(data, tag, start, start + 2)
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
    if element.tag == SEQUENCE or element.tag & _CLASS:
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
    """Note where the parts of a SET OF are not in ascending order (X.690, 11.6)."""
    octets = [child.octets for child in element.children]
    if octets != sorted(octets):
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
