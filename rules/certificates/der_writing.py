"""Writes DER (ITU-T X.690): each function returns the octets of one element."""

from datetime import UTC, datetime
from typing import Final

from rules.certificates.der_values import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    UTC_TIME,
    UTF8_STRING,
)

TRUE: Final = bytes([BOOLEAN, 1, 0xFF])
_SHORT: Final = 0x80
_GENERALIZED_FROM: Final = 2050


def element(tag: int, *parts: bytes) -> bytes:
    """Write an element of this tag around its parts."""
    content = b"".join(parts)
    length = len(content)
    if length < _SHORT:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, _SHORT | len(octets)]) + octets + content


def sequence(*parts: bytes) -> bytes:
    """Write a SEQUENCE."""
    return element(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """Write a SET OF, its members in the order that DER asks for."""
    return element(SET, *sorted(parts))


def integer(value: int) -> bytes:
    """Write an INTEGER."""
    octets = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return element(INTEGER, value.to_bytes(octets, "big", signed=True))


def bit_string(octets: bytes, *, unused: int = 0) -> bytes:
    """Write a BIT STRING of which the last `unused` bits do not count."""
    return element(BIT_STRING, bytes([unused]), octets)


def octet_string(octets: bytes) -> bytes:
    """Write an OCTET STRING."""
    return element(OCTET_STRING, octets)


def utf8_string(text: str) -> bytes:
    """Write a UTF8String."""
    return element(UTF8_STRING, text.encode())


def object_identifier(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER given in dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return element(OBJECT_IDENTIFIER, *(_arc(arc) for arc in (40 * first + second, *rest)))


def _arc(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(0x80 | value & 0x7F)
    return bytes(reversed(octets))


def time(moment: datetime) -> bytes:
    """Write a moment, to the second, as RFC 5280, 4.1.2.5 has it: UTCTime before 2050."""
    utc = moment.astimezone(UTC)
    if utc.year < _GENERALIZED_FROM:
        return element(UTC_TIME, f"{utc:%y%m%d%H%M%SZ}".encode())
    return element(GENERALIZED_TIME, f"{utc:%Y%m%d%H%M%SZ}".encode())
