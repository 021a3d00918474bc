"""The counter by which every process knows that what it holds is stale."""

from django.db import models
from django.db.models.functions import Now


class SnapshotVersion(models.Model):
    """The one row that counts changes to what decisions rest on.

    Deferred triggers raise it at commit, so versions are in commit order without a gap.
    """

    id = models.BooleanField(primary_key=True, default=True)
    version = models.BigIntegerField()
    transaction = models.CharField(max_length=20)
    """The transaction that raised it last, so that one transaction raises it once."""
    mark = models.UUIDField(null=True)
    """A new random value for each version. It distinguishes two histories of the register: after a
    backup is restored, the same version numbers are used again for other changes."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=True), name="snapshot_has_one_version"),
        ]

    def __str__(self) -> str:
        return str(self.version)


class SnapshotChange(models.Model):
    """What a version changed, written by the same triggers: a row, or an entry of the snapshot."""

    version = models.BigIntegerField()
    subject = models.CharField(max_length=40)
    """`party`, `user-id`, `certificate`, `notification`, `service-reference-variant`, …"""
    subject_id = models.CharField(max_length=80)
    """The row's id, or what names the entry that the row is part of."""
    mark = models.UUIDField(null=True)
    """The version's; null for those from before versions had one."""
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "subject", "subject_id"], name="snapshot_change_is_noted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.subject} {self.subject_id}"
