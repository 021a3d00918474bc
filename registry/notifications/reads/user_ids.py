"""User IDs and the certificates notified for them, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from registry import access
from registry.certificates.reads.certificates import CertificateStatus, in_status
from registry.certificates.reads.facts import notifying_facts
from registry.models import OrganisationCertificate, Person, SigningNotification, UserId
from rules.findings import Report
from rules.notifying import check_notifying
from rules.periods import ALL_TIME
from rules.roles import XML_SIGN

MOST_CANDIDATES = 100
"""So many of a Party's certificates are looked at for one User ID's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A certificate that might be notified, and what the rules say of that."""

    certificate: OrganisationCertificate
    report: Report


def user_ids_visible_to(person: Person, *, at: datetime) -> "QuerySet[UserId]":
    """Return the User IDs that a person may see, with how many certificates are notified now.

    They are counted by their status, each in a column of its own (`notified_column`): a
    notification stands after its certificate is revoked or has expired, but only a live one signs.
    """
    return (
        access.visible(person, UserId)
        .select_related("party")
        .annotate(
            **{notified_column(status): _notified(status, at=at) for status in CertificateStatus}
        )
        .order_by("party__name", "eui64")
    )


def notified_column(status: CertificateStatus) -> str:
    """Return where `user_ids_visible_to` counts the notified certificates of a status."""
    return f"notified_{status.name.lower()}"


def _notified(status: CertificateStatus, *, at: datetime) -> Coalesce:
    # Counted for the rows of a page alone: a join would count over the whole register first.
    current = SigningNotification.objects.filter(
        in_status(status, at=at, known_by=ALL_TIME, of="certificate__"),
        user_id=OuterRef("pk"),
        withdrawn_at__isnull=True,
        notified_at__lte=at,
    )
    counts = current.order_by().values("user_id").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def user_id_visible_to(person: Person, eui64: str) -> UserId:
    """Return one User ID with its Party.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    found = access.find(person, UserId, eui64)
    return UserId.objects.select_related("party").get(pk=found.pk)


def notifications_of(user_id: UserId) -> tuple[SigningNotification, ...]:
    """Return every notification for a User ID, the newest first."""
    return tuple(
        user_id.notifications.select_related(
            "certificate__party", "notified_by", "withdrawn_by"
        ).order_by("-notified_at", "-pk")
    )


def notification_visible_to(person: Person, notification_id: int) -> SigningNotification:
    """Return one notification with its certificate, User ID and Party.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    found = access.find(person, SigningNotification, notification_id)
    return SigningNotification.objects.select_related(
        "certificate__party", "user_id__party", "notified_by", "withdrawn_by"
    ).get(pk=found.pk)


def most_of(candidates: Sequence[Candidate]) -> int | None:
    """Return how many candidates there can be, where there are so many; else None."""
    return MOST_CANDIDATES if len(candidates) == MOST_CANDIDATES else None


def candidates_for(user_id: UserId, *, at: datetime) -> tuple[Candidate, ...]:
    """Return the Party's certificates that are not notified for a User ID now, the newest first.

    Those that can be notified for it, now or from when they are valid, come first, then the others
    with its own EUI-64; no more than `MOST_CANDIDATES`.
    """
    notified = SigningNotification.objects.filter(user_id=user_id, withdrawn_at__isnull=True)
    is_live = in_status(CertificateStatus.LIVE, at=at, known_by=ALL_TIME)
    certificates = (
        OrganisationCertificate.objects.filter(party=user_id.party_id)
        .select_related("party")
        .exclude(pk__in=notified.values("certificate"))
        .annotate(
            distance=Case(
                When(is_live & Q(eui64=user_id.eui64, remote_party_role=XML_SIGN), then=Value(0)),
                When(eui64=user_id.eui64, then=Value(1)),
                default=Value(2),
            )
        )
        .order_by("distance", "-recorded_at", "-pk")[:MOST_CANDIDATES]
    )
    return tuple(
        Candidate(
            certificate=certificate,
            report=check_notifying(
                notifying_facts(
                    user_id, certificate, at=at, counts_from=max(at, certificate.not_before)
                )
            ),
        )
        for certificate in certificates
    )
