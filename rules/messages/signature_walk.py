"""Walks through a Signature and names the first thing in which it is not as DUIS 3.3 has it."""

from typing import NamedTuple

from lxml import etree

from rules.messages.reading import DS
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.xmldsig import ECDSA_SHA256, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, SHA256

_SPACE = " \t\r\n"


class SignatureValues(NamedTuple):
    """Where SignedInfo is, and the texts of a signature of the right form."""

    signed_info: etree._Element
    digest: str
    value: str
    issuer: str
    serial: str


def walk_signature(signature: etree._Element) -> SignatureValues:
    """Walk through a Signature in the order of the document.

    Raises:
        MessageRefusedError: Something is not exactly as DUIS 3.3 has it.
    """
    _require_attributes(signature)
    signed_info, value, key_info = _children(
        signature, ("SignedInfo", "SignatureValue", "KeyInfo"), MessageReason.SIGNATURE_STRUCTURE
    )
    digest = _walk_signed_info(signed_info)
    issuer, serial = _walk_key_info(key_info)
    return SignatureValues(
        signed_info,
        digest,
        _leaf(value, MessageReason.SIGNATURE_VALUE_MALFORMED),
        issuer,
        serial,
    )


def _walk_signed_info(signed_info: etree._Element) -> str:
    """Return the text of the DigestValue."""
    _require_attributes(signed_info)
    if sum(child.tag == f"{{{DS}}}Reference" for child in signed_info) != 1:
        raise MessageRefusedError(MessageReason.REFERENCE_NOT_SINGLE)
    method, algorithm, reference = _children(
        signed_info,
        ("CanonicalizationMethod", "SignatureMethod", "Reference"),
        MessageReason.SIGNATURE_STRUCTURE,
    )
    _require_algorithm(method, EXCLUSIVE_C14N, MessageReason.CANONICALIZATION_METHOD)
    _require_algorithm(algorithm, ECDSA_SHA256, MessageReason.SIGNATURE_METHOD)
    if reference.get("URI") != "":
        raise MessageRefusedError(MessageReason.REFERENCE_URI, reference.get("URI", "no URI"))
    _require_attributes(reference, "URI")
    transforms, digest_method, digest = _children(
        reference, ("Transforms", "DigestMethod", "DigestValue"), MessageReason.TRANSFORMS
    )
    _require_attributes(transforms)
    (transform,) = _children(transforms, ("Transform",), MessageReason.TRANSFORMS)
    _require_algorithm(transform, ENVELOPED_SIGNATURE, MessageReason.TRANSFORMS)
    _require_algorithm(digest_method, SHA256, MessageReason.DIGEST_METHOD)
    return _leaf(digest, MessageReason.DIGEST_VALUE_MALFORMED)


def _walk_key_info(key_info: etree._Element) -> tuple[str, str]:
    """Return the texts of the issuer's name and the serial number."""
    reason = MessageReason.KEY_INFO_MALFORMED
    _require_attributes(key_info)
    (data,) = _children(key_info, ("X509Data",), reason)
    _require_attributes(data)
    (issuer_serial,) = _children(data, ("X509IssuerSerial",), reason)
    _require_attributes(issuer_serial)
    issuer, serial = _children(issuer_serial, ("X509IssuerName", "X509SerialNumber"), reason)
    return (
        _leaf(issuer, MessageReason.ISSUER_NAME_MALFORMED),
        _leaf(serial, MessageReason.SERIAL_NUMBER_MALFORMED),
    )


def _children(
    parent: etree._Element, names: tuple[str, ...], reason: MessageReason
) -> list[etree._Element]:
    """Return the children, which must be these and have but white space between them."""
    children = list(parent)
    tags = [child.tag for child in children]
    if tags != [f"{{{DS}}}{name}" for name in names]:
        found = ", ".join(etree.QName(child).localname for child in children[:10]) or "nothing"
        raise MessageRefusedError(reason, f"{found} in {etree.QName(parent).localname}")
    texts = [parent.text, *(child.tail for child in children)]
    if any(text is not None and text.strip(_SPACE) for text in texts):
        raise MessageRefusedError(reason, f"text in {etree.QName(parent).localname}")
    return children


def _leaf(element: etree._Element, reason: MessageReason) -> str:
    _require_attributes(element)
    if len(element):
        raise MessageRefusedError(reason, f"elements in {etree.QName(element).localname}")
    return element.text or ""


def _require_attributes(element: etree._Element, *names: str) -> None:
    extra = sorted(str(name) for name in element.attrib if name not in names)
    if extra:
        raise MessageRefusedError(
            MessageReason.SIGNATURE_ATTRIBUTE, f"{extra[0]} of {etree.QName(element).localname}"
        )


def _require_algorithm(element: etree._Element, algorithm: str, reason: MessageReason) -> None:
    found = element.get("Algorithm", "no algorithm")
    if found != algorithm:
        raise MessageRefusedError(reason, found)
    _require_attributes(element, "Algorithm")
    if len(element) or (element.text or "").strip(_SPACE):
        raise MessageRefusedError(reason, f"{found} with parameters")
