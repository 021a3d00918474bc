"""Tells the canonical form of a document from its octets, where it is nearly spelled in it.

Canonical XML 1.0 leaves most of what programs write as it is, and what it changes can be seen in
the octets: references and CDATA, carriage returns, apostrophes as quotes, white space in tags,
tags of empty elements, the order of attributes, namespaces that are declared again, a `>` in a
text. Content that has none of these is its own canonical form. Tags of empty elements are taken
apart here; the start tag of the root, which is the same in nearly every message, is put in
canonical form by libxml2 once. All this takes a third of the time in which libxml2 writes the
whole from its tree.

Whatever is not as plain gives None here and is canonicalised from its tree; so does what has line
breaks, or spaces in a text, which would have to be told from those in a tag. That both come to
the same is held by tests over generated documents.
"""

import re
from functools import lru_cache

from lxml import etree

_LONGEST_OPENING = 2_048
"""Octets of a start tag that are worth remembering."""
_SPACE = b" \t\r\n"

_NAME = re.compile(rb'[^\s<>="/]+')
_PLAIN_ATTRIBUTE = re.compile(rb'(?!xml)[^\s<>="/]+="[^<>"]*"')


def canonical_text(document: bytes, start: int) -> bytes | None:
    """Return a document in Canonical XML 1.0 without comments, or None where that takes a parser.

    Args:
        document: Octets of which it is known that they are a well-formed document in UTF-8 with
            no document type.
        start: Where the start tag of its root begins.
    """
    end = document.find(b">", start) + 1
    opening = _canonical_opening(document[start:end])
    content = document[end:].rstrip(_SPACE)
    if opening is None or _has_what_is_never_plain(content):
        return None
    before_ends = content.split(b"/>")
    if len(before_ends) > 1:
        opened = _open_empty_elements(before_ends)
        if opened is None:
            return None
        content = opened
    # By now neither octet is in a comment or the like; a further one is in a text or a value.
    if content.count(b"<") != content.count(b">") or not _has_plain_tags(content):
        return None
    return opening + content


@lru_cache(maxsize=256)
def _canonical_opening(opening: bytes) -> bytes | None:
    """Return a start tag as libxml2 writes it, or None where it is none or unusually long."""
    if len(opening) > _LONGEST_OPENING:
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


def _has_what_is_never_plain(content: bytes) -> bool:
    """Tell whether there may be a reference, CDATA, a comment, an instruction or another quote.

    Line breaks and tabs are canonical in a text, but not in a tag, and in a tag they are not easy
    to see.
    """
    return (
        b"&" in content
        or b"!" in content
        or b"?" in content
        or b"'" in content
        or b"\r" in content
        or b"\n" in content
        or b"\t" in content
    )


def _open_empty_elements(before_ends: list[bytes]) -> bytes | None:
    """Give each empty element an end tag, or return None where `/>` is also something else.

    Args:
        before_ends: The octets before each `/>`, and after the last.
    """
    opened = []
    for part in before_ends[:-1]:
        tag = part[part.rfind(b"<") + 1 :]
        closing = _closing(tag)
        if closing is None:
            return None
        opened.append(part.rstrip(_SPACE) if tag[-1] in _SPACE else part)
        opened.append(closing)
    opened.append(before_ends[-1])
    return b"".join(opened)


@lru_cache(maxsize=1024)
def _closing(tag: bytes) -> bytes | None:
    """Return what takes the place of `/>` after what is inside a tag, or None where it is none.

    In a text there would be the end of a tag before it, in a value an odd number of quotes.
    """
    name = _NAME.match(tag)
    if name is None or b">" in tag or tag.count(b'"') % 2 or len(tag) > _LONGEST_OPENING:
        return None
    return b"></%b>" % name[0]


def _has_plain_tags(content: bytes) -> bool:
    """Tell whether every tag has one attribute at most, and no space but the one before it.

    Asked of content whose every `<` and `>` is of a tag, and without apostrophes.
    """
    if b" " not in content:
        return b'"' not in content
    # In a tag as it should be, a space has a name before it and the rest of the tag after it. A
    # space in a text, two in a row, or one before another attribute has something else after it.
    after_spaces = content.split(b" ")[1:]
    if content.count(b'"') != 2 * len(after_spaces):
        return False
    rests = {piece[: piece.find(b">")] for piece in after_spaces}
    return all(map(_PLAIN_ATTRIBUTE.fullmatch, rests))
