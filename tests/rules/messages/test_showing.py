"""What comes from a message is shown inside sentences short, and without tricks."""

import sys
import unicodedata

import pytest

from rules.messages.showing import MOST_SHOWN, shown

INSTEAD = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\n", id="a line break"),
        pytest.param("\x1b", id="a control character"),
        pytest.param("\x85", id="a line break of EBCDIC"),
        pytest.param("\xa0", id="a space that is none"),
        pytest.param("\u061c", id="an Arabic letter mark"),
        pytest.param("\u200b", id="nothing that can be seen"),
        pytest.param("\u202e", id="a turn of direction"),
        pytest.param("\u2066", id="an isolate of another direction"),
        pytest.param("\u2069", id="its end"),
        pytest.param("\ufeff", id="a byte order mark"),
        pytest.param("\ue000", id="a character of private use"),
        pytest.param("\U000e0041", id="a tag that can not be seen"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_what_would_trouble_a_reader_is_replaced(character):
    assert shown(f"a{character}b") == f"a{INSTEAD}b"


def test_letters_signs_and_spaces_of_any_language_stay():
    said = "CN=Süd & Önerð, OU=87: «£5», Ελλάδα, 電力"
    assert shown(said) == said


def test_nothing_that_is_shown_turns_a_text_or_cannot_be_seen():
    texts = (chr(point) for point in range(sys.maxunicode + 1))
    left = {unicodedata.category(one) for text in texts if (one := shown(text)) != INSTEAD}
    assert left.isdisjoint({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


@pytest.mark.parametrize(("length", "most"), [(80, MOST_SHOWN), (5, 5)])
def test_it_is_cut_with_a_sign_that_it_was(length, most):
    assert shown("x" * length, most=most) == "x" * length
    assert shown("x" * (length + 1), most=most) == "x" * length + "…"


def test_of_many_megabytes_only_the_beginning_is_looked_at():
    assert shown("\u2066" * 10_000_000) == INSTEAD * MOST_SHOWN + "…"
