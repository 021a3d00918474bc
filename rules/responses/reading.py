"""Reads a DUIS Response: octets to what its frame says.

As with a Request, what is read here is what was signed: there is one tree, without comments, and
its canonical form is digested. A Response differs in that a SMETS1 Service Provider's message may
stand within it with a signature of its own, which the DCC's covers like everything else. That
one is left alone; anywhere else a second signature is refused.
"""

import re
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from lxml import etree

from rules.identifiers import IdentifierError, parse_request_id
from rules.messages.reading import (
    DEFAULT_SIZE_LIMIT,
    DUIS,
    SIGNATURE_TAG,
    parse_xml,
    service_reference_of,
)
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.responses.kinds import (
    PRE_COMMAND,
    RESPONSE_MESSAGE,
    SCHEDULE_ID,
    ResponseKind,
    content_names,
    other_kind,
    response_message_kind,
)
from rules.responses.refusals import FrameReason, ResponseRefusedError, response_reason

RESPONSE_TAG = f"{{{DUIS}}}Response"

_HEADER = f"{{{DUIS}}}Header"
_BODY = f"{{{DUIS}}}Body"
_SIGNED_BY_OTHERS = frozenset({f"{{{DUIS}}}SMETS1SignedResponse", f"{{{DUIS}}}S1SPAlert"})
"""What a SMETS1 Service Provider signs, which the schema has within a Response."""

_HEADER_FORMS = tuple(
    tuple(f"{{{DUIS}}}{name}" for name in (*optional, "ResponseCode", "ResponseDateTime"))
    for optional in ((), ("RequestID",), ("ResponseID",), ("RequestID", "ResponseID"))
)
"""The children of a Response's Header in the only orders that the schema allows."""

_SPACE = " \t\r\n"
_SHOWN = 10
_SCHEMA_VERSION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?", re.ASCII)
_RESPONSE_CODE = re.compile(r"[EIW][0-9]{1,6}", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,12})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_MICROSECONDS = 7
"""Characters of `.123456`; what an xs:dateTime has beyond is let go of."""


class ResponseHeader(NamedTuple):
    """What the Header of a Response says."""

    request_id: str
    """Empty where there is none, as in an Alert."""
    response_id: str
    """Target, originator and counter; empty where there is none."""
    response_code: str
    at: datetime
    """ResponseDateTime; in UTC where the Response names no zone."""


class Response(NamedTuple):
    """A Response as it was read: its tree, still with its signature, and what its frame says."""

    root: etree._Element
    header: ResponseHeader
    kind: ResponseKind
    service_reference_variant: str
    """Empty where the kind has none."""
    signature: etree._Element | None
    """The DCC's own; None where there is none, or `signature_fault` says why it is not."""
    signature_fault: MessageReason | None


def is_response(message: bytes, *, size_limit: int = DEFAULT_SIZE_LIMIT) -> bool:
    """Tell whether octets are XML with the root of a Response, whatever else it says."""
    try:
        return parse_xml(message, size_limit=size_limit).tag == RESPONSE_TAG
    except MessageRefusedError:
        return False


def read_response(message: bytes, *, size_limit: int = DEFAULT_SIZE_LIMIT) -> Response:
    """Read a Response; its signature is not looked into.

    Raises:
        ResponseRefusedError: It is not XML that can be read safely, or not a Response as the
            DUIS 5.4 schema frames it.
    """
    try:
        root = parse_xml(message, size_limit=size_limit)
    except MessageRefusedError as refused:
        raise ResponseRefusedError.of(refused) from refused
    if root.getnext() is not None or next(root.iter(etree.PI), None) is not None:
        raise ResponseRefusedError(response_reason(MessageReason.PROCESSING_INSTRUCTION))
    if root.tag != RESPONSE_TAG:
        raise ResponseRefusedError(FrameReason.UNKNOWN_ROOT, str(root.tag))
    version = root.get("schemaVersion", "")
    if not _SCHEMA_VERSION.fullmatch(version):
        raise ResponseRefusedError(FrameReason.SCHEMA_VERSION_MALFORMED, version)
    signature, fault = _own_signature(root)
    parts = [part for part in root if part.tag != SIGNATURE_TAG]
    if [part.tag for part in parts] != [_HEADER, _BODY]:
        raise ResponseRefusedError(FrameReason.MALFORMED, _names(root))
    kind, srv = _read_body(parts[1])
    _require_pre_command_in_its_place(root, parts[1])
    return Response(root, _read_header(parts[0]), kind, srv, signature, fault)


