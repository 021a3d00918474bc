"""The values in the feed's lines: strict readers of texts, moments, numbers and keys.

Each raises a `ValueError` where a value is not spelled in the one way in which it is written.
"""

import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_EUI64 = re.compile(r"[0-9A-F]{2}(?:-[0-9A-F]{2}){7}", re.ASCII)
_TWO_HEX = re.compile(r"[0-9A-F]{2}", re.ASCII)
_SERIAL = re.compile(r"[1-9][0-9]{0,49}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z", re.ASCII
)
_POINT_OCTETS = 65
_UNCOMPRESSED = 4
_SHOWN = 60
_MOST_KEPT = 4_096


class Texts:
    """Reads texts that many lines have in common: each is checked once, and kept once."""

    def __init__(self, matches: Callable[[str], object] | None = None) -> None:
        self._matches = matches
        self._kept: dict[str, str] = {}

    def __call__(self, value: Any) -> str:
        """Return the text.

        Raises:
            ValueError: It is not a text, or not a text of this kind.
        """
        if type(value) is not str:
            raise ValueError("something is not text")
        kept = self._kept.get(value)
        if kept is not None:
            return kept
        if self._matches is not None and not self._matches(value):
            raise ValueError(f"`{value[:_SHOWN]}` is malformed")
        self._kept[value] = value
        return value


class Readers:
    """The readers of one body."""

    def __init__(self) -> None:
        self.text = Texts()
        self.eui64 = Texts(_EUI64.fullmatch)
        self.role = Texts(_TWO_HEX.fullmatch)
        self._moments: dict[str, datetime] = {}
        """Of the first few: where more than those are different, most are."""

    def moment(self, value: Any) -> datetime:
        """Read a moment in UTC, such as `2026-11-20T09:00:00Z`; a fraction has six digits.

        Raises:
            ValueError: It is not a moment, or is written otherwise.
        """
        if type(value) is not str:
            raise ValueError("a moment is not text")
        kept = self._moments.get(value)
        if kept is not None:
            return kept
        if not _MOMENT.fullmatch(value):
            raise ValueError(f"`{value[:_SHOWN]}` is no moment such as 2026-11-20T09:00:00Z")
        moment = datetime.fromisoformat(value)
        if len(self._moments) < _MOST_KEPT:
            self._moments[value] = moment
        return moment

    def moment_or_none(self, value: Any) -> datetime | None:
        """Read a moment, or null."""
        return None if value is None else self.moment(value)

    def texts(self, value: Any) -> tuple[str, ...]:
        """Read a list of texts."""
        if type(value) is not list:
            raise ValueError("something is not a list")
        return tuple(self.text(item) for item in value)

    @staticmethod
    def number(value: Any) -> int:
        """Read a whole number from 0."""
        if type(value) is not int or value < 0:
            raise ValueError(f"`{value!s:.{_SHOWN}}` is no whole number from 0")
        return value

    @staticmethod
    def objects(value: Any, *, members: int) -> list[dict[str, Any]]:
        """Read a list of objects, each with so many members."""
        if type(value) is not list or any(
            type(item) is not dict or len(item) != members for item in value
        ):
            raise ValueError("a list of objects is malformed")
        return value

    @staticmethod
    def serial(value: Any) -> int:
        """Read a serial number, which is in decimal."""
        if type(value) is not str or not _SERIAL.fullmatch(value):
            raise ValueError(f"`{str(value)[:_SHOWN]}` is no serial number")
        return int(value)

    @staticmethod
    def point(value: Any) -> bytes:
        """Read an uncompressed point in base64. Whether it is on the curve shows on first use."""
        if type(value) is not str:
            raise ValueError("a public key is not text")
        octets = binascii.a2b_base64(value, strict_mode=True)
        if binascii.b2a_base64(octets, newline=False) != value.encode():
            raise ValueError("the base64 of a public key ends in bits that stand for nothing")
        if len(octets) != _POINT_OCTETS or octets[0] != _UNCOMPRESSED:
            raise ValueError("a public key is no uncompressed point of P-256")
        return octets


def is_number(value: Any, number: int) -> bool:
    """Tell whether a value of JSON is this whole number; `true` and `1.0` are no 1."""
    return type(value) is int and value == number


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment as it is to be written, in UTC."""
    return moment if moment is None or moment.tzinfo is UTC else moment.astimezone(UTC)
