"""The cryptography of a DUIS message's XML signature: what it is over, and whether it holds.

DUIS 3.3 fixes every parameter: one Reference to the whole document (URI ""), the enveloped
signature transform and nothing else, exclusive canonicalisation of SignedInfo, SHA-256, ECDSA on
P-256. As the Reference has no canonicalisation transform, its digest is over *inclusive* Canonical
XML 1.0 (XMLDSig core, 4.4.3.2); only SignedInfo is canonicalised exclusively.
`rules.messages.signature_form` holds a Signature to that form.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from rules.messages.refusals import MessageReason, MessageRefusedError

EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
"""With the `#`. The draft of the legal text leaves it out; that spelling is not accepted."""
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ENVELOPED_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
COORDINATE_OCTETS = 32
"""How long r and s are, and a SHA-256."""
_MAX_KEYS = 16_384
_ALGORITHM = ec.ECDSA(hashes.SHA256())


def detach_signature(signature: etree._Element) -> None:
    """Take a Signature out of its tree as the enveloped signature transform does.

    The element goes, but not the text that follows it, which lxml counts as a part of it.
    """
    parent = signature.getparent()
    if parent is None:
        raise ValueError("the signature has no parent to be taken from")
    tail = signature.tail
    if tail is not None:
        before = signature.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
        signature.tail = None
    parent.remove(signature)


def canonical(element: etree._Element, *, exclusive: bool = False) -> bytes:
    """Return an element in Canonical XML 1.0, without comments.

    A root element is its document, since trees made by `reading` have nothing beside it.

    Raises:
        MessageRefusedError: It has no canonical form, as with a relative namespace name.
    """
    try:
        return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)
    except etree.C14NError:
        raise MessageRefusedError(MessageReason.NOT_CANONICALIZABLE) from None


@lru_cache(maxsize=_MAX_KEYS)
def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """Return the P-256 key of an uncompressed point; parsed once, then remembered.

    Raises:
        ValueError: The octets are no point of the curve.
    """
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def split_signature_value(value: bytes) -> tuple[int, int] | None:
    """Return r and s of a raw signature of 64 octets, or None where one is out of range."""
    r = int.from_bytes(value[:COORDINATE_OCTETS], "big")
    s = int.from_bytes(value[COORDINATE_OCTETS:], "big")
    return (r, s) if 0 < r < P256_ORDER and 0 < s < P256_ORDER else None


def holds(signed_info: bytes, r: int, s: int, key: ec.EllipticCurvePublicKey) -> bool:
    """Tell whether an ECDSA signature over a canonical SignedInfo is by this key."""
    try:
        key.verify(encode_dss_signature(r, s), signed_info, _ALGORITHM)
    except InvalidSignature:
        return False
    return True
