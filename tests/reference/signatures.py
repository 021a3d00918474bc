"""Is the message signed exactly as DUIS 3.3 has it, and does the signature hold?"""

import re
from dataclasses import dataclass
from hashlib import sha256
from xml.dom import Node
from xml.dom.minidom import Element

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.reference.canonical import XMLNS, canonical
from tests.reference.failing import unless
from tests.reference.issuer_names import Name, issuer_name
from tests.reference.nodes import (
    DS,
    WHITE_SPACE,
    attributes,
    children,
    holds_elements_alone,
    is_named,
    is_text_alone,
    names,
    octets,
    text,
)

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (FIPS 186-5)."""
_ALGORITHMS = {"CanonicalizationMethod", "SignatureMethod", "Transform", "DigestMethod"}


@dataclass(frozen=True)
class Signature:
    """The one signature of a message, and what it says."""

    element: Element
    signed_info: Element
    digest: bytes
    value: bytes
    issuer: Name
    serial: int


def signature(root: Element) -> Signature:
    """Read the signature of a message, which has exactly the form of DUIS 3.3."""
    found = root.getElementsByTagNameNS(DS, "Signature")
    unless(found, "signature-missing")
    unless(len(found) == 1, "signature-not-single")
    element = found[0]
    unless(children(root)[-1] is element, "signature-misplaced")
    signed_info, value, key_info = _parts(element)
    reference = _reference(signed_info)
    _has_no_other_attribute(element)
    _algorithm(signed_info, "CanonicalizationMethod", EXCLUSIVE, "canonicalization-method")
    _algorithm(signed_info, "SignatureMethod", ECDSA_SHA256, "signature-method")
    unless(attributes(reference).get("URI") == "", "reference-uri-not-empty")
    _transforms(reference)
    _algorithm(reference, "DigestMethod", SHA256, "digest-method")
    digest = octets(_child(reference, "DigestValue"), "digest-value-malformed")
    unless(len(digest) == 32, "digest-value-malformed")
    rs = octets(value, "signature-value-malformed")
    unless(len(rs) == 64, "signature-value-malformed")
    unless(all(0 < number < ORDER for number in _numbers(rs)), "signature-value-out-of-range")
    issuer, serial = _named(key_info)
    unless(not _has_relative_namespace(root), "document-not-canonicalizable")
    return Signature(element, signed_info, digest, rs, issuer, serial)


def digest_matches(root: Element, signed: Signature) -> bool:
    """DUIS 3.3: the enveloped signature is left out, the rest is in inclusive canonical form."""
    return sha256(canonical(root, without=signed.element)).digest() == signed.digest


def point(public_key: bytes) -> ec.EllipticCurvePublicKey | None:
    """Return a key of P-256 by its uncompressed point, or None where it is none."""
    if len(public_key) != 65 or public_key[0] != 4:
        return None
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    except ValueError:
        return None


def verifies(key: ec.EllipticCurvePublicKey, rs: bytes, signed: bytes) -> bool:
    try:
        key.verify(encode_dss_signature(*_numbers(rs)), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _numbers(rs: bytes) -> tuple[int, int]:
    return int.from_bytes(rs[:32], "big"), int.from_bytes(rs[32:], "big")


def _parts(element: Element) -> tuple[Element, Element, Element]:
    expected = ["SignedInfo", "SignatureValue", "KeyInfo"]
    unless(names(element, DS) == expected and holds_elements_alone(element), "signature-structure")
    signed_info, value, key_info = children(element)
    return signed_info, value, key_info


def _reference(signed_info: Element) -> Element:
    parts = names(signed_info, DS)
    unless(parts.count("Reference") == 1, "reference-not-single")
    expected = ["CanonicalizationMethod", "SignatureMethod", "Reference"]
    unless(parts == expected and holds_elements_alone(signed_info), "signature-structure")
    reference = children(signed_info)[2]
    inside = names(reference, DS)
    unless(inside in (["Transforms", *_DIGEST], _DIGEST), "signature-structure")
    unless(holds_elements_alone(reference), "signature-structure")
    return reference


_DIGEST = ["DigestMethod", "DigestValue"]


def _has_no_other_attribute(element: Element) -> None:
    """DUIS 3.3 has an Algorithm for each method and the URI of the Reference, and no other."""
    allowed = {"Algorithm"} if element.localName in _ALGORITHMS else set()
    allowed |= {"URI"} if element.localName == "Reference" else set()
    unless(attributes(element).keys() <= allowed, "signature-attribute")
    for child in children(element):
        if child.namespaceURI == DS:
            _has_no_other_attribute(child)


def _child(element: Element, name: str) -> Element:
    return next(child for child in children(element) if is_named(child, DS, name))


def _algorithm(parent: Element, name: str, uri: str, what: str) -> None:
    method = _child(parent, name)
    is_empty = not children(method) and holds_elements_alone(method)
    unless(is_empty and attributes(method).get("Algorithm") == uri, f"{what}-not-allowed")


def _transforms(reference: Element) -> None:
    unless("Transforms" in names(reference, DS), "transforms-not-allowed")
    transforms = _child(reference, "Transforms")
    unless(names(transforms, DS) == ["Transform"], "transforms-not-allowed")
    unless(holds_elements_alone(transforms), "transforms-not-allowed")
    _algorithm(transforms, "Transform", ENVELOPED, "transforms")


def _named(key_info: Element) -> tuple[Name, int]:
    """Read by which issuer and serial number KeyInfo names the certificate, and nothing else."""
    element = key_info
    for name in ("X509Data", "X509IssuerSerial"):
        unless(names(element, DS) == [name], "key-info-malformed")
        unless(holds_elements_alone(element), "key-info-malformed")
        element = children(element)[0]
    expected = ["X509IssuerName", "X509SerialNumber"]
    unless(names(element, DS) == expected, "key-info-malformed")
    unless(holds_elements_alone(element), "key-info-malformed")
    issuer, serial = children(element)
    unless(is_text_alone(issuer), "issuer-name-malformed")
    name = issuer_name(text(issuer))
    unless(is_text_alone(serial), "serial-number-malformed")
    number = text(serial).strip(WHITE_SPACE)
    unless(re.fullmatch("[1-9][0-9]{0,48}", number), "serial-number-malformed")
    return name, int(number)


def _has_relative_namespace(node: Element) -> bool:
    """Canonical XML 1.0, 1.3: what declares a relative namespace has no canonical form."""
    all_of_them = [node.attributes.item(i) for i in range(node.attributes.length)]
    declared = [a.value for a in all_of_them if a.namespaceURI == XMLNS and a.value]
    return any(not re.match("[A-Za-z][A-Za-z0-9+.-]*:", uri) for uri in declared) or any(
        _has_relative_namespace(child)
        for child in node.childNodes
        if child.nodeType == Node.ELEMENT_NODE
    )
