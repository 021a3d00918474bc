"""What people are still working on, kept for a while so that they can go back to it."""

from django.conf import settings
from django.db import models


class PassingThing(models.Model):
    """One thing that a person sent to be checked. It is for that person alone.

    Its table is UNLOGGED, so what stands in it is in no copy of the database's log. A crash of the
    database empties it, which costs the person one more upload.
    """

    token = models.CharField(max_length=43, unique=True)
    """What its address has in place of a number that others could guess."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20)
    fields = models.JSONField(default=dict)
    """What was typed or found beside it, by the names of the form."""
    octets = models.BinaryField(default=bytes)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "kept_at"], name="passing_of_person"),
            models.Index(fields=["kept_at"], name="passing_over"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of person {self.person_id}"
