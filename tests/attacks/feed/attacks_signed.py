"""What the register signs and must not: bodies that are not whole, or not of the one form.

Whoever stole its key sends these, or a register with a fault.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from rules.feed.refusals import FeedReason as R
from tests.attacks.feed.making import BODY, LINES, Attack, flipped, packed, signed, wrapped
from tests.attacks.feed.taking import Sent
from tests.rules.feed.picture import (
    SUPPLIER,
)
from tests.rules.feed.test_refusals import altered, documents, sealed


def _with(alter: Callable[[list], object]) -> Callable[[], Sent]:
    return signed(packed(altered(alter, LINES)))


def _member(line: int, name: str, value: object) -> Callable[[], Sent]:
    return _with(lambda lines: lines[line].__setitem__(name, value))


def _replaced(old: bytes, new: bytes) -> Callable[[], Sent]:
    """Return what makes a body with one text in its lines replaced, and the right end."""
    lines = b"".join(LINES.splitlines(keepends=True)[:-1])
    assert lines.count(old), old
    body = lines.replace(old, new, 1)
    end = json.loads(sealed([]).decode())
    end["lines"] = body.count(b"\n")
    end["sha256"] = sha256(body).hexdigest()
    return signed(packed(body + json.dumps(end).encode() + b"\n"))


_ON_P256 = b64encode(b"\x04" + bytes(64)).decode()

BROKEN: dict[str, Attack] = {
    "cut off within gzip": Attack(signed(BODY[:-9]), R.TRUNCATED),
    "with another gzip checksum": Attack(signed(flipped(BODY, -5)), R.NOT_GZIP),
    "in two members of gzip": Attack(
        signed(packed(LINES[:500]) + packed(LINES[500:])), R.GOES_ON_AFTER_THE_END
    ),
    "with zeros behind it": Attack(signed(BODY + bytes(9)), R.GOES_ON_AFTER_THE_END),
    "compressed twice": Attack(signed(packed(wrapped(LINES))), R.LINE_NOT_JSON),
    "with half of its lines": Attack(signed(packed(LINES[: len(LINES) // 2])), R.TRUNCATED),
    "with no end": Attack(
        signed(packed(b"".join(LINES.splitlines(keepends=True)[:-1]))), R.COUNTS_DIFFER
    ),
    "with the end of other lines": Attack(
        signed(packed(sealed(documents(LINES)[:-1], sha256="0" * 64))), R.DIGEST_DIFFERS
    ),
    "with two ends": Attack(
        signed(packed(LINES + LINES.splitlines(keepends=True)[-1])), R.LINE_MALFORMED
    ),
    "with two headers": Attack(_with(lambda lines: lines.insert(1, lines[0])), R.LINE_MALFORMED),
    "with a revoked certificate left out": Attack(
        _with(lambda lines: lines.pop(2)), R.COUNTS_DIFFER
    ),
    "with a certificate twice": Attack(
        _with(lambda lines: lines.__setitem__(2, lines[1])), R.LINE_REPEATED
    ),
    "with a certificate of the same number but another key": Attack(
        _with(lambda lines: lines.__setitem__(2, {**lines[1], "public_key": _ON_P256})),
        R.LINE_REPEATED,
    ),
    "of a newer format": Attack(_member(0, "format_version", 3), R.FORMAT_UNKNOWN),
    "of a format by a text": Attack(_member(0, "format_version", "1"), R.FORMAT_UNKNOWN),
    "of a format that is true": Attack(_member(0, "format_version", value=True), R.FORMAT_UNKNOWN),
    "of a format with a fraction": Attack(_member(0, "format_version", 1.0), R.FORMAT_UNKNOWN),
    "with a number of lines with a fraction": Attack(
        signed(packed(sealed(documents(LINES)[:-1], lines=float(len(documents(LINES)) - 1)))),
        R.DIGEST_DIFFERS,
    ),
    "with a kind of lines that nobody knows": Attack(
        _with(lambda lines: lines[0]["counts"].update(ban=0)), R.KIND_UNKNOWN
    ),
    "that calls certificates ignorable and has none": Attack(
        _with(
            lambda lines: (
                lines[0]["counts"].pop("certificate"),
                lines[0].update(ignorable=["certificate"]),
                lines.pop(1),
                lines.pop(1),
            )
        ),
        R.HEADER_MALFORMED,
    ),
    "with a version below zero": Attack(_member(0, "version", "-1"), R.HEADER_MALFORMED),
    "with a version in Arabic digits": Attack(
        _member(0, "version", "\u0664\u0661\u0669"), R.HEADER_MALFORMED
    ),
    "with a version of a thousand digits": Attack(
        _member(0, "version", "9" * 1_000), R.HEADER_MALFORMED
    ),
    "with a count below zero": Attack(
        _with(lambda lines: lines[0]["counts"].update(certificate=-2)), R.HEADER_MALFORMED
    ),
    "with a count of one and a half": Attack(
        _with(lambda lines: lines[0]["counts"].update(certificate=1.5)), R.HEADER_MALFORMED
    ),
    "with a serial number as a number": Attack(_member(1, "serial", 7), R.LINE_MALFORMED),
    "with a serial number of zero": Attack(_member(1, "serial", "0"), R.LINE_MALFORMED),
    "with a serial number of five thousand digits": Attack(
        _member(1, "serial", "9" * 5_000), R.LINE_MALFORMED
    ),
    "with a User ID in lower case": Attack(
        _member(1, "eui64", SUPPLIER.lower()), R.LINE_MALFORMED
    ),
    "with a User ID and a line feed": Attack(
        _member(1, "eui64", f"{SUPPLIER}\n"), R.LINE_MALFORMED
    ),
    "with a moment without a zone": Attack(
        _member(1, "not_after", "2026-11-21T09:00:00"), R.LINE_MALFORMED
    ),
    "with a moment of another zone": Attack(
        _member(1, "not_after", "2026-11-21T09:00:00+14:00"), R.LINE_MALFORMED
    ),
    "with a leap second": Attack(
        _member(1, "not_after", "2026-12-31T23:59:60Z"), R.LINE_MALFORMED
    ),
    "with a moment in the year zero": Attack(
        _member(1, "not_before", "0000-01-01T00:00:00Z"), R.LINE_MALFORMED
    ),
    "with a moment as a number": Attack(_member(2, "revoked_at", 0), R.LINE_MALFORMED),
    "with a key of no octets": Attack(_member(1, "public_key", ""), R.LINE_MALFORMED),
    "with the point at infinity": Attack(_member(1, "public_key", "AA=="), R.LINE_MALFORMED),
    "with a compressed key": Attack(
        _member(1, "public_key", b64encode(b"\x02" + bytes(32)).decode()), R.LINE_MALFORMED
    ),
    "with a key spelled in another way": Attack(
        _member(1, "public_key", _ON_P256.replace("A=", "B=")), R.LINE_MALFORMED
    ),
    "with a role that is none": Attack(
        _member(
            3, "user_roles", [{"user_role": "Officer", "valid_from": None, "valid_until": None}]
        ),
        R.LINE_MALFORMED,
    ),
    "with a role twice in another spelling": Attack(
        _member(3, "user_roles", [{"user_role": "is", "valid_from": None, "valid_until": None}]),
        R.LINE_MALFORMED,
    ),
    "with a member more": Attack(_member(1, "is_admin", value=True), R.LINE_MALFORMED),
    "with an infinite number": Attack(
        _replaced(b'"quarantine":0', b'"quarantine":1e999'), R.LINE_NOT_JSON
    ),
    "with no number": Attack(_replaced(b'"quarantine":0', b'"quarantine":NaN'), R.LINE_NOT_JSON),
    "with a number below zero": Attack(
        _replaced(b'"quarantine":0', b'"quarantine":-1'), R.LINE_MALFORMED
    ),
    "with a number that is true": Attack(
        _replaced(b'"quarantine":0', b'"quarantine":true'), R.LINE_MALFORMED
    ),
    "with half of a character": Attack(_replaced(b'"Northwind', b'"\\ud800'), R.LINE_NOT_JSON),
    "with what is not UTF-8": Attack(_replaced(b"Northwind", b"\xc0\x80"), R.LINE_NOT_JSON),
    "with a zero octet": Attack(_replaced(b"Northwind", b"\0"), R.LINE_NOT_JSON),
    "with a byte order mark": Attack(
        _replaced(b'{"kind"', b'\xef\xbb\xbf{"kind"'), R.LINE_NOT_JSON
    ),
    "with carriage returns in a text": Attack(_replaced(b"Northwind", b"\r"), R.LINE_NOT_JSON),
}
