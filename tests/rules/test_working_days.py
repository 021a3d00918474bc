"""Working Days: which days are, when a limit of so many ends, and what is late."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rules.time_limits import MOST_WORKING_DAYS, TIME_LIMITS, TimeLimit, limits_set
from rules.working_days import (
    WorkingCalendar,
    YearUnknownError,
    day_of,
    due_at,
    end_of_day,
    is_overdue,
    last_day,
)

pytestmark = pytest.mark.serves("RA-LIMITS")

# As GOV.UK has them for England and Wales.
CALENDAR = WorkingCalendar(
    years=frozenset({2026, 2027}),
    days_off={
        date(2026, 1, 1): "New Year's Day",
        date(2026, 4, 3): "Good Friday",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 5, 4): "Early May bank holiday",
        date(2026, 12, 25): "Christmas Day",
        date(2026, 12, 28): "Boxing Day, substitute",
        date(2027, 1, 1): "New Year's Day",
    },
)


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 4, 2), True),  # Maundy Thursday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 4), False),  # a Saturday
        (date(2026, 4, 5), False),  # a Sunday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),  # Christmas Day
        (date(2026, 12, 31), True),
    ],
)
def test_which_days_are_working_days(day, is_one) -> None:
    assert CALENDAR.is_working_day(day) is is_one


@pytest.mark.parametrize(
    ("since", "working_days", "ends"),
    [
        (date(2026, 11, 30), 1, date(2026, 12, 1)),  # the day itself does not count
        (date(2026, 12, 4), 1, date(2026, 12, 7)),  # from a Friday over a weekend
        (date(2026, 12, 5), 1, date(2026, 12, 7)),  # from a Saturday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Easter
        (date(2026, 4, 2), 10, date(2026, 4, 20)),
        (date(2026, 12, 23), 5, date(2027, 1, 4)),  # over the end of the year
        (date(2026, 5, 1), 20, date(2026, 6, 1)),  # over one bank holiday of those that are here
    ],
)
def test_the_last_day_of_a_limit(since, working_days, ends) -> None:
    assert last_day(CALENDAR, since=since, working_days=working_days) == ends


@pytest.mark.parametrize(
    ("since", "due"),
    [
        # In winter the day ends at midnight in UTC as well.
        (datetime(2026, 11, 30, 0, 0, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)),
        (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)),
        # In summer an hour before it: half past eleven in UTC is the next day already.
        (datetime(2026, 6, 1, 22, 30, tzinfo=UTC), datetime(2026, 6, 2, 23, tzinfo=UTC)),
        (datetime(2026, 6, 1, 23, 30, tzinfo=UTC), datetime(2026, 6, 3, 23, tzinfo=UTC)),
        # The clocks go forward and back on the Sunday between.
        (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 30, 23, tzinfo=UTC)),
        (datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 27, 0, tzinfo=UTC)),
    ],
)
def test_a_limit_ends_with_its_last_day_in_great_britain(since, due) -> None:
    assert due_at(CALENDAR, since=since, working_days=1) == due


def test_what_is_done_on_the_last_day_is_in_time_and_at_its_end_is_late() -> None:
    due = end_of_day(date(2026, 12, 1))
    assert not is_overdue(due - timedelta(microseconds=1), due=due)
    assert is_overdue(due, due=due)


def test_the_day_of_a_moment_is_that_of_great_britain() -> None:
    assert day_of(datetime(2026, 6, 1, 23, 30, tzinfo=UTC)) == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("since", "year"),
    [(date(2025, 6, 2), 2025), (date(2027, 12, 30), 2028), (date(2030, 1, 1), 2030)],
)
def test_a_year_that_is_not_known_is_an_error_that_names_it(since, year) -> None:
    with pytest.raises(YearUnknownError, match=f"days off of {year} are not known") as raised:
        last_day(CALENDAR, since=since, working_days=3)
    assert raised.value.year == year


@pytest.mark.parametrize("number", [0, -1])
def test_a_limit_has_one_working_day_at_least(number) -> None:
    with pytest.raises(ValueError, match=f"{number} Working Days are not a limit"):
        last_day(CALENDAR, since=date(2026, 12, 1), working_days=number)


def test_a_limit_has_the_number_that_is_set_and_else_its_own() -> None:
    assert limits_set({})[TimeLimit.NOMINATION] == TIME_LIMITS[TimeLimit.NOMINATION].working_days
    found = limits_set({"nomination": 3})
    assert found[TimeLimit.NOMINATION] == 3
    assert set(found) == set(TimeLimit) == set(TIME_LIMITS)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"nominazion": 3}, "`nominazion` is not a limit"),
        ({"nomination": 0}, "`nomination` is 0; it must be from 1"),
        ({"nomination": MOST_WORKING_DAYS + 1}, f"to {MOST_WORKING_DAYS}"),
    ],
)
def test_a_limit_that_cannot_be_is_named(given, says) -> None:
    with pytest.raises(ValueError, match=says):
        limits_set(given)
