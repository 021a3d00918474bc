"""People who sign in: SROs and AROs of Parties, and the DCC's officers and auditors."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from registry.models.parties import Party
from rules.duties import STAFF, SUBSCRIBER, PersonRole


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person of an e-mail address, however it is cased."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """A natural person with one role. Staff belong to no Party, everybody else to exactly one."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_is_unique_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(r.value for r in STAFF), party__isnull=True)
                | models.Q(role__in=sorted(r.value for r in SUBSCRIBER), party__isnull=False),
                name="person_is_staff_or_of_one_party",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"

    @property
    def person_role(self) -> PersonRole:
        """The role as the rules name it."""
        return PersonRole(self.role)

    @property
    def is_staff_of_dcc(self) -> bool:
        """Whether the person is an officer or an auditor, and so sees every Party."""
        return self.person_role in STAFF

    @property
    def is_officer(self) -> bool:
        """Whether the person is SMKI Registration Authority personnel."""
        return self.person_role is PersonRole.OFFICER
