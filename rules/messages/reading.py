"""Reads a DUIS Service Request or Signed Pre-Command: octets to what its frame says.

What is read here must be what was signed. So there is one tree: it is parsed once, the header is
read from it and its canonical form is digested (`rules.messages.xmldsig`). Comments are no part
of that form and never reach the tree, since one within `1.<!-- -->6` would hide half of the text
from a reader; processing instructions outside the root are no part of it either, and DUIS knows
none, so that any is refused. Nothing is fetched, and a document type is refused before parsing.
"""

import re
import threading
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml import etree

from rules.identifiers import EUI64_IN_MESSAGES, Eui64, RequestId, parse_request_id
from rules.messages.complexity import require_few_tags, require_little_work
from rules.messages.refusals import MessageReason, MessageRefusedError

DEFAULT_SIZE_LIMIT = 16 * 1024 * 1024
"""Octets. A firmware image of 10 MB takes more than 13 MB in base64."""

DUIS = "http://www.dccinterface.co.uk/ServiceUserGateway"
DS = "http://www.w3.org/2000/09/xmldsig#"

SIGNED_PRE_COMMAND_VARIANTS = frozenset({5, 6, 7})
"""The Command Variants of a Signed Pre-Command (DUIS 5.4 schema, CommandVariant)."""

_REQUEST = f"{{{DUIS}}}Request"
_HEADER = f"{{{DUIS}}}Header"
_BODY = f"{{{DUIS}}}Body"
_SIGNED_PRE_COMMAND = f"{{{DUIS}}}SignedPreCommand"
SIGNATURE_TAG = f"{{{DS}}}Signature"

_REQUEST_ID_FIELD = f"{{{DUIS}}}RequestID"
_FIRST_IN_SEQUENCE = f"{{{DUIS}}}FirstInSequence"
_PRECEDING = f"{{{DUIS}}}PrecedingServiceRequestID"
_LAST_FIELDS = (
    f"{{{DUIS}}}CommandVariant",
    f"{{{DUIS}}}ServiceReference",
    f"{{{DUIS}}}ServiceReferenceVariant",
)
_HEADER_FORMS = frozenset(
    (_REQUEST_ID_FIELD, *optional, *_LAST_FIELDS)
    for optional in (
        (),
        (_FIRST_IN_SEQUENCE,),
        (_PRECEDING,),
        (_FIRST_IN_SEQUENCE, _PRECEDING),
    )
)
"""The children of a Header in the only orders that the schema allows."""

_ALLOWED_ATTRIBUTES = frozenset(
    f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}"
    for name in ("type", "schemaLocation", "noNamespaceSchemaLocation")
)
"""What XML Schema allows in every element (Part 1, 2.6); `nil` only where the schema says so."""

_SPACE = " \t\r\n"
"""White space as XML has it; Python's own includes characters that are none."""
_BOM = b"\xef\xbb\xbf"
_DECLARATION = (
    r"<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:\"1\.0\"|'1\.0')"
    r"(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*[\"']({encoding})[\"'])?"
    r"(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*[\"'](?:yes|no)[\"'])?[ \t\r\n]*\?>"
)
_PLAIN_START = re.compile(
    b"(?:%b)?(?:%b)?[ \\t\\r\\n]*(?=<[^!?\\x00])"
    % (
        re.escape(_BOM),
        _DECLARATION.format(encoding="(?i:utf-?8|(?P<ascii>(?:us-)?ascii))").encode(),
    )
)
_DECLARED = re.compile(_DECLARATION.format(encoding="[A-Za-z][A-Za-z0-9._-]*").encode())
_DECLARATION_START = re.compile(rb"<\?xml[ \t\r\n]")
_UTF8_NAMES = frozenset({b"utf-8", b"utf8"})
_ASCII_NAMES = frozenset({b"ascii", b"us-ascii"})
"""What lxml and others write into a declaration where the document has no other characters."""
_COMMENT = re.compile(rb"<!--.*?-->[ \t\r\n]*", re.DOTALL)

_PARTS = 3
_FRAME = [_HEADER, _BODY]
"""What a Request consists of, before its signature."""

_REQUEST_ID = re.compile(
    f"({EUI64_IN_MESSAGES}):{EUI64_IN_MESSAGES}:(0|[1-9][0-9]{{0,19}})", re.ASCII
)
MAX_COUNTER = "18446744073709551615"
_COMMAND_VARIANTS = {str(number): number for number in range(1, 10)}
_LONGEST_VARIANT = len("00.00.00")
_REFERENCE = re.compile(r"([0-9]{1,2}\.[0-9]{1,2})(?:\.[0-9]{1,2})?", re.ASCII)
_SCHEMA_VERSION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?", re.ASCII)
_BOOLEANS = frozenset({"true", "false", "1", "0"})


