"""Moments as people in Great Britain read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

GREAT_BRITAIN = ZoneInfo("Europe/London")


def moment_words(at: datetime) -> str:
    """Return a moment as `20 November 2026 at 09:05:07 GMT`."""
    return f"{date_words(at)} at {time_words(at)}"


def date_words(at: datetime) -> str:
    """Return the date of a moment in Great Britain as `20 November 2026`."""
    local = at.astimezone(GREAT_BRITAIN)
    return f"{local.day} {local:%B %Y}"


def time_words(at: datetime) -> str:
    """Return the time of a moment in Great Britain as `09:05:07 GMT`."""
    return f"{at.astimezone(GREAT_BRITAIN):%H:%M:%S %Z}"
