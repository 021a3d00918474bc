"""The one decision on where periods begin and end. Every moment is aware and in UTC.

A certificate's validity includes both its ends (RFC 5280, 4.1.2.5): at `not_after` it is still
valid, just after it is not. Our own periods include their beginning and not their end, so that
one can follow another without a gap or an overlap; an end of None is no end.
"""

from datetime import UTC, datetime
from typing import Final, TypeGuard
from zoneinfo import ZoneInfo

GREAT_BRITAIN: Final = ZoneInfo("Europe/London")
"""The time in which people act and days are counted. Whatever is stored is in UTC."""

ALL_TIME: Final = datetime.max.replace(tzinfo=UTC)
"""Later than whatever is recorded."""


def known_by(at: datetime, *, is_about_now: bool) -> datetime:
    """Return up to which moment revocations and withdrawals count for a question about `at`.

    None is ever recorded for a later moment, so one that lies ahead of the clock was recorded
    before the clock was set back. A question about now takes all of them into account, a question
    about another moment those up to it.
    """
    return ALL_TIME if is_about_now else at


def counts(moment: datetime | None, *, by: datetime) -> TypeGuard[datetime]:
    """Return whether a revocation or a withdrawal counts in a question.

    Args:
        moment: When it was; it counts from then on. None: there was none.
        by: What `known_by` returns for the question.
    """
    return moment is not None and moment <= by


def utc_stamp(at: datetime) -> str:
    """Return a moment to the second, as messages have it: `2026-11-20 09:00:00 UTC`."""
    # Five times as fast as by a format.
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'seconds')} UTC"


def in_words(at: datetime) -> str:
    """Return a moment as findings say it: `1 September 2035, 23:59:59 UTC`."""
    return f"{day_in_words(at)}, {at.astimezone(UTC):%H:%M:%S} UTC"


def day_in_words(at: datetime) -> str:
    """Return the day of a moment in UTC: `1 September 2035`."""
    day = at.astimezone(UTC)
    return f"{day.day} {day:%B %Y}"


def years_after(at: datetime, years: int) -> datetime:
    """Return the same moment of the same day some years later; of 29 February the day after."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)


def is_within_validity(at: datetime, *, not_before: datetime, not_after: datetime) -> bool:
    """Return whether a certificate with these ends is within its validity at a moment."""
    return not_before <= at <= not_after


def has_expired(at: datetime, *, not_after: datetime) -> bool:
    """Return whether a certificate's validity has ended; one not yet valid has not expired."""
    return at > not_after


def is_within(at: datetime, *, start: datetime, end: datetime | None) -> bool:
    """Return whether a moment is in our own period `[start, end)`."""
    return start <= at and (end is None or at < end)
