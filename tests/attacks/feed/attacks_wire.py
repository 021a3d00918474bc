"""Attacks from the wire: by whoever has seen every body and signature, and never the key."""

import gzip
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta

from rules.feed.jws import compact_jws, raw_signature
from rules.feed.refusals import FeedReason as R
from rules.messages.xmldsig import P256_ORDER
from tests.attacks.feed.making import (
    ATTACKERS,
    BODY,
    HEADER,
    JWS,
    KID,
    LINES,
    REGISTERS,
    Attack,
    flipped,
    on_the_wire,
    packed,
    written,
)
from tests.attacks.feed.taking import Sent
from tests.rules.feed.keys import Key
from tests.rules.feed.picture import (
    AT,
    a_certificate,
    a_snapshot,
    by_id,
)

DAY = timedelta(days=1)
ENDED, COMING = Key(not_after=AT - DAY), Key(not_before=AT + DAY)
_HEADER, _, _VALUE = JWS.split(".")
_R, _S = REGISTERS.pair(HEADER, BODY)


def in_base64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def header(**members: object) -> str:
    known = {"alg": "ES256", "b64": False, "crit": ["b64"], "kid": KID, **members}
    return in_base64(json.dumps({n: v for n, v in known.items() if v is not ...}).encode())


def by_attacker(**members: object) -> Callable[[], Sent]:
    """Return what makes a body that the attacker signs under a header of its own making."""
    return on_the_wire(ATTACKERS.sign(BODY, header(**members)))


def with_numbers(r: int, s: int) -> Callable[[], Sent]:
    return on_the_wire(compact_jws(HEADER, raw_signature(r, s)))


_MAC = hmac.digest(REGISTERS.certificate.pem.encode(), f"{HEADER}.".encode() + BODY, "sha512")

BODIES: dict[str, Attack] = {
    name: Attack(on_the_wire(JWS, body), R.SIGNATURE_INVALID)
    for name, body in {
        "with its first bit flipped": flipped(BODY, 0),
        "with the moment in its gzip header changed": flipped(BODY, 4),
        "with its last bit flipped": flipped(BODY, -1),
        "cut off by an octet": BODY[:-1],
        "with a line feed behind it": BODY + b"\n",
        "sent twice in one": BODY + BODY,
        "compressed anew": gzip.compress(LINES, compresslevel=9, mtime=1),
        "in the clear": LINES,
        "with a certificate revoked no more": packed(
            written(a_snapshot(version="419", mark="m-419", certificates=by_id(a_certificate(1))))
        ),
        "of the version before": packed(written(a_snapshot(version="417"))),
        "with its header in front": f"{HEADER}.".encode() + BODY,
        "of no octets": b"",
        "of a megabyte of zeros": bytes(1_000_000),
    }.items()
}

SIGNATURES: dict[str, Attack] = {
    "by the attacker, in its own name": Attack(
        on_the_wire(ATTACKERS.sign(BODY)), R.CERTIFICATE_UNTRUSTED
    ),
    "by the attacker, in the register's name": Attack(by_attacker(), R.SIGNATURE_INVALID),
    "over another body": Attack(on_the_wire(REGISTERS.sign(b"another")), R.SIGNATURE_INVALID),
    "of zeros": Attack(with_numbers(0, 0), R.SIGNATURE_INVALID),
    "with r of zero": Attack(with_numbers(0, _S), R.SIGNATURE_INVALID),
    "with s of zero": Attack(with_numbers(_R, 0), R.SIGNATURE_INVALID),
    "with r of the order": Attack(with_numbers(P256_ORDER, _S), R.SIGNATURE_INVALID),
    "with s of the order": Attack(with_numbers(_R, P256_ORDER), R.SIGNATURE_INVALID),
    "of ones": Attack(with_numbers(1, 1), R.SIGNATURE_INVALID),
    "with r and s exchanged": Attack(with_numbers(_S, _R), R.SIGNATURE_INVALID),
    "that is an HMAC with the certificate": Attack(
        on_the_wire(compact_jws(HEADER, _MAC)), R.SIGNATURE_INVALID
    ),
    "in DER": Attack(
        on_the_wire(compact_jws(HEADER, b"\x30\x44\x02\x20" + bytes(66))), R.JWS_MALFORMED
    ),
    "by a key whose time is over": Attack(
        lambda: Sent(ENDED.sign(BODY), BODY, ENDED.certificate), R.CERTIFICATE_NOT_IN_FORCE
    ),
    "by a key whose time has not come": Attack(
        lambda: Sent(COMING.sign(BODY), BODY, COMING.certificate), R.CERTIFICATE_NOT_IN_FORCE
    ),
}

