"""A GBCS payload is read in exactly one spelling; whatever else comes is refused, and quickly."""

import time
from struct import pack

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree

from rules.messages.gbcs import (
    MAX_PAYLOAD,
    GbcsReason,
    GbcsRefusedError,
    read_signed_command,
    read_signed_pre_command,
)
from rules.messages.xmldsig import holds, split_signature_value
from tests.rules.messages.builders import DUIS, ORIGINATOR, TARGET
from tests.rules.messages.gbcs_builders import (
    ANOTHER_KEY,
    CONTENT,
    PAYLOAD,
    SUPPLIER_KEY,
    Payload,
    payload,
    pre_command,
)
from tests.rules.messages.vectors_gbcs import IN_XML, MALFORMED

_ONE = pre_command(PAYLOAD)
QUICK = 0.25
"""Seconds; none of what is refused may take longer."""


def element(text: str) -> etree._Element:
    return etree.fromstring(f'<r xmlns:sr="{DUIS}" xmlns:ds="urn:x">{text}</r>')[0]


def test_a_payload_says_who_orders_what_of_whom():
    command = read_signed_command(PAYLOAD)

    assert command[:5] == (1010, ORIGINATOR, TARGET, "001A", CONTENT)
    assert command.signed == Payload().signed() == PAYLOAD[1:-65]
    assert (command.r, command.s) == split_signature_value(PAYLOAD[-64:])


def test_its_signature_is_over_all_from_the_09_to_the_end_of_the_content():
    command = read_signed_command(PAYLOAD)

    assert holds(command.signed, command.r, command.s, SUPPLIER_KEY.public_key())
    assert not holds(command.signed, command.r, command.s, ANOTHER_KEY.public_key())
    assert not holds(PAYLOAD[:-65], command.r, command.s, SUPPLIER_KEY.public_key())


@pytest.mark.parametrize("length", [1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x544, 0xFF9C])
def test_the_content_may_have_any_length_in_its_shortest_spelling(length):
    octets = payload(content=b"\xd9" * length)

    if len(octets) > MAX_PAYLOAD:
        with pytest.raises(GbcsRefusedError, match=GbcsReason.TOO_LARGE):
            read_signed_command(octets)
    else:
        assert len(read_signed_command(octets).content) == length


def test_the_counter_may_be_anything():
    for counter in (0, 1, 2**63, 2**64 - 1):
        assert read_signed_command(payload(counter=pack(">Q", counter)))[0] == counter


@pytest.mark.parametrize(
    "text",
    [
        _ONE,
        pre_command(PAYLOAD, before="<sr:ExecutionDateTime>x</sr:ExecutionDateTime>"),
        _ONE.replace("GBCSPayload>3", "GBCSPayload>\n 3").replace("</sr:G", "\t</sr:G"),
    ],
)
def test_it_is_read_from_a_signed_pre_command(text):
    assert read_signed_pre_command(element(text)) == read_signed_command(PAYLOAD)


@pytest.mark.parametrize(
    ("reason", "octets"),
    [
        pytest.param(reason, octets, id=f"{reason}-{number}")
        for reason, payloads in MALFORMED.items()
        for number, octets in enumerate(payloads)
    ],
)
def test_what_is_malformed_is_refused_for_its_own_reason_and_quickly(reason, octets):
    begun = time.process_time()
    with pytest.raises(GbcsRefusedError) as refused:
        read_signed_command(octets)
    assert time.process_time() - begun < QUICK
    assert refused.value.reason == reason
    assert refused.value.value


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        pytest.param(reason, text, id=f"{reason}-{number}")
        for reason, texts in IN_XML.items()
        for number, text in enumerate(texts)
    ],
)
def test_what_is_no_payload_in_base64_is_refused_for_its_own_reason_and_quickly(reason, text):
    read_in = element(text)
    begun = time.process_time()
    with pytest.raises(GbcsRefusedError) as refused:
        read_signed_pre_command(read_in)
    assert time.process_time() - begun < QUICK
    assert refused.value.reason == reason


def test_there_are_as_many_hostile_payloads_as_were_asked_for_and_every_reason_has_one():
    cases = [*MALFORMED.values(), *IN_XML.values()]
    assert sum(map(len, cases)) >= 60
    assert {*MALFORMED, *IN_XML} == set(GbcsReason)


@pytest.mark.parametrize(
    ("octets", "where"),
    [
        (payload(tag=b"\xde"), "byte 0 is DE"),
        (payload(flag=b"\x02"), "byte 2 is 02, not 01"),
        (payload(originator_length=b"\x07"), "byte 11, the length of the originator, is 07"),
        (payload(date_time=b"\x0c"), "byte 29, the length of the date and time, is 0C, not 00"),
        (payload(content_length=b"\x81\x01"), "the length at byte 33 is 1, and that is not the"),
        (payload(content_length=b"\x83"), "byte 33 is 83, which is no length here"),
        (payload(content_length=b"\x7f\x00"), "byte 34 on has 127"),
        (PAYLOAD[:-1], f"it ends at byte {len(PAYLOAD) - 1}"),
        (PAYLOAD + b"xy", f"2 from byte {len(PAYLOAD)} on"),
        (payload(signature_length=b"\x41"), f"byte {34 + len(CONTENT)}, its length, is 41"),
    ],
)
def test_a_refusal_says_from_which_octet_on(octets, where):
    with pytest.raises(GbcsRefusedError) as refused:
        read_signed_command(octets)
    assert where in refused.value.value


# --- whatever comes --------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=1000)
@given(st.binary(max_size=400))
def test_nothing_raises_but_a_refusal(octets):
    try:
        read_signed_command(octets)
    except GbcsRefusedError:
        return
    raise AssertionError("random octets were read")


@pytest.mark.slow
@settings(max_examples=1000)
@given(
    place=st.integers(0, len(PAYLOAD) - 1),
    octet=st.integers(0, 255),
    dropped=st.integers(0, 3),
    added=st.binary(max_size=3),
)
def test_what_is_read_is_written_in_that_one_way_alone(place, octet, dropped, added):
    octets = PAYLOAD[:place] + bytes([octet]) + added + PAYLOAD[place + 1 + dropped :]
    try:
        command = read_signed_command(octets)
    except GbcsRefusedError:
        return
    assert (
        octets
        == Payload(
            counter=pack(">Q", command.originator_counter),
            originator=command.originator,
            recipient=command.recipient,
            code=command.message_code,
            content=command.content,
            signature=octets[-64:],
        ).octets()
    )
    # Only what was signed holds, whatever else can be read.
    is_whole = octets == PAYLOAD
    assert holds(command.signed, command.r, command.s, SUPPLIER_KEY.public_key()) == is_whole


@settings(max_examples=300)
@given(st.text(st.characters(codec="utf-8", exclude_characters="<>&\0\r", min_codepoint=32)))
def test_no_text_in_place_of_base64_raises_but_a_refusal(text):
    holder = element("<sr:SignedPreCommand><sr:GBCSPayload/></sr:SignedPreCommand>")
    try:
        holder[0].text = text
    except ValueError:
        return  # no XML has it
    with pytest.raises(GbcsRefusedError):
        read_signed_pre_command(holder)
