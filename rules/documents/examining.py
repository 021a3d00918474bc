"""Finding out what an uploaded file is, by its content, and everything that speaks against it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.documents.images import JPEG_START, PNG_SIGNATURE, jpeg_faults, png_faults
from rules.documents.kinds import DocumentFault, DocumentType, Examined, Fault
from rules.documents.word import OLE_START, ZIP_START, encrypted, is_word, word_faults

PDF_START = b"%PDF-"
_PDF_END = b"%%EOF"
_WHERE_READERS_LOOK = 1024
"""Bytes at the beginning in which readers of PDF look for its start."""
_WHERE_ZIP_ENDS = 65_557
"""Bytes at the end in which readers of ZIP look for its list: 22, and a comment."""
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFound:
    """What reading a PDF with a library of its own showed."""

    is_readable: bool
    is_encrypted: bool = False
    is_active: bool = False
    """It holds a script, starts something, sends a form, or carries files."""


def examine(
    octets: bytes, *, name: str, size_limit: int, read_pdf: Callable[[bytes], PdfFound]
) -> Examined:
    """Return what a file is and everything that speaks against it.

    Args:
        octets: The file.
        name: What it was called.
        size_limit: Bytes that are read of one at most.
        read_pdf: Looks into a PDF; it must bear whatever it is given.
    """
    if not octets:
        return _alone(DocumentFault.EMPTY, "The file is empty. Choose another.")
    if len(octets) > size_limit:
        return _alone(
            DocumentFault.TOO_LARGE,
            f"The file has {len(octets):,} bytes. It must have {size_limit:,} or fewer.",
        )
    found = _type(octets)
    if found is None:
        return Examined(type=None, faults=(_unknown(octets),))
    faults = (
        *_not_as_named(found, name),
        *_two_things(found, octets),
        *_of_its_kind(found, octets, read_pdf),
    )
    # The same thing said twice, as of what comes after the end of an image.
    once = {fault.code: fault for fault in reversed(faults)}
    return Examined(type=found, faults=tuple(reversed(once.values())))


def _type(octets: bytes) -> DocumentType | None:
    if octets.startswith(PDF_START):
        return DocumentType.PDF
    if octets.startswith(PNG_SIGNATURE):
        return DocumentType.PNG
    if octets.startswith(JPEG_START):
        return DocumentType.JPEG
    if octets.startswith(ZIP_START) and is_word(octets):
        return DocumentType.DOCX
    return None


def _unknown(octets: bytes) -> Fault:
    if octets.startswith(OLE_START) and _ENCRYPTED_OFFICE in octets:
        return encrypted("Word document")
    taken = ", ".join(each.words for each in DocumentType)
    return Fault(
        code=DocumentFault.UNKNOWN,
        says=f"The file is not one of those that are kept: {taken}. Save it as PDF.",
    )


def _not_as_named(found: DocumentType, name: str) -> Iterator[Fault]:
    if not name.lower().endswith(found.endings):
        yield Fault(
            code=DocumentFault.NOT_AS_NAMED,
            says=f"By its content the file is a {found.words}, and its name does not end in "
            f"{' or '.join(found.endings)}. Check that it is the right file, and name it so.",
        )


def _two_things(found: DocumentType, octets: bytes) -> Iterator[Fault]:
    """Yield that a file is another thing too, to whoever looks where readers of that look."""
    others = [
        words
        for words, is_there in (
            ("PDF", found is not DocumentType.PDF and PDF_START in octets[:_WHERE_READERS_LOOK]),
            (
                "ZIP file",
                found is not DocumentType.DOCX and b"PK\x05\x06" in octets[-_WHERE_ZIP_ENDS:],
            ),
        )
        if is_there
    ]
    if others:
        yield Fault(
            code=DocumentFault.TWO_THINGS,
            says=f"The file is a {found.words} and a {others[0]} at once. Save it again, alone.",
        )


def _of_its_kind(
    found: DocumentType, octets: bytes, read_pdf: Callable[[bytes], PdfFound]
) -> Iterator[Fault]:
    if found is DocumentType.PNG:
        yield from png_faults(octets)
    elif found is DocumentType.JPEG:
        yield from jpeg_faults(octets)
    elif found is DocumentType.DOCX:
        yield from word_faults(octets)
    else:
        yield from _pdf_faults(octets, read_pdf)


def _pdf_faults(octets: bytes, read_pdf: Callable[[bytes], PdfFound]) -> Iterator[Fault]:
    if not octets.rstrip(b"\0\t\n\f\r ").endswith(_PDF_END):
        yield Fault(
            code=DocumentFault.DAMAGED,
            says="The PDF does not end as one: it was cut off, or something comes after it. Save "
            "it again.",
        )
        return
    read = read_pdf(octets)
    if read.is_encrypted:
        yield encrypted("PDF")
    if read.is_active:
        yield Fault(
            code=DocumentFault.ACTIVE,
            says="The PDF holds a script, a form that is sent, or other files. Print it to PDF "
            "and choose the new file.",
        )
    if not read.is_readable and not read.is_encrypted:
        yield Fault(
            code=DocumentFault.DAMAGED,
            says="The file begins as a PDF does and cannot be read as one, or not in time. Print "
            "it to PDF and choose the new file.",
        )


def _alone(code: DocumentFault, says: str) -> Examined:
    return Examined(type=None, faults=(Fault(code=code, says=says),))
