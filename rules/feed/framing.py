"""What holds the lines together: a header before them, an end after them, and every one counted.

A body is lines of JSON in UTF-8, each ended by a line feed. The header says of which format and
version the body is, and how many lines of which kind follow. The end says how many lines came
before it and what their SHA-256 is, so that whoever keeps a body without its signature sees too
that it is whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from rules.feed.kinds import Entry, Kind, Line
from rules.feed.refusals import FeedReason, FeedRefusedError
from rules.feed.values import Readers, is_number

FORMAT_VERSION = 2
"""Of what is written. Raised with every change after which an older follower could misunderstand a
body."""

MOST_LINE = 1 << 20
"""Octets of one line."""

_PIECE = 1 << 16
_HEADER, _END = "header", "end"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
_END_MEMBERS = frozenset({"kind", "lines", "sha256"})
_FRAME_MEMBERS = frozenset({"kind", "format", "format_version", "counts", "ignorable"})
_NEEDED = frozenset({"format_version", "counts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a body says."""

    header: Line
    """Its own members: those that every header has are checked and taken out."""
    format_version: int
    found: Mapping[str, dict[Any, Any]]
    """By the name of each kind that the header counts, what its lines say."""


def write_lines(kind: Kind, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Return the lines for some entries of one kind."""
    write, name = kind.write, kind.name
    for entry in entries:
        yield orjson.dumps({"kind": name, **write(entry)}, option=_OPTIONS)


def write_body(
    name: str, header: Mapping[str, Any], counts: Mapping[str, int], lines: Iterable[bytes]
) -> Iterator[bytes]:
    """Return a body in pieces.

    Args:
        name: The name of its format.
        header: What its header says beside.
        counts: How many lines of each kind there are.
        lines: The lines.
    """
    first = {
        "kind": _HEADER,
        "format": name,
        "format_version": FORMAT_VERSION,
        **header,
        "counts": counts,
        "ignorable": [],
    }
    digest = sha256()
    gathered = [orjson.dumps(first, option=_OPTIONS)]
    size = len(gathered[0])
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size > _PIECE:
            piece = b"".join(gathered)
            digest.update(piece)
            yield piece
            gathered, size = [], 0
    piece = b"".join(gathered)
    digest.update(piece)
    end = {"kind": _END, "lines": 1 + sum(counts.values()), "sha256": digest.hexdigest()}
    yield piece + orjson.dumps(end, option=_OPTIONS)


def read_body(
    pieces: Iterable[bytes],
    *,
    name: str,
    members: frozenset[str],
    formats: Mapping[int, Mapping[str, Kind]],
) -> Body:
    """Read a body, all of it or nothing.

    Args:
        pieces: Its octets, cut anywhere.
        name: The name of the format that it must have.
        members: What its header must have beside what every header has.
        formats: By each version of the format that is read, the kinds of lines that it has.

    Raises:
        FeedRefusedError: It is not whole, or has something that is not understood.
    """
    lines = _Lines(pieces)
    each = iter(lines)
    header = _read_header(next(each, None), name=name, members=members, formats=formats)
    counts, version = header.pop("counts"), header.pop("format_version")
    found = _read_lines(each, formats[version], counts)
    _check_end(lines)
    return Body(header=header, format_version=version, found=found)


class _Lines:
    """Cuts pieces into lines, and keeps the last one back: it is the end."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._digest = sha256()
        self.count = 0
        self.last: bytes | None = None

    @property
    def sha256(self) -> str:
        """Of every line that was given out."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        rest = b""
        for piece in self._pieces:
            whole, newline, rest = (rest + piece).rpartition(b"\n")
            _require_short(rest)
            if not newline:
                continue
            if self.last is not None:
                whole = self.last + b"\n" + whole
            before, several, self.last = whole.rpartition(b"\n")
            if several:
                self._digest.update(before + b"\n")
                lines = before.split(b"\n")
                self.count += len(lines)
                yield from lines
        if rest:
            raise FeedRefusedError(FeedReason.TRUNCATED, "the last line breaks off")


def _read_header(
    line: bytes | None,
    *,
    name: str,
    members: frozenset[str],
    formats: Mapping[int, Mapping[str, Kind]],
) -> Line:
    if line is None:
        raise FeedRefusedError(FeedReason.TRUNCATED, "there is no header with an end after it")
    header = _object(line)
    if header.get("kind") != _HEADER:
        raise FeedRefusedError(FeedReason.HEADER_MALFORMED, "the first line is no header")
    # Before its other members, which another version may have changed.
    version = header.get("format_version")
    kinds = next((of for each, of in formats.items() if is_number(version, each)), None)
    if header.get("format") != name or kinds is None:
        raise FeedRefusedError(
            FeedReason.FORMAT_UNKNOWN,
            f"the format is {header.get('format')!s:.60} {version!s:.20}, not {name} "
            f"{' or '.join(map(str, formats))}",
        )
    if header.keys() != members | _FRAME_MEMBERS:
        raise FeedRefusedError(FeedReason.HEADER_MALFORMED, "the header has other members")
    counts, ignorable = header["counts"], header["ignorable"]
    if not _are_counts(counts) or not _are_texts(ignorable):
        raise FeedRefusedError(FeedReason.HEADER_MALFORMED, "the header's counts are malformed")
    unknown = counts.keys() - kinds.keys() - set(ignorable)
    if unknown:
        raise FeedRefusedError(
            FeedReason.KIND_UNKNOWN,
            f"it has lines of the kind `{min(unknown):.60}`, which is not known: "
            "this follower must be brought up to date",
        )
    return {n: v for n, v in header.items() if n not in _FRAME_MEMBERS or n in _NEEDED}


def _read_lines(
    lines: Iterator[bytes], kinds: Mapping[str, Kind], counts: Mapping[str, int]
) -> dict[str, dict[Any, Any]]:
    """Return what the lines say, by kind."""
    reading = _Reading(kinds, counts)
    line = b""
    try:
        for line in lines:
            reading.take(line)
    except FeedRefusedError:
        raise
    except orjson.JSONDecodeError as fault:
        raise FeedRefusedError(FeedReason.LINE_NOT_JSON, _shown(line)) from fault
    except (ValueError, KeyError, TypeError) as fault:
        says = f"{fault!s:.80}: {_shown(line)}"
        raise FeedRefusedError(FeedReason.LINE_MALFORMED, says) from fault
    if reading.seen != dict(counts):
        raise FeedRefusedError(
            FeedReason.COUNTS_DIFFER, "there are not as many lines as the header says"
        )
    return reading.found


class _Reading:
    """What was read of the lines between header and end so far."""

    def __init__(self, kinds: Mapping[str, Kind], counts: Mapping[str, int]) -> None:
        self.seen = dict.fromkeys(counts, 0)
        self.found: dict[str, dict[Any, Any]] = {name: {} for name in counts if name in kinds}
        self._known = {
            name: (kinds[name].read, kinds[name].members, into)
            for name, into in self.found.items()
        }
        self._readers = Readers()

    def take(self, line: bytes) -> None:
        _require_short(line)
        members = orjson.loads(line)
        name = members["kind"]
        self.seen[name] += 1
        known = self._known.get(name)
        if known is None:
            return  # ignorable, as the header said
        read, size, into = known
        if size is not None and len(members) != size:
            raise ValueError("it has other members")
        key, value = read(members, self._readers)
        if key in into:
            raise FeedRefusedError(FeedReason.LINE_REPEATED, _shown(line))
        into[key] = value


def _check_end(lines: _Lines) -> None:
    end = _object(lines.last or b"")
    if end.get("kind") != _END or end.keys() != _END_MEMBERS:
        raise FeedRefusedError(FeedReason.TRUNCATED, "the last line is no end")
    if not is_number(end["lines"], lines.count) or end["sha256"] != lines.sha256:
        raise FeedRefusedError(FeedReason.DIGEST_DIFFERS, "the end is that of other lines")


def _object(line: bytes) -> Line:
    try:
        read = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise FeedRefusedError(FeedReason.LINE_NOT_JSON, _shown(line)) from fault
    if not isinstance(read, dict):
        raise FeedRefusedError(FeedReason.LINE_NOT_JSON, f"no object: {_shown(line)}")
    return read


def _require_short(line: bytes) -> None:
    if len(line) > MOST_LINE:
        raise FeedRefusedError(FeedReason.LINE_TOO_LONG, f"a line has over {MOST_LINE} octets")


def _are_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(type(n) is int and n >= 0 for n in value.values())


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _shown(line: bytes) -> str:
    return line[:120].decode("utf-8", "replace")
