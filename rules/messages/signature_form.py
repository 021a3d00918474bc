"""A signature of the form of DUIS 3.3, taken apart, with the digest of what it was made over."""

import binascii
import hashlib
import re
from typing import NamedTuple

from lxml import etree

from rules.messages.names import IssuerNameError, normalise_issuer
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_walk import walk_signature
from rules.messages.xmldsig import (
    COORDINATE_OCTETS,
    canonical,
    detach_signature,
    split_signature_value,
)

_SERIAL = re.compile(r"[1-9][0-9]{0,48}", re.ASCII)
"""A positive number of at most 20 octets (RFC 5280, 4.1.2.2)."""
_SPACE = " \t\r\n"
_SPACE_OCTETS = _SPACE.encode()


class RawForm(NamedTuple):
    """What a signature of the right form says, as text that is still to be read."""

    signed_info: bytes
    """In exclusive canonical form."""
    digest: str
    value: str
    issuer: str
    serial: str


class SignatureForm(NamedTuple):
    """A signature of the right form, taken apart. Whether it holds is not known yet."""

    document_digest: bytes
    """The SHA-256 of the document without its Signature, in inclusive canonical form."""
    digest_value: bytes
    """What SignedInfo says that it is."""
    signed_info: bytes
    """SignedInfo in exclusive canonical form: what was signed."""
    r: int
    s: int
    issuer: str
    """As `normalise_issuer` spells it."""
    serial: int


def read_signature(root: etree._Element, signature: etree._Element) -> SignatureForm:
    """Read the Signature in a tree, take it out of the tree, and digest the document.

    Raises:
        MessageRefusedError: It is not exactly of the form of DUIS 3.3; each deviation has its own
            reason.
    """
    values = walk_signature(signature)
    signed_info = canonical(values.signed_info, exclusive=True)
    detach_signature(signature)
    raw = RawForm(signed_info, values.digest, values.value, values.issuer, values.serial)
    return parse_form(raw, document_digest=hashlib.sha256(canonical(root)).digest())


def parse_form(raw: RawForm, *, document_digest: bytes) -> SignatureForm:
    """Read the values of a signature.

    Raises:
        MessageRefusedError: One of them is malformed.
    """
    digest_value = _octets(raw.digest.encode(), COORDINATE_OCTETS)
    if digest_value is None:
        raise MessageRefusedError(MessageReason.DIGEST_VALUE_MALFORMED, raw.digest)
    r, s = parse_signature_value(raw.value.encode())
    serial = parse_serial(raw.serial)
    issuer = parse_issuer(raw.issuer)
    return SignatureForm(document_digest, digest_value, raw.signed_info, r, s, issuer, serial)


def parse_signature_value(text: bytes) -> tuple[int, int]:
    """Return r and s of a SignatureValue.

    Raises:
        MessageRefusedError: It is not 64 octets in base64, or one of them is out of range.
    """
    value = _octets(text, 2 * COORDINATE_OCTETS)
    if value is None:
        raise MessageRefusedError(MessageReason.SIGNATURE_VALUE_MALFORMED, text.decode())
    numbers = split_signature_value(value)
    if numbers is None:
        raise MessageRefusedError(MessageReason.SIGNATURE_VALUE_RANGE)
    return numbers


def parse_serial(text: str) -> int:
    """Return the number of an X509SerialNumber.

    Raises:
        MessageRefusedError: It is not a positive decimal number.
    """
    serial = text.strip(_SPACE)
    if not _SERIAL.fullmatch(serial):
        raise MessageRefusedError(MessageReason.SERIAL_NUMBER_MALFORMED, text)
    return int(serial)


def parse_issuer(text: str) -> str:
    """Return the one spelling of an X509IssuerName.

    Raises:
        MessageRefusedError: It is no distinguished name.
    """
    try:
        return normalise_issuer(text)
    except IssuerNameError:
        raise MessageRefusedError(MessageReason.ISSUER_NAME_MALFORMED, text) from None


def _octets(text: bytes, length: int) -> bytes | None:
    """Decode base64 strictly, white space apart, or return None.

    The DCC's own tool breaks the lines of a SignatureValue with `&#13;` and a line feed.
    """
    compact = text.translate(None, _SPACE_OCTETS)
    try:
        octets = binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error:
        return None
    # One spelling for each value: bits that base64 leaves over must be zero.
    if len(octets) != length or binascii.b2a_base64(octets, newline=False) != compact:
        return None
    return octets