def _require_pre_command_in_its_place(root: etree._Element, body: etree._Element) -> None:
    """Refuse a Response with a PreCommand anywhere but where it determines the Response's kind.

    The kind says whose signature is asked for, so one that somebody finds in an Alert or a
    payload would count as signed by the key for those. One of another namespace, or beneath a
    signed part of a SMETS1 Service Provider, is not one of DUIS either.
    """
    for found in root.iter("{*}" + PRE_COMMAND):
        message = found.getparent()
        if (
            _local_name(found) != PRE_COMMAND
            or message is None
            or _local_name(message) != RESPONSE_MESSAGE
            or message.getparent() is not body
        ):
            raise ResponseRefusedError(
                FrameReason.PRE_COMMAND_MISPLACED, "" if message is None else str(message.tag)
            )


def _own_signature(root: etree._Element) -> tuple[etree._Element | None, MessageReason | None]:
    """Return the DCC's signature, or why there is none in its place; neither: it has none."""
    own = [
        signature
        for signature in root.iter(SIGNATURE_TAG)
        if getattr(signature.getparent(), "tag", None) not in _SIGNED_BY_OTHERS
    ]
    if not own:
        return None, None
    if len(own) > 1:
        return None, MessageReason.SIGNATURE_NOT_SINGLE
    if own[0].getparent() is not root or own[0].getnext() is not None:
        return None, MessageReason.SIGNATURE_MISPLACED
    return own[0], None


def _read_header(header: etree._Element) -> ResponseHeader:
    fields = list(header)
    if tuple([field.tag for field in fields]) not in _HEADER_FORMS or any(map(len, fields)):
        raise ResponseRefusedError(FrameReason.HEADER_MALFORMED, _names(header))
    said = {etree.QName(field).localname: (field.text or "").strip(_SPACE) for field in fields}
    request_id, response_id = said.get("RequestID", ""), said.get("ResponseID", "")
    if "RequestID" in said:
        _require_id(request_id, FrameReason.REQUEST_ID_MALFORMED)
    if "ResponseID" in said:
        _require_id(response_id, FrameReason.RESPONSE_ID_MALFORMED)
    code = said["ResponseCode"]
    if not _RESPONSE_CODE.fullmatch(code):
        raise ResponseRefusedError(FrameReason.RESPONSE_CODE_MALFORMED, code)
    return ResponseHeader(request_id, response_id, code, _moment(said["ResponseDateTime"]))


def _require_id(text: str, reason: FrameReason) -> None:
    try:
        parse_request_id(text)
    except IdentifierError as fault:
        raise ResponseRefusedError(reason, text) from fault


def _moment(text: str) -> datetime:
    parsed = _MOMENT.fullmatch(text)
    if parsed is None:
        raise ResponseRefusedError(FrameReason.MOMENT_MALFORMED, text)
    whole, fraction, zone = parsed.groups()
    try:
        moment = datetime.fromisoformat(f"{whole}{(fraction or '')[:_MICROSECONDS]}{zone or ''}")
        return (moment if zone else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise ResponseRefusedError(FrameReason.MOMENT_MALFORMED, text) from fault


def _read_body(body: etree._Element) -> tuple[ResponseKind, str]:
    """Return the kind of a Response and, where it has one, its Service Reference Variant."""
    children = list(body)
    if len(children) != 1:
        raise ResponseRefusedError(FrameReason.BODY_MALFORMED, _names(body))
    message = children[0]
    name = _local_name(message)
    if name == RESPONSE_MESSAGE:
        return _read_response_message(message)
    # The schema has the schedule beside the answer, never anywhere in it.
    kind = other_kind(name, is_scheduled=message.find(f"{{{DUIS}}}{SCHEDULE_ID}") is not None)
    if kind is None:
        raise ResponseRefusedError(FrameReason.BODY_MALFORMED, name)
    srv = message.findtext(f"{{{DUIS}}}ServiceReferenceVariant", default="")
    return kind, srv


def _read_response_message(message: etree._Element) -> tuple[ResponseKind, str]:
    children = list(message)
    names = [_local_name(child) for child in children]
    if names[:2] != ["ServiceReference", "ServiceReferenceVariant"] or len(names) > 3:  # noqa: PLR2004 - and its content
        raise ResponseRefusedError(FrameReason.BODY_MALFORMED, _names(message))
    reference, srv = (child.text or "" for child in children[:2])
    if service_reference_of(srv) != reference:
        raise ResponseRefusedError(
            FrameReason.SERVICE_REFERENCE_MISMATCH, f"{reference} with {srv}"
        )
    content = names[2] if len(names) > 2 else None  # noqa: PLR2004 - beside the two references
    if content is not None and content not in content_names():
        raise ResponseRefusedError(FrameReason.CONTENT_UNKNOWN, content)
    return response_message_kind(content, srv=srv), srv


def _local_name(element: etree._Element) -> str:
    """Return the name of an element of DUIS; of another, its name with its namespace."""
    name = etree.QName(element)
    return name.localname if name.namespace == DUIS else name.text


def _names(element: etree._Element) -> str:
    """Return the names of an element's children, for words."""
    return (
        ", ".join(etree.QName(child).localname for child in islice(element, _SHOWN)) or "nothing"
    )
