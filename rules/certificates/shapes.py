"""Tells by its structure what some DER is: a request, a certificate, a private key, or neither."""

from enum import StrEnum
from typing import Final

from rules.certificates.containers import (
    BY_STRUCTURE,
    NOT_ASN1,
    OTHER_KIND,
    PRIVATE_KEY,
)
from rules.certificates.der import CONSTRUCTED, CONTEXT, DerError, Element, read_der
from rules.certificates.der_values import INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE
from rules.certificates.parts import Troubles
from rules.certificates.private_keys import is_told_by_structure, is_told_in
from rules.certificates.structures import Problem

_VERSION: Final = CONTEXT | CONSTRUCTED
_CERTIFICATE_PARTS: Final = 6
"""The fewest parts of a TBSCertificate; a CertificationRequestInfo has four."""
_BARE_KEY_NUMBERS: Final = 6
"""A DSA private key is six INTEGERs, an RSA private key nine (RFC 8017, A.1.2)."""


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
        _note_unreadable(octets, Problem.of(NOT_ASN1, noun=expected.value), troubles)
        return None
    try:
        root, notes = read_der(octets)
    except DerError as error:
        problem = Problem.of(
            error.fault, noun=expected.value, detail=error.says, offset=error.offset
        )
        _note_unreadable(octets, problem, troubles)
        return None
    shape = shape_of(root)
    behind = octets[len(root.octets) :]
    if shape is Shape.PRIVATE_KEY or is_told_by_structure(behind):
        troubles.add(PRIVATE_KEY)
        return None
    if shape is not expected:
        what = f"a {shape.value}" if shape is not Shape.OTHER else "something else"
        troubles.add(OTHER_KIND, told_by=BY_STRUCTURE, found=what, noun=expected.value)
        return None
    troubles.not_der(notes)
    return root


def _note_unreadable(octets: bytes, problem: Problem, troubles: Troubles) -> None:
    """Note why octets cannot be read, unless they are a private key, which is all that counts."""
    if is_told_in(octets):
        troubles.add(PRIVATE_KEY)
    else:
        troubles.problems.append(problem)


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
