"""With which certificates the DCC signs its communications to Users (DUIS 3.3.2, 3.3.3)."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from registry.models.certificates import OrganisationCertificate
from rules.responses.kinds import SigningPurpose


class DccSigningCertificate(models.Model):
    """A certificate that the DCC has told Users it signs with, for one purpose, from when until.

    Several may overlap as keys roll. `key_x` and `eui64` repeat what the certificate says,
    and a composite foreign key holds them to it, so that one key can never be published for both
    purposes. Only its end is ever set; what was said remains.
    """

    purpose = models.CharField(max_length=21)
    certificate = models.ForeignKey(
        OrganisationCertificate, on_delete=models.PROTECT, related_name="publications"
    )
    eui64 = models.CharField(max_length=23)
    key_x = models.CharField(max_length=64)
    valid_from = models.DateTimeField()
    published_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    """Exclusive; None: no end has been set."""
    ended_at = models.DateTimeField(null=True, blank=True)
    """When the end was recorded."""

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="dcc_key_is_never_published_for_both_purposes",
                expressions=[
                    ("key_x", RangeOperators.EQUAL),
                    ("purpose", RangeOperators.NOT_EQUAL),
                ],
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(ended_at__isnull=True),
                name="dcc_certificate_is_published_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[purpose.value for purpose in SigningPurpose]),
                name="dcc_certificate_purpose_is_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True, ended_at__isnull=True)
                | Q(
                    valid_until__isnull=False,
                    ended_at__isnull=False,
                    valid_until__gte=F("valid_from"),
                ),
                name="dcc_certificate_ends_after_its_beginning",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="dcc_certificate_stays_its_own", exclude=["valid_until", "ended_at"]
            ),
            pgtrigger.Protect(name="dcc_certificate_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="dcc_certificate_stays_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.certificate}"
