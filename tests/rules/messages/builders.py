"""Makes signed messages in the DUIS shape, right ones and every kind of wrong one.

It signs by lxml and cryptography alone, by none of the product's code: a document is written with
`DIGEST` and `VALUE` where its signature's values belong, whatever else is in it, and both are
worked out as XMLDSig has it. So a message can be signed validly in a way that DUIS forbids.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

DUIS = "http://www.dccinterface.co.uk/ServiceUserGateway"
DS = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED = f"{DS}enveloped-signature"
C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

ORIGINATOR = "90-B3-D5-1F-30-01-00-00"
TARGET = "00-DB-12-34-56-78-90-A0"
ISSUER = "CN=TESTOCA,OU=07"
SERIAL = 0x1A2B3C4D5E6F708192A3B4C5D6E7F809

KEY = ec.derive_private_key(0x5DEECE66D_1234567890_ABCDEF_FEDCBA_0987654321, ec.SECP256R1())
OTHER_KEY = ec.derive_private_key(0x2545F4914F6CDD1D_1357924680_ABCDEF_1, ec.SECP256R1())


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a message. Each may be replaced by something wrong."""

    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
    root: str = f'sr:Request xmlns:ds="{DS}" xmlns:sr="{DUIS}" schemaVersion="5.4"'
    request_id: str = f"{ORIGINATOR}:{TARGET}:1010"
    command_variant: str = "1"
    service_reference: str = "4.1"
    srv: str = "4.1.1"
    header: str = ""
    """In place of the whole Header."""
    body: str = "<sr:ReadInstantaneousImportRegisters/>"
    signature: str = ""
    """In place of the whole Signature, as `Sig` has it."""
    end: str = ""
    """After the Signature, before the end of the root."""
    after: str = ""

    def text(self) -> str:
        header = self.header or (
            "<sr:Header>\n"
            f"    <sr:RequestID>{self.request_id}</sr:RequestID>\n"
            f"    <sr:CommandVariant>{self.command_variant}</sr:CommandVariant>\n"
            f"    <sr:ServiceReference>{self.service_reference}</sr:ServiceReference>\n"
            f"    <sr:ServiceReferenceVariant>{self.srv}</sr:ServiceReferenceVariant>\n"
            "  </sr:Header>"
        )
        name = self.root.split()[0]
        return (
            f"{self.declaration}<{self.root}>\n  {header}\n"
            f"  <sr:Body>\n    {self.body}\n  </sr:Body>\n"
            f"  {self.signature or Sig().text()}\n{self.end}</{name}>{self.after}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sig:
    """The parts of a Signature. Each may be replaced by something wrong."""

    c14n: str = f'<ds:CanonicalizationMethod Algorithm="{C14N}"/>'
    method: str = f'<ds:SignatureMethod Algorithm="{ECDSA}"/>'
    reference: str = 'URI=""'
    transforms: str = f'<ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"/></ds:Transforms>'
    digest_method: str = f'<ds:DigestMethod Algorithm="{SHA256}"/>'
    digest: str = "<ds:DigestValue>DIGEST</ds:DigestValue>"
    extra_signed: str = ""
    value: str = "<ds:SignatureValue>VALUE</ds:SignatureValue>"
    issuer: str = ISSUER
    serial: str = str(SERIAL)
    key_info: str = ""
    """In place of the whole content of KeyInfo."""
    extra: str = ""
    attributes: str = ""

    def text(self) -> str:
        key_info = self.key_info or (
            "<ds:X509Data><ds:X509IssuerSerial>"
            f"<ds:X509IssuerName>{self.issuer}</ds:X509IssuerName>"
            f"<ds:X509SerialNumber>{self.serial}</ds:X509SerialNumber>"
            "</ds:X509IssuerSerial></ds:X509Data>"
        )
        return (
            f'<ds:Signature xmlns="{DS}"{self.attributes}>'
            f"<ds:SignedInfo>{self.c14n}{self.method}<ds:Reference {self.reference}>"
            f"{self.transforms}{self.digest_method}{self.digest}</ds:Reference>"
            f"{self.extra_signed}</ds:SignedInfo>{self.value}"
            f"<ds:KeyInfo>{key_info}</ds:KeyInfo>{self.extra}</ds:Signature>"
        )


def sign(text: str, *, key: ec.EllipticCurvePrivateKey = KEY) -> bytes:
    """Put the right values into a document that has `DIGEST` and `VALUE`, at most once each."""
    digest = sha256(without_signature(text.encode())).digest()
    text = text.replace("DIGEST", b64(digest))
    signed_info = next(_parsed(text.encode()).iter(f"{{{DS}}}SignedInfo"))
    octets = etree.tostring(signed_info, method="c14n", exclusive=True, with_comments=False)
    return text.replace("VALUE", b64(raw_signature(octets, key))).encode()


def b64(octets: bytes) -> str:
    return b64encode(octets).decode()


def raw_signature(octets: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    r, s = decode_dss_signature(key.sign(octets, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def without_signature(message: bytes) -> bytes:
    """Return the inclusive canonical form of a document without its last Signature."""
    root = _parsed(message)
    *_, element = root.iter(f"{{{DS}}}Signature")
    parent = element.getparent()
    assert parent is not None
    before = element.getprevious()
    tail = element.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(element)
    return etree.tostring(root.getroottree(), method="c14n", with_comments=False)


def _parsed(message: bytes) -> etree._Element:
    return etree.fromstring(message, etree.XMLParser(remove_comments=True, resolve_entities=False))


MESSAGE = sign(Parts().text())
"""An ordinary message, signed as DUIS 3.3 has it."""
