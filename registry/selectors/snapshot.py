"""Reads the snapshot that messages are decided by: whole, or what has changed since another.

Each reading is one read-only transaction that sees one state, so that the version and the content
of a snapshot agree. It needs a transaction of its own and refuses to be part of another.

A certificate that came back unlike its request is withheld, and is left out: to the checker it is
an unknown one. Were it in, a message signed with it would be processed while MP104 is monitored,
since that a certificate is not notified is only noted then (domain decision 13.15).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from types import MappingProxyType

from django.db import connection, transaction
from django.db.models import Q

from registry.models import (
    EnforcementMoment,
    OrganisationCertificate,
    Party,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
    SigningNotification,
    SnapshotChange,
    SnapshotVersion,
    UserId,
)
from registry.selectors.raw_rows import rows_of
from rules.identifiers import Eui64
from rules.roles import PartyCategory, UserRole
from rules.service_requests.snapshot import (
    CertificateId,
    Eligibility,
    KeyHolder,
    Notification,
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
    find_shared_keys,
)

MOST_CHANGES = 10_000
"""Where more rows have changed, reading everything anew is as quick and has less to go wrong."""

Changes = Mapping[str, frozenset[str]]
"""The keys of the rows that changed, by the subject that the database's triggers note."""

_PARTY, _USER_ID, _CERTIFICATE, _NOTIFICATION = "party", "user-id", "certificate", "notification"
_ELIGIBILITY = frozenset({"eligibility", "service-reference-variant"})
_ENFORCEMENT = "enforcement"
_READ_BY_ROW = {
    _PARTY: Party.objects,
    _USER_ID: UserId.objects,
    _CERTIFICATE: OrganisationCertificate.objects,
    _NOTIFICATION: SigningNotification.objects,
}
_SUBJECTS = frozenset({*_READ_BY_ROW, *_ELIGIBILITY, _ENFORCEMENT})


def snapshot_version() -> int:
    """Return the version of the register as it is now; 0 where nothing was written yet."""
    return SnapshotVersion.objects.values_list("version", flat=True).first() or 0


def load_snapshot() -> Snapshot:
    """Read the whole register as far as decisions rest on it."""
    with _one_view():
        return _load(snapshot_version())


