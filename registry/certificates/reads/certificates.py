"""The register of Organisation Certificates as pages list and show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry import access
from registry.models import OrganisationCertificate, Party, Person, SigningNotification
from rules.certificates.keys import published_keys
from rules.periods import ALL_TIME, counts, has_expired
from rules.roles import XML_SIGN


class CertificateStatus(StrEnum):
    """Where a certificate stands at a moment; the first that applies."""

    REVOKED = "revoked"
    WITHHELD = "withheld"
    """It came back from the certification authority unlike its request."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFilter:
    """What a list of certificates is narrowed down to. Empty: everything."""

    eui64: str = ""
    role: str = ""
    """A Remote Party Role code."""
    serial_number: str = ""
    """In decimal, or in hexadecimal after `0x`."""
    party: str = ""
    """A Party's reference."""
    status: CertificateStatus | None = None
    in_conflict: bool = False


def status_of(
    certificate: OrganisationCertificate, *, at: datetime, known_by: datetime
) -> CertificateStatus:
    """Return where a certificate stands at a moment (validity is inclusive at both ends).

    Args:
        certificate: Which.
        at: The moment.
        known_by: Revocations up to this moment count (`rules.periods.known_by`).
    """
    if counts(certificate.revoked_at, by=known_by):
        return CertificateStatus.REVOKED
    if certificate.is_withheld:
        return CertificateStatus.WITHHELD
    if has_expired(at, not_after=certificate.not_after):
        return CertificateStatus.EXPIRED
    if at < certificate.not_before:
        return CertificateStatus.NOT_YET_VALID
    return CertificateStatus.LIVE


def certificates_visible_to(
    person: Person, wanted: CertificateFilter, *, at: datetime
) -> "QuerySet[OrganisationCertificate]":
    """Return the certificates that a person may see now, the newest first, narrowed down.

    Each has `is_notified`, whether a notification of it is in force, and `is_planned`, whether one
    has been made for later.
    """
    certificates = (
        access.visible(person, OrganisationCertificate)
        .select_related("party")
        .annotate(
            is_notified=Exists(_standing_notifications().filter(notified_at__lte=at)),
            is_planned=Exists(_standing_notifications().filter(notified_at__gt=at)),
        )
    )
    exact = {
        "eui64": wanted.eui64,
        "remote_party_role": wanted.role,
        "serial_number": wanted.serial_number,
        "party__reference": wanted.party,
    }
    certificates = certificates.filter(**{name: value for name, value in exact.items() if value})
    if wanted.status is not None:
        certificates = certificates.filter(in_status(wanted.status, at=at, known_by=ALL_TIME))
    if wanted.in_conflict:
        certificates = certificates.filter(Q(mpid_in_conflict=True) | Q(key_in_conflict=True))
    return certificates.order_by("-recorded_at", "-pk")


def certificate_visible_to(person: Person, certificate_id: int) -> OrganisationCertificate:
    """Return one certificate with everything its page shows.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    found = access.find(person, OrganisationCertificate, certificate_id)
    return OrganisationCertificate.objects.select_related("party", "request", "revoked_by").get(
        pk=found.pk
    )


def certificate_named(person: Person, issuer: str, serial: int) -> OrganisationCertificate | None:
    """Return the certificate that a signature names; None where the person sees none such."""
    return (
        access.visible(person, OrganisationCertificate)
        .select_related("party")
        .filter(issuer=issuer, serial_number=str(serial))
        .first()
    )


def certificates_called(person: Person, ids: Iterable[int]) -> dict[int, OrganisationCertificate]:
    """Return by their ids those certificates that there are and that the person may see."""
    return (
        access.visible(person, OrganisationCertificate).select_related("party").in_bulk(list(ids))
    )


def notifications_of_certificate(
    certificate: OrganisationCertificate,
) -> tuple[SigningNotification, ...]:
    """Return every notification of a certificate, the newest first."""
    return tuple(
        certificate.notifications.select_related(
            "notified_by", "withdrawn_by", "user_id"
        ).order_by("-notified_at", "-pk")
    )


def not_notified(person: Person, *, at: datetime) -> "QuerySet[OrganisationCertificate]":
    """Return those live xmlSign certificates that are notified for nothing, now or for later."""
    return live_xml_sign(person, at=at).filter(~Exists(_standing_notifications()))


def live_xml_sign(person: Person, *, at: datetime) -> "QuerySet[OrganisationCertificate]":
    """Return the live xmlSign certificates of a person's view."""
    wanted = CertificateFilter(role=XML_SIGN, status=CertificateStatus.LIVE)
    return certificates_visible_to(person, wanted, at=at)


def with_published_key(person: Person, *, at: datetime) -> "QuerySet[OrganisationCertificate]":
    """Return the certificates of a person's view with a published key, live or about to be."""
    usable = [CertificateStatus.LIVE, CertificateStatus.NOT_YET_VALID]
    conditions = (in_status(status, at=at, known_by=ALL_TIME) for status in usable)
    return certificates_visible_to(person, CertificateFilter(), at=at).filter(
        reduce(or_, conditions), key_x__in=published_keys().keys()
    )


def _standing_notifications() -> "QuerySet[SigningNotification]":
    return SigningNotification.objects.filter(
        certificate=OuterRef("pk"), withdrawn_at__isnull=True
    )


def parties() -> tuple[tuple[str, str], ...]:
    """Return the reference and name of every Party, by name. For staff, to filter by."""
    return tuple(Party.objects.order_by("name").values_list("reference", "name"))


def in_status(status: CertificateStatus, *, at: datetime, known_by: datetime, of: str = "") -> Q:
    """Return the condition for certificates that have this status.

    It has the same order of precedence as `status_of`.

    Args:
        status: Which.
        at: The moment.
        known_by: Revocations up to this moment count.
        of: The way to the certificate from what is filtered, such as `certificate__`.
    """

    def where(**wanted: object) -> Q:
        return Q(**{f"{of}{name}": value for name, value in wanted.items()})

    is_revoked = where(revoked_at__lte=known_by)
    stands = ~is_revoked | where(revoked_at__isnull=True)
    is_kept = stands & where(is_withheld=False)
    return {
        CertificateStatus.REVOKED: is_revoked,
        CertificateStatus.WITHHELD: stands & where(is_withheld=True),
        CertificateStatus.EXPIRED: is_kept & where(not_after__lt=at),
        CertificateStatus.NOT_YET_VALID: is_kept & where(not_before__gt=at),
        CertificateStatus.LIVE: is_kept & where(not_before__lte=at, not_after__gte=at),
    }[status]
