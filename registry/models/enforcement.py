"""From when MP104 is enforced, and which Service Requests each User Role may send."""

from typing import ClassVar

import pgtrigger
from django.db import models

from registry.models.proposals import Proposal
from rules.roles import UserRole


class EnforcementMoment(models.Model):
    """A decision on when MP104's checks are enforced. The newest row holds; none is ever lost."""

    enforced_from = models.DateTimeField(null=True, blank=True)
    """None: no moment is set, so messages are monitored."""
    recorded_at = models.DateTimeField()
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enforcement_moments",
    )
    """By which two persons decided it, or one in an emergency."""
    is_loaded = models.BooleanField(default=False)
    """Whether it came with demonstration data or a take-over, which one event tells of."""

    class Meta:
        constraints = [
            # Those from before there were proposals have neither (migration: NOT VALID).
            models.CheckConstraint(
                condition=models.Q(proposal__isnull=False, is_loaded=False)
                | models.Q(proposal__isnull=True, is_loaded=True),
                name="enforcement_is_set_by_a_proposal",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="enforcement_moment_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return str(self.enforced_from)


class NotificationWaiverMoment(models.Model):
    """From when a certificate that was never notified may sign. The newest row holds."""

    waived_from = models.DateTimeField(null=True, blank=True)
    """None: a certificate that was never notified ceases (docs/decisions/0062)."""
    recorded_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="notification_waiver_moment_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return str(self.waived_from)


class ServiceRequestEligibility(models.Model):
    """A User Role may send a Service Reference Variant in `[valid_from, valid_until)`."""

    service_reference_variant = models.CharField(max_length=10)
    user_role = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "service request eligibilities"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user_role__in=[r.value for r in UserRole]),
                name="eligibility_user_role_is_known",
            ),
            models.UniqueConstraint(
                fields=["service_reference_variant", "user_role"],
                condition=models.Q(valid_until__isnull=True),
                name="eligibility_is_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_role} {self.service_reference_variant}"


class ServiceReferenceVariant(models.Model):
    """A Service Reference Variant of the published matrix; some have no eligible User Role."""

    code = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=120)
    is_critical = models.BooleanField()

    class Meta:
        verbose_name = "Service Reference Variant"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
