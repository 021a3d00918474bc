"""Detached signatures over what the feed gives: JWS (RFC 7515, RFC 7797), ES256.

The compact form with an empty middle, `HEADER..SIGNATURE`. Its header has exactly four members:
`alg` is `ES256`, `b64` is false and critical, and `kid` is the fingerprint of the certificate. So
what is signed is the header in base64url, a dot, and the octets of the body themselves.
"""

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from rules.feed.certificates import FeedCertificate
from rules.feed.refusals import FeedReason, FeedRefusedError
from rules.messages.xmldsig import COORDINATE_OCTETS, split_signature_value

_MOST = 1_000
_COMPACT = re.compile(r"([A-Za-z0-9_-]{1,600})\.\.([A-Za-z0-9_-]{86})", re.ASCII)
_PREHASHED = ec.ECDSA(Prehashed(hashes.SHA256()))


def protected_header(fingerprint: str) -> str:
    """Return the header for a certificate, in base64url as it is signed and sent."""
    header = {"alg": "ES256", "b64": False, "crit": ["b64"], "kid": fingerprint}
    return _encoded(json.dumps(header, separators=(",", ":")).encode())


def digest_to_sign(header: str, payload: bytes) -> bytes:
    """Return the SHA-256 of what is signed (RFC 7797, section 3)."""
    digest = sha256(f"{header}.".encode())
    digest.update(payload)
    return digest.digest()


def compact_jws(header: str, signature: bytes) -> str:
    """Return the compact form, detached; the signature is the raw r and s, 32 octets each."""
    return f"{header}..{_encoded(signature)}"


def verify_detached(
    jws: str, payload: bytes, *, trusted: Mapping[str, FeedCertificate], at: datetime
) -> FeedCertificate:
    """Return the certificate by whose key a payload is signed.

    Args:
        jws: The compact form, detached.
        payload: The octets that it is over, every one of them.
        trusted: The certificates that are trusted, by fingerprint.
        at: Now; the certificate must be in force.

    Raises:
        FeedRefusedError: It is not a detached JWS of this form, its certificate is not trusted or
            not in force, or the signature does not verify.
    """
    found = _COMPACT.fullmatch(jws) if len(jws) <= _MOST else None
    if found is None:
        raise FeedRefusedError(FeedReason.JWS_MALFORMED, "it is no detached JWS")
    header, value = found.groups()
    certificate = trusted.get(_key_id(_decoded(header)))
    if certificate is None:
        raise FeedRefusedError(
            FeedReason.CERTIFICATE_UNTRUSTED, "it is signed by a key that is not trusted"
        )
    certificate.require_in_force(at)
    pair = split_signature_value(_decoded(value))
    if pair is None:
        raise FeedRefusedError(FeedReason.SIGNATURE_INVALID, "r or s is out of range")
    try:
        certificate.public_key.verify(
            encode_dss_signature(*pair), digest_to_sign(header, payload), _PREHASHED
        )
    except InvalidSignature:
        raise FeedRefusedError(
            FeedReason.SIGNATURE_INVALID, "the signature does not verify"
        ) from None
    return certificate


def raw_signature(r: int, s: int) -> bytes:
    """Return r and s as JWS has them (RFC 7518, section 3.4)."""
    return r.to_bytes(COORDINATE_OCTETS, "big") + s.to_bytes(COORDINATE_OCTETS, "big")


def _key_id(header: bytes) -> str:
    try:
        members = json.loads(header)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict) or not isinstance(members.get("kid"), str):
        raise FeedRefusedError(FeedReason.JWS_HEADER, "the header of the JWS is malformed")
    known = {"alg": "ES256", "b64": False, "crit": ["b64"], "kid": members["kid"]}
    # `0 == False`, but a header that says 0 is not one that says false.
    if members != known or members["b64"] is not False:
        raise FeedRefusedError(FeedReason.JWS_HEADER, "the header of the JWS is not ours")
    return str(members["kid"])


def _encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        octets = b""
    # One spelling for each value: bits that say nothing must be zero.
    if _encoded(octets) != text:
        raise FeedRefusedError(FeedReason.JWS_MALFORMED, "its base64url is not canonical")
    return octets
