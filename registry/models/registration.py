"""Whether a checkpoint applies exception (d) of SRPD 6.2, and since when (SECMP0107)."""

from typing import ClassVar

import pgtrigger
from django.db import models


class RegistrationSwitchMoment(models.Model):
    """A checkpoint's switch, as it was set. Its newest row holds; none is ever lost."""

    checkpoint = models.CharField(max_length=68)
    """`dsp`, or `s1sp:NAME`."""
    turned_on_at = models.DateTimeField(null=True, blank=True)
    """From that very moment on; None: it is off."""
    alert_code = models.CharField(max_length=40, blank=True)
    """What an S1SP's Alert calls a refusal for want of registration; empty where not known."""
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    checkpoint__regex="^(dsp|s1sp:[A-Za-z0-9][A-Za-z0-9._-]{0,62})$"
                ),
                name="switch_is_of_a_checkpoint",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="registration_switch_moment_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint} {self.turned_on_at}"
