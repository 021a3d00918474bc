"""The kinds of documents that are taken, and what can speak against one."""

from dataclasses import dataclass
from enum import StrEnum


class DocumentType(StrEnum):
    """What a document is by its content. The value is its media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS[self]

    @property
    def endings(self) -> tuple[str, ...]:
        """How the names of such files end, in lower case; the usual one first."""
        return _ENDINGS[self]


_WORDS = {
    DocumentType.PDF: "PDF",
    DocumentType.PNG: "PNG image",
    DocumentType.JPEG: "JPEG image",
    DocumentType.DOCX: "Word document (DOCX)",
}
_ENDINGS = {
    DocumentType.PDF: (".pdf",),
    DocumentType.PNG: (".png",),
    DocumentType.JPEG: (".jpg", ".jpeg"),
    DocumentType.DOCX: (".docx",),
}


class DocumentFault(StrEnum):
    """What speaks against a document."""

    EMPTY = "document-empty"
    TOO_LARGE = "document-too-large"
    UNKNOWN = "document-type-unknown"
    NOT_AS_NAMED = "document-not-as-named"
    DAMAGED = "document-damaged"
    TWO_THINGS = "document-is-two-things"
    TOO_MANY_PIXELS = "document-too-many-pixels"
    UNPACKS_TOO_LARGE = "document-unpacks-too-large"
    ENCRYPTED = "document-encrypted"
    ACTIVE = "document-active"

    @property
    def may_be_forced(self) -> bool:
        """Whether somebody who must keep the document can: it is then shown to nobody."""
        return self in {DocumentFault.ENCRYPTED, DocumentFault.ACTIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that speaks against a document."""

    code: DocumentFault
    says: str
    """A sentence for people: what is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a document was found to be."""

    type: DocumentType | None
    """None where it is none of those that are taken."""
    faults: tuple[Fault, ...]
    """Everything that was found against it."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.faults

    @property
    def may_be_forced(self) -> bool:
        """Whether whoever is forced to keep it can."""
        return self.type is not None and all(fault.code.may_be_forced for fault in self.faults)
