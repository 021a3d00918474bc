"""Reads the pieces that a request and a certificate have in common out of ASN.1 elements.

Each reader returns None, or leaves out, what has not the structure it should have, and notes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.certificates import keys, profiles
from rules.certificates.der import DerError, DerFault, DerNote, Element, read_der
from rules.certificates.der_values import (
    BIT_STRING,
    BOOLEAN,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    dotted,
)
from rules.certificates.mpids import mpids_in_common_name, tokens_in_common_name
from rules.certificates.structures import (
    COMMON_NAME,
    ORGANIZATIONAL_UNIT,
    UNIQUE_IDENTIFIER,
    AlgorithmIdentifier,
    Extension,
    KeyUsage,
    KeyUsageBit,
    Name,
    NameAttribute,
    Problem,
    PublicKey,
)
from rules.findings import Value
from rules.identifiers import Eui64, eui64_from_octets
from rules.roles import REMOTE_PARTY_ROLES, XML_SIGN

STRUCTURE: Final = "structure-unexpected"
KEY_USAGE_MALFORMED: Final = "key-usage-malformed"


class KeyUsageFault(StrEnum):
    """How a keyUsage extension is malformed."""

    NOT_BITS = "not-bits"
    TRAILING_ZEROS = "trailing-zeros"
    UNKNOWN_BIT = "unknown-bit"


_DECODERS: Final = {
    "UTF8String": "utf-8",
    "NumericString": "ascii",
    "PrintableString": "ascii",
    "IA5String": "ascii",
    "VisibleString": "ascii",
    "TeletexString": "latin-1",
    "BMPString": "utf-16-be",
    "UniversalString": "utf-32-be",
}
_EUI64_CONTENT: Final = 9
"""The octet that counts the unused bits, and the eight of the EUI-64."""


class Troubles:
    """Collects the problems of one reading."""

    __slots__ = ("noun", "problems")

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.problems: list[Problem] = []

    def add(self, kind: str, **values: Value) -> None:
        """Note one problem."""
        self.problems.append(Problem.of(kind, **values))

    def misplaced(self, what: str) -> None:
        """Note that a piece is missing or has not the structure it should have."""
        self.add(STRUCTURE, noun=self.noun, part=what)

    def not_der(self, notes: Sequence[DerNote]) -> None:
        """Note each place that is BER but not DER, counted as `openssl asn1parse` counts."""
        for note in notes:
            self.add(note.fault, noun=self.noun, detail=note.says, offset=note.offset)


def has_tags(elements: Sequence[Element], *tags: int) -> bool:
    """Return whether there are exactly so many elements, of these types in this order."""
    return len(elements) == len(tags) and all(
        e.tag == tag for e, tag in zip(elements, tags, strict=True)
    )


def read_name(element: Element) -> Name | None:
    """Read a Name (RFC 5280, 4.1.2.4)."""
    if element.tag != SEQUENCE:
        return None
    rdns: list[tuple[NameAttribute, ...]] = []
    for rdn in element.children:
        attributes = [_read_attribute(attribute) for attribute in rdn.children]
        if rdn.tag != SET or not attributes or None in attributes:
            return None
        rdns.append(tuple(a for a in attributes if a is not None))
    return Name(der=element.octets, rdns=tuple(rdns))


def _read_attribute(element: Element) -> NameAttribute | None:
    parts = element.children
    if element.tag != SEQUENCE or len(parts) != 2 or parts[0].tag != OBJECT_IDENTIFIER:  # noqa: PLR2004  type and value
        return None
    value = parts[1]
    string_type = value.tag_name
    return NameAttribute(
        oid=dotted(parts[0].content),
        string_type=string_type,
        content=value.content,
        der=value.octets,
        text=_text(string_type, value.content),
    )


def _text(string_type: str, content: bytes) -> str | None:
    decoder = _DECODERS.get(string_type)
    if decoder is None:
        return None
    try:
        return content.decode(decoder)
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the field's own attributes of a subject say."""

    common_name: str | None
    organizational_unit: str | None
    remote_party_role: str | None
    eui64: Eui64 | None
    mpids: tuple[str, ...] = ()
    """Of an xmlSign (87) certificate only."""
    name_tokens: tuple[str, ...] = ()
    """What is written like an MPID in the commonName of any other."""


NO_SUBJECT: Final = Subject(
    common_name=None, organizational_unit=None, remote_party_role=None, eui64=None
)


def read_subject(name: Name | None) -> Subject:
    """Read commonName, organizationalUnitName and x500UniqueIdentifier; the first of each."""
    if name is None:
        return NO_SUBJECT
    unit = _first_text(name, ORGANIZATIONAL_UNIT)
    common_names = [a.text for a in name.all_of(COMMON_NAME) if a.text is not None]
    is_xml_sign = unit == XML_SIGN
    read = mpids_in_common_name if is_xml_sign else tokens_in_common_name
    # More than one commonName is refused, but what is in a certificate blocks, all of it.
    named = tuple(dict.fromkeys(m for text in common_names for m in read(text)))
    return Subject(
        common_name=common_names[0] if common_names else None,
        organizational_unit=unit,
        remote_party_role=unit if unit in REMOTE_PARTY_ROLES else None,
        eui64=_eui64(name),
        mpids=named if is_xml_sign else (),
        name_tokens=() if is_xml_sign else named,
    )


