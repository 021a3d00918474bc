"""Holds a Signature to the one form that DUIS 3.3 gives it, and takes it apart.

The Signature is canonicalised, and this canonical text is matched as a whole against one
expression, so that there is nothing in it that was not looked at, and what is read is, octet for
octet, what is verified. A Signature that does not match is walked through by
`rules.messages.signature_walk`, which names the deviation, or finds that it was only an unusual
spelling of the right thing, such as two prefixes for one namespace.
"""

import binascii
import re
from typing import NamedTuple
from xml.sax.saxutils import unescape

from lxml import etree

from rules.messages.names import IssuerNameError, normalise_issuer
from rules.messages.reading import DS
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_walk import RawForm, walk_signature
from rules.messages.xmldsig import (
    COORDINATE_OCTETS,
    ECDSA_SHA256,
    ENVELOPED_SIGNATURE,
    EXCLUSIVE_C14N,
    SHA256,
    canonical_signature_part,
    split_signature_value,
)

# The canonical text of a Signature. `p` is the prefix with its colon, or nothing where the
# namespace is the default one; canonical XML leaves no other freedom but white space and prefix.
_EXPRESSION = r"""
<(?P<p>(?:(?P<n>[^:=<>"\s]+):)?)Signature\ xmlns(?(n):(?P=n))="{ds}">[ \t\n]*
<(?P=p)SignedInfo>(?P<signed>[ \t\n]*
<(?P=p)CanonicalizationMethod\ Algorithm="{c14n}"></(?P=p)CanonicalizationMethod>[ \t\n]*
<(?P=p)SignatureMethod\ Algorithm="{ecdsa}"></(?P=p)SignatureMethod>[ \t\n]*
<(?P=p)Reference\ URI="">[ \t\n]*
<(?P=p)Transforms>[ \t\n]*
<(?P=p)Transform\ Algorithm="{enveloped}"></(?P=p)Transform>[ \t\n]*
</(?P=p)Transforms>[ \t\n]*
<(?P=p)DigestMethod\ Algorithm="{sha256}"></(?P=p)DigestMethod>[ \t\n]*
<(?P=p)DigestValue>(?P<digest>[^<]*)</(?P=p)DigestValue>[ \t\n]*
</(?P=p)Reference>[ \t\n]*
</(?P=p)SignedInfo>)[ \t\n]*
<(?P=p)SignatureValue>(?P<value>[^<]*)</(?P=p)SignatureValue>[ \t\n]*
<(?P=p)KeyInfo>[ \t\n]*
<(?P=p)X509Data>[ \t\n]*
<(?P=p)X509IssuerSerial>[ \t\n]*
<(?P=p)X509IssuerName>(?P<issuer>[^<]*)</(?P=p)X509IssuerName>[ \t\n]*
<(?P=p)X509SerialNumber>(?P<serial>[^<]*)</(?P=p)X509SerialNumber>[ \t\n]*
</(?P=p)X509IssuerSerial>[ \t\n]*
</(?P=p)X509Data>[ \t\n]*
</(?P=p)KeyInfo>[ \t\n]*
</(?P=p)Signature>
"""
_DS = DS.encode()
_FORM = re.compile(
    _EXPRESSION.format(
        ds=re.escape(DS),
        c14n=re.escape(EXCLUSIVE_C14N),
        ecdsa=re.escape(ECDSA_SHA256),
        enveloped=re.escape(ENVELOPED_SIGNATURE),
        sha256=re.escape(SHA256),
    ).encode(),
    re.VERBOSE,
)
_SERIAL = re.compile(rb"[1-9][0-9]{0,48}")
"""A positive number of at most 20 octets (RFC 5280, 4.1.2.2)."""


class SignatureForm(NamedTuple):
    """A signature of the right form, taken apart. Whether it holds is not known yet."""

    signed_info: bytes
    """SignedInfo in exclusive canonical form: what was signed."""
    digest: bytes
    """What SignedInfo says that the SHA-256 of the document is."""
    r: int
    s: int
    issuer: str
    """As `normalise_issuer` spells it."""
    serial: int


def read_signature(signature: etree._Element) -> SignatureForm:
    """Read a Signature that was detached; each deviation from DUIS 3.3 has its own reason.

    Raises:
        MessageRefusedError: It is not exactly of that form.
    """
    found = _FORM.fullmatch(canonical_signature_part(signature))
    raw = walk_signature(signature) if found is None else _raw_form(found)
    digest = _octets(raw.digest, COORDINATE_OCTETS)
    if digest is None:
        raise MessageRefusedError(MessageReason.DIGEST_VALUE_MALFORMED, _text(raw.digest))
    value = _octets(raw.value, 2 * COORDINATE_OCTETS)
    if value is None:
        raise MessageRefusedError(MessageReason.SIGNATURE_VALUE_MALFORMED, _text(raw.value))
    numbers = split_signature_value(value)
    if numbers is None:
        raise MessageRefusedError(MessageReason.SIGNATURE_VALUE_RANGE)
    serial = raw.serial.strip()
    if not _SERIAL.fullmatch(serial):
        raise MessageRefusedError(MessageReason.SERIAL_NUMBER_MALFORMED, _text(serial))
    try:
        issuer = normalise_issuer(_text(raw.issuer))
    except IssuerNameError:
        raise MessageRefusedError(MessageReason.ISSUER_NAME_MALFORMED, _text(raw.issuer)) from None
    return SignatureForm(raw.signed_info, digest, *numbers, issuer, int(serial))


def _raw_form(found: re.Match[bytes]) -> RawForm:
    prefix, name, signed, digest, value, issuer, serial = found.groups()
    # SignedInfo by itself declares the namespace that within Signature its parent declares.
    declaration = b"xmlns" if name is None else b"xmlns:" + name
    signed_info = b'<%bSignedInfo %b="%b">%b' % (prefix, declaration, _DS, signed)
    return RawForm(signed_info, digest, value, issuer, serial)


def _octets(text: bytes, length: int) -> bytes | None:
    """Decode base64 strictly, white space apart, or return None.

    The DCC's own tool breaks the lines of a SignatureValue with `&#13;` and a line feed.
    """
    compact = b"".join(text.replace(b"&#xD;", b"").split())
    try:
        octets = binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error:
        return None
    # One spelling for each value: bits that base64 leaves over must be zero.
    if len(octets) != length or binascii.b2a_base64(octets, newline=False) != compact:
        return None
    return octets


def _text(canonical_text: bytes) -> str:
    """Return what a text says that stands in canonical XML."""
    return unescape(canonical_text.decode(), {"&#xD;": "\r"})
