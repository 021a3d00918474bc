"""How many wrong passwords came, and the devices that people are known to sign in with."""

from django.db import models

from registry.models.people import Person


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


class KnownDevice(models.Model):
    """A browser in which a person has signed in with both factors."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="known_devices")
    token_sha256 = models.CharField(max_length=64)
    seen_at = models.DateTimeField()
    """When the person last signed in with it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token_sha256"], name="known_device_is_one_row"
            ),
        ]

    def __str__(self) -> str:
        return f"device {self.pk} of person {self.person_id}"