def _parser(*, huge: bool) -> etree.XMLParser:
    return etree.XMLParser(
        # The octets are UTF-8 whatever they declare, so that what was looked for in them before
        # parsing (a document type) cannot hide in another encoding.
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        collect_ids=False,
        huge_tree=huge,
    )


class _Parsers(threading.local):
    """Each thread's own: a parser remembers of what it complained in the last document."""

    def __init__(self) -> None:
        self.usual = _parser(huge=False)
        self.huge = _parser(huge=True)


_PARSERS = _Parsers()
_REFERENCE_IN_NAMESPACE = re.compile(
    rb"""xmlns(?::[^\s<>"'=:]+)?[ \t\r\n]*=[ \t\r\n]*(?:"[^"&]*&|'[^'"&]*["&])"""
)
"""A namespace declaration, or what looks like one, with a reference or a quotation mark in its
value: nothing else can bring one of `_NOT_PLAIN` into a namespace name."""
_NOT_PLAIN = re.compile('[&<"\t\n\r]')
"""What Canonical XML 1.0, 2.3 writes as a reference in a namespace node, and libxml2 as it is."""
_HUGE_FROM = 9_000_000
"""Octets from which the other parser is needed: libxml2 limits a text to ten million by itself."""


class Header(NamedTuple):
    """What the Header of a message says."""

    request_id_text: str
    business_originator_id: Eui64
    command_variant: int
    service_reference: str
    service_reference_variant: str

    @property
    def request_id(self) -> RequestId:
        """The RequestID, taken apart."""
        return parse_request_id(self.request_id_text)


class Message(NamedTuple):
    """A message as it was read: its tree, still with its signature, and what its frame says."""

    root: etree._Element
    header: Header
    body: etree._Element
    """The one child of the Body: the Service Request itself, or the Signed Pre-Command."""
    is_signed_pre_command: bool
    signature: etree._Element | None
    signature_fault: MessageReason | None
    """Why there is no `signature`: none, more than one, or not where it belongs."""


def parse_xml(message: bytes, *, size_limit: int = DEFAULT_SIZE_LIMIT) -> etree._Element:
    """Parse octets safely and return the root element, in a tree without comments.

    Raises:
        MessageRefusedError: The octets are too many, not UTF-8, not well-formed XML 1.0, have a
            document type or a processing instruction before the root, or are built so that
            canonicalising them would take too long.
    """
    if len(message) > size_limit:
        raise MessageRefusedError(MessageReason.TOO_LARGE, f"{len(message):,} bytes")
    try:
        str(message, "utf-8")
    except UnicodeDecodeError as fault:
        raise _not_utf8(message, fault) from None
    if plain_start(message) is None:
        _examine_start(message)
    try:
        root = parse_octets(message)
    except etree.XMLSyntaxError as fault:
        raise MessageRefusedError(MessageReason.NOT_WELL_FORMED, fault.msg or "") from None
    require_little_work(message, root, huge=is_huge(message))
    return root


def plain_start(message: bytes) -> int | None:
    """Return where the root begins, if right after an XML declaration that is true, or none.

    True is UTF-8, and ASCII where the message has no other octets. No document type can come any
    more then.
    """
    found = _PLAIN_START.match(message)
    if found is None or (found["ascii"] is not None and not message.isascii()):
        return None
    return found.end()


def is_huge(message: bytes) -> bool:
    """Tell whether a message has so many octets that libxml2 must be told to take them."""
    return len(message) > _HUGE_FROM


def parse_octets(message: bytes) -> etree._Element:
    """Parse octets of which it is known that they have no document type.

    Before the tree is canonicalised it must be told whether that takes too long
    (`rules.messages.complexity`).

    Raises:
        etree.XMLSyntaxError: They are not well-formed XML in UTF-8.
        MessageRefusedError: They are not well-formed as to namespaces, have too many tags, or a
            namespace name that programs write differently in Canonical XML.
    """
    require_few_tags(message)
    parser = _PARSERS.huge if is_huge(message) else _PARSERS.usual
    root = etree.fromstring(message, parser)
    # lxml goes by the last complaint: a warning, of a relative namespace say, hides an error of
    # namespaces before it, at which libxml2 leaves out a declaration or an attribute.
    log = parser.error_log
    if log.last_error is not None and (errors := log.filter_from_errors()):
        raise MessageRefusedError(MessageReason.NOT_WELL_FORMED, errors[0].message)
    if (b"&" in message or b"'" in message) and _REFERENCE_IN_NAMESPACE.search(message):
        _require_plain_namespace_names(root)
    return root