def apply_changes(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot as it is now, reading only what changed since; or itself.

    Everything is read anew where that cannot be known: the versions have gone back or have a gap,
    a row is gone, or more than `MOST_CHANGES` rows have changed.
    """
    held = int(snapshot.version)
    with _one_view():
        version = snapshot_version()
        if version == held:
            return snapshot
        changes = _changes(held, version)
        if changes is None or _some_are_gone(changes):
            return _load(version)
        return _copied(_changed(snapshot, changes), {"version": str(version)})


@contextmanager
def _one_view() -> Iterator[None]:
    """Let every query inside see the one state of the register that the first one sees."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _load(version: int) -> Snapshot:
    return Snapshot(
        version=str(version),
        certificates=MappingProxyType(dict(_certificates(Q()))),
        user_ids=MappingProxyType(dict(_user_ids(Q()))),
        eligibility=_eligibility(),
        enforced_from=_enforced_from(),
    )


def _changes(held: int, version: int) -> Changes | None:
    """Return what changed after `held` until `version`; None where it is not known whole."""
    if version < held:
        return None
    rows = rows_of(
        SnapshotChange.objects.filter(version__gt=held)
        .order_by("version")
        .values_list("version", "subject", "subject_id")[: MOST_CHANGES + 1]
    )
    changes: dict[str, set[str]] = {}
    for _, subject, subject_id in rows:
        changes.setdefault(subject, set()).add(subject_id)
    # Each version changed something, so one that is missing means that old changes were cleared.
    versions = {row[0] for row in rows}
    if (
        len(rows) > MOST_CHANGES
        or len(versions) != version - held
        or not changes.keys() <= _SUBJECTS
    ):
        return None
    return {subject: frozenset(keys) for subject, keys in changes.items()}


def _some_are_gone(changes: Changes) -> bool:
    return any(
        rows.filter(pk__in=changes[subject]).count() != len(changes[subject])
        for subject, rows in _READ_BY_ROW.items()
        if subject in changes
    )


def _changed(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """Return the snapshot with the changed rows, and those that repeat them, read again."""
    of_parties = Q(party__in=changes.get(_PARTY, ()))
    changed: dict[str, object] = {}
    if changes.keys() & {_CERTIFICATE, _PARTY}:
        fresh = dict(_certificates(of_parties | Q(pk__in=changes.get(_CERTIFICATE, ()))))
        certificates = {**snapshot.certificates, **fresh}
        changed["certificates"] = MappingProxyType(certificates)
        changed["shared_keys"] = _shared_keys(snapshot, certificates.values(), fresh.values())
    if changes.keys() & {_USER_ID, _NOTIFICATION, _PARTY}:
        notified = SigningNotification.objects.filter(pk__in=changes.get(_NOTIFICATION, ()))
        of_rows = Q(pk__in=changes.get(_USER_ID, ())) | Q(pk__in=notified.values("user_id"))
        user_ids = {**snapshot.user_ids, **dict(_user_ids(of_parties | of_rows))}
        changed["user_ids"] = MappingProxyType(user_ids)
    if changes.keys() & _ELIGIBILITY:
        changed["eligibility"] = _eligibility()
    if _ENFORCEMENT in changes:
        changed["enforced_from"] = _enforced_from()
    return _copied(snapshot, changed)


def _shared_keys(
    snapshot: Snapshot,
    certificates: Iterable[SnapshotCertificate],
    fresh: Iterable[SnapshotCertificate],
) -> Mapping[bytes, frozenset[KeyHolder]]:
    """Return which keys are shared, looking only at those of the certificates that changed."""
    keys = {certificate.public_key for certificate in fresh}
    shared = find_shared_keys(c for c in certificates if c.public_key in keys)
    unchanged = {key: who for key, who in snapshot.shared_keys.items() if key not in keys}
    return {**unchanged, **shared}


def _copied(snapshot: Snapshot, changed: Mapping[str, object]) -> Snapshot:
    """Return a copy with some fields changed.

    Not `dataclasses.replace`, which would work out the shared keys of 100,000 certificates anew
    for each change of one. Nobody else has the copy yet while its fields are set.
    """
    made = copy(snapshot)
    for name, value in changed.items():
        object.__setattr__(made, name, value)
    return made


def _certificates(which: Q) -> Iterator[tuple[CertificateId, SnapshotCertificate]]:
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
        )
    )
    # Many certificates share these texts; each is kept once.
    kept: dict[str, str] = {}
    keep = kept.setdefault
    for issuer, serial, eui64, role, start, end, revoked, key, name, reference, mpids in rows:
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
        )
        yield (certificate.issuer, certificate.serial), certificate


def _user_ids(which: Q) -> Iterator[tuple[Eui64, SnapshotUserId]]:
    rows = rows_of(
        UserId.objects.filter(which).values_list(
            "eui64", "party__name", "party__reference", "party__category", "user_roles"
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
    for eui64, name, reference, category, roles in rows:
        yield (
            Eui64(eui64),
            SnapshotUserId(
                eui64=Eui64(eui64),
                party=name,
                party_reference=reference,
                category=PartyCategory(category),
                user_roles=frozenset(UserRole(role) for role in roles),
                notifications=tuple(notifications.get(eui64, ())),
            ),
        )


def _eligibility() -> Mapping[str, tuple[Eligibility, ...]]:
    codes = rows_of(ServiceReferenceVariant.objects.order_by("pk").values_list("code"))
    rows = rows_of(
        ServiceRequestEligibility.objects.order_by("user_role", "valid_from").values_list(
            "service_reference_variant", "user_role", "valid_from", "valid_until"
        )
    )
    eligible: dict[str, list[Eligibility]] = {code: [] for (code,) in codes}
    for code, role, valid_from, valid_until in rows:
        eligibility = Eligibility(
            user_role=UserRole(role), valid_from=valid_from, valid_until=valid_until
        )
        eligible.setdefault(code, []).append(eligibility)
    return MappingProxyType({code: tuple(found) for code, found in eligible.items()})


def _enforced_from() -> datetime | None:
    newest = EnforcementMoment.objects.order_by("-pk").values_list("enforced_from", flat=True)
    return newest.first()
