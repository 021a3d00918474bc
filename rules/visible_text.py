"""Whether a text shows anything at all to somebody who reads it."""

import unicodedata

_BLANK_CATEGORIES = frozenset("CZ")
"""Controls, formats, surrogates, private and unassigned characters; separators."""

_BLANK = (
    # Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt) outside those
    # categories, which Python's tables do not have.
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180D),  # Mongolian variation selectors
    (0x180F, 0x180F),
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xE0100, 0xE01EF),  # variation selectors
    # Symbols and letters that are drawn as an empty space.
    (0x2800, 0x2800),  # Braille pattern blank
    (0x13441, 0x13442),  # Egyptian hieroglyph blanks
    (0x16FE4, 0x16FE4),  # Khitan small script filler
    (0x1D159, 0x1D159),  # musical symbol null notehead
)


def shows_something(text: str) -> bool:
    """Tell whether the text has a character that can be seen."""
    return any(not _is_blank(character) for character in text)


def _is_blank(character: str) -> bool:
    if unicodedata.category(character)[0] in _BLANK_CATEGORIES:
        return True
    code = ord(character)
    return any(first <= code <= last for first, last in _BLANK)