def _require_plain_namespace_names(root: etree._Element) -> None:
    for _, (_, name) in etree.iterwalk(root, events=["start-ns"]):
        if _NOT_PLAIN.search(name):
            raise MessageRefusedError(MessageReason.NAMESPACE_NAME, name)


def read_message(message: bytes, *, size_limit: int = DEFAULT_SIZE_LIMIT) -> Message:
    """Read a Service Request or Signed Pre-Command; its signature is not looked into.

    Raises:
        MessageRefusedError: As `parse_xml`, or there is a processing instruction, or it is not a
            Request as the DUIS schema frames it.
    """
    root = parse_xml(message, size_limit=size_limit)
    parts = list(root)
    # Every signature and processing instruction, wherever they are: there may be only the one.
    marks = list(root.iter(etree.PI, SIGNATURE_TAG))
    signature = marks[0] if len(marks) == 1 else None
    fault: MessageReason | None = None
    if (
        signature is None
        or len(parts) != _PARTS
        or parts[2] is not signature
        or signature.tag != SIGNATURE_TAG
        or root.getnext() is not None
    ):
        _refuse_processing_instructions(root, marks)
        fault = _signature_fault(marks)
        signature = None
        parts = [part for part in parts if part.tag != SIGNATURE_TAG]
    if root.tag != _REQUEST:
        raise MessageRefusedError(MessageReason.UNKNOWN_ROOT, str(root.tag))
    version = root.get("schemaVersion")
    if version is None or not _SCHEMA_VERSION.fullmatch(version):
        raise MessageRefusedError(MessageReason.SCHEMA_VERSION_MALFORMED, version or "")
    if [part.tag for part in parts[:2]] != _FRAME or len(parts) > _PARTS - (signature is None):
        raise MessageRefusedError(MessageReason.REQUEST_MALFORMED, _names(root))
    body = parts[1]
    if len(body) != 1:
        raise MessageRefusedError(MessageReason.BODY_MALFORMED, _names(body))
    content = body[0]
    return Message(
        root,
        _read_header(parts[0]),
        content,
        content.tag == _SIGNED_PRE_COMMAND,
        signature,
        fault,
    )


def _not_utf8(message: bytes, fault: UnicodeDecodeError) -> MessageRefusedError:
    """Tell another encoding that declares itself from UTF-8 that is broken."""
    if message.startswith((b"\xfe\xff", b"\xff\xfe")):
        return MessageRefusedError(MessageReason.ENCODING_NOT_UTF8, "UTF-16 or UTF-32")
    if declaration := _DECLARED.match(message):
        try:
            _require_utf8(declaration[1], message)
        except MessageRefusedError as refused:
            return refused
    return MessageRefusedError(MessageReason.INVALID_UTF8, f"{fault.start:,}")


def _require_utf8(declared: bytes | None, message: bytes) -> None:
    """Return quietly where a declaration names UTF-8, or ASCII and the message is in it.

    ASCII is UTF-8 then, and what JDK, libxml2 and lxml read; with another octet they refuse it.
    """
    name = b"utf-8" if declared is None else declared.lower()
    if name in _ASCII_NAMES:
        if not message.isascii():
            raise MessageRefusedError(MessageReason.ENCODING_NOT_ASCII)
    elif name not in _UTF8_NAMES:
        raise MessageRefusedError(MessageReason.ENCODING_NOT_UTF8, name.decode("ascii"))


def _examine_start(message: bytes) -> None:
    """Look through all that comes before the root element for what may not be there.

    Whatever else is odd is left to the parser, which words it better.
    """
    position = _after_declaration(message)
    while comment := _COMMENT.match(message, position):
        position = comment.end()
    if message.startswith(b"<!DOCTYPE", position):
        raise MessageRefusedError(MessageReason.DOCUMENT_TYPE)
    if message.startswith(b"<?", position) and not _DECLARATION_START.match(message, position):
        raise MessageRefusedError(MessageReason.PROCESSING_INSTRUCTION)


