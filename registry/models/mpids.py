"""Who holds which MPID and when; the database enforces it, and no code relies on looking first.

An `Mpid` row is the claim that orders racers: whoever would take or free an MPID locks its row
first. `MpidUse` rows are what is so, and an exclusion constraint with a trigger over them is the
backstop that refuses any write past our code. Triggers on certificates keep the uses, so that a
certificate inserted by hand is held to the same
(docs/decisions/0004-mpids-are-held-by-the-database.md). What stands in a name may be a word: a
`WordInName` is an officer's decision that it is.
"""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from registry.models.certificate_requests import CertificateRequest
from registry.models.certificates import OrganisationCertificate
from registry.models.mpid_transfer_holds import MpidTransferHold
from registry.models.parties import LONGEST_MPID, MPID_PATTERN, Party
from registry.models.people import Person


class Mpid(models.Model):
    """The row that is locked before an MPID is taken or freed."""

    code = models.CharField(max_length=LONGEST_MPID, primary_key=True)

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

    mpid = models.CharField(max_length=LONGEST_MPID)
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
    in_name = models.CharField(max_length=64, blank=True)
    """The commonName in which the token stands, where its role is not xmlSign: it may be a word.

    Two such uses never clash. With any other use it clashes where the token is recorded as some
    Party's MPID, unless an officer has decided that it is a word in that name. Empty of an MPID.
    """
    in_conflict = models.BooleanField(default=False)
    """It clashes with another Party's hold, as the world has it; recorded, never granted.

    Whoever records a certificate marks all its MPIDs where one of them clashes. A trigger refuses
    a clash without the mark, and leaves the mark only on those that do clash.
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
                condition=models.Q(in_conflict=False, in_name=""),
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
        indexes = [models.Index(fields=["mpid", "in_name"], name="mpid_use_by_mpid_and_name")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="mpid_use_stays_its_own",
                fields=[
                    "mpid",
                    "party",
                    "certificate",
                    "request",
                    "transfer_hold",
                    "in_name",
                    "in_conflict",
                ],
            ),
            pgtrigger.Protect(name="mpid_use_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.mpid} {self.held}"


class WordInName(models.Model):
    """An officer's decision that a token in a Party's commonName is a word and not an MPID.

    Of that name alone, so it holds for each certificate of the Party with it, also for the next.
    """

    mpid = models.CharField(max_length=LONGEST_MPID)
    """The token, written as an MPID."""
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="words_in_names")
    common_name = models.CharField(max_length=64)
    reason = models.TextField()
    """For the DCC's staff; no Party reads it."""
    request = models.ForeignKey(
        CertificateRequest, on_delete=models.PROTECT, related_name="words_decided"
    )
    """The request with whose approval it was decided."""
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="words_in_names_decided"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = "word in a name"
        verbose_name_plural = "words in names"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mpid__regex=MPID_PATTERN), name="word_is_written_as_an_mpid"
            ),
            models.CheckConstraint(
                condition=~models.Q(common_name=""), name="word_stands_in_a_name"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="word_is_decided_with_a_reason"
            ),
            models.UniqueConstraint(
                fields=["mpid", "party", "common_name"], name="word_is_decided_once_of_a_name"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="word_in_name_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mpid} in {self.common_name}"
