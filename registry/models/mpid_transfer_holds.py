"""Holds of the SMKI PMA on the transfer of an MPID, after a Supplier of Last Resort event."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from registry.models.parties import LONGEST_MPID, MPID_PATTERN, Party
from registry.models.people import Person


class MpidTransferHold(models.Model):
    """An MPID stays with the Party that has it, whatever becomes of its certificates (MP185).

    A trigger writes the `MpidUse` that blocks other Supplier Parties. Only its lifting changes.
    """

    mpid = models.CharField(max_length=LONGEST_MPID)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mpid_transfer_holds")
    valid_from = models.DateTimeField()
    """It blocks from when it is placed, as a certificate that is not valid yet does."""
    valid_until = models.DateTimeField(null=True, blank=True)
    """Exclusive; None: until it is lifted."""
    reason = models.TextField()
    """For the DCC's staff; no Party reads it."""
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="placed_mpid_transfer_holds"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lifted_mpid_transfer_holds",
    )
    lifting_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "hold on an MPID's transfer"
        verbose_name_plural = "holds on MPIDs' transfers"
        constraints = [
            models.CheckConstraint(
                condition=Q(mpid__regex=MPID_PATTERN), name="transfer_hold_is_on_an_mpid"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="transfer_hold_ends_after_its_beginning",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="transfer_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifting_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifting_reason="")),
                name="transfer_hold_is_lifted_by_somebody_with_a_reason",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="transfer_hold_stays_its_own",
                exclude=["lifted_at", "lifted_by", "lifting_reason"],
            ),
            pgtrigger.Protect(name="transfer_hold_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="transfer_hold_stays_lifted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mpid} {self.party}"
