"""Is it a Service Request or Signed Pre-Command, and what does its Header say?"""

import re
from dataclasses import dataclass
from xml.dom.minidom import Document, Element

from tests.reference.failing import unless
from tests.reference.nodes import (
    DS,
    DUIS,
    WHITE_SPACE,
    attributes,
    children,
    holds_elements_alone,
    is_named,
    is_text_alone,
    names,
    text,
    uniform_attributes,
)

_EUI64 = "[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"
_REQUEST_ID = re.compile(f"({_EUI64}):({_EUI64}):(0|[1-9][0-9]*)")
_FIELDS = ["RequestID", "CommandVariant", "ServiceReference", "ServiceReferenceVariant"]
_OF_ANY_ELEMENT = {
    ("http://www.w3.org/2001/XMLSchema-instance", name)
    for name in ("type", "schemaLocation", "noNamespaceSchemaLocation")
}
_OPTIONAL = ["FirstInSequence", "PrecedingServiceRequestID"]


@dataclass(frozen=True)
class Request:
    """A message as far as its frame says what it is."""

    root: Element
    originator: str
    """The Business Originator ID, in upper case."""
    target: str
    command_variant: str
    srv: str
    body: Element
    """The one Service Request in the Body."""

    @property
    def is_signed_pre_command(self) -> bool:
        return is_named(self.body, DUIS, "SignedPreCommand")


def request(document: Document) -> Request:
    """Read the frame of a message (DUIS 5.4 schema, Request)."""
    root = document.documentElement
    unless(is_named(root, DUIS, "Request"), "unknown-root")
    # How many Signatures there are, and where, is asked when it is known what was to be signed.
    parts = [child for child in children(root) if not is_named(child, DS, "Signature")]
    unless(len(parts) == 2, "request-malformed")
    unless(is_named(parts[0], DUIS, "Header"), "request-malformed")
    unless(is_named(parts[1], DUIS, "Body"), "request-malformed")
    version = attributes(root).get("schemaVersion", "").strip(WHITE_SPACE)
    unless(re.fullmatch(r"[0-9]+(\.[0-9]+)?", version), "schema-version-malformed")
    header = _header(parts[0])
    originator, target = _request_id(header["RequestID"])
    variant = header["CommandVariant"].strip(WHITE_SPACE)
    unless(re.fullmatch("[1-9]", variant), "command-variant-malformed")
    srv = header["ServiceReferenceVariant"]
    unless(re.fullmatch(r"[0-9]+\.[0-9]+(\.[0-9]+)?", srv), "service-reference-malformed")
    unless(
        header["ServiceReference"] == ".".join(srv.split(".")[:2]), "service-reference-mismatch"
    )
    return Request(root, originator, target, variant, srv, _body(parts[1]))


def _header(header: Element) -> dict[str, str]:
    fields = dict(zip(names(header, DUIS), children(header), strict=True))
    given = [name for name in _OPTIONAL if name in fields]
    expected = [_FIELDS[0], *given, *_FIELDS[1:]]
    unless(names(header, DUIS) == expected, "header-malformed")
    unless(all(is_text_alone(field) for field in fields.values()), "header-malformed")
    unless(holds_elements_alone(header), "header-malformed")
    for element in (header, *fields.values()):
        unless(set(uniform_attributes(element)) <= _OF_ANY_ELEMENT, "header-malformed")
    said = {name: text(field) for name, field in fields.items()}
    first = said.get("FirstInSequence", "true").strip(WHITE_SPACE)
    unless(first in {"true", "false", "1", "0"}, "header-malformed")
    before = said.get("PrecedingServiceRequestID", said["RequestID"])
    if "PrecedingServiceRequestID" in said:
        unless(_is_request_id(before), "header-malformed")
    return said


def _is_request_id(said: str) -> re.Match[str] | None:
    matched = _REQUEST_ID.fullmatch(said.strip(WHITE_SPACE))
    return matched if matched and int(matched[3]) < 2**64 else None


def _request_id(said: str) -> tuple[str, str]:
    matched = _is_request_id(said)
    unless(matched, "request-id-malformed")
    assert matched is not None
    return matched[1].upper(), matched[2].upper()


def _body(body: Element) -> Element:
    unless(len(children(body)) == 1, "body-malformed")
    return children(body)[0]
