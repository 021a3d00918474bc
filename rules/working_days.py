"""Working Days, and when a time limit that is counted in them ends.

A Working Day is any day but a Saturday, a Sunday, Christmas Day, Good Friday or a bank holiday
under the Banking and Financial Dealings Act 1971 (SEC Section A). Which days these are is told to
the functions here: they follow from no formula, since bank holidays are proclaimed and moved.

Days are those of Great Britain. The day on which a limit begins is not counted, however early in
it that was; the limit ends with the end of its last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rules.periods import GREAT_BRITAIN

_SATURDAY = 5
_A_DAY = timedelta(days=1)


class YearUnknownError(ValueError):
    """A Working Day was asked for in a year whose days off are not known."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"The days off of {year} are not known, so Working Days in it cannot be counted."
        )
        self.year = year


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The days off of some years."""

    years: frozenset[int]
    """Those whose days off are all known."""
    days_off: Mapping[date, str]
    """Beside Saturdays and Sundays, each with its name."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is a Working Day.

        Raises:
            YearUnknownError: The days off of its year are not known.
        """
        if day.year not in self.years:
            raise YearUnknownError(day.year)
        return not is_weekend(day) and day not in self.days_off


def is_weekend(day: date) -> bool:
    """Tell whether a day is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def day_of(at: datetime) -> date:
    """Return the day in Great Britain on which a moment is."""
    return at.astimezone(GREAT_BRITAIN).date()


def end_of_day(day: date) -> datetime:
    """Return the moment at which a day ends in Great Britain: midnight, the next day's first."""
    return datetime.combine(day + _A_DAY, time.min, tzinfo=GREAT_BRITAIN)


def last_day(calendar: WorkingCalendar, *, since: date, working_days: int) -> date:
    """Return the last day of a limit, which is a Working Day.

    Args:
        calendar: The days off.
        since: The day on which it begins; the next Working Day is the first that counts.
        working_days: How many count, one at least.

    Raises:
        YearUnknownError: It reaches into a year whose days off are not known.
        ValueError: `working_days` is not positive.
    """
    if working_days < 1:
        raise ValueError(f"{working_days} Working Days are not a limit")
    day, left = since, working_days
    while left:
        day += _A_DAY
        left -= calendar.is_working_day(day)
    return day


def due_at(calendar: WorkingCalendar, *, since: datetime, working_days: int) -> datetime:
    """Return the moment at which a limit ends: what is done before it is in time.

    Raises:
        YearUnknownError: It reaches into a year whose days off are not known.
        ValueError: `working_days` is not positive.
    """
    return end_of_day(last_day(calendar, since=day_of(since), working_days=working_days))


def is_overdue(at: datetime, *, due: datetime) -> bool:
    """Tell whether what was due by a moment, which is not a part of the limit, is late."""
    return at >= due
