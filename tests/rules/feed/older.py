"""What a portal of before November 2026 would write of a register: format 1."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from rules.feed.bundles import Answer, write_change_lines, write_changes, write_snapshot
from rules.feed.lines import FORMATS, PRESENT
from rules.register.arrangements import HeldRole
from rules.register.snapshot import PARTS, WHOLES, Snapshot, SnapshotChange, SnapshotUserId
from tests.rules.feed.picture import AT

_KINDS = FORMATS[1].snapshot_kinds
_BY_ROW = frozenset({"certificates", "user_ids"})
"""The members of which format 1 has those that changed alone."""
_NEVER_WRITTEN = {
    "instructions": {},
    "thresholds": {},
    "resource_providers": {},
    "inactive_parties": {},
}


def without_what_format_1_cannot_say(snapshot: Snapshot) -> Snapshot:
    """Return a register without what no portal of that time had."""
    users = {
        eui64: replace(user, user_roles=_without_terms(user), valid_from=None, valid_until=None)
        for eui64, user in snapshot.user_ids.items()
    }
    return replace(snapshot, user_ids=users, **_NEVER_WRITTEN)


def _without_terms(user: SnapshotUserId) -> tuple[HeldRole, ...]:
    return tuple(
        HeldRole(user_role=role) for role in sorted({h.user_role for h in user.user_roles})
    )


def write_snapshot_1(snapshot: Snapshot) -> bytes:
    """Return a register that format 1 can say as a body in it."""
    return _in_format_1(write_snapshot(snapshot, made_at=AT), counts=dict.fromkeys(_KINDS, 0))


def write_changes_1(before: Snapshot, after: Snapshot, answer: Answer) -> bytes:
    """Return what makes one register of another as a body in format 1."""
    differing = {
        member for member in PARTS | WHOLES if getattr(before, member) != getattr(after, member)
    }
    change = SnapshotChange(
        version=after.version,
        mark=after.mark,
        wholes={name: getattr(after, name) for name in WHOLES & differing},
        **{
            part: _changed(before, after, part) if part in _BY_ROW else getattr(after, part)
            for part in PARTS & differing
        },
    )
    body = write_changes(
        write_change_lines(change),
        after=(before.version, before.mark),
        until=(after.version, after.mark),
        answer=answer,
    )
    told = {kind.name for kind in PRESENT.parts if kind.member in differing - _BY_ROW}
    return _in_format_1([body], counts=dict.fromkeys(told, 0))


def _changed(before: Snapshot, after: Snapshot, part: str) -> dict[Any, Any]:
    was, now = getattr(before, part), getattr(after, part)
    return {key: now.get(key) for key in {**was, **now} if was.get(key) != now.get(key)}


def _in_format_1(pieces: Iterable[bytes], *, counts: dict[str, int]) -> bytes:
    lines = [json.loads(line) for line in b"".join(pieces).splitlines()][:-1]
    header = lines[0]
    known = {name: n for name, n in header["counts"].items() if name in FORMATS[1].change_kinds}
    header["format_version"], header["counts"] = 1, {**counts, **known}
    for line in lines[1:]:
        _OLDER.get(line["kind"], _the_same)(line)
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    end = {"kind": "end", "lines": len(lines), "sha256": sha256(body).hexdigest()}
    return body + json.dumps(end).encode() + b"\n"


def _the_same(line: dict[str, Any]) -> None:
    pass


def _with_its_category(line: dict[str, Any]) -> None:
    line["category"] = "Supplier"
    line["user_roles"] = [held["user_role"] for held in line["user_roles"]]
    del line["valid_from"], line["valid_until"]


_OLDER: dict[str, Callable[[dict[str, Any]], None]] = {"user-id": _with_its_category}
