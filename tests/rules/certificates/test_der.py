"""Strict DER: what is read, what is noted, and what cannot be read."""

import pytest
from asn1crypto import core
from hypothesis import example, given, strategies as st

from rules.certificates import der_writing
from rules.certificates.der import DerError, DerFault, read_der
from rules.certificates.der_values import dotted


def notes(octets: bytes) -> list[DerFault]:
    return [note.fault for note in read_der(octets)[1]]


@pytest.mark.parametrize(
    "octets",
    [
        b"\x30\x00",
        b"\x02\x01\x00",
        b"\x02\x02\x00\x80",
        b"\x02\x01\xff",
        b"\x01\x01\xff",
        b"\x01\x01\x00",
        b"\x03\x01\x00",
        b"\x03\x02\x07\x80",
        b"\x05\x00",
        b"\x06\x03\x55\x04\x03",
        b"\x0c\x02\xc3\xa9",
        b"\x04\x81\x80" + b"\x00" * 128,
        b"\x31\x06\x02\x01\x01\x02\x01\x02",
        # A SET, whose members are in the order of their tags, whatever their octets.
        b"\x31\x04\xa0\x00\x81\x00",
        # Tags of several octets, and the types that have parts in DER.
        b"\x7f\x1f\x02\x05\x00",
        b"\x5f\x81\x00\x00",
        b"\x28\x02\x05\x00",
        b"\x2b\x02\x05\x00",
        b"\x3d\x02\x05\x00",
    ],
)
def test_der_has_no_notes(octets):
    assert notes(octets) == []


@pytest.mark.parametrize(
    ("octets", "fault"),
    [
        (b"\x30\x80\x00\x00", DerFault.INDEFINITE_LENGTH),
        (b"\x30\x81\x00", DerFault.LENGTH_NOT_MINIMAL),
        (b"\x04\x82\x00\x80" + b"\x00" * 128, DerFault.LENGTH_NOT_MINIMAL),
        (b"\x24\x02\x04\x00", DerFault.CONSTRUCTED_STRING),
        (b"\x5f\x1e\x00", DerFault.TAG_NOT_MINIMAL),
        (b"\x5f\x80\x20\x00", DerFault.TAG_NOT_MINIMAL),
        (b"\x02\x00", DerFault.VALUE_NOT_CANONICAL),
        (b"\x02\x02\x00\x7f", DerFault.VALUE_NOT_CANONICAL),
        (b"\x02\x02\xff\x80", DerFault.VALUE_NOT_CANONICAL),
        (b"\x01\x01\x01", DerFault.VALUE_NOT_CANONICAL),
        (b"\x01\x02\xff\xff", DerFault.VALUE_NOT_CANONICAL),
        (b"\x03\x00", DerFault.VALUE_NOT_CANONICAL),
        (b"\x03\x01\x01", DerFault.VALUE_NOT_CANONICAL),
        (b"\x03\x02\x08\x00", DerFault.VALUE_NOT_CANONICAL),
        (b"\x03\x02\x04\x8f", DerFault.VALUE_NOT_CANONICAL),
        (b"\x05\x01\x00", DerFault.VALUE_NOT_CANONICAL),
        (b"\x06\x00", DerFault.VALUE_NOT_CANONICAL),
        (b"\x06\x02\x55\x84", DerFault.VALUE_NOT_CANONICAL),
        (b"\x06\x03\x55\x80\x04", DerFault.VALUE_NOT_CANONICAL),
        (b"\x0c\x01\xff", DerFault.VALUE_NOT_CANONICAL),
        (b"\x31\x06\x02\x01\x02\x02\x01\x01", DerFault.SET_ORDER),
        (b"\x05\x00\x00", DerFault.TRAILING_DATA),
    ],
)
def test_what_is_not_der_is_noted_and_read_all_the_same(octets, fault):
    assert notes(octets) == [fault]


@pytest.mark.parametrize(
    ("octets", "fault"),
    [
        (b"", DerFault.TRUNCATED),
        (b"\x30", DerFault.TRUNCATED),
        (b"\x30\x05\x02\x01\x00", DerFault.TRUNCATED),
        (b"\x30\x82\x01", DerFault.TRUNCATED),
        (b"\x30\x03\x02\x05\x00", DerFault.TRUNCATED),
        (b"\x30\x80\x02\x01\x00", DerFault.TRUNCATED),
        (b"\x30\x80\x00", DerFault.TRUNCATED),
        (b"\x30\x04\x30\x80\x05\x00", DerFault.TRUNCATED),
        (b"\x30\x05\x30\x80\x05\x00\x00\x00", DerFault.TRUNCATED),
        (b"\x04\x80\x00\x00", DerFault.UNREADABLE),
        (b"\x30\x85\x01\x00\x00\x00\x00", DerFault.UNREADABLE),
        (b"\x1f", DerFault.TRUNCATED),
        (b"\x7f\x81\x80", DerFault.TRUNCATED),
        (b"\x00\x00", DerFault.UNREADABLE),
        (b"\x30\x02" * 17 + b"\x05\x00", DerFault.TRUNCATED),
        (b"\x30\x80" * 18, DerFault.TOO_COMPLEX),
    ],
)
def test_what_cannot_be_read_says_why_and_where(octets, fault):
    with pytest.raises(DerError) as refusal:
        read_der(octets)

    assert refusal.value.fault is fault
    assert f"byte {refusal.value.offset}" in str(refusal.value)


@given(st.binary(max_size=500))
def test_octets_are_read_or_refused_and_nothing_else(octets):
    try:
        root, _ = read_der(octets)
    except DerError:
        return
    assert root.octets == octets[: root.end]


@given(st.integers(-(2**200), 2**200))
@example(-128)
@example(-32768)
@example(127)
@example(128)
def test_integers_are_written_as_another_library_writes_them(number):
    written = der_writing.integer(number)

    assert written == core.Integer(number).dump()
    assert notes(written) == []


@given(
    st.builds(
        lambda first, second, rest: ".".join(map(str, (first, second, *rest))),
        st.integers(0, 2),
        st.integers(0, 39),
        st.lists(st.integers(0, 2**60), max_size=6),
    )
)
def test_object_identifiers_are_written_and_read_as_another_library_does(oid):
    written = der_writing.object_identifier(oid)

    assert written == core.ObjectIdentifier(oid).dump()
    assert dotted(written[2:]) == oid


def test_an_empty_object_identifier_has_no_numbers():
    assert dotted(b"") == ""


def test_an_absurd_object_identifier_is_shown_without_reckoning_it_out():
    assert dotted(b"\xff" * 9_000 + b"\x01") == "ff" * 64


@given(st.binary(max_size=70_000))
def test_lengths_of_every_size_are_read_back(content):
    root, noted = read_der(der_writing.octet_string(content))

    assert root.content == content
    assert noted == ()
