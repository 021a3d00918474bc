"""Accounts that people sign in with, and the natural persons behind them.

As what somebody acts, and for which Party, is their appointment (`models/appointments.py`).
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import prefetch_related_objects
from django.db.models.functions import Lower

from registry.models.parties import Party
from rules.duties import STAFF, PersonRole

if TYPE_CHECKING:
    from registry.models.appointments import Appointment


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person of an e-mail address, however it is cased."""
        return self.get(email__iexact=username)

    def appointed_as(self, roles: Iterable[PersonRole]) -> "models.QuerySet[Person]":
        """Return those who hold one of some roles now, for whatever Party; each once."""
        return self.filter(
            appointments__role__in=sorted(roles), appointments__ended_at__isnull=True
        ).distinct()


class NaturalPerson(models.Model):
    """A human being, who may have several accounts. Nothing else is known of them."""

    class Meta:
        verbose_name = "natural person"

    def __str__(self) -> str:
        return str(self.pk)


class Person(AbstractBaseUser):
    """An account that somebody signs in with. A new one is of a natural person of its own."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    natural_person = models.ForeignKey(
        NaturalPerson, on_delete=models.PROTECT, related_name="accounts"
    )
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_is_unique_in_any_case"),
            # What an appointment's composite foreign key points at.
            models.UniqueConstraint(
                fields=["id", "natural_person"], name="person_and_its_natural_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account, and a natural person with one that is new."""
        with transaction.atomic(using=kwargs.get("using")):
            if not self.natural_person_id:
                self.natural_person = NaturalPerson.objects.create()
            super().save(*args, **kwargs)

    @property
    def appointment(self) -> "Appointment | None":
        """The appointment that the person acts under; where every one has ended, the last.

        Read once, and again after `refresh_from_db`. None: there never was one.
        """
        if self._state.adding:
            return None
        prefetch_related_objects([self], "appointments")
        return max(self.appointments.all(), key=_latest, default=None)

    def get_session_auth_hash(self) -> str:
        """Return what a session must match: one ends with the appointment it was begun under."""
        return self._under_its_appointment(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return what a session from before `SECRET_KEY` was changed must match."""
        for each in super().get_session_auth_fallback_hash():
            yield self._under_its_appointment(each)

    def _under_its_appointment(self, keyed: str) -> str:
        under = self.appointment.pk if self.appointment is not None else None
        return sha256(f"{keyed} appointment {under}".encode()).hexdigest()

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # a field in Django's other models
        """Whether the account is open: it is as long as an appointment is."""
        return self.appointment is not None and self.appointment.ended_at is None

    @property
    def role(self) -> str:
        """What the person is, or was last, in the registration authority. Empty: nothing ever."""
        return self.appointment.role if self.appointment is not None else ""

    @property
    def party(self) -> Party | None:
        """The Party that the person is, or was last, appointed for. Staff belong to none."""
        return self.appointment.party if self.appointment is not None else None

    @property
    def party_id(self) -> int | None:
        """The key of that Party."""
        return self.appointment.party_id if self.appointment is not None else None

    @property
    def person_role(self) -> PersonRole:
        """The role as the rules name it.

        Raises:
            ValueError: The person was never appointed.
        """
        return PersonRole(self.role)

    @property
    def is_staff_of_dcc(self) -> bool:
        """Whether the person is an officer or an auditor, and so sees every Party."""
        return self.person_role in STAFF

    @property
    def is_officer(self) -> bool:
        """Whether the person is SMKI Registration Authority personnel."""
        return self.person_role is PersonRole.OFFICER


def _latest(appointment: "Appointment") -> tuple[Any, ...]:
    """Put what is open last, then what ended last."""
    ended = appointment.ended_at
    is_open = ended is None
    return (is_open, ended or appointment.started_at, appointment.started_at, appointment.pk)
