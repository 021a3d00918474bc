"""Bodies of the feed of up to a megabyte that are built to cost as much as they can, signed."""

import gzip
import json
from collections.abc import Callable
from functools import cache

from rules.feed.refusals import FeedReason as R
from tests.attacks.feed.making import LINES, Attack, signed, wrapped
from tests.attacks.feed.taking import Sent

_MEGABYTE = 1_000_000
_FIRST = LINES.splitlines(keepends=True)[0]
_CERTIFICATE = LINES.splitlines(keepends=True)[1]


def _unpacked(octets: bytes) -> Sent:
    """Return a body of some octets, compressed as well as it can be."""
    return signed(gzip.compress(octets, compresslevel=9, mtime=0))()


def _plain(octets: bytes) -> Callable[[], Sent]:
    """Return what makes a body of some octets, not made smaller at all."""
    return signed(wrapped(octets))


def _header(**members: object) -> bytes:
    return json.dumps({**json.loads(_FIRST), **members}).encode() + b"\n"


def _filled(unit: bytes) -> bytes:
    return unit * (_MEGABYTE // len(unit))


def _line(content: bytes) -> bytes:
    return _FIRST + b'{"kind":"certificate","mpids":' + content + b"}\n{}\n"


LARGE: dict[str, Attack] = {
    "a gigabyte of zeros": Attack(cache(lambda: _unpacked(bytes(1 << 30))), R.LINE_TOO_LONG),
    "very many line feeds": Attack(cache(lambda: _unpacked(b"\n" * (1 << 26))), R.LINE_NOT_JSON),
    "line feeds behind the header": Attack(
        cache(lambda: _unpacked(_FIRST + b"\n" * (1 << 26))), R.LINE_NOT_JSON
    ),
    "a line without end": Attack(
        cache(lambda: _unpacked(_FIRST + b"a" * (1 << 26))), R.LINE_TOO_LONG
    ),
    "the same certificate again and again": Attack(
        cache(lambda: _unpacked(_FIRST + _CERTIFICATE * 100_000)), R.LINE_REPEATED
    ),
    "lists within each other": Attack(_plain(_line(b"[" * 900_000)), R.LINE_NOT_JSON),
    "objects within each other": Attack(
        _plain(_line(_filled(b'{"a":')[:900_000])), R.LINE_NOT_JSON
    ),
    "a list of lists": Attack(_plain(_line(b"[" + _filled(b"[],") + b"[]]")), R.LINE_MALFORMED),
    "a list of objects": Attack(_plain(_line(b"[" + _filled(b"{},") + b"{}]")), R.LINE_MALFORMED),
    "a list of texts": Attack(
        _plain(_line(b"[" + b",".join(b'"%06d"' % i for i in range(100_000)) + b"]")),
        R.LINE_MALFORMED,
    ),
    "an object of very many members": Attack(
        _plain(_line(b"{" + b",".join(b'"%06d":0' % i for i in range(90_000)) + b"}")),
        R.LINE_MALFORMED,
    ),
    "a number of a megabyte": Attack(_plain(_line(_filled(b"9"))), R.LINE_NOT_JSON),
    "a text of a megabyte": Attack(_plain(_line(b'"' + _filled(b"x") + b'"')), R.LINE_MALFORMED),
    "a text of a megabyte of references": Attack(
        _plain(_line(b'"' + _filled(b"\\u0041") + b'"')), R.LINE_MALFORMED
    ),
    "counts of very many kinds": Attack(
        _plain(_header(counts={f"{i:06}": 0 for i in range(80_000)}) + b"{}\n"), R.KIND_UNKNOWN
    ),
    "very many kinds that are ignorable": Attack(
        _plain(
            _header(
                counts={f"{i:06}": 0 for i in range(40_000)},
                ignorable=[f"{i:06}" for i in range(40_000)],
            )
            + b"{}\n"
        ),
        R.TRUNCATED,
    ),
    "a hundred thousand lines that are ignorable": Attack(
        _plain(_header(counts={"w": 10**9}, ignorable=["w"]) + _filled(b'{"kind":"w"}\n')),
        R.COUNTS_DIFFER,
    ),
    "a version of a megabyte": Attack(
        _plain(_header(version="9" * (_MEGABYTE - 10_000)) + b"{}\n"), R.COUNTS_DIFFER
    ),
    "a mark of a megabyte": Attack(
        _plain(_header(mark="x" * (_MEGABYTE - 10_000)) + b"{}\n"), R.COUNTS_DIFFER
    ),
    "a format of a megabyte": Attack(
        _plain(_header(format=["x"] * 190_000) + b"{}\n"), R.FORMAT_UNKNOWN
    ),
    "very many numbers": Attack(
        signed(b"".join(i.to_bytes(4, "big") for i in range(250_000))), R.NOT_GZIP
    ),
}
