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

from tests.reference.canonical import canonical
from tests.rules.messages.builders import DS, DUIS

_TEXTS = {Node.TEXT_NODE, Node.CDATA_SECTION_NODE}


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
