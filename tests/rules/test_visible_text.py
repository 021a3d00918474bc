"""What shows something to somebody who reads it, and what does not."""

import sys
import unicodedata

import pytest

from rules.visible_text import shows_something

UNSEEN = {
    "nothing": "",
    "spaces and line ends": " \t\r\n\u00a0\u2003\u3000\u2028",
    "controls": "\x00\x07\x1b\x7f\x85",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "soft hyphen": "\u00ad",
    "directions": "\u200e\u200f\u202a\u202e\u2066\u2069\u061c",
    "grapheme joiner": "\u034f",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "Khmer inherent vowels": "\u17b4\u17b5",
    "Mongolian selectors": "\u180b\u180c\u180d\u180e\u180f",
    "variation selectors": "\ufe00\ufe0f\U000e0100\U000e01ef",
    "tags": "\U000e0001\U000e0041\U000e007f",
    "Braille blank": "\u2800",
    "Egyptian blanks": "\U00013441\U00013442",
    "Khitan filler": "\U00016fe4",
    "null notehead": "\U0001d159",
    "private use": "\ue000",
    "unassigned": "\u0378",
    "a lone surrogate": "\ud800",
}
SEEN = (
    "x",
    ".",
    "-",
    "é",
    "我",
    "ก",
    "\u0301",
    "⠁",
    "🙂",
    "\u3163",
    "\u3165",
    "\U0001d158",
    "\ufe10",
)


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_can_see_shows_nothing(text):
    assert not shows_something(text)
    assert not shows_something(text * 3 + "\u3164")


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_one_character_among_them_that_can_be_seen_is_enough(text):
    assert shows_something(f"{text}.{text}")


@pytest.mark.parametrize("text", SEEN)
def test_what_can_be_seen_shows_something(text):
    assert shows_something(text)


def test_whatever_unicode_names_a_selector_or_invisible_shows_nothing():
    words = ("HANGUL FILLER", "VARIATION SELECTOR", "INVISIBLE", "ZERO WIDTH")
    named = {code: unicodedata.name(chr(code), "") for code in range(sys.maxunicode + 1)}
    unseen = [code for code, name in named.items() if any(word in name for word in words)]
    assert len(unseen) > 256
    assert [named[code] for code in unseen if shows_something(chr(code))] == []
