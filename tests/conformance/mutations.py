"""What a signed message may not survive: each way of changing it, and the reason to be given."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.subscribers import Subscriber

_BODY = re.compile(rb"<sr:Body\b.*</sr:Body>", re.DOTALL)
_BODY_VALUE = re.compile(rb">([^<>&]*[0-9A-Za-z][^<>&]*)<")
_BODY_SPACE = re.compile(rb">(\s+)<")
_DIGEST = re.compile(rb"(<(?:\w+:)?DigestValue>)([^<]+)(</)")
_SIGNATURE = re.compile(rb"(<(?:\w+:)?SignatureValue>)([^<]+)(</)")
_SERIAL = re.compile(rb"(<(?:\w+:)?X509SerialNumber>)\s*(\d+)\s*(</)")

UNKNOWN_SERIAL = b"987654321987654321987654321"


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way of changing a signed message, and why it must then be refused."""

    name: str
    reason: str
    apply: Callable[[bytes, Subscriber, Subscriber], bytes]
    """The message, who signed it and somebody else."""


def _body(message: bytes, _by: Subscriber, _other: Subscriber) -> bytes:
    body = _BODY.search(message)
    assert body is not None
    value = _BODY_VALUE.search(message, body.start(), body.end())
    if value is not None:
        at = next(i for i in range(value.start(1), value.end(1)) if message[i : i + 1].isalnum())
        old = message[at : at + 1]
        new = b"8" if old == b"7" else b"7" if old.isdigit() else b"x" if old != b"x" else b"y"
    else:
        # An empty request has no value to change; the white space in its body is signed too.
        space = _BODY_SPACE.search(message, body.start(), body.end())
        if space is None:
            at = body.end() - len(b"</sr:Body>")
            return message[:at] + b"7" + message[at:]
        at, new = (
            space.start(1),
            b"\t" if message[space.start(1) : space.start(1) + 1] != b"\t" else b" ",
        )
    return message[:at] + new + message[at + 1 :]


def _flip(pattern: re.Pattern[bytes]) -> Callable[[bytes, Subscriber, Subscriber], bytes]:
    """Change one bit of a base64 value, keeping it base64."""

    def apply(message: bytes, _by: Subscriber, _other: Subscriber) -> bytes:
        found = pattern.search(message)
        assert found is not None
        octets = bytearray(base64.b64decode(found[2].replace(b"&#13;", b"")))
        octets[len(octets) // 2] ^= 1
        return message[: found.start(2)] + base64.b64encode(octets) + message[found.end(2) :]

    return apply


def _serial(serial: Callable[[Subscriber], bytes]) -> Callable[..., bytes]:
    def apply(message: bytes, _by: Subscriber, other: Subscriber) -> bytes:
        return _SERIAL.sub(rb"\g<1>" + serial(other) + rb"\g<3>", message, count=1)

    return apply


def _replace(old: bytes, new: bytes) -> Callable[[bytes, Subscriber, Subscriber], bytes]:
    def apply(message: bytes, _by: Subscriber, _other: Subscriber) -> bytes:
        return message.replace(old, new, 1)

    return apply


MUTATIONS: tuple[Mutation, ...] = (
    Mutation("a changed character in the body", "digest-mismatch", _body),
    Mutation("a changed DigestValue", "digest-mismatch", _flip(_DIGEST)),
    Mutation("a changed SignatureValue", "signature-invalid", _flip(_SIGNATURE)),
    Mutation(
        "another known serial number",
        "signature-invalid",
        _serial(lambda other: str(other.serial).encode()),
    ),
    Mutation("an unknown serial number", "certificate-unknown", _serial(lambda _: UNKNOWN_SERIAL)),
    Mutation(
        "another signature algorithm",
        "signature-method-not-allowed",
        _replace(b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#ecdsa-sha384"),
    ),
    Mutation(
        "another transform",
        "transforms-not-allowed",
        _replace(b"xmldsig#enveloped-signature", b"xmldsig#base64"),
    ),
    Mutation("another URI", "reference-uri-not-empty", _replace(b'URI=""', b'URI="#body"')),
)
REVOKED = ("a revoked certificate", "certificate-revoked")
"""Nothing in the message changes; the register does."""
