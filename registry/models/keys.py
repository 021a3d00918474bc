"""Which User ID and Remote Party Role a key belongs to, over all time."""

from typing import ClassVar

import pgtrigger
from django.db import models

from registry.models.certificate_requests import FINGERPRINT_PATTERN


class KeyUse(models.Model):
    """A User ID and Remote Party Role for which a request or certificate has had a key.

    A key belongs to the first User ID and role that had it (docs/decisions/0061). A key and its
    negative are one.

    Triggers on requests and certificates write these rows.
    """

    key_x = models.CharField(max_length=64)
    eui64 = models.CharField(max_length=23)
    remote_party_role = models.CharField(max_length=2)
    in_conflict = models.BooleanField(default=False)
    """Shared with another User ID or role, as an imported register has it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key_x", "eui64", "remote_party_role"], name="key_use_is_noted_once"
            ),
            models.UniqueConstraint(
                fields=["key_x"],
                condition=models.Q(in_conflict=False),
                name="key_serves_one_user_id_in_one_role",
            ),
            models.CheckConstraint(
                condition=models.Q(key_x__regex=FINGERPRINT_PATTERN),
                name="key_use_is_of_a_coordinate",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="key_use_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.key_x[:16]} {self.eui64} {self.remote_party_role}"
