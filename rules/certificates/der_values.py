"""The types of ASN.1 values, what DER asks of each, and OBJECT IDENTIFIERs in dotted form."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
UTF8_STRING: Final = 0x0C
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

TAG_NAMES: Final = {
    BOOLEAN: "BOOLEAN",
    INTEGER: "INTEGER",
    BIT_STRING: "BIT STRING",
    OCTET_STRING: "OCTET STRING",
    NULL: "NULL",
    OBJECT_IDENTIFIER: "OBJECT IDENTIFIER",
    UTF8_STRING: "UTF8String",
    0x12: "NumericString",
    0x13: "PrintableString",
    0x14: "TeletexString",
    0x16: "IA5String",
    UTC_TIME: "UTCTime",
    GENERALIZED_TIME: "GeneralizedTime",
    0x1A: "VisibleString",
    0x1C: "UniversalString",
    0x1E: "BMPString",
    SEQUENCE: "SEQUENCE",
    SET: "SET",
}
"""The types' names, for people (X.680, clause 8)."""

_CONTINUES: Final = 0x80
_MOST_UNUSED_BITS: Final = 7
_LONGEST_OID: Final = 64


def _boolean_fault(content: bytes) -> str | None:
    return None if content in {b"\x00", b"\xff"} else "a BOOLEAN is neither 00 nor FF"


def _integer_fault(content: bytes) -> str | None:
    if not content:
        return "an INTEGER is empty"
    # The first nine bits must not all be the same (X.690, 8.3.2).
    if len(content) > 1 and int.from_bytes(content[:2], "big") >> 7 in {0, 0b1_1111_1111}:
        return "an INTEGER is written in too many bytes"
    return None


def _bit_string_fault(content: bytes) -> str | None:
    if not content or content[0] > _MOST_UNUSED_BITS or (content[0] and len(content) == 1):
        return "a BIT STRING does not say rightly how many of its bits are unused"
    if content[0] and content[-1] & ((1 << content[0]) - 1):
        return "the unused bits of a BIT STRING are not zero"
    return None


def _null_fault(content: bytes) -> str | None:
    return "a NULL has content" if content else None


def _utf8_fault(content: bytes) -> str | None:
    try:
        content.decode()
    except UnicodeDecodeError:
        return "a UTF8String is not UTF-8"
    return None


def _oid_fault(content: bytes) -> str | None:
    if not content or content[-1] & _CONTINUES:
        return "an OBJECT IDENTIFIER is cut off"
    previous_continues = False
    for octet in content:
        if octet == _CONTINUES and not previous_continues:
            return "an OBJECT IDENTIFIER is written in too many bytes"
        previous_continues = bool(octet & _CONTINUES)
    return None


CANONICAL: Final[dict[int, Callable[[bytes], str | None]]] = {
    BOOLEAN: _boolean_fault,
    INTEGER: _integer_fault,
    BIT_STRING: _bit_string_fault,
    NULL: _null_fault,
    OBJECT_IDENTIFIER: _oid_fault,
    UTF8_STRING: _utf8_fault,
}
"""For each type, what is wrong with its content octets, if anything (X.690, clauses 8, 11)."""


def dotted(content: bytes) -> str:
    """Return the dotted form of an OBJECT IDENTIFIER's content octets.

    Of an absurdly long one, which is no known OID, the hexadecimal form: its numbers could be
    too large to write.
    """
    if len(content) > _LONGEST_OID:
        return content[:_LONGEST_OID].hex()
    return _dotted(content)


@lru_cache(maxsize=512)
def _dotted(content: bytes) -> str:
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = (value << 7) | (octet & 0x7F)
        if not octet & _CONTINUES:
            arcs.append(value)
            value = 0
    if not arcs:
        return ""
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))
