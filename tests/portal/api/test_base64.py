"""The quick reader of base64 takes nothing that the strict one refuses, and reads it alike."""

import binascii

import pytest
from hypothesis import given, strategies as st

from portal.api.bodies import read_base64


def strictly(text):
    try:
        return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except ValueError:
        return None


@given(st.binary(max_size=200))
def test_what_is_written_in_base64_is_read_as_it_was(octets):
    assert read_base64(binascii.b2a_base64(octets, newline=False).decode()) == octets


# Of few characters, so that most are nearly right.
@given(st.text(alphabet="AQ/+=", max_size=10) | st.text(alphabet="Az9=- _\n\r\té\0", max_size=8))
def test_it_is_taken_where_the_strict_reader_takes_it_and_refused_in_words_elsewhere(text):
    read = read_base64(text)
    if strictly(text) is None:
        assert isinstance(read, str)
        assert read.startswith("is not base64: ")
    else:
        assert read == strictly(text)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "must be text: the XML in base64"),
        (b"QQ==", "must be text: the XML in base64"),
        ("QUé=", "is not base64: it has a character beyond ASCII"),
        ("QQ=", "is not base64: Incorrect padding"),
        ("QU JD", "is not base64: Only base64 data is allowed"),
        ("QUJD\n", "is not base64: Only base64 data is allowed"),
        ("QUI=QUI=", "is not base64: Excess data after padding"),
        ("QU-_", "is not base64: Only base64 data is allowed"),
    ],
)
def test_what_is_wrong_is_said(value, says):
    assert read_base64(value) == says
