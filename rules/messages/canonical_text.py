"""Derives the Canonical XML of a document from its octets, where it is nearly canonical already.

Canonical XML 1.0 leaves most of what programs write as it is, and what it changes can be seen in
the octets: references and CDATA, carriage returns, apostrophes as quotes, white space in tags,
tags of empty elements, the order of attributes, namespaces that are declared again, a `>` in a
text. Content that has none of these is its own canonical form. Tags of empty elements are taken
apart here; the start tag of the root, which is the same in nearly every message, is put in
canonical form by libxml2 once. All this takes a quarter of the time in which libxml2 writes the
whole from its tree.

Whatever is not as plain gives None here and is canonicalised from its tree; so does what has line
breaks, or spaces in a text, which would have to be told from those in a tag. That both come to
the same is held by tests over generated documents.
"""

import re
from functools import lru_cache

from lxml import etree

from rules.messages.complexity import SIMPLE_DECLARATIONS

_LONGEST_TAG = 2_048
"""Octets of a tag that are worth remembering. What is longer is never a key of a cache, where it
would stay when its message has long been refused."""
_SURELY_SHORT = 8_192
"""Octets of a document whose tags may all be remembered, without a look at each."""
_SPACE = b" \t\r\n"

_NAME = re.compile(rb'[^\s<>="/]+')
# What looks for the first octet of several finds them faster than what looks for all at once.
_SPLIT_AT_EMPTY_ENDS = re.compile(rb"/>").split
_FIND_XML_ATTRIBUTE = re.compile(rb" xml").search

_MARKS = b"<>\"'&!? \t\r\n"
"""Of tags, their attributes, references, CDATA, comments and processing instructions. White space
is canonical in a text, but not in a tag, where it is not easy to see."""
_NO_MARKS = bytes(sorted(set(range(256)) - set(_MARKS)))


def canonical_text(document: bytes, start: int) -> bytes | None:
    """Return a document in Canonical XML 1.0 without comments, or None where that takes a parser.

    Where it is returned, no element but the root declares a namespace or has two attributes, and
    the root declares at most `SIMPLE_DECLARATIONS`.

    Args:
        document: Octets of which it is known that they are a well-formed document in UTF-8 with
            no document type.
        start: Where the start tag of its root begins.
    """
    end = document.find(b">", start) + 1
    if end - start > _LONGEST_TAG:
        return None
    opening = _canonical_opening(document[start:end])
    if opening is None:
        return None
    content = document[end:].rstrip(_SPACE)
    # A `>` in a text, of which there may be millions; it is told before anything is split there.
    if content.count(b"<") != content.count(b">"):
        return None
    before_ends = _SPLIT_AT_EMPTY_ENDS(content)
    if len(before_ends) > 1:
        if len(content) > _SURELY_SHORT and not _have_short_tags(before_ends):
            return None
        opened = _open_empty_elements(before_ends)
        if opened is None and b" />" in content:
            opened = _open_empty_elements([part.rstrip(b" ") for part in before_ends])
        if opened is None:
            return None
        content = opened
    return opening + content if _is_canonical(content) else None


@lru_cache(maxsize=256)
def _canonical_opening(opening: bytes) -> bytes | None:
    """Return a start tag as libxml2 writes it, or None where it is none or unusual."""
    if opening.count(b"xmlns") > SIMPLE_DECLARATIONS:
        return None
    name = _NAME.match(opening, 1)
    if name is None:
        return None
    closing = b"</%b>" % name[0]
    try:
        element = etree.fromstring(opening + closing, _PARSER)
        return etree.tostring(element, method="c14n").removesuffix(closing)
    except (etree.XMLSyntaxError, etree.C14NError):
        return None


_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, collect_ids=False
)


def _open_empty_elements(before_ends: list[bytes]) -> bytes | None:
    """Give each empty element an end tag, or return None where `/>` is also something else.

    Args:
        before_ends: The octets before each `/>`, and after the last.
    """
    opened: list[bytes] = []
    for part in before_ends[:-1]:
        closing = _closing(part[part.rfind(b"<") + 1 :])
        if closing is None:
            return None
        opened += (part, closing)
    opened.append(before_ends[-1])
    return b"".join(opened)


def _have_short_tags(before_ends: list[bytes]) -> bool:
    return all(len(part) - part.rfind(b"<") <= _LONGEST_TAG for part in before_ends[:-1])


@lru_cache(maxsize=1024)
def _closing(tag: bytes) -> bytes | None:
    """Return what takes the place of `/>` after what is inside a tag, or None where it is none.

    In a text there would be the end of a tag before it, in a value an odd number of quotes. A
    space at its end would have to go, too.
    """
    name = _NAME.match(tag)
    if name is None or b">" in tag or tag.count(b'"') % 2:
        return None
    if tag[-1] in _SPACE:
        return None
    return b"></%b>" % name[0]


def _is_canonical(content: bytes) -> bool:
    """Tell whether every mark of XML in it is one of a plain tag, with one attribute at most.

    Asked of content without tags of empty elements. Two tags have nothing between them then but a
    text without a mark; and an attribute is a space, then two quotes, then the end of the tag.
    """
    marks = content.translate(None, _NO_MARKS)
    if b'"' in marks:
        if _FIND_XML_ATTRIBUTE(content):
            return False  # a namespace is declared, or an attribute that may have no effect here
        marks = marks.replace(b'< "">', b"<>")
    return marks == b"<>" * (len(marks) // 2)