def _first_text(name: Name, oid: str) -> str | None:
    return next((a.text for a in name.all_of(oid) if a.text is not None), None)


def _eui64(name: Name) -> Eui64 | None:
    for attribute in name.all_of(UNIQUE_IDENTIFIER):
        content = attribute.content
        if (
            attribute.string_type == "BIT STRING"
            and len(content) == _EUI64_CONTENT
            and content[0] == 0
        ):
            return eui64_from_octets(content[1:])
    return None


def read_algorithm(element: Element) -> AlgorithmIdentifier | None:
    """Read an AlgorithmIdentifier (RFC 5280, 4.1.1.2)."""
    parts = element.children
    if element.tag != SEQUENCE or len(parts) not in {1, 2} or parts[0].tag != OBJECT_IDENTIFIER:
        return None
    return AlgorithmIdentifier(
        oid=dotted(parts[0].content),
        parameters=parts[1].octets if len(parts) > 1 else None,
    )


def read_bits(element: Element) -> bytes | None:
    """Read a BIT STRING that holds whole octets."""
    content = element.content
    if element.tag != BIT_STRING or content[:1] != b"\x00":
        return None
    return content[1:]


def read_public_key(element: Element) -> PublicKey | None:
    """Read a SubjectPublicKeyInfo (RFC 5480, 2)."""
    if element.tag != SEQUENCE or not has_tags(element.children, SEQUENCE, BIT_STRING):
        return None
    algorithm = read_algorithm(element.children[0])
    encoded = read_bits(element.children[1])
    if algorithm is None or encoded is None:
        return None
    curve = None
    if algorithm.oid == profiles.EC_PUBLIC_KEY:
        parameters = element.children[0].children[1:]
        if has_tags(parameters, OBJECT_IDENTIFIER):
            curve = dotted(parameters[0].content)
    fault = keys.point_fault(encoded) if curve == profiles.PRIME256V1 else None
    return PublicKey(
        algorithm=algorithm,
        curve=curve,
        encoded=encoded,
        point=encoded if curve == profiles.PRIME256V1 and fault is None else None,
        point_fault=fault,
    )


def read_extensions(element: Element, troubles: Troubles) -> tuple[Extension, ...]:
    """Read Extensions (RFC 5280, 4.1); one that is not built as it should be is left out."""
    if element.tag != SEQUENCE:
        troubles.misplaced("list of extensions")
        return ()
    extensions = (_read_extension(child, troubles) for child in element.children)
    return tuple(e for e in extensions if e is not None)


def _read_extension(element: Element, troubles: Troubles) -> Extension | None:
    parts = element.children
    with_critical = has_tags(parts, OBJECT_IDENTIFIER, BOOLEAN, OCTET_STRING)
    if element.tag != SEQUENCE or not (
        with_critical or has_tags(parts, OBJECT_IDENTIFIER, OCTET_STRING)
    ):
        troubles.misplaced("extension")
        return None
    critical = with_critical and parts[1].content != b"\x00"
    if with_critical and not critical:
        says = "an extension says critical FALSE, which DER leaves out"
        troubles.not_der((DerNote(DerFault.VALUE_NOT_CANONICAL, parts[1].start, says),))
    return Extension(oid=dotted(parts[0].content), critical=critical, value=parts[-1].content)


def read_key_usage(extensions: Sequence[Extension], troubles: Troubles) -> KeyUsage | None:
    """Read the first keyUsage extension (RFC 5280, 4.2.1.3); a malformed one is noted."""
    extension = next((e for e in extensions if e.oid == profiles.KEY_USAGE), None)
    if extension is None:
        return None
    try:
        bits, notes = read_der(extension.value)
    except DerError:
        bits, notes = None, ()
    if bits is None or bits.tag != BIT_STRING or notes:
        troubles.add(KEY_USAGE_MALFORMED, fault=KeyUsageFault.NOT_BITS)
        return None
    content = bits.content
    used = 8 * (len(content) - 1) - content[0]
    if used and not content[-1] >> content[0] & 1:
        # A named bit list in DER has no trailing zero bits (X.690, 11.2.2).
        troubles.add(KEY_USAGE_MALFORMED, fault=KeyUsageFault.TRAILING_ZEROS)
    names = list(KeyUsageBit)
    if used > len(names):
        troubles.add(
            KEY_USAGE_MALFORMED,
            fault=KeyUsageFault.UNKNOWN_BIT,
            bit=used - 1,
            last=len(names) - 1,
            name=names[-1].value,
        )
    on = {
        names[i] for i in range(min(used, len(names))) if content[1 + i // 8] & (0x80 >> (i % 8))
    }
    return KeyUsage(critical=extension.critical, bits=frozenset(on))
