"""Reads and verifies a signed message anew, by expat and by this file alone.

Slow and plain on purpose: it shares neither the parser (libxml2), nor the canonical form, nor any
code with what it is held against. It is asked only about messages that the checker takes for
proven, so it need not be safe or say why not.
"""

from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from xml.dom import Node, minidom

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.rules.messages.builders import DS, DUIS

XMLNS = "http://www.w3.org/2000/xmlns/"
_TEXTS = {Node.TEXT_NODE, Node.CDATA_SECTION_NODE}
_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_IN_ATTRIBUTE = {
    "&": "&amp;",
    "<": "&lt;",
    '"': "&quot;",
    "\t": "&#x9;",
    "\n": "&#xA;",
    "\r": "&#xD;",
}


@dataclass(frozen=True)
class Told:
    """What a message says, and whether its one signature holds."""

    fields: dict[str, str]
    body: str
    """The name of the Body's one child."""
    serial: int
    holds: bool


def tell(message: bytes, key: ec.EllipticCurvePublicKey) -> Told:
    """Read a message and verify its signature with a key."""
    root = minidom.parseString(message).documentElement  # noqa: S318 -- see above
    signature = _only(root, DS, "Signature")
    header, body = (_only(root, DUIS, name) for name in ("Header", "Body"))
    return Told(
        fields={field.localName: _text(field) for field in _children(header)},
        body=_children(body)[0].localName,
        serial=int(_text(_deep(signature, "X509SerialNumber"))),
        holds=_holds(root, signature, key),
    )


def _holds(root, signature, key: ec.EllipticCurvePublicKey) -> bool:
    digest = b64decode(_text(_deep(signature, "DigestValue")))
    value = b64decode(_text(_deep(signature, "SignatureValue")))
    signed_info = canonical(_deep(signature, "SignedInfo"), exclusive=True)
    document = canonical(root, without=signature)
    r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), signed_info, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return len(value) == 64 and sha256(document).digest() == digest


def canonical(element, *, exclusive: bool = False, without=None) -> bytes:
    """Return an element in Canonical XML 1.0, or exclusively, without comments."""
    written: list[str] = []
    _write(element, {}, written, exclusive=exclusive, without=without)
    return "".join(written).encode()


def _write(node, outer: dict[str, str], written: list[str], *, exclusive: bool, without) -> None:
    """Write a node; `outer` has the namespaces that are written around it, by prefix."""
    if node is without:
        return
    if node.nodeType in _TEXTS:
        written.append(_escaped(node.data, _IN_TEXT))
    if node.nodeType != Node.ELEMENT_NODE:
        return
    attributes = [
        node.attributes.item(i)
        for i in range(node.attributes.length)
        if node.attributes.item(i).namespaceURI != XMLNS
    ]
    scope = _in_scope(node)
    if exclusive:
        used = {node.prefix or "", *(a.prefix for a in attributes if a.prefix)}
        scope = {prefix: uri for prefix, uri in scope.items() if prefix in used}
        scope.setdefault(node.prefix or "", "")
    scope.pop("xml", None)
    new = {
        prefix: uri
        for prefix, uri in scope.items()
        if outer.get(prefix, "" if prefix == "" else None) != uri
    }
    written.append(f"<{node.tagName}")
    for prefix, uri in sorted(new.items()):
        name = f"xmlns:{prefix}" if prefix else "xmlns"
        written.append(f' {name}="{_escaped(uri, _IN_ATTRIBUTE)}"')
    written.extend(
        f' {attribute.name}="{_escaped(attribute.value, _IN_ATTRIBUTE)}"'
        for attribute in sorted(attributes, key=lambda a: (a.namespaceURI or "", a.localName))
    )
    written.append(">")
    for child in node.childNodes:
        _write(child, {**outer, **new}, written, exclusive=exclusive, without=without)
    written.append(f"</{node.tagName}>")


def _in_scope(node) -> dict[str, str]:
    """Return every namespace in scope of an element, by prefix; an empty one is none."""
    scope: dict[str, str] = {}
    while node is not None and node.nodeType == Node.ELEMENT_NODE:
        for i in range(node.attributes.length):
            attribute = node.attributes.item(i)
            if attribute.namespaceURI == XMLNS:
                prefix = attribute.localName if attribute.prefix else ""
                scope.setdefault(prefix, attribute.value or "")  # minidom has None for none
        node = node.parentNode
    return {"": "", **scope}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)


def _children(element) -> list:
    return [child for child in element.childNodes if child.nodeType == Node.ELEMENT_NODE]


def _only(element, namespace: str, name: str):
    (found,) = [
        child
        for child in _children(element)
        if (child.namespaceURI, child.localName) == (namespace, name)
    ]
    return found


def _deep(element, name: str):
    (found,) = element.getElementsByTagNameNS(DS, name)
    return found


def _text(element) -> str:
    return "".join(child.data for child in element.childNodes if child.nodeType in _TEXTS)
