"""The register of Organisation Certificates."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Substr

from registry.models.certificate_requests import (
    FINGERPRINT_PATTERN,
    CertificateRequest,
    reference_of,
)
from registry.models.parties import EUI64_PATTERN, LONGEST_MPID, Party
from registry.models.people import Person
from rules.workflow import RevocationReason


class OrganisationCertificate(models.Model):
    """An Organisation Certificate, whoever asked for it. Only its revocation ever changes."""

    issuer = models.CharField(max_length=200)
    """As `rules.messages.names.normalise_issuer` spells it."""
    serial_number = models.CharField(max_length=49)
    """In decimal, as KeyInfo writes it."""
    eui64 = models.CharField(max_length=23)
    remote_party_role = models.CharField(max_length=2)
    key_usage = models.CharField(max_length=20)
    common_name = models.CharField(max_length=64, blank=True)
    mpids = ArrayField(models.CharField(max_length=LONGEST_MPID), default=list, blank=True)
    """What a Supplier Party's xmlSign (87) commonName lists."""
    name_tokens = ArrayField(models.CharField(max_length=LONGEST_MPID), default=list, blank=True)
    """What is written like an MPID in a Supplier Party's commonName for any other role."""
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    der = models.BinaryField()
    spki_sha256 = models.CharField(max_length=64)
    public_key = models.BinaryField()
    """The uncompressed P-256 point, 65 octets."""
    key_x = models.GeneratedField(
        expression=models.Func(
            Substr("public_key", 2, 32),
            models.Value("hex"),
            function="encode",
            output_field=models.CharField(max_length=64),
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )
    """What the key and its negative have in common (`rules.certificates.keys.key_x`), worked out
    by the database, so that nobody who writes can leave it out."""
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="organisation_certificates"
    )
    request = models.OneToOneField(
        CertificateRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificate",
    )
    recorded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.CharField(max_length=40, blank=True)
    revocation_note = models.TextField(blank=True)
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="revocations"
    )
    is_withheld = models.BooleanField(default=False)
    """It came back unlike its request, so nobody may download or notify it."""
    mpid_in_conflict = models.BooleanField(default=False)
    """It shares an MPID with another Supplier Party's certificate, as the world has it."""
    key_in_conflict = models.BooleanField(default=False)
    """It shares its key with another certificate, as the world has it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "serial_number"], name="certificate_is_one_by_issuer_and_serial"
            ),
            models.UniqueConstraint(
                fields=["key_x"],
                condition=models.Q(key_in_conflict=False),
                name="key_is_in_one_certificate",
            ),
            # What a notification's composite foreign key points at.
            models.UniqueConstraint(
                fields=["id", "key_x", "eui64"], name="certificate_its_key_and_its_eui64"
            ),
            models.CheckConstraint(
                condition=models.Q(serial_number__regex=r"^[1-9][0-9]*$"),
                name="certificate_serial_is_decimal",
            ),
            models.CheckConstraint(
                condition=models.Q(eui64__regex=EUI64_PATTERN),
                name="certificate_eui64_is_an_eui64",
            ),
            models.CheckConstraint(
                condition=models.Q(spki_sha256__regex=FINGERPRINT_PATTERN),
                name="certificate_key_is_a_fingerprint",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revocation_reason="")
                | models.Q(
                    revoked_at__isnull=False,
                    revocation_reason__in=[r.value for r in RevocationReason],
                ),
                name="certificate_revocation_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["key_x"], name="certificate_by_key"),
            models.Index(fields=["eui64"], name="certificate_by_eui64"),
            models.Index(fields=["party", "-recorded_at"], name="certificate_by_party"),
            models.Index(fields=["-recorded_at", "-id"], name="certificate_by_age"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="certificate_content_stays",
                # What is worked out of another column cannot change by itself.
                exclude=[
                    "key_x",
                    "revoked_at",
                    "revocation_reason",
                    "revocation_note",
                    "revoked_by",
                ],
            ),
            pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="certificate_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.serial_number}"

    @property
    def request_reference(self) -> str:
        """The reference of its request; empty where it was issued for none of ours."""
        return reference_of(self.request_id) if self.request_id is not None else ""
