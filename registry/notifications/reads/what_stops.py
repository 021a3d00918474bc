"""What would stop if certificates were revoked or a key stopped: asked of the checker's own rules.

The register is read as far as it concerns the EUI-64s of the certificates, changed in memory as
the act would change it, and the same rules are asked before and after. So what a page says will
stop is what the DCC then ceases to process.
"""

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from registry import access
from registry.certificates.reads.certificates import CertificateStatus, in_status
from registry.feed.reads.snapshot import read_arrangements
from registry.feed.reads.snapshot_parts import snapshot_concerning
from registry.models import MpidUse, OrganisationCertificate, Person, SigningNotification
from registry.notifications.reads.sending import SendingTrouble, with_where_to_look
from registry.parties.reads.mpid_uses import blocking_uses
from rules.alerts.failing import SupplierFails, supplier_fails
from rules.identifiers import Eui64
from rules.periods import ALL_TIME
from rules.register.snapshot import CertificateId, Snapshot, SnapshotChange
from rules.responses.kinds import SigningPurpose
from rules.roles import MESSAGE_SIGNING_ROLES
from rules.service_requests.sending import cannot_send, fit_to_sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A User ID that can send now, and whether it can afterwards."""

    eui64: str
    party: str
    trouble: SendingTrouble | None
    """Why it cannot send afterwards; None where it can."""
    goes_on_with: tuple[OrganisationCertificate, ...]
    """The certificates that it can sign with afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MpidAfterwards:
    """An MPID that one of the certificates holds, and who holds it afterwards."""

    mpid: str
    party: str
    """The name of the Supplier Party that holds it now."""
    kept_by: tuple[MpidUse, ...]
    """By what that Party holds it afterwards too; empty: it lets go of it."""
    others: tuple[str, ...]
    """The names of other Parties that hold it too, as a register that was taken over has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What takes the place of a certificate that is used towards Devices."""

    certificate: OrganisationCertificate
    replaced_by: tuple[OrganisationCertificate, ...]
    """The live ones of its EUI-64, Remote Party Role and key usage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatStops:
    """What stops, what goes on, and what a revoked certificate still does."""

    senders: tuple[Sender, ...]
    mpids: tuple[MpidAfterwards, ...]
    replacements: tuple[Replacement, ...]
    failures: tuple[SupplierFails, ...]
    """The EUI-64s that count as a failed Supplier from then on (MP134B 2.7)."""
    published: tuple[tuple[OrganisationCertificate, SigningPurpose], ...]
    """Those that are published as the DCC's for signing Responses."""


def what_a_revocation_stops(
    certificates: Collection[OrganisationCertificate], *, person: Person, at: datetime
) -> WhatStops:
    """Return what stops if all of these certificates are revoked now.

    Args:
        certificates: One or many, each with its Party.
        person: Who looks; they see the certificates.
        at: Now.
    """
    before = snapshot_concerning({c.eui64 for c in certificates}, read_arrangements())
    named = {_id_of(certificate) for certificate in certificates}
    revoked = {
        each: dataclasses.replace(held, revoked_at=at)
        for each, held in before.certificates.items()
        if each in named and held.revoked_at is None
    }
    after = before.changed(SnapshotChange(version="", certificates=revoked))
    return WhatStops(
        senders=_senders(before, after, person=person, at=at),
        mpids=_mpids(certificates, at=at),
        replacements=tuple(
            _replacement(each, besides=certificates, at=at)
            for each in certificates
            if each.remote_party_role not in MESSAGE_SIGNING_ROLES and _id_of(each) in revoked
        ),
        failures=_failures(before, after, at=at),
        published=tuple(
            (each, SigningPurpose(publication.purpose))
            for each in certificates
            if _id_of(each) in revoked
            for publication in each.publications.filter(ended_at__isnull=True)
        ),
    )


