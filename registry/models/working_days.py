"""The days that are not Working Days, beside Saturdays and Sundays."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from registry.models.people import Person


class DayOff(models.Model):
    """A day that is off, as it was computed or as an officer says that it was proclaimed.

    Only its being taken back changes. Then the day may be recorded again, in a row of its own.
    """

    day = models.DateField()
    """In Great Britain."""
    name = models.CharField(max_length=120)
    computed_by = models.CharField(max_length=60, blank=True)
    """The library and its version; empty where it was proclaimed."""
    reason = models.TextField(blank=True)
    """By what it was proclaimed, in the officer's words; empty where it was computed."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="recorded_days_off"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    """From when on it is not off any more."""
    taken_back_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="taken_back_days_off"
    )
    taking_back_reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "days off"
        constraints = [
            models.CheckConstraint(
                condition=(~Q(computed_by="") & Q(reason="", recorded_by__isnull=True))
                | (Q(computed_by="", recorded_by__isnull=False) & ~Q(reason="")),
                name="day_off_is_computed_or_proclaimed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    taken_back_at__isnull=True, taken_back_by__isnull=True, taking_back_reason=""
                )
                | (
                    Q(taken_back_at__isnull=False, taken_back_by__isnull=False)
                    & ~Q(taking_back_reason="")
                ),
                name="day_off_is_taken_back_by_somebody_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(taken_back_at__isnull=True),
                name="day_off_is_recorded_once_at_a_time",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="day_off_stays_its_own",
                exclude=["taken_back_at", "taken_back_by", "taking_back_reason"],
            ),
            pgtrigger.Protect(name="day_off_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="day_off_stays_taken_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_back_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.name}"
