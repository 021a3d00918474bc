"""What is to be done outside once a transaction has committed."""

from django.db import models


class OutboxMessage(models.Model):
    """An outward effect, written in the transaction that wants it and emptied by a worker.

    A row that is done is cleared away after some weeks. What must happen once therefore has a row
    of its own in its subject, which knows that it happened.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    """Makes the effect idempotent: one kind and key is done once, however often it is tried."""
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    """The moment before which the effect must not be made; None where it may be made at once."""
    due_at = models.DateTimeField()
    """The next try, or the end of its worker's lease: moved on by each. It says nothing of
    `not_before`, and a clock that was set back does not hold it up."""
    held_by = models.CharField(max_length=32, blank=True, default="", db_default="")
    """The worker that has it in hand until `due_at`; empty where none has."""
    attempts = models.PositiveIntegerField(default=0)
    """Times that a worker began the effect."""
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    """When it was given up: it is not tried again until a person asks for that."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="outbox_message_is_asked_once"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(given_up_at__isnull=True),
                name="outbox_message_is_not_done_and_given_up",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "id"],
                condition=models.Q(done_at__isnull=True, given_up_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["done_at"],
                condition=models.Q(done_at__isnull=False),
                name="outbox_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
