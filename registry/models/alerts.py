"""Which Alerts are safety-critical, and when: configuration with a history (MP134B-7)."""

from typing import ClassVar

import pgtrigger
from django.db import models


class SafetyCriticalAlert(models.Model):
    """An Alert that is sent to a failed Supplier too, in `[valid_from, valid_until)`."""

    alert_code = models.CharField(max_length=4)
    """Four upper-case hexadecimal digits."""
    name = models.CharField(max_length=120)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(alert_code__regex="^[0-9A-F]{4}$"),
                name="alert_code_is_four_hexadecimal_digits",
            ),
            models.UniqueConstraint(
                fields=["alert_code"],
                condition=models.Q(valid_until__isnull=True),
                name="alert_is_in_the_list_once",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="alert_ends_after_its_beginning",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="alert_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="alert_stays_what_it_was", fields=["alert_code", "name", "valid_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert_code} {self.name}"


class AllAlertsMoment(models.Model):
    """From when every Alert to a failed Supplier is sent. The newest row holds; none is lost."""

    all_alerts_from = models.DateTimeField(null=True, blank=True)
    """None: only those of the list are sent."""
    recorded_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="all_alerts_moment_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return str(self.all_alerts_from)
