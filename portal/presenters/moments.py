"""Moments as people in Great Britain read them."""

from datetime import UTC, datetime, timedelta

from rules.periods import GREAT_BRITAIN


def moment_words(at: datetime) -> str:
    """Return a moment as `20 November 2026 at 09:05:07 GMT`."""
    return f"{date_words(at)} at {time_words(at)}"


def utc_words(at: datetime) -> str:
    """Return a moment in UTC, in which a certificate's validity is always told.

    As `20 November 2026 at 09:05:07 UTC`.
    """
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y} at {utc:%H:%M:%S} UTC"


def sentence_words(at: datetime) -> str:
    """Return a moment for a sentence, as `09:05:07 GMT on 20 November 2026`."""
    return f"{time_words(at)} on {date_words(at)}"


def validity_words(at: datetime) -> str:
    """Return a moment for a sentence in UTC, in which a certificate's validity is always told.

    As `09:05:07 UTC on 20 November 2026`.
    """
    utc = at.astimezone(UTC)
    return f"{utc:%H:%M:%S} UTC on {utc.day} {utc:%B %Y}"


def date_words(at: datetime) -> str:
    """Return the date of a moment in Great Britain as `20 November 2026`."""
    local = at.astimezone(GREAT_BRITAIN)
    return f"{local.day} {local:%B %Y}"


def time_words(at: datetime) -> str:
    """Return the time of a moment in Great Britain as `09:05:07 GMT`."""
    return f"{at.astimezone(GREAT_BRITAIN):%H:%M:%S %Z}"


def minute_words(at: datetime) -> str:
    """Return the first whole minute that is not before a moment, as `09:06 GMT`."""
    begun = at.replace(second=0, microsecond=0)
    minute = begun if begun == at else begun + timedelta(minutes=1)
    return f"{minute.astimezone(GREAT_BRITAIN):%H:%M %Z}"
