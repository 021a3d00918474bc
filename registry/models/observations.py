"""How many messages were decided in which way, and those that ceased.

Counts come from the spools of the web processes and from clients that decide elsewhere
(docs/decisions/0030-decisions-are-counted-through-a-spool.md).
"""

from typing import ClassVar

import pgtrigger
from django.db import models

from registry.models.api_clients import ApiClient
from registry.models.parties import EUI64_PATTERN, Party
from rules.service_requests.decision import Action
from rules.service_requests.question import Generation

KINDS = ("service-request", "signed-pre-command", "unreadable")
"""The kinds of message that are counted."""

OUTCOMES = tuple(action.value for action in Action)
GENERATIONS = tuple(generation.value for generation in Generation)

ISSUER_LENGTH = 200
"""As in the register; what a message names as its issuer may be longer and is cut."""


class Observation(models.Model):
    """How many messages of one day were decided in one way. Empty text: there was none."""

    day = models.DateField()
    """The day in Great Britain (Europe/London) of the moment that was decided for."""
    counted_on = models.DateField()
    """The day in Great Britain on which it was counted. Rows of a day that is over never change
    again, so a report that says until when it counts can be made anew to the last figure."""
    user_id = models.CharField(max_length=23, blank=True)
    """The signer's, where the signature verified."""
    party = models.CharField(max_length=60, blank=True)
    """The reference of the signer's Party, likewise."""
    issuer = models.CharField(max_length=ISSUER_LENGTH, blank=True)
    """With the serial number, the certificate that the message names."""
    serial_number = models.CharField(max_length=49, blank=True)
    is_proven = models.BooleanField()
    """Whether the signature verified with that certificate's key. Where it did not, anybody may
    have named it."""
    generation = models.CharField(max_length=7)
    kind = models.CharField(max_length=20)
    srv = models.CharField(max_length=10, blank=True)
    """The Service Reference Variant."""
    supplier_id = models.CharField(max_length=23, blank=True)
    """For whom it was sent: a User ID of the signer's Party, or of the failed Supplier."""
    checkpoint = models.CharField(max_length=70)
    outcome = models.CharField(max_length=7)
    reason = models.CharField(max_length=60, blank=True)
    would_be = models.CharField(max_length=7)
    """The outcome with everything enforced."""
    would_be_reason = models.CharField(max_length=60, blank=True)
    reported_by = models.CharField(max_length=80, blank=True)
    """The name of the API client that decided; empty where we did."""
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "day",
                    "user_id",
                    "serial_number",
                    "srv",
                    "would_be_reason",
                    "reason",
                    "issuer",
                    "party",
                    "is_proven",
                    "generation",
                    "kind",
                    "supplier_id",
                    "checkpoint",
                    "outcome",
                    "would_be",
                    "reported_by",
                    "counted_on",
                ],
                name="observation_is_counted_in_one_row",
            ),
            models.CheckConstraint(
                condition=models.Q(count__gt=0), name="observation_counts_something"
            ),
            models.CheckConstraint(
                condition=models.Q(generation__in=GENERATIONS),
                name="observation_generation_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=KINDS), name="observation_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="process", reason="")
                | (models.Q(outcome="cease") & ~models.Q(reason="")),
                name="observation_ceases_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(would_be="process", would_be_reason="", outcome="process")
                | (models.Q(would_be="cease") & ~models.Q(would_be_reason="")),
                name="observation_would_cease_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(is_proven=True, user_id__regex=EUI64_PATTERN)
                | models.Q(is_proven=False, user_id="", party=""),
                name="observation_knows_only_a_proven_signer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["day"],
                condition=models.Q(is_proven=False),
                name="observation_unproven_by_day",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="observation_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="observation_stays_its_own", exclude=["count"]),
            pgtrigger.Protect(
                name="observation_only_grows",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__count__lt=pgtrigger.F("old__count")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.user_id or self.issuer} {self.outcome} {self.count}"


class CeasedMessage(models.Model):
    """A message whose processing ceased, for the User to be told of. Never changed, never lost."""

    class Attribution(models.TextChoices):
        """By what it is known whom to tell (docs/decisions/0060)."""

        SIGNER = "signer", "the signature verified"
        ORIGINATOR = "originator", "not proven to be yours"
        NOBODY = "nobody", "kept for the DCC's staff"

    request_id = models.CharField(max_length=68, null=True)  # noqa: DJ001 -- nulls are distinct
    """None where the message could not be read."""
    at = models.DateTimeField()
    """The moment that was decided for."""
    user_id = models.CharField(max_length=23, blank=True)
    """The signer's, where the signature verified."""
    reason = models.CharField(max_length=60)
    attribution = models.CharField(max_length=10, choices=Attribution.choices)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="ceased_messages"
    )
    """Whom to tell. None: the DCC's staff alone."""
    issuer = models.CharField(max_length=ISSUER_LENGTH, blank=True)
    serial_number = models.CharField(max_length=49, blank=True)
    generation = models.CharField(max_length=7, blank=True)
    checkpoint = models.CharField(max_length=70, blank=True)
    command_variant = models.PositiveSmallIntegerField(null=True, blank=True)
    srv = models.CharField(max_length=10, blank=True)
    """As the message says it, whether it is in the list or not."""
    reported_by = models.ForeignKey(
        ApiClient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ceased_messages",
    )
    """Who decided; None: we did."""
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request_id", "at", "user_id", "reason"],
                name="ceased_message_is_recorded_once",
            ),
            models.CheckConstraint(
                condition=models.Q(attribution="nobody", party__isnull=True)
                | models.Q(attribution__in=["signer", "originator"], party__isnull=False),
                name="ceased_message_is_somebodys_or_the_staffs",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="ceased_message_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-at"], name="ceased_message_by_party"),
            models.Index(
                fields=["recorded_at"],
                condition=models.Q(party__isnull=True),
                name="ceased_message_of_nobody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="ceased_message_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id or 'unreadable'} {self.reason}"


class SpoolSegment(models.Model):
    """How much of a spool's file has been counted; written in the transaction that counted it."""

    name = models.CharField(max_length=40, primary_key=True)
    folded_to = models.BigIntegerField(default=0)
    """Octets."""
    damaged_lines = models.PositiveIntegerField(default=0)
    """Lines that could not be read. The file is then kept aside."""
    finished_at = models.DateTimeField(null=True, blank=True)
    """When it was clear that nothing comes any more, just before the file was removed. The row
    stays: a file that comes back with the disk after a loss of power is not counted again."""

    def __str__(self) -> str:
        return self.name


class IdempotentCall(models.Model):
    """What a write by a client was answered, for when it is sent again with the same key."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="calls")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 over the call's address and its body."""
    answer = models.TextField()
    """The JSON document as it was answered."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "key"], name="idempotency_key_is_used_once_by_a_client"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="idempotent_call_by_age")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"
