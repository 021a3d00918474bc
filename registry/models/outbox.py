"""What is to be done outside once a transaction has committed."""

from django.db import models


class OutboxMessage(models.Model):
    """An outward effect, written in the transaction that wants it and emptied by a worker."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    """Makes the effect idempotent: one kind and key is done once, however often it is tried."""
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """Not before this; moved on by a claim's lease and after a failure."""
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="outbox_message_is_asked_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(done_at__isnull=True),
                name="outbox_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
