"""What the frame of a message says, read from what was signed of it."""

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from rules.identifiers import IdentifierError, parse_request_id
from rules.messages.reading import Header, parse_octets, read_message, service_reference_of
from rules.messages.refusals import MessageReason, MessageRefusedError
from tests.rules.messages.builders import MESSAGE, ORIGINATOR, TARGET, Parts, sign


def read(**parts: str) -> Header:
    return read_message(sign(Parts(**parts).text())).header


def test_the_header_of_a_message_is_read():
    message = read_message(MESSAGE)

    assert message.header == Header(f"{ORIGINATOR}:{TARGET}:1010", ORIGINATOR, 1, "4.1", "4.1.1")
    assert message.header.request_id.originator_counter == 1010
    assert not message.is_signed_pre_command
    assert message.signature_fault is None
    assert message.body.tag.endswith("}ReadInstantaneousImportRegisters")


def test_a_signed_pre_command_is_known_by_its_body():
    body = "<sr:SignedPreCommand><sr:GBCSPayload>3wk=</sr:GBCSPayload></sr:SignedPreCommand>"

    assert read_message(sign(Parts(body=body).text())).is_signed_pre_command


@pytest.mark.parametrize(
    "srv",
    ["4.1<!-- -->.1", "<!-- x -->4.1.1", "4.1.1<!---->", "4<![CDATA[.1.]]>1", "4.&#49;.1"],
)
def test_what_is_read_is_what_is_signed_whatever_is_between_it(srv):
    assert read(srv=srv).service_reference_variant == "4.1.1"


def test_an_originator_in_lower_case_is_the_same_originator():
    assert read(request_id=f"{ORIGINATOR.lower()}:{TARGET}:7").business_originator_id == ORIGINATOR


def test_white_space_around_a_request_id_and_a_command_variant_does_not_count():
    header = read(request_id=f"\n {ORIGINATOR}:{TARGET}:7\t", command_variant=" 4 ")

    assert (header.request_id.originator_counter, header.command_variant) == (7, 4)


_FIRST = "<sr:FirstInSequence>true</sr:FirstInSequence>"
_PRECEDING = (
    f"<sr:PrecedingServiceRequestID>{ORIGINATOR}:{TARGET}:1</sr:PrecedingServiceRequestID>"
)


@pytest.mark.parametrize("optional", [_FIRST, _PRECEDING, _FIRST + _PRECEDING])
def test_the_fields_that_may_be_left_out_may_be_there(optional):
    text = Parts().text().replace("<sr:CommandVariant>", f"{optional}<sr:CommandVariant>")

    assert read_message(sign(text)).header == read()


@pytest.mark.parametrize("counter", [0, 1, 2**63, 2**64 - 1])
def test_a_counter_of_64_bits_is_read(counter):
    header = read(request_id=f"{ORIGINATOR}:{TARGET}:{counter}")

    assert header.request_id.originator_counter == counter


_COUNTERS = st.one_of(
    st.integers(-1, 2**70).map(str),
    st.integers(2**64 - 3, 2**64 + 3).map(str),
    st.sampled_from(["", "00", "01", "+1", "1 "]),
)
_IDS = st.sampled_from([ORIGINATOR, TARGET.lower(), ORIGINATOR[:-1], "", ORIGINATOR + "-00"])


@given(_IDS, _IDS, _COUNTERS)
def test_a_request_id_is_read_as_everywhere_else(originator, target, counter):
    text = f"{originator}:{target}:{counter}"
    try:
        expected = parse_request_id(text.strip())
    except IdentifierError:
        with pytest.raises(MessageRefusedError) as refused:
            read(request_id=text)
        assert refused.value.reason is MessageReason.REQUEST_ID_MALFORMED
    else:
        header = read(request_id=text)
        assert header.request_id == expected
        assert header.business_originator_id == expected.business_originator_id


@pytest.mark.parametrize(
    ("variant", "reference"),
    [("1.6", "1.6"), ("4.1.1", "4.1"), ("8.14.3", "8.14"), ("4", None), ("4.1.1.1", None)],
)
def test_a_variant_belongs_to_one_service_reference(variant, reference):
    assert service_reference_of(variant) == reference


def test_octets_are_utf_8_to_the_parser_whatever_they_say():
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>'.encode()

    assert parse_octets(declared).text == "\u00e9"
    with pytest.raises(etree.XMLSyntaxError):
        parse_octets("<a/>".encode("utf-16-le"))


def test_a_firmware_image_of_ten_megabytes_is_read():
    image = "QUJD" * (14_000_000 // 4)
    body = f"<sr:UpdateFirmware><sr:FirmwareImage>{image}</sr:FirmwareImage></sr:UpdateFirmware>"
    text = Parts(body=body, service_reference="11.1", srv="11.1").text()

    message = read_message(text.encode(), size_limit=16 * 1024 * 1024)

    assert message.body[0].text == image


def test_the_limit_of_octets_is_exact():
    assert read_message(MESSAGE, size_limit=len(MESSAGE)).header == read()
    with pytest.raises(MessageRefusedError) as refused:
        read_message(MESSAGE, size_limit=len(MESSAGE) - 1)
    assert refused.value.reason is MessageReason.TOO_LARGE


def test_nothing_is_read_from_the_file_or_the_network_that_an_entity_names(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("4.1.1")
    text = Parts(
        declaration=f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>', srv="&x;"
    ).text()

    with pytest.raises(MessageRefusedError) as refused:
        read_message(text.encode())
    assert refused.value.reason is MessageReason.DOCUMENT_TYPE
