"""The two bodies of the feed: a snapshot, and what makes one snapshot out of another."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from rules.feed.framing import Body, read_body, write_body, write_lines
from rules.feed.kinds import Kind
from rules.feed.lines import FORMATS, PRESENT
from rules.feed.refusals import FeedReason, FeedRefusedError
from rules.feed.values import Readers, in_utc
from rules.register.snapshot import WHOLES, Snapshot, SnapshotChange

SNAPSHOT_FORMAT = "smki-ra-snapshot"
CHANGES_FORMAT = "smki-ra-changes"

_SNAPSHOT_KINDS = {version: known.snapshot_kinds for version, known in FORMATS.items()}
_CHANGE_KINDS = {version: known.change_kinds for version, known in FORMATS.items()}
_VERSION = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SNAPSHOT_HEADER = frozenset({"version", "mark", "made_at"})
_CHANGES_HEADER = _SNAPSHOT_HEADER | {
    "after",
    "after_mark",
    "nonce",
    "confirmed_after",
    "certificates",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What makes the answer to one question for changes unlike every other."""

    made_at: datetime
    nonce: str | None
    """What the asker gave, so that nobody can give it an older answer."""
    confirmed_after: float
    """Seconds from the arrival of the question to the moment at which the register was last
    known to be so; negative where that was before. So whoever asked knows how fresh the answer
    is by its own clock alone."""
    certificates: tuple[str, ...]
    """The fingerprints of the certificates that sign the feed now and next. A follower that trusts
    others than these fetches the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBundle:
    """What has changed since a version, and how sure that is."""

    after: str
    after_mark: str
    change: SnapshotChange
    answer: Answer
    replaced: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    """By name, parts of the snapshot of which these are all the entries that there are now, as
    format 1 has them; they are in `change` only once it is known what is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLines:
    """The lines of a change, which are the same for everybody who asks."""

    counts: Mapping[str, int]
    lines: bytes


def write_snapshot(snapshot: Snapshot, *, made_at: datetime) -> Iterator[bytes]:
    """Return a snapshot as a body, in pieces."""
    kinds = PRESENT.snapshot_kinds.values()
    members = {kind: getattr(snapshot, kind.member) for kind in kinds}
    return write_body(
        SNAPSHOT_FORMAT,
        {"version": snapshot.version, "mark": snapshot.mark, "made_at": in_utc(made_at)},
        {kind.name: len(kind.entries(member)) for kind, member in members.items()},
        chain.from_iterable(
            write_lines(kind, kind.entries(member)) for kind, member in members.items()
        ),
    )


def read_snapshot(pieces: Iterable[bytes]) -> Snapshot:
    """Read a snapshot from the pieces of a body, whose signature has been verified.

    Raises:
        FeedRefusedError: It is not whole, or has something that is not understood.
    """
    body = read_body(
        pieces, name=SNAPSHOT_FORMAT, members=_SNAPSHOT_HEADER, formats=_SNAPSHOT_KINDS
    )
    kinds = _SNAPSHOT_KINDS[body.format_version]
    missing = kinds.keys() - body.found.keys()
    if missing:
        raise FeedRefusedError(
            FeedReason.HEADER_MALFORMED, f"the header does not count `{min(missing)}`"
        )
    version, mark, _ = _read_version(body.header)
    return Snapshot(
        version=version,
        mark=mark,
        **{kind.member: _assembled(kind, body) for kind in kinds.values()},
    )


def write_change_lines(change: SnapshotChange) -> ChangeLines:
    """Return the lines for what changed."""
    entries: dict[Kind, list[tuple[Any, Any]]] = {}
    for here, gone in zip(PRESENT.parts, PRESENT.gone, strict=True):
        for entry in getattr(change, here.member).items():
            entries.setdefault(gone if entry[1] is None else here, []).append(entry)
    for kind in PRESENT.wholes:
        if kind.member in change.wholes:
            entries[kind] = list(kind.entries(change.wholes[kind.member]))
    lines = chain.from_iterable(write_lines(kind, found) for kind, found in entries.items())
    return ChangeLines(
        counts={kind.name: len(found) for kind, found in entries.items()}, lines=b"".join(lines)
    )


def write_changes(
    lines: ChangeLines, *, after: tuple[str, str], until: tuple[str, str], answer: Answer
) -> bytes:
    """Return the answer to a question for changes, as a body.

    Args:
        lines: What changed.
        after: The version since which it changed, and its mark.
        until: The version that it leads to, and its mark.
        answer: What is this answer's alone.
    """
    header = {
        "after": after[0],
        "after_mark": after[1],
        "version": until[0],
        "mark": until[1],
        "made_at": in_utc(answer.made_at),
        "nonce": answer.nonce,
        "confirmed_after": round(answer.confirmed_after, 3),
        "certificates": answer.certificates,
    }
    return b"".join(write_body(CHANGES_FORMAT, header, lines.counts, [lines.lines]))


def read_changes(body: bytes) -> ChangeBundle:
    """Read the answer to a question for changes, whose signature has been verified.

    Raises:
        FeedRefusedError: It is not whole, or has something that is not understood.
    """
    read = read_body([body], name=CHANGES_FORMAT, members=_CHANGES_HEADER, formats=_CHANGE_KINDS)
    header, known = read.header, FORMATS[read.format_version]
    version, mark, made_at = _read_version(header)
    wholes = {
        kind.member: _assembled(kind, read) for kind in known.wholes if kind.name in read.found
    }
    return ChangeBundle(
        after=_version(header["after"]),
        after_mark=_text(header["after_mark"]),
        change=SnapshotChange(
            version=version,
            mark=mark,
            wholes={member: value for member, value in wholes.items() if member in WHOLES},
            **{
                here.member: _part(read, here, gone)
                for here, gone in zip(known.parts, known.gone, strict=True)
            },
        ),
        replaced={member: value for member, value in wholes.items() if member not in WHOLES},
        answer=Answer(
            made_at=made_at,
            nonce=None if header["nonce"] is None else _text(header["nonce"]),
            confirmed_after=_seconds(header["confirmed_after"]),
            certificates=_texts(header["certificates"]),
        ),
    )


def _part(body: Body, here: Kind, gone: Kind) -> Mapping[Any, Any]:
    found, lost = (body.found.get(kind.name, {}) for kind in (here, gone))
    if found.keys() & lost.keys():
        raise FeedRefusedError(FeedReason.LINE_REPEATED, f"a {here.name} is both here and gone")
    return {**lost, **found}


def _assembled(kind: Kind, body: Body) -> Any:
    try:
        return kind.assembled(body.found[kind.name])
    except ValueError as fault:
        raise FeedRefusedError(FeedReason.LINE_MALFORMED, f"{kind.name}: {fault}") from fault


def _read_version(header: Mapping[str, Any]) -> tuple[str, str, datetime]:
    try:
        made_at = Readers().moment(header["made_at"])
    except ValueError as fault:
        raise _malformed(f"{fault}") from fault
    return _version(header["version"]), _text(header["mark"]), made_at


def _version(value: Any) -> str:
    text = _text(value)
    if not _VERSION.fullmatch(text):
        raise _malformed(f"`{text:.40}` is no version")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _malformed("a text of the header is none")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _malformed("a list of the header is none")
    return tuple(_text(item) for item in value)


def _seconds(value: Any) -> float:
    if type(value) not in {int, float}:
        raise _malformed("`confirmed_after` is no number")
    return float(value)


def _malformed(says: str) -> FeedRefusedError:
    return FeedRefusedError(FeedReason.HEADER_MALFORMED, says)
