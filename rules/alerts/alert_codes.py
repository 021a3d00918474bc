"""Codes of Alerts, and the safety-critical ones with which the list begins (MP134B 2.8)."""

import re
from dataclasses import dataclass
from typing import NewType

from rules.data import read_table
from rules.identifiers import IdentifierError

AlertCode = NewType("AlertCode", str)
"""An Alert code in four upper-case hexadecimal digits: `8F1F`."""

_ALERT_CODE = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAlert:
    """A safety-critical Alert of the list that MP134B 2.8 begins with."""

    code: AlertCode
    name: str


def published_alerts() -> tuple[PublishedAlert, ...]:
    """Return the list that MP134B 2.8 begins with, in its order."""
    return tuple(
        PublishedAlert(code=parse_alert_code(row["alert_code"]), name=row["alert_name"])
        for row in read_table("safety-critical-alerts.csv")
    )


def parse_alert_code(text: str) -> AlertCode:
    """Read an Alert code: four hexadecimal digits, with or without `0x`.

    Raises:
        IdentifierError: The text is none.
    """
    parsed = _ALERT_CODE.fullmatch(text.strip())
    if parsed is None:
        raise IdentifierError(f"`{text[:60]}` is not an Alert code such as 8F1F")
    return AlertCode(parsed[1].upper())
