"""Which certificate a User has notified for which User ID (DUIS 3.3.1)."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from registry.models.certificates import OrganisationCertificate
from registry.models.parties import UserId
from registry.models.people import Person


class SigningNotification(models.Model):
    """A certificate notified for a User ID, until withdrawn. Several may overlap as keys roll.

    `eui64` and `key_x` repeat what the User ID and the certificate say, and composite
    foreign keys hold them to it, so that one key can never be notified for two User IDs.
    """

    user_id = models.ForeignKey(UserId, on_delete=models.PROTECT, related_name="notifications")
    certificate = models.ForeignKey(
        OrganisationCertificate, on_delete=models.PROTECT, related_name="notifications"
    )
    eui64 = models.CharField(max_length=23)
    key_x = models.CharField(max_length=64)
    notified_at = models.DateTimeField()
    """From when it counts."""
    recorded_at = models.DateTimeField()
    """When it was made; the same, or before it for one that was made ahead."""
    notified_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="notified_certificates"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawn_notifications",
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="key_is_never_notified_for_two_user_ids",
                expressions=[
                    ("key_x", RangeOperators.EQUAL),
                    ("eui64", RangeOperators.NOT_EQUAL),
                ],
            ),
            models.UniqueConstraint(
                fields=["user_id", "certificate"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="certificate_is_notified_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(notified_at__gte=models.F("recorded_at")),
                name="notification_counts_from_its_making_on",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="notification_stays_its_own", exclude=["withdrawn_at", "withdrawn_by"]
            ),
            pgtrigger.Protect(name="notification_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="notification_stays_withdrawn",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.eui64} {self.certificate}"
