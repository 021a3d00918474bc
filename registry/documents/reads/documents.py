"""What is filed, and what stands in it."""

from django.db.models import QuerySet

from registry import access
from registry.errors import NotFoundError, RefusedActError
from registry.models import Document, DocumentContent, Person


def documents_visible_to(person: Person) -> "QuerySet[Document]":
    """Return the documents that a person may see, the newest first."""
    return access.visible(person, Document).select_related("filed_by").order_by("-filed_at", "-pk")


def document_visible_to(person: Person, document_id: int) -> Document:
    """Return what is known of one document.

    Raises:
        NotFoundError: There is none, or it is not the person's to see.
    """
    return access.find(person, Document, document_id)


def content_of(person: Person, document_id: int) -> tuple[Document, bytes]:
    """Return a document with what stands in it.

    Raises:
        NotFoundError: There is none, it is not the person's to see, or it was cleared.
        RefusedActError: It was found to be dangerous and kept all the same
            (`document-shown-to-nobody`).
    """
    document = document_visible_to(person, document_id)
    if document.faults:
        raise RefusedActError(
            "document-shown-to-nobody",
            "This document is encrypted or active, so nobody can open it here. It is kept for the "
            "record alone.",
        )
    content = DocumentContent.objects.filter(pk=document.pk).first()
    if content is None:
        raise NotFoundError("document")
    return document, bytes(content.octets)
