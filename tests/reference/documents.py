"""Is it an XML document, in UTF-8, that stands for itself alone?"""

import re
from xml.dom import Node
from xml.dom.minidom import Document, parseString
from xml.parsers.expat import ExpatError

from tests.reference.canonical import XMLNS
from tests.reference.failing import Fails, unless

OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16 and UTF-32 (XML 1.0, Appendix F)."""
ASCII = {b"ASCII", b"US-ASCII"}
ODD_IN_NAMESPACE = set('&<"\t\n\r')
"""Characters that Canonical XML writes as references (2.3), and libxml2 not in namespace names."""
_MARK = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\?>")
_VERSION = re.compile(rb"\sversion\s*=\s*([\"'])(.*?)\1")
_ENCODING = re.compile(rb"\sencoding\s*=\s*([\"'])([A-Za-z][A-Za-z0-9._-]*)\1")
_INSTRUCTION = re.compile(rb"<\?(?!xml\s)")
"""What begins otherwise is a declaration, and none where it stands or as it is."""
_COMMENTS = re.compile(rb"(?:\s|<!--.*?-->)*", re.DOTALL)


def document(message: bytes, size_limit: int) -> Document:
    """Read a message as XML."""
    unless(len(message) <= size_limit, "message-too-large")
    unless(not message.startswith(OTHER_MARKS), "encoding-not-utf-8")
    encoding = (_declared(_ENCODING, message) or b"UTF-8").upper()
    unless(encoding in {b"UTF-8", b"UTF8", *ASCII}, "encoding-not-utf-8")
    unless(encoding not in ASCII or max(message, default=0) < 0x80, "encoding-not-ascii")
    unless(_is_utf8(message), "invalid-utf-8")
    # Without a mark, UTF-16 and UTF-32 have a zero among their first four octets (Appendix F).
    unless(b"\x00" not in message.removeprefix(_MARK)[:4], "encoding-not-utf-8")
    unless(not _root_on(message).startswith(b"<!DOCTYPE"), "document-type-present")
    unless(not _INSTRUCTION.match(_root_on(message)), "processing-instruction-present")
    unless((_declared(_VERSION, message) or b"1.0") == b"1.0", "xml-not-well-formed")
    try:
        found = parseString(_without_encoding(message))  # noqa: S318 -- a document type has been refused
    except (ExpatError, ValueError, AttributeError):
        raise Fails("xml-not-well-formed") from None
    unless(not _has_odd_namespace(found), "namespace-name-not-allowed")
    unless(not _has_instruction(found), "processing-instruction-present")
    return found


def _without_encoding(message: bytes) -> bytes:
    """Leave the encoding out, since what it may be is UTF-8, by names that expat does not know."""
    declaration = _DECLARATION.match(message)
    if not declaration:
        return message
    return _ENCODING.sub(b"", declaration[0]) + message[declaration.end() :]


def _declared(what: re.Pattern[bytes], message: bytes) -> bytes | None:
    declaration = _DECLARATION.match(message)
    found = what.search(declaration[0]) if declaration else None
    return found[2] if found else None


def _is_utf8(message: bytes) -> bool:
    try:
        message.decode()
    except UnicodeDecodeError:
        return False
    return True


def _root_on(message: bytes) -> bytes:
    """Return a message from where its root should begin: after the declaration and comments."""
    declaration = _DECLARATION.match(message)
    rest = message[declaration.end() :] if declaration else message.removeprefix(_MARK)
    return rest[_COMMENTS.match(rest).end() :]


def _has_odd_namespace(node: Node) -> bool:
    attributes = (
        [node.attributes.item(i) for i in range(node.attributes.length)]
        if (node.nodeType == Node.ELEMENT_NODE)
        else []
    )
    return any(
        attribute.namespaceURI == XMLNS and ODD_IN_NAMESPACE & set(attribute.value)
        for attribute in attributes
    ) or any(_has_odd_namespace(child) for child in node.childNodes)


def _has_instruction(node: Node) -> bool:
    return node.nodeType == Node.PROCESSING_INSTRUCTION_NODE or any(
        _has_instruction(child) for child in node.childNodes
    )
