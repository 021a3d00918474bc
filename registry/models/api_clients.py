"""Machines that call the API."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from registry.models.parties import Party


class ApiClient(models.Model):
    """A machine with a bearer token and scopes."""

    name = models.CharField(max_length=80, unique=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    """The token itself is shown once and kept nowhere; it has 256 bits, so a plain hash holds."""
    scopes = ArrayField(models.CharField(max_length=40))
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="api_clients"
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API client"

    def __str__(self) -> str:
        return self.name
