"""Who holds which MPID, when: held by the database, not by looking first.

An `Mpid` row is the claim that orders racers: whoever would take or free an MPID locks its row
first. `MpidUse` rows are what is so, and an exclusion constraint with a trigger over them is the
backstop that refuses any write past our code. Triggers on certificates keep the uses, so that a
certificate inserted by hand is held to the same
(docs/decisions/0004-mpids-are-held-by-the-database.md).
"""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from registry.models.certificate_requests import CertificateRequest
from registry.models.certificates import OrganisationCertificate
from registry.models.mpid_transfer_holds import MpidTransferHold
from registry.models.parties import MPID_PATTERN, Party


class Mpid(models.Model):
    """The row that is locked before an MPID is taken or freed."""

    code = models.CharField(max_length=4, primary_key=True)

    class Meta:
        verbose_name = "MPID"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=MPID_PATTERN), name="claimed_mpid_is_an_mpid"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class MpidUse(models.Model):
    """A Supplier Party's hold on an MPID: by a certificate, a reservation or the SMKI PMA."""

    mpid = models.CharField(max_length=4)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mpid_uses")
    certificate = models.ForeignKey(
        OrganisationCertificate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mpid_uses",
    )
    request = models.ForeignKey(
        CertificateRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mpid_uses",
    )
    transfer_hold = models.ForeignKey(
        MpidTransferHold,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mpid_uses",
    )
    held = DateTimeRangeField()
    """A certificate: until its notAfter, inclusive, or its revocation. A reservation: open.

    A hold on its transfer: until its end, exclusive, or its lifting; open where it has no end.
    """
    in_conflict = models.BooleanField(default=False)
    """It clashes with another Party's hold, as the world has it; recorded, never granted.

    A trigger lets it be recorded only where it is said to clash, and marks it only if it does.
    """

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="mpid_is_held_by_one_supplier_party",
                expressions=[
                    ("mpid", RangeOperators.EQUAL),
                    ("party", RangeOperators.NOT_EQUAL),
                    ("held", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(in_conflict=False),
            ),
            models.CheckConstraint(
                condition=models.Q(mpid__regex=MPID_PATTERN), name="used_mpid_is_an_mpid"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    certificate__isnull=False, request__isnull=True, transfer_hold__isnull=True
                )
                | models.Q(
                    certificate__isnull=True, request__isnull=False, transfer_hold__isnull=True
                )
                | models.Q(
                    certificate__isnull=True, request__isnull=True, transfer_hold__isnull=False
                ),
                name="mpid_use_is_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["mpid"], name="mpid_use_by_mpid")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="mpid_use_stays_its_own",
                fields=["mpid", "party", "certificate", "request", "transfer_hold", "in_conflict"],
            ),
            pgtrigger.Protect(name="mpid_use_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.mpid} {self.held}"
