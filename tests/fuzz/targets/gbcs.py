"""GBCS payloads: in their octets, in base64 within a SignedPreCommand, and as whatever text."""

from base64 import b64encode
from struct import pack

from lxml import etree

from rules.messages.gbcs import (
    MAX_PAYLOAD,
    GbcsReason,
    GbcsRefusedError,
    SignedCommand,
    read_signed_command,
    read_signed_pre_command,
)
from rules.messages.xmldsig import P256_ORDER
from tests.fuzz.target import Target
from tests.rules.messages.builders import DUIS
from tests.rules.messages.gbcs_builders import PAYLOAD, Payload, payload
from tests.rules.messages.vectors_gbcs import MALFORMED

_LONGEST = 4_096
_HOLDER = etree.fromstring(
    f'<sr:SignedPreCommand xmlns:sr="{DUIS}"><sr:GBCSPayload/></sr:SignedPreCommand>'
)


def hold(data: bytes) -> None:
    command = _read(data)
    if command is not None:
        assert command.originator_counter < 1 << 64
        assert 0 < command.r < P256_ORDER
        assert 0 < command.s < P256_ORDER
        assert data == _written(command, data[-64:])
    assert _read_text(b64encode(data).decode()) == command
    try:
        _read_text(data.decode())
    except ValueError:
        return  # no XML has it


def _read(octets: bytes) -> SignedCommand | None:
    try:
        return read_signed_command(octets)
    except GbcsRefusedError as refused:
        return _refused(refused)


def _read_text(text: str) -> SignedCommand | None:
    _HOLDER[0].text = text
    try:
        return read_signed_pre_command(_HOLDER)
    except GbcsRefusedError as refused:
        return _refused(refused)


def _refused(refused: GbcsRefusedError) -> None:
    assert isinstance(refused.reason, GbcsReason)
    assert refused.value


def _written(command: SignedCommand, signature: bytes) -> bytes:
    """Return the one way in which a payload is written."""
    return Payload(
        counter=pack(">Q", command.originator_counter),
        originator=command.originator,
        recipient=command.recipient,
        code=command.message_code,
        content=command.content,
        signature=signature,
    ).octets()


TARGET = Target(
    hold=hold,
    seeds=(
        PAYLOAD,
        b64encode(PAYLOAD),
        payload(content=bytes(0x80)),
        payload(content=bytes(0x100)),
        *(octets for given in MALFORMED.values() for octets in given if len(octets) < _LONGEST),
    ),
    words=(b"\xdf\x09\x01", b"\x81", b"\x82", b"\x40", b"\x08", P256_ORDER.to_bytes(32, "big")),
    longest=min(_LONGEST, MAX_PAYLOAD),
)
