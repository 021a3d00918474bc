"""Signs a DUIS message as DUIS 3.3 has it: for trying out, for demonstrations and for tests.

The signed message is the canonical form of the document with the Signature put before the end of
its root, so that there is no doubt about what was digested: it is that text without it.
"""

import base64
import hashlib
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from rules.messages.names import normalise_issuer
from rules.messages.reading import DEFAULT_SIZE_LIMIT, DS, SIGNATURE_TAG, parse_xml
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.xmldsig import (
    COORDINATE_OCTETS,
    ECDSA_SHA256,
    ENVELOPED_SIGNATURE,
    EXCLUSIVE_C14N,
    SHA256,
    canonical,
    detach_signature,
)

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'

# In canonical form, as a child of a Signature that declares the prefix. By itself it has to
# declare it, which is the only difference to what is signed.
_SIGNED_INFO = (
    f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"></ds:CanonicalizationMethod>'
    f'<ds:SignatureMethod Algorithm="{ECDSA_SHA256}"></ds:SignatureMethod>'
    '<ds:Reference URI="">'
    "<ds:Transforms>"
    f'<ds:Transform Algorithm="{ENVELOPED_SIGNATURE}"></ds:Transform>'
    "</ds:Transforms>"
    f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue>"
    "</ds:Reference>"
    "</ds:SignedInfo>"
)
_SIGNATURE = (
    f'<ds:Signature xmlns:ds="{DS}">'
    "<ds:SignedInfo>{signed_info}"
    "<ds:SignatureValue>{value}</ds:SignatureValue>"
    "<ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial>"
    "<ds:X509IssuerName>{issuer}</ds:X509IssuerName>"
    "<ds:X509SerialNumber>{serial}</ds:X509SerialNumber>"
    "</ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo>"
    "</ds:Signature>"
)


class SigningError(ValueError):
    """A message cannot be signed so; the text says why, as one sentence for people."""


def sign_message(
    unsigned_xml: bytes,
    private_key: ec.EllipticCurvePrivateKey,
    *,
    issuer_name: str,
    serial: int,
    size_limit: int = DEFAULT_SIZE_LIMIT,
) -> bytes:
    """Return a message with a Signature of DUIS 3.3 in place of any that it has.

    Args:
        unsigned_xml: The message; a placeholder for the signature may be in it.
        private_key: A P-256 key.
        issuer_name: The issuer of the key's certificate, as KeyInfo is to have it (RFC 4514).
        serial: The serial number of that certificate.
        size_limit: How many octets the message may have.

    Raises:
        SigningError: The key, the issuer or the serial number cannot be used, or a signature in
            the message is not a child of its root.
        MessageRefusedError: The message is not XML that can be read safely.
    """
    if not isinstance(private_key.curve, ec.SECP256R1):
        raise SigningError(f"The key is on the curve {private_key.curve.name}, not on P-256.")
    if serial <= 0:
        raise SigningError(f"The serial number {serial} is not positive.")
    try:
        normalise_issuer(issuer_name)
    except ValueError as fault:
        raise SigningError(f"The issuer's name cannot be used: {fault}.") from fault
    text = _without_signature(unsigned_xml, size_limit)
    digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
    signed_info = _SIGNED_INFO.format(digest=digest)
    value = _sign(f'<ds:SignedInfo xmlns:ds="{DS}">{signed_info}'.encode(), private_key)
    signature = _SIGNATURE.format(
        signed_info=signed_info,
        value=base64.b64encode(value).decode(),
        issuer=escape(issuer_name),
        serial=serial,
    )
    # In canonical form a root always has an end tag, and nothing comes after it.
    end = text.rindex(b"</")
    return b"%b%b%b%b" % (_DECLARATION, text[:end], signature.encode(), text[end:])


def _without_signature(unsigned_xml: bytes, size_limit: int) -> bytes:
    """Return the canonical form of a document without its signatures."""
    root = parse_xml(unsigned_xml, size_limit=size_limit)
    marks = list(root.iter(etree.PI, SIGNATURE_TAG))
    if root.getnext() is not None or any(mark.tag != SIGNATURE_TAG for mark in marks):
        raise MessageRefusedError(MessageReason.PROCESSING_INSTRUCTION)
    for signature in marks:
        if signature.getparent() is not root:
            raise SigningError("The message has a signature that is not a child of its root.")
        detach_signature(signature)
    return canonical(root)


def _sign(signed_info: bytes, private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the raw r and s of a signature, 32 octets each."""
    r, s = decode_dss_signature(private_key.sign(signed_info, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(COORDINATE_OCTETS, "big") + s.to_bytes(COORDINATE_OCTETS, "big")
