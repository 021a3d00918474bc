"""GBCS payloads that must not be read, by the reason for which; all else about them is right.

Where it can be, each is signed over what it has, so that nothing but the reason speaks against it.
"""

from base64 import b64encode

from rules.messages.gbcs import MAX_PAYLOAD, GbcsReason as G
from rules.messages.xmldsig import P256_ORDER
from tests.rules.messages.builders import ORIGINATOR
from tests.rules.messages.gbcs_builders import (
    CONTENT,
    PAYLOAD,
    Payload,
    octets,
    payload,
    pre_command,
)

_SIGNED = Payload().signed()
_VALUE = PAYLOAD[-64:]
_R, _S = _VALUE[:32], _VALUE[32:]
_HIGH = P256_ORDER.to_bytes(32, "big")
_DER = b"\x30\x44\x02\x20" + _R + b"\x02\x20" + _S
_MAC = bytes(12)

MALFORMED: dict[G, list[bytes]] = {
    G.TOO_LARGE: [
        PAYLOAD + bytes(MAX_PAYLOAD),
        payload(content=bytes(MAX_PAYLOAD - 99), content_length=b"\x83\x00\xff\x9d"),
        b"\xdf" * (MAX_PAYLOAD + 1),
    ],
    G.NOT_GENERAL_SIGNING: [
        # A Command with its MAC, as the DCC sends it, is no Signed Pre-Command.
        b"\xdd" + bytes(6) + b"\x81\x8d\x11" + bytes(4) + PAYLOAD + _MAC,
        b"\xdd" + bytes(6) + PAYLOAD,
        PAYLOAD[1:],
        b"\x00" + PAYLOAD,
        payload(tag=b"\xde"),
        payload(tag=b"\xe0"),
        payload(tag=b""),
        b"\x00" * len(PAYLOAD),
        b"\xff" * len(PAYLOAD),
        # Backwards; by itself its first octet would be any, as the last one of a signature is.
        (PAYLOAD + b"\x00")[::-1],
        PAYLOAD.hex().encode(),
        b"<sr:GBCSPayload/>",
        b"\x30\x82" + PAYLOAD,
    ],
    G.TRUNCATED: [
        b"",
        b"\xdf",
        *(PAYLOAD[:end] for end in (2, 3, 11, 12, 20, 21, 29, 30, 31, 32, 33, 34, 35)),
        PAYLOAD[:-1],
        PAYLOAD[:-63],
        PAYLOAD[:-64],
        payload(content=b"", content_length=b"\x81")[:34],
        payload(content=b"", content_length=b"\x82")[:34],
        payload(content=b"", content_length=b"\x82\x01")[:35],
        payload(content_length=b"\x7f"),
        payload(content_length=b"\x82\xff\xff"),
        payload(content_length=b"\x81\xff"),
    ],
    G.NOT_A_COMMAND: [
        payload(flag=flag) for flag in (b"\x00", b"\x02", b"\x03", b"\x04", b"\x81", b"\xff")
    ],
    G.HEADER_MALFORMED: [
        payload(transaction=b"\x08"),
        payload(transaction=b"\x0a"),
        payload(transaction=b"\x81\x09"),
        payload(transaction=b"\x00", counter=b""),
        payload(counter=bytes(7)),
        payload(counter=bytes(9)),
        payload(originator_length=b"\x07"),
        payload(originator_length=b"\x00"),
        payload(originator_length=b"\x81\x08"),
        payload(originator=f"{ORIGINATOR}-00"),
        payload(originator=""),
        payload(recipient_length=b"\x09"),
        payload(recipient_length=b"\x81\x08"),
        payload(recipient=""),
        # A date and time, and further information, of which a Pre-Command has none.
        payload(date_time=b"\x0c" + bytes(12)),
        payload(date_time=b"\x01\x00"),
        payload(other_length=b"\x00", code=""),
        payload(other_length=b"\x0a", code=f"001A{octets(ORIGINATOR).hex()}"),
        payload(other_length=b"\x12", code=f"001A{octets(ORIGINATOR).hex()}{'00' * 8}"),
        payload(other_length=b"\x81\x02"),
    ],
    G.LENGTH_MALFORMED: [
        payload(content=b""),
        payload(content=b"", content_length=b"\x81\x00"),
        payload(content_length=b"\x81" + bytes([len(CONTENT)])),
        payload(content_length=b"\x82\x00" + bytes([len(CONTENT)])),
        payload(content=bytes(0xFF), content_length=b"\x82\x00\xff"),
        payload(content_length=b"\x80"),
        payload(content_length=b"\x83\x00\x00" + bytes([len(CONTENT)])),
        payload(content_length=b"\x84\x00\x00\x00" + bytes([len(CONTENT)])),
        payload(content_length=b"\x88" + bytes(7) + bytes([len(CONTENT)])),
        payload(content_length=b"\xff"),
    ],
    G.SIGNATURE_MISSING: [
        # As the DCC returns it: with nothing after the content, or an empty signature.
        b"\xdf" + _SIGNED,
        b"\xdf" + _SIGNED + b"\x00",
    ],
    G.SIGNATURE_MALFORMED: [
        payload(signature_length=b"\x3f"),
        payload(signature_length=b"\x41"),
        payload(signature_length=b"\x81\x40"),
        # As ECDSA is elsewhere, in DER.
        payload(signature_length=b"\x46", signature=_DER),
        payload(signature_length=b"", signature=_DER),
        payload(signature_length=b"\x20", signature=_R),
        payload(signature_length=b"\x00", signature=_VALUE),
        payload(signature=bytes(64)),
        payload(signature=bytes(32) + _S),
        payload(signature=_R + bytes(32)),
        payload(signature=_HIGH + _S),
        payload(signature=_R + _HIGH),
        payload(signature=b"\xff" * 64),
        payload(signature=_R + (P256_ORDER + 1).to_bytes(32, "big")),
        # The content is said to be shorter than it is.
        payload(content_length=b"\x01"),
    ],
    G.TRAILING_OCTETS: [
        PAYLOAD + b"\x00",
        PAYLOAD + PAYLOAD,
        PAYLOAD + _MAC,
        payload(after=_VALUE),
        payload(after=bytes(30_000)),
    ],
}
"""Of the octets themselves."""

