"""Which User IDs cannot send now, and why: asked of the checker's own rules.

The database only picks out whom to ask about. `_surely_fit` says in SQL when a certificate passes
the signer's rules beyond doubt; whoever has none of that kind is put to the rules themselves,
with all that they rest on. So a healthy Party costs every page one query with an index behind it,
and no answer rests on two readings of one rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry import access
from registry.feed.reads import snapshot_rows
from registry.feed.reads.snapshot_parts import snapshot_concerning
from registry.models import (
    CertificateRequest,
    OrganisationCertificate,
    Person,
    SigningNotification,
    UserId,
)
from rules.register.snapshot import (
    CertificateId,
    Snapshot,
    SnapshotCertificate,
)
from rules.roles import DIGITAL_SIGNATURE, XML_SIGN, UserRole
from rules.service_requests.sending import CannotSend, cannot_send, worst_first
from rules.workflow import OPEN_STATES

MOST_ASKED = 1_000
"""So many User IDs are put to the rules at most, the first by their EUI-64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingTrouble:
    """A User ID that cannot send, and where to look."""

    found: CannotSend
    certificates: "MappingProxyType[CertificateId, OrganisationCertificate]"
    """By issuer and serial number, the certificates that it speaks of, each with its Party."""
    open_request: str
    """The reference of an open request for an xmlSign certificate for it; empty: there is none."""


def sending_troubles(
    person: Person, *, at: datetime, among: Iterable[str] | None = None
) -> tuple[SendingTrouble, ...]:
    """Return the User IDs of a person's view that cannot send now, the worst first.

    Args:
        person: Who looks; staff see those of every Party.
        at: Now.
        among: Of these User IDs alone, where they are named.
    """
    visible = access.visible(person, UserId)
    if among is not None:
        visible = visible.filter(eui64__in=tuple(among))
    enforced_from = snapshot_rows.enforced_from()
    waived_from = snapshot_rows.notification_waived_from()
    fit = _surely_fit(
        at=at,
        is_enforced=enforced_from is not None and enforced_from <= at,
        is_waived=waived_from is not None and waived_from <= at,
    )
    doubtful = visible.exclude(user_roles=[]).exclude(Exists(fit)).order_by("eui64")
    asked = tuple(doubtful.values_list("eui64", flat=True)[:MOST_ASKED])
    if not asked:
        return ()
    snapshot = snapshot_concerning(
        asked,
        {
            "enforced_from": enforced_from,
            "notification_waived_from": waived_from,
            # No rule about the signer asks who may send what.
            "eligibility": {},
        },
    )
    return with_where_to_look(_judged(asked, snapshot, at=at), person)


def _surely_fit(
    *, at: datetime, is_enforced: bool, is_waived: bool
) -> "QuerySet[OrganisationCertificate]":
    """Return the certificates of an outer User ID that pass the signer's rules beyond doubt.

    It may be stricter than the rules and never laxer; where it finds no certificate, the rules
    are asked.
    """
    mine = SigningNotification.objects.filter(certificate=OuterRef("pk"))
    in_force = Exists(mine.filter(withdrawn_at__isnull=True, notified_at__lte=at))
    never_withdrawn = ~Exists(mine.filter(withdrawn_at__isnull=False))
    may_sign = Q(in_force, remote_party_role=XML_SIGN)
    if is_waived:
        may_sign |= Q(never_withdrawn, remote_party_role=XML_SIGN)
    if not is_enforced:
        # What is sent as SolrContingency is not relaxed.
        may_sign |= Q(never_withdrawn) & ~Q(
            Exists(UserId.objects.filter(eui64=OuterRef("eui64"), user_roles=_CONTINGENCY_ALONE))
        )
    same_key = OrganisationCertificate.objects.filter(key_x=OuterRef("key_x"))
    return OrganisationCertificate.objects.filter(
        may_sign,
        ~Exists(same_key.exclude(pk=OuterRef("pk"))),
        eui64=OuterRef("eui64"),
        key_usage=DIGITAL_SIGNATURE,
        is_withheld=False,
        revoked_at__isnull=True,
        not_before__lte=at,
        not_after__gte=at,
    )


_CONTINGENCY_ALONE = [UserRole.SOLR_CONTINGENCY.value]


def _judged(asked: tuple[str, ...], snapshot: Snapshot, *, at: datetime) -> tuple[CannotSend, ...]:
    certificates: dict[str, list[SnapshotCertificate]] = {eui64: [] for eui64 in asked}
    for certificate in snapshot.certificates.values():
        if certificate.eui64 in certificates:
            certificates[certificate.eui64].append(certificate)
    judged = (
        cannot_send(user, certificates[user.eui64], snapshot, at=at)
        for user in snapshot.user_ids.values()
    )
    return worst_first(one for one in judged if one is not None)


def with_where_to_look(
    found: tuple[CannotSend, ...], person: Person
) -> tuple[SendingTrouble, ...]:
    """Return what cannot send with the rows that a person may look at, in the same order."""
    named = {
        (unfit.certificate.issuer, unfit.certificate.serial)
        for one in found
        for unfit in (one.stopped, one.nearest)
        if unfit is not None
    }
    rows = access.visible(person, OrganisationCertificate).filter(
        issuer__in={issuer for issuer, _ in named},
        serial_number__in=[str(serial) for _, serial in named],
    )
    certificates = {
        (row.issuer, int(row.serial_number)): row for row in rows.select_related("party")
    }
    requests = {
        request.eui64: request.reference
        for request in access.visible(person, CertificateRequest)
        .filter(
            eui64__in=[one.user.eui64 for one in found],
            remote_party_role=XML_SIGN,
            state__in=OPEN_STATES,
        )
        .only("pk", "eui64")
        .order_by("-pk")
    }
    return tuple(
        SendingTrouble(
            found=one,
            certificates=MappingProxyType(certificates),
            open_request=requests.get(one.user.eui64, ""),
        )
        for one in found
    )