HEADERS: dict[str, Attack] = {
    **{
        f"with {name}": Attack(by_attacker(**members), R.JWS_HEADER)
        for name, members in {
            "no algorithm": {"alg": "none"},
            "no algorithm in capitals": {"alg": "NONE"},
            "an algorithm left out": {"alg": ...},
            "the algorithm of a MAC": {"alg": "HS256"},
            "another curve's algorithm": {"alg": "ES384"},
            "RSA's algorithm": {"alg": "PS256"},
            "a list of algorithms": {"alg": ["ES256", "none"]},
            "the body in base64": {"b64": True},
            "the body not in base64, by the number zero": {"b64": 0},
            "the body in base64 by default": {"b64": ...},
            "nothing critical": {"crit": []},
            "nothing said of what is critical": {"crit": ...},
            "something critical that nobody knows": {"crit": ["b64", "x"], "x": 1},
            "the attacker's key in it": {"jwk": {"kty": "EC", "crv": "P-256"}},
            "the digest of the attacker's certificate in it": {
                "x5t#S256": ATTACKERS.certificate.fingerprint
            },
            "where to get the key": {"jku": "https://attacker.example/"},
            "where to get the certificate": {"x5u": "https://attacker.example/"},
            "a key of no name": {"kid": ...},
            "a list of keys": {"kid": [KID, ATTACKERS.certificate.fingerprint]},
            "a type": {"typ": "JOSE"},
        }.items()
    },
    "with a key by a path": Attack(by_attacker(kid="../../dev/null"), R.CERTIFICATE_UNTRUSTED),
    "with its key in capitals": Attack(by_attacker(kid=KID.upper()), R.CERTIFICATE_UNTRUSTED),
    "with its key and a space": Attack(by_attacker(kid=f"{KID} "), R.CERTIFICATE_UNTRUSTED),
    "that is a list": Attack(on_the_wire(f"{in_base64(b'[]')}..{_VALUE}"), R.JWS_HEADER),
    "of lists within each other": Attack(
        on_the_wire(f"{in_base64(b'[' * 440)}..{_VALUE}"), R.JWS_HEADER
    ),
    "that is not UTF-8": Attack(
        on_the_wire(f"{in_base64(bytes((0x7B, 0xFF)))}..{_VALUE}"), R.JWS_HEADER
    ),
    **{
        name: Attack(on_the_wire(jws), R.JWS_MALFORMED)
        for name, jws in {
            "not there": f"..{_VALUE}",
            "without a signature": f"{_HEADER}..",
            "alone": _HEADER,
            "with the body between": f"{_HEADER}.{in_base64(b'body')}.{_VALUE}",
            "with a second signature": f"{JWS}.{_VALUE}",
            "in the other form of a JWS": json.dumps({"protected": _HEADER, "signature": _VALUE}),
            "with padding": f"{JWS}==",
            "with a line feed": f"{JWS}\n",
            "in other base64": JWS.replace(_VALUE[0], "+", 1),
            "with full-width letters": JWS.replace(_VALUE, "\uff21" * 86),
            "of a megabyte": f"{'e' * 1_000_000}..{_VALUE}",
        }.items()
    },
}