_DUIS_DATE = "<sr:ExecutionDateTime>3000-12-31T00:00:00.00Z</sr:ExecutionDateTime>"
_ONE = pre_command(PAYLOAD)
_ELEMENT = _ONE[len("<sr:SignedPreCommand>") : -len("</sr:SignedPreCommand>")]
_TEXT = _ELEMENT[len("<sr:GBCSPayload>") : -len("</sr:GBCSPayload>")]


def _holding(content: str) -> str:
    return f"<sr:SignedPreCommand>{content}</sr:SignedPreCommand>"


def _with_text(text: str) -> str:
    return _holding(f"<sr:GBCSPayload>{text}</sr:GBCSPayload>")


def _with_spare_bits(text: str) -> str:
    """Return base64 whose last character has the lowest bit set, which stands for nothing."""
    bare = text.rstrip("=")
    assert bare != text
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet[alphabet.index(bare[-1]) | 1]
    return bare[:-1] + last + "=" * (len(text) - len(bare))


IN_XML: dict[G, list[str]] = {
    G.PAYLOAD_MALFORMED: [
        "<sr:SignedPreCommand/>",
        _holding("<sr:Payload/>"),
        _holding(_ELEMENT * 2),
        _holding(_ELEMENT + _DUIS_DATE),
        _holding(_DUIS_DATE * 2 + _ELEMENT),
        _holding(_ELEMENT + "<sr:Other/>"),
        _holding(_ELEMENT.replace("sr:", "ds:")),
        _with_text(f"{_TEXT[:8]}<sr:x/>{_TEXT[8:]}"),
        _with_text(f"<sr:x>{_TEXT}</sr:x>"),
        _with_text(f"{_TEXT}="),
        _with_text(_TEXT[:-1]),
        _with_text(f"{_TEXT}!"),
        _with_text(_TEXT.replace("A", "-", 1)),
        _with_text(_TEXT.replace("A", "\u0410", 1)),
        # White space that is none in XML.
        _with_text(f"{_TEXT[:8]}\u00a0{_TEXT[8:]}"),
        _with_text(f"{_TEXT[:8]}\u2003{_TEXT[8:]}"),
        _with_text(PAYLOAD.hex()[:-1]),
        _with_text("====" + _TEXT),
        # Another spelling of the same octets: bits are set that say nothing (XSD, 3.2.16).
        _with_text(_with_spare_bits(_TEXT)),
        _with_text(_with_spare_bits(b64encode(payload(content=bytes(1))).decode())),
    ],
    G.TOO_LARGE: [
        _with_text("A" * (2 * MAX_PAYLOAD + 1)),
        _with_text(" " * (2 * MAX_PAYLOAD) + _TEXT),
        pre_command(PAYLOAD + bytes(MAX_PAYLOAD)),
        _with_text("QUFB" * 250_000),
    ],
    G.TRUNCATED: [_with_text(""), _with_text("  \n\t ")],
}
"""Of a SignedPreCommand around them."""