def what_withdrawing_stops(
    notification: SigningNotification, *, person: Person, at: datetime
) -> WhatStops:
    """Return what stops if a notification is withdrawn now. It frees no MPID."""
    eui64 = Eui64(notification.eui64)
    before = snapshot_concerning({eui64}, read_arrangements())
    named = _id_of(notification.certificate)
    user = before.user_ids[eui64]
    withdrawn = dataclasses.replace(
        user,
        notifications=tuple(
            dataclasses.replace(each, withdrawn_at=at)
            if each.certificate == named and each.withdrawn_at is None
            else each
            for each in user.notifications
        ),
    )
    after = before.changed(SnapshotChange(version="", user_ids={eui64: withdrawn}))
    return WhatStops(
        senders=_senders(before, after, person=person, at=at),
        mpids=(),
        replacements=(),
        failures=(),
        published=(),
    )


def _senders(
    before: Snapshot, after: Snapshot, *, person: Person, at: datetime
) -> tuple[Sender, ...]:
    """Return the User IDs that can send before: what could not stops nothing."""
    able = [
        user
        for user in before.user_ids.values()
        if user.holds(at) and user.roles_at(at) and fit_to_sign(user.eui64, before, at=at)
    ]
    # They are the same User IDs afterwards, but for what has been withdrawn.
    stopped = [
        found
        for user in able
        if (
            found := cannot_send(
                after.user_ids[user.eui64],
                [c for c in after.certificates.values() if c.eui64 == user.eui64],
                after,
                at=at,
            )
        )
        is not None
    ]
    troubles = {
        trouble.found.user.eui64: trouble for trouble in with_where_to_look(tuple(stopped), person)
    }
    left = {user.eui64: fit_to_sign(user.eui64, after, at=at) for user in able}
    rows = _rows({(c.issuer, c.serial) for fit in left.values() for c in fit}, person=person)
    return tuple(
        Sender(
            eui64=user.eui64,
            party=user.party,
            trouble=troubles.get(user.eui64),
            goes_on_with=tuple(
                rows[c.issuer, c.serial] for c in left[user.eui64] if (c.issuer, c.serial) in rows
            ),
        )
        for user in sorted(able, key=lambda user: (user.eui64 not in troubles, user.eui64))
    )


def _mpids(
    certificates: Collection[OrganisationCertificate], *, at: datetime
) -> tuple[MpidAfterwards, ...]:
    ours = {certificate.pk for certificate in certificates}
    held = MpidUse.objects.filter(certificate__in=ours, held__overlap=(at, None))
    uses = tuple(blocking_uses(held.values_list("mpid", flat=True), at=at))
    found = {}
    for use in uses:
        if use.certificate_id not in ours:
            continue
        rest = [
            other for other in uses if other.mpid == use.mpid and other.certificate_id not in ours
        ]
        found[use.mpid, use.party_id] = MpidAfterwards(
            mpid=use.mpid,
            party=use.party.name,
            kept_by=tuple(other for other in rest if other.party_id == use.party_id),
            others=tuple(
                sorted({other.party.name for other in rest if other.party_id != use.party_id})
            ),
        )
    return tuple(found.values())


def _replacement(
    certificate: OrganisationCertificate,
    *,
    besides: Iterable[OrganisationCertificate],
    at: datetime,
) -> Replacement:
    live = in_status(CertificateStatus.LIVE, at=at, known_by=ALL_TIME)
    others = (
        OrganisationCertificate.objects.filter(
            live,
            party=certificate.party_id,
            eui64=certificate.eui64,
            remote_party_role=certificate.remote_party_role,
            key_usage=certificate.key_usage,
        )
        .exclude(pk__in=[each.pk for each in besides])
        .select_related("party")
        .order_by("-recorded_at", "-pk")
    )
    return Replacement(certificate=certificate, replaced_by=tuple(others))


def _failures(before: Snapshot, after: Snapshot, *, at: datetime) -> tuple[SupplierFails, ...]:
    found = (
        supplier_fails(eui64, before, after, at=at) for eui64 in sorted(after.device_certificates)
    )
    return tuple(each for each in found if each is not None)


def _rows(
    named: Collection[CertificateId], *, person: Person
) -> dict[CertificateId, OrganisationCertificate]:
    rows = access.visible(person, OrganisationCertificate).filter(
        issuer__in={issuer for issuer, _ in named},
        serial_number__in=[str(serial) for _, serial in named],
    )
    return {_id_of(row): row for row in rows.select_related("party")}


def _id_of(certificate: OrganisationCertificate) -> CertificateId:
    return certificate.issuer, int(certificate.serial_number)
