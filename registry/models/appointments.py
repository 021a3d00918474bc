"""As what a person acts, and for which Party (SEC Appendix D, the SMKI RAPP)."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, When

from registry.models.parties import Party
from registry.models.people import NaturalPerson, Person
from rules.appointments import Ending
from rules.duties import STAFF, SUBSCRIBER, PersonRole

_END = ("ended_at", "ending", "ended_by", "ending_note")


class AppointmentManager(models.Manager["Appointment"]):
    """Reads an appointment with its Party, which is shown wherever the appointment is."""

    def get_queryset(self) -> "models.QuerySet[Appointment]":
        """Return all appointments, each with its Party."""
        return super().get_queryset().select_related("party")


class Appointment(models.Model):
    """A person's role, for one Party or, as the DCC's staff, for none: from when to when.

    What it says stays; only its end is added, once (docs/decisions/0091).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    natural_person = models.ForeignKey(
        NaturalPerson, on_delete=models.PROTECT, related_name="appointments"
    )
    """The person's, repeated so that the database can compare appointments by it; a composite
    foreign key holds it to that."""
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    role = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    """From when on it no longer holds."""
    ending = models.CharField(max_length=20, blank=True)
    """How it ended; empty while it holds."""
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments_ended"
    )
    ending_note = models.TextField(blank=True)
    """Why, in the words of whoever ended it."""

    objects: ClassVar[AppointmentManager] = AppointmentManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(r.value for r in STAFF), party__isnull=True)
                | Q(role__in=sorted(r.value for r in SUBSCRIBER), party__isnull=False),
                name="appointment_is_of_staff_or_for_one_party",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="appointment_ends_after_its_beginning",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="", ended_by__isnull=True)
                | (
                    Q(ended_at__isnull=False, ending__in=[ending.value for ending in Ending])
                    & (Q(ended_by__isnull=False) | Q(ending=Ending.CLOSED_BEFORE.value))
                ),
                name="appointment_says_how_and_by_whom_it_ended",
            ),
            models.UniqueConstraint(
                fields=["person", "party", "role"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="appointment_is_open_once",
            ),
            # Nobody approves at the DCC what they asked for at a Party, under whichever account.
            ExclusionConstraint(
                name="nobody_is_staff_and_of_a_party_at_once",
                expressions=[
                    ("natural_person", RangeOperators.EQUAL),
                    (
                        Case(
                            When(party__isnull=True, then=1),
                            default=0,
                            output_field=models.IntegerField(),
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                    (
                        Func(
                            "started_at",
                            "ended_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            # Accounts may turn out to be of one natural person.
            pgtrigger.ReadOnly(
                name="appointment_stays_its_own", exclude=[*_END, "natural_person"]
            ),
            pgtrigger.Protect(
                name="appointment_stays_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.ended_at IS NOT NULL"
                    " AND (OLD.ended_at, OLD.ending, OLD.ended_by_id, OLD.ending_note)"
                    " IS DISTINCT FROM"
                    " (NEW.ended_at, NEW.ending, NEW.ended_by_id, NEW.ending_note)"
                ),
            ),
            pgtrigger.Protect(name="appointment_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.party}" if self.party is not None else self.role

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the appointment with the natural person behind the account."""
        self.natural_person_id = self.person.natural_person_id
        super().save(*args, **kwargs)

    @property
    def person_role(self) -> PersonRole:
        """The role as the rules name it."""
        return PersonRole(self.role)
