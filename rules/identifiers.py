"""The identifiers of the field: EUI-64, Service Reference Variant and RequestID."""

import re
from dataclasses import dataclass
from typing import Final, NewType

Eui64 = NewType("Eui64", str)
"""An EUI-64 as DUIS writes it, in upper case: `90-B3-D5-1F-30-01-00-00`."""

EUI64_IN_MESSAGES: Final = r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"
"""The regular expression of an EUI-64 as messages have it, in either case."""

_EUI64_SPELLINGS = re.compile(
    r"[0-9A-Fa-f]{16}"
    rf"|{EUI64_IN_MESSAGES}"
    r"|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){7}"
    r"|[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){7}",
    re.ASCII,
)
_REQUEST_ID = re.compile(
    rf"({EUI64_IN_MESSAGES}):({EUI64_IN_MESSAGES}):(0|[1-9][0-9]{{0,19}})",
    re.ASCII,
)
_MAX_COUNTER = 2**64 - 1
_OCTETS = 8


class IdentifierError(ValueError):
    """A text is not the identifier it should be; the message names the value."""


def parse_eui64(text: str) -> Eui64:
    """Read an EUI-64 in any usual spelling: 16 hex digits, or octets apart by `-`, `:` or space.

    Raises:
        IdentifierError: The text is no EUI-64.
    """
    stripped = text.strip()
    if not _EUI64_SPELLINGS.fullmatch(stripped):
        raise IdentifierError(f"`{text[:60]}` is not an EUI-64 such as 90-B3-D5-1F-30-01-00-00")
    digits = re.sub(r"[-: ]", "", stripped).upper()
    return Eui64("-".join(digits[i : i + 2] for i in range(0, 16, 2)))


def eui64_from_octets(octets: bytes) -> Eui64:
    """Return the EUI-64 of its 8 raw octets, as a certificate holds them.

    Raises:
        IdentifierError: There are not exactly 8 octets.
    """
    if len(octets) != _OCTETS:
        raise IdentifierError(f"an EUI-64 has 8 bytes, not {len(octets)}")
    return Eui64(octets.hex("-").upper())


def eui64_octets(eui64: Eui64) -> bytes:
    """Return the 8 raw octets of an EUI-64."""
    return bytes.fromhex(eui64.replace("-", ""))


@dataclass(frozen=True, slots=True)
class RequestId:
    """A DUIS RequestID: who sends, to whom, and the originator's counter (DUIS 5.4 schema)."""

    business_originator_id: Eui64
    business_target_id: Eui64
    originator_counter: int

    def __str__(self) -> str:
        return f"{self.business_originator_id}:{self.business_target_id}:{self.originator_counter}"


def parse_request_id(text: str) -> RequestId:
    """Read a RequestID: `BusinessOriginatorID:BusinessTargetID:OriginatorCounter`.

    Raises:
        IdentifierError: The text has another shape, or the counter exceeds 64 bits.
    """
    matched = _REQUEST_ID.fullmatch(text)
    if matched is None:
        raise IdentifierError(f"`{text[:80]}` is not a RequestID")
    originator, target, counter = matched.groups()
    if int(counter) > _MAX_COUNTER:
        raise IdentifierError(f"`{counter}` is not an Originator Counter")
    return RequestId(Eui64(originator.upper()), Eui64(target.upper()), int(counter))
