"""Signs DUIS messages as DUIS 3.3 has it, by lxml and cryptography alone.

None of the product's own code, so that what it verifies was not made by itself.
"""

from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from registry.models import OrganisationCertificate

_MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>{originator}:00-DB-12-34-56-78-90-A0:{counter}</sr:RequestID>
    <sr:CommandVariant>1</sr:CommandVariant>
    <sr:ServiceReference>4.1</sr:ServiceReference>
    <sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body>
    {body}
  </sr:Body>
</sr:Request>"""
"""SRV 4.1.1, which an Import Supplier may send."""

_DS = "http://www.w3.org/2000/09/xmldsig#"
_SIGNED_INFO = (
    f'<ds:SignedInfo xmlns:ds="{_DS}">'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>'
    '<ds:Reference URI=""><ds:Transforms>'
    f'<ds:Transform Algorithm="{_DS}enveloped-signature"/>'
    '</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_SIGNATURE = (
    f'<ds:Signature xmlns:ds="{_DS}">{{signed_info}}'
    "<ds:SignatureValue>{value}</ds:SignatureValue>"
    "<ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial>"
    "<ds:X509IssuerName>{issuer}</ds:X509IssuerName>"
    "<ds:X509SerialNumber>{serial}</ds:X509SerialNumber>"
    "</ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo></ds:Signature>"
)


def a_signed_message(
    certificate: OrganisationCertificate,
    key: ec.EllipticCurvePrivateKey,
    *,
    counter: int = 1000,
    body: str = "<sr:ReadInstantaneousImportRegisters/>",
) -> bytes:
    """Return a Service Request of SRV 4.1.1 by a certificate's User ID, signed with its key."""
    message = _MESSAGE.format(originator=certificate.eui64, counter=counter, body=body)
    return signed(message.encode(), certificate, key)


def signed(
    message: bytes, certificate: OrganisationCertificate, key: ec.EllipticCurvePrivateKey
) -> bytes:
    """Return a message with its signature."""
    root = etree.fromstring(message)
    # Inclusive canonicalisation; enveloped, since the signature is not there yet.
    digest = b64encode(sha256(etree.tostring(root, method="c14n")).digest()).decode()
    signed_info = _SIGNED_INFO.format(digest=digest)
    canonical = etree.tostring(etree.fromstring(signed_info), method="c14n", exclusive=True)
    r, s = decode_dss_signature(key.sign(canonical, ec.ECDSA(hashes.SHA256())))
    signature = _SIGNATURE.format(
        signed_info=signed_info,
        value=b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode(),
        issuer=certificate.issuer,
        serial=certificate.serial_number,
    )
    root.append(etree.fromstring(signature))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
