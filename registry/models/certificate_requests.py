"""Certificate signing requests that were accepted, and the reports of their checks."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from registry.models.parties import EUI64_PATTERN, LONGEST_MPID, Party, UserId
from registry.models.people import Person
from rules.roles import XML_SIGN
from rules.workflow import OPEN_STATES, RequestState

FINGERPRINT_PATTERN = r"^[0-9a-f]{64}$"
REFERENCE_PREFIX = "CSR-"


def reference_of(number: int) -> str:
    """Return what people call the request with this id: `CSR-000042`."""
    return f"{REFERENCE_PREFIX}{number:06d}"


class CertificateRequest(models.Model):
    """A certificate signing request in its life from acceptance to its end."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="certificate_requests")
    user_id = models.ForeignKey(
        UserId, on_delete=models.PROTECT, related_name="certificate_requests"
    )
    submitted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="submitted_requests"
    )
    submitted_at = models.DateTimeField()
    der = models.BinaryField()
    der_sha256 = models.CharField(max_length=64)
    spki_sha256 = models.CharField(max_length=64)
    """SHA-256 of the DER SubjectPublicKeyInfo, to show; what compares keys compares `key_x`."""
    key_x = models.CharField(max_length=64)
    """What the key and its negative have in common (`rules.certificates.keys.key_x`)."""
    eui64 = models.CharField(max_length=23)
    remote_party_role = models.CharField(max_length=2)
    key_usage = models.CharField(max_length=20)
    common_name = models.CharField(max_length=64, blank=True)
    mpids = ArrayField(models.CharField(max_length=LONGEST_MPID), default=list, blank=True)
    """What a Supplier Party's xmlSign (87) commonName lists."""
    name_tokens = ArrayField(models.CharField(max_length=LONGEST_MPID), default=list, blank=True)
    """What is written like an MPID in a Supplier Party's commonName for any other role."""
    notify_when_issued = models.BooleanField(default=False)
    """Its Party has notified the certificate with the request, to count from its issue on."""
    state = models.CharField(max_length=20, default=RequestState.ACCEPTED.value)
    state_changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    """Grows with every change; a person acts on the version that was shown."""
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_requests"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True)
    """Why it was rejected or stopped, or what came of asking the certification authority."""
    answer_unrecorded = models.BooleanField(default=False)
    """The certification authority's answer could not be recorded: there may be a certificate for
    the key, also after an officer has ended the request."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in RequestState]),
                name="request_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(eui64__regex=EUI64_PATTERN), name="request_eui64_is_an_eui64"
            ),
            models.CheckConstraint(
                condition=models.Q(spki_sha256__regex=FINGERPRINT_PATTERN),
                name="request_key_is_a_fingerprint",
            ),
            models.CheckConstraint(
                condition=models.Q(key_x__regex=FINGERPRINT_PATTERN),
                name="request_key_is_a_coordinate",
            ),
            models.CheckConstraint(
                condition=models.Q(notify_when_issued=False)
                | models.Q(remote_party_role=XML_SIGN),
                name="only_an_xmlsign_request_notifies",
            ),
            models.UniqueConstraint(
                fields=["key_x"],
                condition=models.Q(state__in=sorted(s.value for s in OPEN_STATES)),
                name="key_is_in_one_open_request",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="request_by_state"),
            models.Index(fields=["party", "-submitted_at"], name="request_by_party"),
            models.Index(fields=["-submitted_at", "-id"], name="request_by_age"),
            models.Index(fields=["key_x"], name="request_by_key"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="request_content_stays",
                fields=[
                    "party",
                    "user_id",
                    "submitted_by",
                    "submitted_at",
                    "der",
                    "der_sha256",
                    "spki_sha256",
                    "key_x",
                    "eui64",
                    "remote_party_role",
                    "key_usage",
                    "common_name",
                    "mpids",
                    "name_tokens",
                    "notify_when_issued",
                ],
            ),
            pgtrigger.Protect(name="request_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people call the request: `CSR-000042`."""
        return reference_of(self.pk)

    @property
    def request_state(self) -> RequestState:
        """The state as the rules name it."""
        return RequestState(self.state)


class RequestCheck(models.Model):
    """One asking of the rule book about a request: what it saw and what it said."""

    request = models.ForeignKey(
        CertificateRequest, on_delete=models.PROTECT, related_name="checks"
    )
    stage = models.CharField(max_length=20)
    """`submitted`, `approved` or `sent`."""
    checked_at = models.DateTimeField()
    catalogue = models.CharField(max_length=64)
    """The version of the rule catalogue."""
    facts_sha256 = models.CharField(max_length=64)
    """Digest of the facts that the rules were told, without the moment."""
    findings = models.JSONField()
    acknowledgements = models.JSONField(default=dict, blank=True)
    """An officer's reason for each warning, by reason code."""

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="request_check_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.stage}"
