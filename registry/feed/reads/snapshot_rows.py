"""Reads the rows that decisions rest on into the values of `rules.register.snapshot`."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from django.db.models import Q

from registry.feed.reads.raw_rows import rows_of
from registry.models import (
    AllAlertsMoment,
    EnforcementMoment,
    NotificationWaiverMoment,
    OrganisationCertificate,
    Party,
    RegistrationSwitchMoment,
    SafetyCriticalAlert,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
    SigningNotification,
    UserId,
)
from rules.identifiers import Eui64
from rules.register.arrangements import (
    HeldRole,
    Inactivity,
    NotActive,
    Period,
    RegistrationSwitch,
)
from rules.register.checkpoints import Checkpoint
from rules.register.snapshot import (
    CertificateId,
    Eligibility,
    Notification,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import UserRole

Value = TypeVar("Value")
Keys = Collection[str] | None
"""Which entries to read; None: all of them."""


def _among(column: str, keys: Keys) -> Q:
    return Q() if keys is None else Q(**{f"{column}__in": keys})


def _with_gone(found: dict[str, Value], keys: Keys) -> Mapping[str, Value | None]:
    """Return what was found, and that each of the keys that has no row any more is gone."""
    return MappingProxyType(found if keys is None else {**dict.fromkeys(keys), **found})


def inactive_parties(parties: Keys = None) -> Mapping[str, tuple[Inactivity, ...] | None]:
    """Read when these Parties, named by the ids of their rows, are not active."""
    rows = rows_of(
        Party.objects.filter(_among("pk", parties))
        .filter(Q() if parties is not None else Q(standings__isnull=False))
        .order_by("standings__valid_from", "standings__pk")
        .values_list(
            "reference",
            "standings__standing",
            "standings__valid_from",
            "standings__valid_until",
        )
    )
    inactive: dict[str, tuple[Inactivity, ...] | None] = {}
    for reference, standing, valid_from, valid_until in rows:
        if standing is None:
            inactive[reference] = None
            continue
        period = Inactivity(
            standing=NotActive(standing), valid_from=valid_from, valid_until=valid_until
        )
        inactive[reference] = (*(inactive.get(reference) or ()), period)
    return MappingProxyType(inactive)


def withheld_certificates(which: Q) -> Iterator[CertificateId]:
    """Name the certificates of these that are withheld, and so in no snapshot."""
    rows = OrganisationCertificate.objects.filter(which, is_withheld=True)
    for issuer, serial in rows_of(rows.values_list("issuer", "serial_number")):
        yield issuer, int(serial)


def certificates(which: Q) -> Iterator[tuple[CertificateId, SnapshotCertificate]]:
    """Read the certificates of these that are not withheld."""
    rows = rows_of(
        OrganisationCertificate.objects.filter(which, is_withheld=False).values_list(
            "issuer",
            "serial_number",
            "eui64",
            "remote_party_role",
            "not_before",
            "not_after",
            "revoked_at",
            "public_key",
            "party__name",
            "party__reference",
            "mpids",
            "key_usage",
        )
    )
    # Many certificates share these texts; each is kept once.
    kept: dict[str, str] = {}
    keep = kept.setdefault
    for (
        issuer,
        serial,
        eui64,
        role,
        start,
        end,
        revoked,
        key,
        name,
        reference,
        mpids,
        usage,
    ) in rows:
        certificate = SnapshotCertificate(
            issuer=keep(issuer, issuer),
            serial=int(serial),
            eui64=Eui64(keep(eui64, eui64)),
            remote_party_role=keep(role, role),
            not_before=start,
            not_after=end,
            revoked_at=revoked,
            public_key=key,
            party=keep(name, name),
            party_reference=keep(reference, reference),
            mpids=tuple(mpids),
            key_usage=keep(usage, usage),
        )
        yield (certificate.issuer, certificate.serial), certificate


def user_ids(which: Q) -> Iterator[tuple[Eui64, SnapshotUserId]]:
    """Read these User IDs, each with its notifications in the order in which they were made."""
    rows = rows_of(
        UserId.objects.filter(which).values_list(
            "eui64", "party__name", "party__reference", "user_roles", "valid_from", "valid_until"
        )
    )
    notified = rows_of(
        SigningNotification.objects.filter(user_id__in=UserId.objects.filter(which))
        .order_by("pk")
        .values_list(
            "eui64",
            "certificate__issuer",
            "certificate__serial_number",
            "notified_at",
            "withdrawn_at",
        )
    )
    notifications: dict[str, list[Notification]] = {}
    for eui64, issuer, serial, notified_at, withdrawn_at in notified:
        notification = Notification(
            certificate=(issuer, int(serial)), notified_at=notified_at, withdrawn_at=withdrawn_at
        )
        notifications.setdefault(eui64, []).append(notification)
    for eui64, name, reference, roles, valid_from, valid_until in rows:
        yield (
            Eui64(eui64),
            SnapshotUserId(
                eui64=Eui64(eui64),
                party=name,
                party_reference=reference,
                user_roles=tuple(
                    HeldRole(user_role=role) for role in sorted(UserRole(text) for text in roles)
                ),
                valid_from=valid_from,
                valid_until=valid_until,
                notifications=tuple(notifications.get(eui64, ())),
            ),
        )


def eligibility(codes: Keys = None) -> Mapping[str, tuple[Eligibility, ...] | None]:
    """Read who may send these Service Reference Variants, and when."""
    variants = ServiceReferenceVariant.objects.filter(_among("code", codes))
    known = rows_of(variants.order_by("pk").values_list("code"))
    rows = rows_of(
        ServiceRequestEligibility.objects.filter(_among("service_reference_variant", codes))
        .order_by("user_role", "valid_from")
        .values_list("service_reference_variant", "user_role", "valid_from", "valid_until")
    )
    eligible: dict[str, list[Eligibility]] = {code: [] for (code,) in known}
    for code, role, valid_from, valid_until in rows:
        found = Eligibility(
            user_role=UserRole(role), valid_from=valid_from, valid_until=valid_until
        )
        eligible.setdefault(code, []).append(found)
    return _with_gone({code: tuple(found) for code, found in eligible.items()}, codes)


def enforced_from() -> datetime | None:
    """Read when MP104 goes live, as it was recorded last."""
    newest = EnforcementMoment.objects.order_by("-pk").values_list("enforced_from", flat=True)
    return newest.first()


def notification_waived_from() -> datetime | None:
    """Read from when a certificate that was never notified may sign, as it was recorded last."""
    newest = NotificationWaiverMoment.objects.order_by("-pk").values_list("waived_from", flat=True)
    return newest.first()


def safety_critical_alerts(codes: Keys = None) -> Mapping[str, tuple[Period, ...] | None]:
    """Read when these Alerts are safety-critical."""
    rows = rows_of(
        SafetyCriticalAlert.objects.filter(_among("alert_code", codes))
        .order_by("alert_code", "valid_from", "pk")
        .values_list("alert_code", "valid_from", "valid_until")
    )
    alerts: dict[str, tuple[Period, ...]] = {}
    for code, valid_from, valid_until in rows:
        period = Period(valid_from=valid_from, valid_until=valid_until)
        alerts[code] = (*alerts.get(code, ()), period)
    return _with_gone(alerts, codes)


def all_alerts_from() -> datetime | None:
    """Read from when every Alert to a failed Supplier is sent, as it was recorded last."""
    newest = AllAlertsMoment.objects.order_by("-pk").values_list("all_alerts_from", flat=True)
    return newest.first()


def registration_switches(
    checkpoints: Keys = None,
) -> Mapping[str, RegistrationSwitch | None]:
    """Read these checkpoints' switches for exception (d) of SRPD 6.2, as recorded last."""
    rows = rows_of(
        RegistrationSwitchMoment.objects.filter(_among("checkpoint", checkpoints))
        .order_by("checkpoint", "-pk")
        .distinct("checkpoint")
        .values_list("checkpoint", "turned_on_at", "alert_code")
    )
    switches = {
        checkpoint: RegistrationSwitch(
            checkpoint=Checkpoint(checkpoint),
            turned_on_at=turned_on_at,
            alert_code=alert_code or None,
        )
        for checkpoint, turned_on_at, alert_code in rows
    }
    return _with_gone(switches, checkpoints)
