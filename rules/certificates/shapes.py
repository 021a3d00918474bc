"""Tells by its structure what some DER is: a request, a certificate, a private key, or neither."""

from enum import StrEnum
from typing import Final

from rules.certificates.containers import (
    NOT_ASN1,
    OTHER_KIND,
    PRIVATE_KEY,
    PRIVATE_KEY_SAYS,
)
from rules.certificates.der import CONSTRUCTED, CONTEXT, DerError, DerFault, Element, read_der
from rules.certificates.der_values import INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE
from rules.certificates.parts import Troubles
from rules.certificates.private_keys import is_told_by_structure, is_told_in

_VERSION: Final = CONTEXT | CONSTRUCTED
_CERTIFICATE_PARTS: Final = 6
"""The fewest parts of a TBSCertificate; a CertificationRequestInfo has four."""
_BARE_KEY_NUMBERS: Final = 6
"""A DSA private key is six INTEGERs, an RSA private key nine (RFC 8017, A.1.2)."""


_UNREADABLE_CURES: Final = {
    DerFault.TRUNCATED: "it was damaged or cut off, so send it again, whole",
    DerFault.TOO_COMPLEX: "make it with a tool that writes this kind of file and nothing else",
    DerFault.UNREADABLE: "make it again with a tool that writes DER, and send it unchanged",
}


class Shape(StrEnum):
    """What a structure looks like."""

    REQUEST = "certificate signing request"
    CERTIFICATE = "certificate"
    PRIVATE_KEY = "private key"
    OTHER = "other"


def open_der(octets: bytes, *, expected: Shape, troubles: Troubles) -> Element | None:
    """Return the root of DER of the expected shape; else note why not and return None.

    Only what has the expected shape is handed on, so that a private key goes no further.
    """
    if octets[:1] != bytes([SEQUENCE]):
        says = f"The submission is not a {expected.value}: what it holds is not an ASN.1 sequence."
        _note_unreadable(octets, NOT_ASN1, says, troubles)
        return None
    try:
        root, notes = read_der(octets)
    except DerError as error:
        says = (
            f"The {expected.value} cannot be read: {error.says} (byte {error.offset} of its DER); "
            f"{_UNREADABLE_CURES[error.fault]}."
        )
        _note_unreadable(octets, error.fault, says, troubles)
        return None
    shape = shape_of(root)
    behind = octets[len(root.octets) :]
    if shape is Shape.PRIVATE_KEY or is_told_by_structure(behind):
        troubles.add(PRIVATE_KEY, PRIVATE_KEY_SAYS)
        return None
    if shape is not expected:
        what = f"a {shape.value}" if shape is not Shape.OTHER else "something else"
        troubles.add(
            OTHER_KIND,
            f"The submission is not a {expected.value} but {what}; send the right file.",
        )
        return None
    troubles.not_der(notes)
    return root


def _note_unreadable(octets: bytes, kind: str, says: str, troubles: Troubles) -> None:
    """Note why octets cannot be read, unless they are a private key, which is all that counts."""
    if is_told_in(octets):
        troubles.add(PRIVATE_KEY, PRIVATE_KEY_SAYS)
    else:
        troubles.add(kind, says)


def shape_of(root: Element) -> Shape:
    """Return what a structure looks like, as far as its first elements tell."""
    parts = root.children
    if _is_private_key(parts):
        return Shape.PRIVATE_KEY
    if len(parts) < 2 or parts[0].tag != SEQUENCE or not parts[0].children:  # noqa: PLR2004  what is signed, and by what
        return Shape.OTHER
    first, *rest = parts[0].children
    if first.tag == _VERSION and rest:
        return Shape.CERTIFICATE
    if first.tag != INTEGER:
        return Shape.OTHER
    return Shape.CERTIFICATE if len(rest) + 1 >= _CERTIFICATE_PARTS else Shape.REQUEST


def _is_private_key(parts: list[Element]) -> bool:
    tags = [part.tag for part in parts]
    if tags[:1] == [INTEGER]:
        return (
            tags[1:2] == [OCTET_STRING]  # SEC 1, C.4 (RFC 5915)
            # PKCS#8 (RFC 5958, 2) and PKCS#12 (RFC 7292, 4).
            or (tags[1:2] == [SEQUENCE] and _starts_with_oid(parts[1]))
            or (len(tags) >= _BARE_KEY_NUMBERS and set(tags) == {INTEGER})
        )
    # EncryptedPrivateKeyInfo (RFC 5958, 3).
    return tags == [SEQUENCE, OCTET_STRING] and _starts_with_oid(parts[0])


def _starts_with_oid(element: Element) -> bool:
    return bool(element.children) and element.children[0].tag == OBJECT_IDENTIFIER
