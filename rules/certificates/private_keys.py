"""Recognises a private key in what was sent, so that its owner is warned and it is not kept.

A private key that is whole and on its own is recognised by its structure
(`rules.certificates.shapes`). Here it is recognised by how it begins: cut off, behind something
else, or in a writing in which nobody sends a request. The octets that are looked for are a version
followed by an AlgorithmIdentifier or by a key of 256 to 521 bits, and the algorithms by which keys
are encrypted; neither is in a request or a certificate.

Words about a private key are not one: a label or a name counts only with a key's content after
it (or, of a label that ends a key, before it).
"""

import binascii
import re
from collections.abc import Iterator
from typing import Final

_CONTENT: Final = rb"[A-Za-z0-9+/=_-]{24}"
_SHORT_OF_A_LABEL: Final = rb"(?:(?!-----).){0,400}?"
_LABELLED: Final = re.compile(
    rb"-{4,5} ?BEGIN [^\r\n-]{0,40}PRIVATE KEY[^\r\n-]{0,20}-{4,5}" + _SHORT_OF_A_LABEL + _CONTENT,
    re.IGNORECASE | re.DOTALL,
)
_ENDED: Final = re.compile(
    rb"[A-Za-z0-9+/=]{4}\s{0,8}-{4,5} ?END [^\r\n-]{0,40}PRIVATE KEY", re.IGNORECASE
)
_PUTTY: Final = re.compile(rb"PuTTY-User-Key-File-\d+:", re.IGNORECASE)
_DUMPED: Final = re.compile(
    # As `openssl pkey -text` and `certtool` print one.
    rb"^[ \t>]*(?:priv|private[ -]?(?:key|exponent|value))[^\r\n:]{0,20}:"
    rb"\s*(?:[0-9a-f]{2}[:\s]\s*){8}",
    re.IGNORECASE | re.MULTILINE,
)
_JSON_KEY: Final = re.compile(rb'"kty"\s*:')
_JSON_PRIVATE: Final = re.compile(rb'"d"\s*:\s*"[A-Za-z0-9_-]{16}')
"""The private member of a JSON Web Key (RFC 7518, 6.2.2 and 6.3.2)."""

_SEQUENCE: Final = rb"\x30(?:[\x00-\x80]|\x81.|\x82..)"
_STRUCTURE: Final = re.compile(
    _SEQUENCE
    + rb"(?:\x02\x01[\x00\x01\x03]"
    # PKCS#8 and PKCS#12; SEC 1; an RSA key, after whose version comes its long modulus.
    + rb"(?:"
    + _SEQUENCE
    + rb"\x06|\x04[\x20-\x42]|\x02\x82)"
    # Encrypted: the algorithms of PKCS#5 and PKCS#12, and those of Java's keystores.
    + rb"|"
    + _SEQUENCE
    + rb"\x06(?:[\x09\x0a]\x2a\x86\x48\x86\xf7\x0d\x01(?:\x05|\x0c\x01)"
    + rb"|[\x0a\x09]\x2b\x06\x01\x04\x01\x2a\x02(?:\x11\x01\x01|\x13\x01)))",
    re.DOTALL,
)
_MAGIC: Final = re.compile(
    # PVK; the private blobs of Windows for RSA (both keys, key exchange or signing) and P-256.
    rb"\A(?:\x1e\xf1\xb5\xb0|\x07\x02\0\0.{4}RSA2|ECS2\x20\0\0\0)",
    re.DOTALL,
)

_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")
_HEXADECIMAL: Final = re.compile(rb"(?:[0-9A-Fa-f]{2}[\s:]{0,8}){16,}")
_URL_LETTERS: Final = bytes.maketrans(b"-_", b"+/")
_QUARTET: Final = 4


def is_told_by_words(text: bytes) -> bool:
    """Tell whether a text has a private key under its name, as PEM, PuTTY, JSON or OpenSSL do."""
    return (
        _LABELLED.search(text) is not None
        or _ENDED.search(text) is not None
        or _PUTTY.search(text) is not None
        or _DUMPED.search(text) is not None
        or (_JSON_KEY.search(text) is not None and _JSON_PRIVATE.search(text) is not None)
    )


def is_told_by_structure(octets: bytes) -> bool:
    """Tell whether a private key in DER begins anywhere in some octets, or they are a key file."""
    return _STRUCTURE.search(octets) is not None or _MAGIC.match(octets) is not None


def is_told_in(submitted: bytes) -> bool:
    """Tell whether octets are a private key, or one in Base64 or hexadecimal, whole or not."""
    return any(
        is_told_by_structure(octets) or is_told_by_words(octets) for octets in _readings(submitted)
    )


def _readings(text: bytes) -> Iterator[bytes]:
    yield text
    for letters in (text, text.translate(_URL_LETTERS)):
        whole = _NOT_BASE64.sub(b"", letters)
        # Words before a key in Base64 shift the places at which its quartets begin.
        for start in range(_QUARTET):
            end = start + (len(whole) - start) // _QUARTET * _QUARTET
            yield binascii.a2b_base64(whole[start:end])
    for found in _HEXADECIMAL.finditer(text):
        yield bytes.fromhex(re.sub(rb"[\s:]", b"", found[0]).decode())
