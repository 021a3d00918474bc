"""Findings as they are kept with what they are about, in JSON, and read back with their types.

A finding that was stored before findings had values has none, and keeps the sentence that it was
stored with.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from rules.findings import Finding, Value, Verdict

_MOMENT: Final = "moment"
"""The one key of an object that is a moment, which JSON would else not tell from a text."""


def stored(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is stored: as the API has it, and its values."""
    values = {name: _written(value) for name, value in finding.values.items()}
    return {**finding.as_dict(), "values": values}


def restored(item: Mapping[str, Any]) -> Finding:
    """Return a finding from what `stored` made of it.

    Raises:
        KeyError: A part of a finding is absent.
        ValueError: The verdict is not one, or a moment cannot be read.
    """
    values: dict[str, Any] = item.get("values", {})
    return Finding(
        rule=item["rule"],
        verdict=Verdict(item["verdict"]),
        reason=item["reason"],
        cites=item["cites"],
        says=item["says"],
        values={name: _read(value) for name, value in values.items()},
    )


def _written(value: Value) -> Any:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    return value


def _read(value: Any) -> Value:
    if isinstance(value, dict):
        return datetime.fromisoformat(value[_MOMENT])
    if isinstance(value, list):
        return tuple(_read(each) for each in value)
    read: Value = value
    return read
