"""Documents as staff read of them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    Cell,
    Row,
    Table,
    Tag,
    identifier,
    moment,
    row,
    tags,
    text,
)
from portal.presenters.moments import date_words
from rules.documents.kinds import DocumentType

if TYPE_CHECKING:
    from registry.models import Document

_KILOBYTE, _MEGABYTE = 1024, 1024 * 1024
_OPEN = "Set when what it is filed with ends"


def documents_table(documents: Iterable["Document"], *, subjects: Mapping[str, str]) -> Table:
    """Return the table of documents; `subjects` as `subject_words` takes them."""
    return Table(
        caption="Documents",
        columns=("Document", "Filed with", "Filed", "Kept until"),
        rows=tuple(
            (
                Cell(
                    text=each.title,
                    is_long=True,
                    href=reverse("document", args=[each.pk]),
                    hint=f"{type_words(each)}, {size_words(each.size)}",
                    tags=state_tags(each),
                ),
                text(subject_words(each, subjects)),
                text(date_words(each.filed_at), hint=f"By {each.filed_by.name}"),
                text(date_words(each.kept_until) if each.kept_until else _OPEN),
            )
            for each in documents
        ),
        empty=(
            "No document is filed yet. Officers file a document of the SMKI PMA with the hold on "
            "an MPID that it asks for."
        ),
        is_caption_hidden=True,
    )


def document_rows(shown: "Document", *, subjects: Mapping[str, str]) -> tuple[Row, ...]:
    """Return what is known of one document."""
    return (
        row("Filed with", text(subject_words(shown, subjects))),
        row("File", text(shown.file_name, hint=f"{type_words(shown)}, {size_words(shown.size)}")),
        row("SHA-256", identifier(shown.sha256)),
        row("Filed", moment(shown.filed_at, hint=f"By {shown.filed_by.name}")),
        row("Kept until", moment(shown.kept_until, otherwise=_OPEN)),
        *((row("Cleared", moment(shown.cleared_at)),) if shown.cleared_at else ()),
        *((row("Kept because", text(shown.forced_because)),) if shown.forced_because else ()),
        *((row("State", tags(*state_tags(shown))),) if state_tags(shown) else ()),
    )


def subject_words(shown: "Document", subjects: Mapping[str, str]) -> str:
    """Return with what a document is filed.

    Args:
        shown: The document.
        subjects: What things are called, by `kind:key`.
    """
    name = f"{shown.subject_kind}:{shown.subject_key}"
    return subjects.get(name, name)


def state_tags(shown: "Document") -> tuple[Tag, ...]:
    """Return what keeps people from opening it; nothing where nothing does."""
    if shown.cleared_at is not None:
        return (Tag(words="Cleared", colour="grey"),)
    if shown.faults:
        return (Tag(words="Shown to nobody", colour="orange"),)
    return ()


def type_words(shown: "Document") -> str:
    """Return what a document is by its content."""
    return DocumentType(shown.media_type).words


def size_words(size: int) -> str:
    """Return a number of bytes as people read it."""
    if size < _KILOBYTE:
        return f"{size} bytes"
    if size < _MEGABYTE:
        return f"{size / _KILOBYTE:.0f} kB"
    return f"{size / _MEGABYTE:.1f} MB"
