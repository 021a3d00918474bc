"""The evidence: one event for each act and each refusal, append-only and chained by hash."""

from typing import ClassVar

import pgtrigger
from django.db import models

from registry.models.people import Person


class Event(models.Model):
    """One act or refusal. `body` is what was hashed; the columns repeat it for searching."""

    position = models.BigIntegerField(primary_key=True)
    """1, 2, 3 … without a gap."""
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    """None: the system itself, or a command on the machine."""
    together_with = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events_of_two",
    )
    """The other of two persons; None: it took one."""
    subject = models.CharField(max_length=120, blank=True)
    """On what: `certificate-request:42`."""
    result = models.CharField(max_length=10)
    """`done` or `refused`."""
    body = models.TextField()
    """The whole event as canonical JSON."""
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    """SHA-256 over the previous hash and the body."""

    class Meta:
        indexes = [
            models.Index(fields=["subject", "position"], name="event_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=["done", "refused"]), name="event_result_is_known"
            ),
            models.UniqueConstraint(fields=["previous_hash"], name="event_chain_does_not_fork"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="event_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind} {self.result}"


class EventChainHead(models.Model):
    """Where the chain ends. Its one row is locked by whoever appends, so the order is one."""

    id = models.BooleanField(primary_key=True, default=True)
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=True), name="event_chain_has_one_head"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.hash}"
