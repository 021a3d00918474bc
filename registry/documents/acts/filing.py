"""Filing a document with something, and clearing what stands in it when its time is over."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from registry import access
from registry.errors import ConflictError, RefusedActError
from registry.evidence import history
from registry.gateways.pdf_examination import read_pdf
from registry.models import Document, DocumentContent, Party, Person
from registry.written import written_reason
from rules.documents.examining import examine
from rules.documents.kinds import Examined, Fault
from rules.documents.names import safe_name
from rules.duties import Act
from rules.visible_text import shows_something

LONGEST_TITLE = 120
"""Characters of what a document is called."""
_AT_ONCE = 100
"""Documents that one sweep clears at most, each in a transaction of its own."""


class RefusedDocumentError(RefusedActError):
    """A document is not taken; its code is that of the first fault, its words are those of all."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults[0].code, " ".join(fault.says for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """With what a document is filed, and for how long."""

    kind: str
    key: str
    """Kind and key as the evidence names the thing."""
    kept_until: datetime | None
    """None: for as long as it is open; its end says then until when (`keep_until`)."""
    party: Party | None = None
    """Whose people may open it; None: the DCC's staff alone."""


def file_document(  # noqa: PLR0913 -- what a document consists of
    octets: bytes,
    *,
    name: str,
    title: str,
    subject: Callable[[], Filed],
    actor: Person,
    at: datetime,
    forced_because: str = "",
) -> Document:
    """Keep a file with something. Of one that is refused the evidence has its SHA-256 alone.

    Args:
        octets: The file.
        name: What it was called.
        title: What it is.
        subject: Finds with what it is filed, and locks that; called once the file was found sound,
            in the transaction of the act.
        actor: Who files it.
        at: Now.
        forced_because: Why an encrypted or an active one must be kept; it is shown to nobody.

    Raises:
        NotPermittedError: The person is not an officer.
        RefusedDocumentError: Something speaks against it, with the code of each fault.
        RefusedActError: Of the title nothing can be seen, or it is too long (`title-missing`,
            `title-too-long`).
        RegistryError: As `subject` raises.
    """
    # Before the transaction: to look into a PDF takes a while, and must hold no lock.
    found = examined(octets, name=name)
    digest = hashlib.sha256(octets).hexdigest()
    with history.acting(Act.FILE_DOCUMENT, actor=actor, at=at, subject="document") as act:
        act.details["sha256"] = digest
        access.require(actor, Act.FILE_DOCUMENT)
        _require_sound(found, forced_because, act)
        called = _title(title)
        why = written_reason(forced_because, missing="") if found.faults else ""
        filed = subject()
        document = Document.objects.create(
            title=called,
            file_name=safe_name(name),
            media_type=str(found.type),
            size=len(octets),
            sha256=digest,
            subject_kind=filed.kind,
            subject_key=filed.key,
            party=filed.party,
            faults=[str(fault.code) for fault in found.faults],
            forced_because=why,
            filed_at=at,
            filed_by=actor,
            kept_until=filed.kept_until,
        )
        DocumentContent.objects.create(document=document, octets=octets)
        act.done(
            f"{filed.kind}:{filed.key}",
            document=document.pk,
            title=called,
            media_type=document.media_type,
            size=document.size,
            kept_until=filed.kept_until.isoformat() if filed.kept_until else None,
            forced_because=why,
        )
    return document


def examined(octets: bytes, *, name: str) -> Examined:
    """Return what a file is and what speaks against it, by the limits of this installation."""
    return examine(octets, name=name, size_limit=settings.DOCUMENT_SIZE_LIMIT, read_pdf=read_pdf)


def keep_until(kind: str, key: str, moment: datetime) -> None:
    """Say until when what is filed with a thing is kept, in the transaction that ends it."""
    Document.objects.filter(subject_kind=kind, subject_key=key, cleared_at__isnull=True).update(
        kept_until=moment
    )


def clear_passed_documents(*, at: datetime) -> int:
    """Clear what stands in documents whose time is over, and return of how many.

    The rows stay, with digest and history.
    """
    passed = Document.objects.filter(cleared_at__isnull=True, kept_until__lte=at)
    cleared = 0
    for key in list(passed.order_by("kept_until", "pk").values_list("pk", flat=True)[:_AT_ONCE]):
        # Another worker was first, or it is to be kept for longer by now.
        with suppress(ConflictError):
            clear_document(key, at=at)
            cleared += 1
    return cleared


def clear_document(key: int, *, at: datetime) -> None:
    """Clear what stands in one document whose time is over.

    Raises:
        ConflictError: It was cleared before, or is to be kept for longer (`document-not-due`).
    """
    with history.acting(Act.CLEAR_DOCUMENT, actor=None, at=at, subject=f"document:{key}") as act:
        document = Document.objects.select_for_update(no_key=True).get(pk=key)
        until = document.kept_until
        if document.cleared_at is not None or until is None or until > at:
            raise ConflictError("document-not-due", "This document is not to be cleared now.")
        DocumentContent.objects.filter(pk=key).delete()
        document.cleared_at = at
        document.save(update_fields=["cleared_at"])
        act.done(
            f"{document.subject_kind}:{document.subject_key}",
            document=key,
            sha256=document.sha256,
        )


def _require_sound(found: Examined, forced_because: str, act: history.ActRecord) -> None:
    if found.is_sound or (found.may_be_forced and shows_something(forced_because)):
        return
    act.details["faults"] = [str(fault.code) for fault in found.faults]
    raise RefusedDocumentError(found.faults)


def _title(given: str) -> str:
    title = given.strip()
    if not shows_something(title) or "\0" in title:
        raise RefusedActError("title-missing", "Enter what the document is.")
    if len(title) > LONGEST_TITLE:
        raise RefusedActError(
            "title-too-long",
            f"What the document is has {len(title):,} characters. It must have {LONGEST_TITLE} or "
            "fewer.",
        )
    return title