def _after_declaration(message: bytes) -> int:
    """Return where the XML declaration ends, which must not speak of another encoding."""
    start = len(_BOM) if message.startswith(_BOM) else 0
    if b"\0" in message[start : start + 4]:
        raise MessageRefusedError(MessageReason.ENCODING_NOT_UTF8, "UTF-16 or UTF-32")
    if declaration := _DECLARED.match(message, start):
        _require_utf8(declaration[1], message)
        start = declaration.end()
    elif _DECLARATION_START.match(message, start):
        raise MessageRefusedError(
            MessageReason.NOT_WELL_FORMED, "the XML declaration is not 1.0's"
        )
    return len(message) - len(message[start:].lstrip(b" \t\r\n"))


def _refuse_processing_instructions(root: etree._Element, marks: list[etree._Element]) -> None:
    if root.getnext() is not None or any(mark.tag != SIGNATURE_TAG for mark in marks):
        raise MessageRefusedError(MessageReason.PROCESSING_INSTRUCTION)


def _signature_fault(marks: list[etree._Element]) -> MessageReason:
    """Say why there is no signature in its place, when there is none."""
    if not marks:
        return MessageReason.SIGNATURE_MISSING
    if len(marks) > 1:
        return MessageReason.SIGNATURE_NOT_SINGLE
    return MessageReason.SIGNATURE_MISPLACED


def _names(element: etree._Element) -> str:
    """Return the names of an element's children, for words."""
    return ", ".join(etree.QName(child).localname for child in islice(element, 10)) or "nothing"


def _read_header(header: etree._Element) -> Header:
    fields = list(header)
    if tuple([field.tag for field in fields]) not in _HEADER_FORMS:
        raise MessageRefusedError(MessageReason.HEADER_MALFORMED, _names(header))
    if any(map(len, fields)):
        raise MessageRefusedError(MessageReason.HEADER_MALFORMED, "elements within a field")
    _require_fields_alone(header, fields)
    texts = [field.text or "" for field in fields]
    for field, text in zip(fields[1:-3], texts[1:-3], strict=True):
        _require_optional(field.tag, text.strip(_SPACE))
    request_id = texts[0].strip(_SPACE)
    originator = _originator(request_id)
    if originator is None:
        raise MessageRefusedError(MessageReason.REQUEST_ID_MALFORMED, request_id)
    command_variant = _COMMAND_VARIANTS.get(texts[-3].strip(_SPACE))
    if command_variant is None:
        raise MessageRefusedError(MessageReason.COMMAND_VARIANT_MALFORMED, texts[-3])
    reference, variant = texts[-2:]
    expected = service_reference_of(variant)
    if expected is None:
        raise MessageRefusedError(MessageReason.SERVICE_REFERENCE_MALFORMED, variant)
    if expected != reference:
        raise MessageRefusedError(
            MessageReason.SERVICE_REFERENCE_MISMATCH, f"{reference} with {variant}"
        )
    return Header(request_id, originator, command_variant, reference, variant)


def _require_fields_alone(header: etree._Element, fields: list[etree._Element]) -> None:
    """Refuse a Header with more in it than its fields: another reader might go by that."""
    between = [header.text, *[field.tail for field in fields]]
    if "".join(filter(None, between)).strip(_SPACE):
        raise MessageRefusedError(MessageReason.HEADER_MALFORMED, "text between its fields")
    for element in (header, *fields):
        for name in element.attrib:
            if name not in _ALLOWED_ATTRIBUTES:
                where = etree.QName(element).localname
                raise MessageRefusedError(
                    MessageReason.HEADER_MALFORMED,
                    f"the attribute {etree.QName(name).localname} in {where}",
                )


def service_reference_of(variant: str) -> str | None:
    """Return the Service Reference to which a variant belongs, or None where it is no variant."""
    return _service_reference_of(variant) if len(variant) <= _LONGEST_VARIANT else None


@lru_cache(maxsize=1024)
def _service_reference_of(variant: str) -> str | None:
    parsed = _REFERENCE.fullmatch(variant)
    return None if parsed is None else parsed[1]


def _originator(request_id: str) -> Eui64 | None:
    """Return the Business Originator ID of a RequestID, or None where it is none."""
    parsed = _REQUEST_ID.fullmatch(request_id)
    if parsed is None:
        return None
    originator, counter = parsed.groups()
    # Texts of equal length without leading zeros compare as their numbers do.
    if len(counter) == len(MAX_COUNTER) and counter > MAX_COUNTER:
        return None
    return Eui64(originator.upper())


def _require_optional(tag: str, text: str) -> None:
    good = text in _BOOLEANS if tag == _FIRST_IN_SEQUENCE else _originator(text) is not None
    if not good:
        raise MessageRefusedError(MessageReason.HEADER_MALFORMED, text)
