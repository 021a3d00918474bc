"""Files that people filed with something: what is known of them, and apart their content."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from registry.models.parties import Party
from registry.models.people import Person


class Document(models.Model):
    """A file that was filed with something. The row stays when the content is cleared.

    What it is filed with is named by kind and key, as the evidence names it, since it may be any
    thing. Only how long it is kept, and its being cleared, change.
    """

    title = models.CharField(max_length=120)
    """What it is, in the words of who filed it."""
    file_name = models.CharField(max_length=100)
    """As it came, made safe (`rules.documents.names`)."""
    media_type = models.CharField(max_length=100)
    """By its content."""
    size = models.PositiveIntegerField()
    """Bytes."""
    sha256 = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=60)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    """Whose people may open it beside the DCC's staff; None: nobody's."""
    faults = models.JSONField(default=list, blank=True)
    """The codes of what speaks against it. Where there is one it is shown to nobody."""
    forced_because = models.TextField(blank=True)
    """Why it had to be kept all the same."""
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="filed_documents")
    kept_until = models.DateTimeField(null=True, blank=True)
    """From when on its content is cleared; None: for as long as what it is filed with is open."""
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="document_digest_is_a_sha256"
            ),
            models.CheckConstraint(
                condition=Q(faults=[], forced_because="")
                | (~Q(faults=[]) & ~Q(forced_because="")),
                name="document_with_a_fault_is_kept_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True)
                | Q(kept_until__isnull=False, cleared_at__gte=F("kept_until")),
                name="document_is_cleared_after_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="document_of_subject"),
            models.Index(
                fields=["kept_until"],
                condition=Q(cleared_at__isnull=True),
                name="document_to_clear",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="document_stays_its_own", exclude=["kept_until", "cleared_at"]
            ),
            pgtrigger.Protect(name="document_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="document_stays_cleared",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__cleared_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.file_name})"


class DocumentContent(models.Model):
    """What stands in a document; gone once it was cleared."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="content"
    )
    octets = models.BinaryField()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="document_content_stays_its_own", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"content of document {self.pk}"
