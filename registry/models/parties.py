"""Parties, their User IDs and the MPIDs recorded as theirs."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from rules.certificates.mpids import MPID_SYNTAX
from rules.register.arrangements import NotActive
from rules.roles import PartyCategory, UserRole

EUI64_PATTERN = r"^[0-9A-F]{2}(-[0-9A-F]{2}){7}$"
MPID_PATTERN = f"^{MPID_SYNTAX.one}$"
LONGEST_MPID = MPID_SYNTAX.longest


class Party(models.Model):
    """A Party to the Code, or the DCC itself."""

    reference = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, unique=True)
    category = models.CharField(max_length=40)
    is_authorised_subscriber = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category__in=[c.value for c in PartyCategory]),
                name="party_category_is_known",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            # Whether an MPID blocks hangs on the category that its holder had when it was taken.
            pgtrigger.ReadOnly(name="party_category_stays", fields=["reference", "category"]),
            pgtrigger.Protect(name="party_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def party_category(self) -> PartyCategory:
        """The category as the rules name it."""
        return PartyCategory(self.category)


class UserId(models.Model):
    """A User ID: an EUI-64 by which a Party acts towards the DCC, in some User Roles."""

    eui64 = models.CharField(max_length=23, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="user_ids")
    user_roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    created_at = models.DateTimeField()
    valid_from = models.DateTimeField(null=True, blank=True)
    """None: it was one since before anything was recorded."""
    valid_until = models.DateTimeField(null=True, blank=True)
    """When it ends, from which moment on nothing that it sends is processed."""

    class Meta:
        verbose_name = "User ID"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="user_id_ends_after_its_beginning",
            ),
            models.CheckConstraint(
                condition=models.Q(eui64__regex=EUI64_PATTERN), name="user_id_is_an_eui64"
            ),
            models.CheckConstraint(
                condition=models.Q(user_roles__contained_by=[r.value for r in UserRole]),
                name="user_id_roles_are_known",
            ),
            # What a notification's composite foreign key points at.
            models.UniqueConstraint(fields=["id", "eui64"], name="user_id_and_its_eui64"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(name="user_id_stays_its_own", fields=["eui64", "party"]),
            pgtrigger.Protect(name="user_id_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.eui64


class PartyStanding(models.Model):
    """When a Party is suspended or has ceased; at every other moment it is active."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="standings")
    standing = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(standing__in=[s.value for s in NotActive]),
                name="party_standing_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="party_standing_ends_after_its_beginning",
            ),
            models.CheckConstraint(
                condition=~models.Q(standing=NotActive.CEASED.value)
                | models.Q(valid_until__isnull=True),
                name="party_that_has_ceased_stays_so",
            ),
            models.UniqueConstraint(
                fields=["party"],
                condition=models.Q(valid_until__isnull=True),
                name="party_has_one_standing_without_end",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="party_standing_stays_its_own",
                fields=["party", "standing", "valid_from", "recorded_at"],
            ),
            pgtrigger.Protect(name="party_standing_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.standing}"


class PartyMpid(models.Model):
    """An MPID recorded as a Party's. It claims nothing: only certificates and requests do."""

    mpid = models.CharField(max_length=LONGEST_MPID)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="recorded_mpids")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "recorded MPID"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mpid__regex=MPID_PATTERN), name="recorded_mpid_is_an_mpid"
            ),
            models.UniqueConstraint(
                fields=["mpid", "party"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="mpid_is_recorded_once_for_a_party",
            ),
        ]

    def __str__(self) -> str:
        return self.mpid
