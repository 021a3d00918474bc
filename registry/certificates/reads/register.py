"""The register of certificates for machines: as it is, or as it was at any moment.

What a certificate says never changes, and when it was recorded, revoked and notified is kept, so
that the register of a past moment is read from the same rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from registry import access
from registry.certificates.reads.certificates import CertificateStatus, in_status
from registry.clients.reads.api_clients import KnownClient
from registry.errors import NotFoundError
from registry.models import OrganisationCertificate, SigningNotification
from rules.periods import ALL_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuery:
    """What is asked of the register. Empty: everything that the client may see."""

    at: datetime
    """The moment whose register is asked for."""
    party: str = ""
    """A Party's reference."""
    eui64: str = ""
    role: str = ""
    """A Remote Party Role code, `87` for xmlSign."""
    mpid: str = ""
    serial: str = ""
    """In decimal."""
    status: CertificateStatus | None = None
    after: int = 0
    """Only certificates with a greater id."""


def registered(client: KnownClient, wanted: RegisterQuery) -> "QuerySet[OrganisationCertificate]":
    """Return the certificates that a client may see, in the order in which they were recorded."""
    exact: Mapping[str, Any] = {
        "eui64": wanted.eui64,
        "remote_party_role": wanted.role,
        "serial_number": wanted.serial,
        "party__reference": wanted.party,
        "mpids__contains": [wanted.mpid] if wanted.mpid else [],
    }
    found = _visible_to(client).filter(recorded_at__lte=wanted.at, pk__gt=wanted.after)
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.status is not None:
        found = found.filter(in_status(wanted.status, at=wanted.at, known_by=wanted.at))
    return found.order_by("pk").prefetch_related(_notifications_at(wanted.at))


def registered_certificate(client: KnownClient, certificate_id: int) -> OrganisationCertificate:
    """Return one certificate with all notifications of it, as the register is now.

    Raises:
        NotFoundError: There is none, or it is not this client's to see.
    """
    found = _visible_to(client).filter(pk=certificate_id)
    certificate = found.prefetch_related(_notifications_at(ALL_TIME)).first()
    if certificate is None:
        raise NotFoundError("certificate")
    return certificate


def _visible_to(client: KnownClient) -> "QuerySet[OrganisationCertificate]":
    if client.party_id is None:
        certificates = OrganisationCertificate.objects.all()
    else:
        certificates = access.of_party(OrganisationCertificate, client.party_id)
    return certificates.select_related("party")


def _notifications_at(at: datetime) -> "Prefetch[str, QuerySet[SigningNotification], str]":
    of_then = SigningNotification.objects.filter(recorded_at__lte=at).order_by("pk")
    return Prefetch("notifications", queryset=of_then, to_attr="notifications_then")
