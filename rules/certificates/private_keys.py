"""Tells a private key in what cannot be read, so that nobody is asked to send it again, whole.

A private key that is whole and on its own is told by its structure (`rules.certificates.shapes`).
Here it is told by its beginnings: cut off, behind something else, or in a writing in which nobody
sends a request. The octets that are looked for are a version followed by an AlgorithmIdentifier
or by a key of 256 to 521 bits, and the algorithms by which keys are encrypted; neither is in a
request or a certificate.
"""

import binascii
import re
from collections.abc import Iterator
from typing import Final

_LABEL: Final = re.compile(rb"PRIVATE KEY", re.IGNORECASE)
_OTHER_TEXTS: Final = re.compile(
    rb"PuTTY-User-Key-File-|-----BEGIN OPENSSH PRIVATE", re.IGNORECASE
)
_JSON_KEY: Final = re.compile(rb'"kty"\s*:')
_JSON_PRIVATE: Final = re.compile(rb'"d"\s*:\s*"')
"""The private member of a JSON Web Key (RFC 7518, 6.2.2 and 6.3.2)."""

_SEQUENCE: Final = rb"\x30(?:[\x00-\x80]|\x81.|\x82..)"
_STRUCTURE: Final = re.compile(
    _SEQUENCE
    + rb"(?:\x02\x01[\x00\x01\x03]"
    # PKCS#8 and PKCS#12; SEC 1; an RSA key, after whose version comes its long modulus.
    + rb"(?:"
    + _SEQUENCE
    + rb"\x06|\x04[\x20-\x42]|\x02\x82)"
    # Encrypted: the algorithms of PKCS#5 and PKCS#12.
    + rb"|"
    + _SEQUENCE
    + rb"\x06[\x09\x0a]\x2a\x86\x48\x86\xf7\x0d\x01(?:\x05|\x0c\x01))",
    re.DOTALL,
)

_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")
_HEXADECIMAL: Final = re.compile(rb"(?:[0-9A-Fa-f]{2}[\s:]*){16,}")
_URL_LETTERS: Final = bytes.maketrans(b"-_", b"+/")


def is_told_by_words(text: bytes) -> bool:
    """Tell whether a text calls something in it a private key, as PEM, PuTTY or JSON do."""
    return (
        (b"-----" in text and _LABEL.search(text) is not None)
        or _OTHER_TEXTS.search(text) is not None
        or (_JSON_KEY.search(text) is not None and _JSON_PRIVATE.search(text) is not None)
    )


def is_told_by_structure(octets: bytes) -> bool:
    """Tell whether a private key in DER begins anywhere in some octets."""
    return _STRUCTURE.search(octets) is not None


def is_told_in(submitted: bytes) -> bool:
    """Tell whether octets are a private key, or one in Base64 or hexadecimal, whole or not."""
    return any(
        is_told_by_structure(octets) or is_told_by_words(octets) for octets in _readings(submitted)
    )


def _readings(text: bytes) -> Iterator[bytes]:
    yield text
    for letters in (text, text.translate(_URL_LETTERS)):
        whole = _NOT_BASE64.sub(b"", letters)
        yield binascii.a2b_base64(whole[: len(whole) // 4 * 4])
    if found := _HEXADECIMAL.search(text):
        yield bytes.fromhex(re.sub(rb"[\s:]", b"", found[0]).decode())
