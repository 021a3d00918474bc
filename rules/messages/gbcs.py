"""Reads the GBCS payload of a Signed Pre-Command: octets to who orders what of which Device.

A Pre-Command is a DLMS General-Signing structure whose sizes GBCS fixes (section 7.2.7):

    DF 09  flag (1)  originator counter (8)  08 originator (8)  08 recipient (8)  00
    02 message code (2)  length  content  40 signature (64: r and s)

The originator, the recipient and the counter are what GBCS and the RequestID of DUIS both call
Business Originator ID, Business Target ID and Originator Counter. The signature is over all from
the 09 on to the end of the content. So there is exactly one way to write a payload, and whatever
is written otherwise is refused, with the octet (counted from 0) from which on it is not as it
must be. What the content says is the Device's affair; the message code says what it is for.
"""

import binascii
from enum import StrEnum
from struct import Struct
from typing import NamedTuple

from lxml import etree

from rules.identifiers import Eui64
from rules.messages.reading import DUIS
from rules.messages.xmldsig import split_signature_value

MAX_PAYLOAD = 64 * 1024
"""Octets. The largest Commands, those with certificates or a tariff, have a few thousand."""

_MAX_TEXT = 2 * MAX_PAYLOAD
"""Characters of base64 with white space, above which it is not even decoded."""
_PAYLOAD = f"{{{DUIS}}}GBCSPayload"
_EXECUTION_DATE_TIME = f"{{{DUIS}}}ExecutionDateTime"
_FORMS = frozenset({(_PAYLOAD,), (_EXECUTION_DATE_TIME, _PAYLOAD)})
"""The children of a SignedPreCommand in the only orders that the schema allows."""

_HEAD = Struct(">BBBQB8sB8sBBH")
_TAG, _TRANSACTION, _COMMAND, _EUI64, _NO_TIME, _CODE = 0xDF, 0x09, 0x01, 0x08, 0x00, 0x02
_FIXED = (
    # Where each octet that never differs is, what it is, and what it says.
    (1, _TRANSACTION, "length of the transaction identifier"),
    (11, _EUI64, "length of the originator"),
    (20, _EUI64, "length of the recipient"),
    (29, _NO_TIME, "length of the date and time"),
    (30, _CODE, "length of the other information"),
)
_SIGNED_FROM = 1
_SIGNATURE = 64
_LENGTH_IS_LONG = 0x80
_ONE_OCTET, _TWO_OCTETS = 0x81, 0x82
_CIPHERED = 0xDD


class GbcsReason(StrEnum):
    """Stable codes, kept for ever and never reused; their words stand with the rules."""

    PAYLOAD_MALFORMED = "gbcs-payload-malformed"
    TOO_LARGE = "gbcs-payload-too-large"
    NOT_GENERAL_SIGNING = "gbcs-not-general-signing"
    TRUNCATED = "gbcs-truncated"
    NOT_A_COMMAND = "gbcs-not-a-command"
    HEADER_MALFORMED = "gbcs-header-malformed"
    LENGTH_MALFORMED = "gbcs-length-malformed"
    SIGNATURE_MISSING = "gbcs-signature-missing"
    SIGNATURE_MALFORMED = "gbcs-signature-malformed"
    TRAILING_OCTETS = "gbcs-trailing-octets"


class GbcsRefusedError(Exception):
    """A payload was refused while it was read."""

    def __init__(self, reason: GbcsReason, value: str) -> None:
        super().__init__(f"{reason}: {value}")
        self.reason = reason
        self.value = value
        """Where what was found instead; for words to people."""


class SignedCommand(NamedTuple):
    """What a payload says. Whether its signature holds is not known yet."""

    originator_counter: int
    originator: Eui64
    recipient: Eui64
    message_code: str
    """Four upper-case hexadecimal digits."""
    content: bytes
    signed: bytes
    """What the signature is over."""
    r: int
    s: int


def read_signed_pre_command(element: etree._Element) -> SignedCommand:
    """Read the payload in a SignedPreCommand of the DUIS.

    Raises:
        GbcsRefusedError: There is not exactly one, in base64, or it is malformed.
    """
    children = tuple(element)
    if tuple(child.tag for child in children) not in _FORMS:
        names = ", ".join(etree.QName(child).localname for child in children[:10])
        raise GbcsRefusedError(GbcsReason.PAYLOAD_MALFORMED, f"it has {names or 'nothing'}")
    payload = children[-1]
    if len(payload):
        raise GbcsRefusedError(GbcsReason.PAYLOAD_MALFORMED, "there are elements within it")
    text = payload.text or ""
    if len(text) > _MAX_TEXT:
        raise GbcsRefusedError(GbcsReason.TOO_LARGE, f"{len(text):,} characters of base64")
    try:
        # White space as XML has it may be anywhere in base64Binary; nothing else may.
        compact = b"".join(text.encode().split())
        octets = binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error as fault:
        raise GbcsRefusedError(GbcsReason.PAYLOAD_MALFORMED, f"{fault}") from None
    if binascii.b2a_base64(octets, newline=False) != compact:
        # One spelling for each value: bits that base64 leaves over must be zero (XSD, 3.2.16).
        raise GbcsRefusedError(GbcsReason.PAYLOAD_MALFORMED, "its last bits stand for nothing")
    return read_signed_command(octets)


