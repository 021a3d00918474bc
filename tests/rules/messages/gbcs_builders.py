"""Makes signed GBCS payloads, right ones and every kind of wrong one, by none of our own code."""

from base64 import b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from tests.rules.messages.builders import ORIGINATOR, TARGET, raw_signature

SUPPLIER_KEY = ec.derive_private_key(0x71C0FFEE_9876543210_DECADE_01, ec.SECP256R1())
"""The digital signing key of the Supplier who is the messages' ordinary User."""
ANOTHER_KEY = ec.derive_private_key(0x0DDBA11_1357913579_FACADE_02, ec.SECP256R1())

CONTENT = bytes.fromhex("D9200003F2000102006F0001130000FF02020103")
"""Looks like an access request; what it says is the Device's affair."""


def octets(eui64: str) -> bytes:
    return bytes.fromhex(eui64.replace("-", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The parts of a payload in order. Each may be replaced by something wrong."""

    tag: bytes = b"\xdf"
    transaction: bytes = b"\x09"
    flag: bytes = b"\x01"
    counter: bytes = (1010).to_bytes(8, "big")
    originator_length: bytes = b"\x08"
    originator: str = ORIGINATOR
    recipient_length: bytes = b"\x08"
    recipient: str = TARGET
    date_time: bytes = b"\x00"
    other_length: bytes = b"\x02"
    code: str = "001A"
    content: bytes = CONTENT
    content_length: bytes | None = None
    """The shortest spelling, unless given."""
    signature_length: bytes = b"\x40"
    signature: bytes | None = None
    """By the key, unless given."""
    key: ec.EllipticCurvePrivateKey = SUPPLIER_KEY
    after: bytes = b""

    def signed(self) -> bytes:
        """What the signature is over."""
        length = (
            shortest(len(self.content)) if self.content_length is None else self.content_length
        )
        return b"".join(
            (
                self.transaction,
                self.flag,
                self.counter,
                self.originator_length,
                octets(self.originator),
                self.recipient_length,
                octets(self.recipient),
                self.date_time,
                self.other_length,
                bytes.fromhex(self.code),
                length,
                self.content,
            )
        )

    def octets(self) -> bytes:
        signed = self.signed()
        signature = raw_signature(signed, self.key) if self.signature is None else self.signature
        return self.tag + signed + self.signature_length + signature + self.after


def shortest(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    if length < 0x100:
        return bytes([0x81, length])
    return b"\x82" + length.to_bytes(2, "big")


def payload(**parts) -> bytes:
    return Payload(**parts).octets()


def pre_command(octets: bytes, *, before: str = "") -> str:
    """The Body of a Signed Pre-Command with a payload."""
    text = b64encode(octets).decode()
    return (
        f"<sr:SignedPreCommand>{before}<sr:GBCSPayload>{text}</sr:GBCSPayload>"
        "</sr:SignedPreCommand>"
    )


PAYLOAD = payload()
"""An ordinary one: ECS02, Credit."""
