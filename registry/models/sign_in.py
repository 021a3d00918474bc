"""How many wrong passwords came, by name and network address, for as long as it matters."""

from django.db import models


class PasswordTries(models.Model):
    """Wrong passwords in a row for one lot of names from one network address.

    Nothing that was typed is here, not even a digest of it: thousands of names share a lot, which
    is drawn from the name with a secret. So there are as many rows for one address as lots.
    """

    address = models.CharField(max_length=45)
    lot = models.SmallIntegerField()
    tries = models.PositiveSmallIntegerField()
    until = models.DateTimeField()
    """When they no longer count; where there were too many, when the lock ends."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "lot"], name="password_tries_are_one_row"),
        ]
        indexes = [models.Index(fields=["until"], name="password_tries_over")]

    def __str__(self) -> str:
        return f"{self.tries} tries from {self.address}"
