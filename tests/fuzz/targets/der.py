"""DER: what is read without a note is written in that one way, and others read it alike."""

from asn1crypto import parser

from rules.certificates.der import (
    CONSTRUCTED,
    MAX_ELEMENTS,
    DerError,
    DerFault,
    Element,
    read_der,
)
from rules.certificates.der_values import OBJECT_IDENTIFIER, dotted
from rules.certificates.der_writing import element
from tests.fuzz.der_mutation import mutate_der
from tests.fuzz.target import Target
from tests.rules.certificates import builders as b

_LONGEST_WORDS = 2_000


def hold(data: bytes) -> None:
    try:
        root, notes = read_der(data)
    except DerError as refused:
        _require_documented(refused, data)
        return
    assert root.octets == data[: root.end]
    assert _count(root) <= MAX_ELEMENTS
    for note in notes:
        assert 0 <= note.offset <= len(data)
    if notes:
        return
    assert _written(root) == data
    _class, _method, _tag, header, content, trailer = parser.parse(data, strict=True)
    assert header + content + trailer == data
    assert content == root.content


def _require_documented(refused: DerError, data: bytes) -> None:
    assert isinstance(refused.fault, DerFault)
    assert 0 <= refused.offset <= len(data)


def _count(part: Element) -> int:
    at = part.content_start
    for child in part.children:
        assert child.start == at
        at = child.end
    if part.tag == OBJECT_IDENTIFIER:
        assert len(dotted(part.content)) < _LONGEST_WORDS
    return 1 + sum(map(_count, part.children))


def _written(part: Element) -> bytes:
    if not part.tag & CONSTRUCTED:
        return element(part.tag, part.content)
    return element(part.tag, *map(_written, part.children))


TARGET = Target(
    hold=hold,
    seeds=(
        b.request(),
        b.certificate(),
        b"\x30\x80\x02\x01\x00\x00\x00",
        b"\x24\x80\x04\x01\x00\x00\x00",
        b"\x30\x82\x00\x03\x02\x01\x05",
        b"\x31\x06\x02\x01\x02\x02\x01\x01",
        b"\x30\x80" * 18,
    ),
    mutate=mutate_der,
)