def read_signed_command(octets: bytes) -> SignedCommand:
    """Read a payload.

    Raises:
        GbcsRefusedError: It is not exactly a signed General-Signing structure of a Command.
    """
    if len(octets) > MAX_PAYLOAD:
        raise GbcsRefusedError(GbcsReason.TOO_LARGE, f"{len(octets):,} bytes")
    if len(octets) <= _HEAD.size:
        _refuse_head(octets)
        raise _truncated(octets)
    head = _HEAD.unpack_from(octets)
    tag, transaction, flag, counter, first, originator, second, recipient, time, other, code = head
    if (tag, transaction, flag, first, second, time, other) != (
        _TAG,
        _TRANSACTION,
        _COMMAND,
        _EUI64,
        _EUI64,
        _NO_TIME,
        _CODE,
    ):
        _refuse_head(octets)
    start, length = _read_length(octets, _HEAD.size)
    end = start + length
    r, s = _read_signature(octets, end)
    return SignedCommand(
        counter,
        Eui64(originator.hex("-").upper()),
        Eui64(recipient.hex("-").upper()),
        f"{code:04X}",
        octets[start:end],
        octets[_SIGNED_FROM:end],
        r,
        s,
    )


def _refuse_head(octets: bytes) -> None:
    """Refuse a head for the first octet that is not as it must be, if there is one."""
    if not octets:
        raise GbcsRefusedError(GbcsReason.TRUNCATED, "it has no bytes")
    if octets[0] != _TAG:
        what = ", that of a Command with a MAC" if octets[0] == _CIPHERED else ""
        raise GbcsRefusedError(
            GbcsReason.NOT_GENERAL_SIGNING, f"byte 0 is {octets[0]:02X}{what}, not DF"
        )
    if len(octets) > 2 and octets[1] == _TRANSACTION and octets[2] != _COMMAND:  # noqa: PLR2004  the flag
        raise GbcsRefusedError(GbcsReason.NOT_A_COMMAND, f"byte 2 is {octets[2]:02X}, not 01")
    for place, must, what in _FIXED:
        if place < len(octets) and octets[place] != must:
            raise GbcsRefusedError(
                GbcsReason.HEADER_MALFORMED,
                f"byte {place}, the {what}, is {octets[place]:02X}, not {must:02X}",
            )


def _read_length(octets: bytes, place: int) -> tuple[int, int]:
    """Return where the content begins and how long it is, from its one shortest spelling."""
    first = octets[place]
    if first < _LENGTH_IS_LONG:
        start, length, least = place + 1, first, 1
    elif first == _ONE_OCTET:
        start, least = place + 2, _LENGTH_IS_LONG
        length = int.from_bytes(octets[place + 1 : start], "big")
    elif first == _TWO_OCTETS:
        start, least = place + 3, 1 << 8
        length = int.from_bytes(octets[place + 1 : start], "big")
    else:
        raise GbcsRefusedError(
            GbcsReason.LENGTH_MALFORMED, f"byte {place} is {first:02X}, which is no length here"
        )
    if start > len(octets):
        raise _truncated(octets)
    if length < least:
        raise GbcsRefusedError(
            GbcsReason.LENGTH_MALFORMED,
            f"the length at byte {place} is {length}, and that is "
            + ("no content" if length == 0 else "not the shortest way to write it"),
        )
    if start + length > len(octets):
        raise _truncated(octets, f"the content from byte {start} on has {length}")
    return start, length


def _read_signature(octets: bytes, place: int) -> tuple[int, int]:
    """Return r and s of the signature at the end."""
    value = octets[place + 1 :]
    if place == len(octets) or octets[place:] == b"\0":
        raise GbcsRefusedError(
            GbcsReason.SIGNATURE_MISSING, f"nothing comes after the content at byte {place}"
        )
    if octets[place] != _SIGNATURE:
        raise GbcsRefusedError(
            GbcsReason.SIGNATURE_MALFORMED,
            f"byte {place}, its length, is {octets[place]:02X}, not 40",
        )
    if len(value) < _SIGNATURE:
        raise _truncated(octets, f"the signature from byte {place + 1} on has 64")
    if len(value) > _SIGNATURE:
        raise GbcsRefusedError(
            GbcsReason.TRAILING_OCTETS,
            f"{len(value) - _SIGNATURE:,} from byte {place + 1 + _SIGNATURE} on",
        )
    numbers = split_signature_value(value)
    if numbers is None:
        raise GbcsRefusedError(
            GbcsReason.SIGNATURE_MALFORMED,
            f"a number from byte {place + 1} on is out of the range of P-256",
        )
    return numbers


def _truncated(octets: bytes, what: str = "the head has 33 and a length") -> GbcsRefusedError:
    return GbcsRefusedError(GbcsReason.TRUNCATED, f"it ends at byte {len(octets)}; {what}")
