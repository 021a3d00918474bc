"""Reads the snapshot that messages are decided by: whole, or what has changed since another.

Each reading is one read-only transaction that sees one state, so that the version and the content
of a snapshot agree. It needs a transaction of its own and refuses to be part of another.

A certificate that came back unlike its request is withheld, and is left out: to the checker it is
an unknown one. Were it in, a message signed with it would be processed while MP104 is monitored,
since that a certificate is not notified is only noted then (docs/decisions/0060).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from registry.feed.reads import snapshot_rows
from registry.feed.reads.raw_rows import rows_of
from registry.models import (
    OrganisationCertificate,
    Party,
    SigningNotification,
    SnapshotChange as ChangeRow,
    SnapshotVersion,
    UserId,
)
from rules.register.snapshot import (
    CertificateId,
    Snapshot,
    SnapshotCertificate,
    SnapshotChange as Change,
)

MOST_CHANGES = 10_000
"""Where more rows have changed, reading everything anew is as quick and has less to go wrong."""

Subjects = Mapping[str, frozenset[str]]
"""The keys of the rows that changed, by the subject that the database's triggers note."""

_PARTY, _USER_ID, _CERTIFICATE, _NOTIFICATION = "party", "user-id", "certificate", "notification"
_READ_BY_ROW = {
    _PARTY: Party.objects,
    _USER_ID: UserId.objects,
    _CERTIFICATE: OrganisationCertificate.objects,
    _NOTIFICATION: SigningNotification.objects,
}
_READ_BY_KEY: Mapping[str, tuple[str, Callable[[snapshot_rows.Keys], Mapping[Any, Any]]]] = {
    "party-standing": ("inactive_parties", snapshot_rows.inactive_parties),
    "service-reference-variant": ("eligibility", snapshot_rows.eligibility),
    "alert": ("safety_critical_alerts", snapshot_rows.safety_critical_alerts),
    "checkpoint": ("registration_switches", snapshot_rows.registration_switches),
}
"""By subject, the part of the snapshot of whose entries it notes what names them, and what reads
these entries; None for one that has no row any more."""
_READ_WHOLE: Mapping[str, tuple[str, Callable[[], Any]]] = {
    "enforcement": ("enforced_from", snapshot_rows.enforced_from),
    "notification-waiver": ("notification_waived_from", snapshot_rows.notification_waived_from),
    "all-alerts": ("all_alerts_from", snapshot_rows.all_alerts_from),
}
"""By subject, the member of the snapshot that it is part of, and what reads that."""
_SUBJECTS = frozenset({*_READ_BY_ROW, *_READ_BY_KEY, *_READ_WHOLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSince:
    """What has changed in the register since a version of it."""

    after: int
    after_mark: str
    """The mark of that version: whoever holds another one followed another history."""
    change: Change


def snapshot_version() -> int:
    """Return the version of the register as it is now; 0 where nothing was written yet."""
    return version_and_mark()[0]


def version_and_mark() -> tuple[int, str]:
    """Return the version of the register as it is now, and its mark."""
    rows = rows_of(SnapshotVersion.objects.values_list("version", "mark"))
    version, mark = rows[0] if rows else (0, None)
    return version, _written(mark)


def load_snapshot() -> Snapshot:
    """Read the whole register as far as decisions rest on it."""
    with _one_view():
        return _load(*version_and_mark())


def apply_changes(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot as it is now, reading only what changed since; or itself.

    Everything is read anew where that cannot be known: the versions have gone back, are those of
    another history or have a gap, a row is gone, or more than `MOST_CHANGES` rows have changed.
    """
    with _one_view():
        version, mark = version_and_mark()
        if (str(version), mark) == (snapshot.version, snapshot.mark):
            return snapshot
        since = _change_since(int(snapshot.version), version, mark)
        if since is None or since.after_mark != snapshot.mark:
            return _load(version, mark)
        return snapshot.changed(since.change)


def change_since(version: int) -> ChangeSince | None:
    """Return what has changed since a version, in one step to the register as it is now.

    None where that cannot be known: the register is not as far as that version or has cleared
    away what changed since, a row is gone, or more than `MOST_CHANGES` rows have changed.
    """
    with _one_view():
        return _change_since(version, *version_and_mark())


@contextmanager
def _one_view() -> Iterator[None]:
    """Let every query inside see the one state of the register that the first one sees."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _load(version: int, mark: str) -> Snapshot:
    return Snapshot(
        version=str(version),
        mark=mark,
        certificates=MappingProxyType(dict(snapshot_rows.certificates(Q()))),
        user_ids=MappingProxyType(dict(snapshot_rows.user_ids(Q()))),
        **read_arrangements(),
    )


def read_arrangements() -> dict[str, Any]:
    """Read what is arranged: the members of a snapshot beside certificates and User IDs."""
    return {
        **{part: read(None) for part, read in _READ_BY_KEY.values()},
        **{member: read() for member, read in _READ_WHOLE.values()},
    }


def _change_since(held: int, version: int, mark: str) -> ChangeSince | None:
    if version < held:
        return None
    after_mark = _mark_of(held)
    changed = _changed_rows(held, version)
    if after_mark is None or changed is None or _some_are_gone(changed):
        return None
    return ChangeSince(
        after=held,
        after_mark=after_mark,
        change=Change(version=str(version), mark=mark, **_read(changed)),
    )


def _mark_of(version: int) -> str | None:
    """Return a version's mark; None where what it changed is not known any more."""
    if version == 0:
        return ""
    marks = rows_of(ChangeRow.objects.filter(version=version).values_list("mark")[:1])
    return _written(marks[0][0]) if marks else None


def _written(mark: object) -> str:
    return "" if mark is None else str(mark)


def _changed_rows(held: int, version: int) -> Subjects | None:
    """Return what changed after `held` until `version`; None where it is not known whole."""
    rows = rows_of(
        ChangeRow.objects.filter(version__gt=held)
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


def _some_are_gone(changed: Subjects) -> bool:
    return any(
        rows.filter(pk__in=changed[subject]).count() != len(changed[subject])
        for subject, rows in _READ_BY_ROW.items()
        if subject in changed
    )


def _read(changed: Subjects) -> dict[str, Any]:
    """Read the rows that changed, and those that repeat what they have, as a change's members."""
    read: dict[str, Any] = {
        "wholes": {
            _READ_WHOLE[subject][0]: _READ_WHOLE[subject][1]()
            for subject in sorted(changed.keys() & _READ_WHOLE.keys())
        }
    }
    for subject in changed.keys() & _READ_BY_KEY.keys():
        part, read_entries = _READ_BY_KEY[subject]
        read[part] = read_entries(changed[subject])
    of_parties = Q(party__in=changed.get(_PARTY, ()))
    if changed.keys() & {_CERTIFICATE, _PARTY}:
        read["certificates"] = _certificates(of_parties | Q(pk__in=changed.get(_CERTIFICATE, ())))
    if changed.keys() & {_USER_ID, _NOTIFICATION, _PARTY}:
        notified = SigningNotification.objects.filter(pk__in=changed.get(_NOTIFICATION, ()))
        of_rows = Q(pk__in=changed.get(_USER_ID, ())) | Q(pk__in=notified.values("user_id"))
        read["user_ids"] = dict(snapshot_rows.user_ids(of_parties | of_rows))
    return read


def _certificates(which: Q) -> dict[CertificateId, SnapshotCertificate | None]:
    # One that has come to be withheld is in the snapshot no more.
    gone = dict.fromkeys(snapshot_rows.withheld_certificates(which))
    return {**gone, **dict(snapshot_rows.certificates(which))}
