"""Days off: computed ones, proclaimed ones, and what is taken back."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from govuk_bank_holidays.bank_holidays import BankHolidays

from registry.errors import ConflictError, NotFoundError, NotPermittedError, RefusedActError
from registry.models import DayOff, Event
from registry.working_days.acts.days_off import (
    FURTHEST,
    LONGEST_NAME,
    add_day_off,
    load_computed_days,
    take_back_day_off,
)
from registry.working_days.reads.computed import FIRST_YEAR, LIBRARY, computed_days
from registry.working_days.reads.days_off import days_off_of, known_years
from registry.working_days.reads.limits import (
    calendar,
    due,
    due_though_not_recorded,
    limits,
    runs_out_with,
)
from rules.duties import PersonRole
from rules.time_limits import TimeLimit
from rules.working_days import YearUnknownError
from tests.factories import AT, a_day_off, a_person
from tests.racing import outcomes, race

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-LIMITS")]

DAY = timedelta(days=1)
FUNERAL = date(2026, 9, 21)
WHY = "Proclamation of 10 September in The Gazette."


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def _loaded() -> None:
    load_computed_days(at=AT)


def added(officer, day=FUNERAL, **differs):
    return add_day_off(
        day, **{"name": "State Funeral", "reason": WHY, "actor": officer, "at": AT, **differs}
    )


def last_event() -> tuple[str, str, str]:
    event = Event.objects.order_by("-position")[0]
    return event.kind, event.subject, event.result


# --- computed ------------------------------------------------------------------------------------


def test_what_is_computed_is_what_gov_uk_publishes() -> None:
    """Of the same years, and but for Saturdays and Sundays, which it does not list."""
    gov_uk = BankHolidays(use_cached_holidays=True)
    published = {
        each["date"] for each in gov_uk.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    }
    years = {day.year for day in published if day.year >= FIRST_YEAR}
    assert {2016, 2020, 2022, 2023, 2026, 2028} <= years
    computed = {day for day in computed_days(years) if day.weekday() < 5}
    assert computed == {day for day in published if day.year in years}


def test_they_are_loaded_once_from_2015_to_two_years_ahead() -> None:
    loaded = load_computed_days(at=AT)
    assert known_years() == set(range(2015, 2029))
    assert len(loaded.added) == DayOff.objects.filter(computed_by=LIBRARY).count()
    assert last_event() == ("day-off.load", "days-off", "done")
    again = load_computed_days(at=AT + DAY)
    assert again.added == ()
    assert Event.objects.count() == 1, "what changes nothing is no act"


def test_a_later_year_adds_the_next_one_alone() -> None:
    load_computed_days(at=AT)
    later = load_computed_days(at=AT + 60 * DAY)
    assert {day.year for day in later.added} == {2029}


@pytest.mark.parametrize("year", [2025, 2026 + FURTHEST + 1])
def test_other_years_are_refused_and_nothing_is_loaded(year) -> None:
    with pytest.raises(RefusedActError) as refused:
        load_computed_days(at=AT, until_year=year)
    assert refused.value.code == "year-out-of-range"
    assert str(year) in refused.value.says
    assert not DayOff.objects.exists()


def test_the_command_says_how_many_came_and_which_are_computed_no_longer() -> None:
    out, err = StringIO(), StringIO()
    DayOff.objects.create(
        day=date(2026, 5, 5), name="Moved", computed_by="holidays 0.1", recorded_at=AT
    )
    call_command("load_days_off", until=2036, stdout=out, stderr=err)
    assert "days off recorded, until 2036." in out.getvalue()
    assert err.getvalue().startswith("2026-05-05 is recorded as computed, and is not a day off")
    with pytest.raises(CommandError, match="--until 1999: 1999 is not a year from"):
        call_command("load_days_off", until=1999)


# --- proclaimed ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_loaded")
def test_a_proclaimed_day_makes_limits_longer_and_taken_back_shorter_again(officer) -> None:
    since = datetime(2026, 9, 18, 12, tzinfo=UTC)
    before = due(TimeLimit.DOCUMENT_OWED, since=since)
    made = added(officer)
    assert last_event() == ("day-off.add", "day:2026-09-21", "done")
    assert due(TimeLimit.DOCUMENT_OWED, since=since) == before + DAY
    take_back_day_off(made.pk, actor=officer, reason="It was another day.", at=AT)
    assert last_event() == ("day-off.take-back", "day:2026-09-21", "done")
    assert due(TimeLimit.DOCUMENT_OWED, since=since) == before
    added(officer, at=AT + DAY)
    assert due(TimeLimit.DOCUMENT_OWED, since=since) == before + DAY
    assert [each.taken_back_at for each in days_off_of(2026).filter(day=FUNERAL)] == [AT, None]


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize(
    ("day", "differs", "code"),
    [
        (date(2199, 9, 20), {}, "year-unknown"),
        (date(2026, 9, 19), {}, "day-off-anyway"),
        (date(2026, 9, 20), {}, "day-off-anyway"),
        (FUNERAL, {"name": " \u200b"}, "name-missing"),
        (FUNERAL, {"name": "A\0"}, "name-missing"),
        (FUNERAL, {"name": "a" * (LONGEST_NAME + 1)}, "name-too-long"),
        (FUNERAL, {"reason": " "}, "reason-missing"),
        (FUNERAL, {"reason": "a" * 2001}, "reason-too-long"),
        (date(2026, 12, 25), {}, "already-off"),
    ],
)
def test_what_cannot_be_added_is_refused_and_then_can(officer, day, differs, code) -> None:
    rows = DayOff.objects.count()
    with pytest.raises((RefusedActError, ConflictError)) as refused:
        added(officer, day, **differs)
    assert refused.value.code == code
    assert DayOff.objects.count() == rows
    assert last_event() == ("day-off.add", f"day:{day.isoformat()}", "refused")
    added(officer)


@pytest.mark.usefixtures("_loaded")
def test_a_computed_day_keeps_its_name_whatever_is_added(officer) -> None:
    with pytest.raises(ConflictError, match="25 December 2026 is off already: Christmas Day"):
        added(officer, date(2026, 12, 25))
    assert calendar().days_off[date(2026, 12, 25)] == "Christmas Day"


@pytest.mark.usefixtures("_loaded")
def test_a_computed_day_that_was_taken_back_is_not_loaded_again(officer) -> None:
    moved = DayOff.objects.get(day=date(2026, 5, 4))
    take_back_day_off(moved.pk, actor=officer, reason="Moved to 8 May.", at=AT)
    assert load_computed_days(at=AT + DAY).added == ()
    assert date(2026, 5, 4) not in calendar().days_off
    assert 2026 in calendar().years


@pytest.mark.usefixtures("_loaded")
def test_a_proclaimed_day_that_is_computed_later_stays_as_it_was_recorded(officer) -> None:
    """A release of the library that knows it comes months after the officer."""
    christmas = DayOff.objects.get(day=date(2026, 12, 25))
    take_back_day_off(christmas.pk, actor=officer, reason="To add it by hand.", at=AT)
    added(officer, date(2026, 12, 25))
    assert load_computed_days(at=AT + DAY).added == ()
    assert calendar().days_off[date(2026, 12, 25)] == "State Funeral"


@pytest.mark.usefixtures("_loaded")
def test_only_an_officer_adds_or_takes_back(officer) -> None:
    made = added(officer)
    for role in (PersonRole.AUDITOR, PersonRole.SRO):
        other = a_person(role)
        with pytest.raises(NotPermittedError) as refused:
            added(other, FUNERAL + DAY)
        assert refused.value.code == "role-may-not"
        with pytest.raises(NotPermittedError) as refused:
            take_back_day_off(made.pk, actor=other, reason=WHY, at=AT)
        assert refused.value.code == "role-may-not"
    added(officer, FUNERAL + DAY)


@pytest.mark.usefixtures("_loaded")
def test_what_cannot_be_taken_back(officer) -> None:
    made = added(officer)
    with pytest.raises(NotFoundError):
        take_back_day_off(made.pk + 1000, actor=officer, reason=WHY, at=AT)
    with pytest.raises(RefusedActError) as refused:
        take_back_day_off(made.pk, actor=officer, reason="", at=AT)
    assert refused.value.code == "reason-missing"
    take_back_day_off(made.pk, actor=officer, reason=WHY, at=AT)
    with pytest.raises(ConflictError) as twice:
        take_back_day_off(made.pk, actor=officer, reason=WHY, at=AT)
    assert twice.value.code == "taken-back-before"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_loaded")
def test_of_many_who_add_the_same_day_one_does(officer) -> None:
    found = outcomes(race([lambda: added(officer) for _ in range(8)]))
    refused = "ConflictError: already-off: 21 September 2026 is off already: State Funeral."
    assert found == [refused] * 7 + ["won"]
    assert DayOff.objects.filter(day=FUNERAL).count() == 1


# --- limits --------------------------------------------------------------------------------------


def test_without_days_off_nothing_is_guessed() -> None:
    with pytest.raises(YearUnknownError, match="days off of 2026 are not known"):
        due(TimeLimit.NOMINATION, since=AT)


def test_a_limit_is_as_many_days_as_the_operator_set(settings) -> None:
    load_computed_days(at=AT)
    settings.WORKING_DAY_LIMITS = {"nomination": 1}
    assert limits()[TimeLimit.NOMINATION] == 1
    # 20 November 2026 is a Friday.
    assert due(TimeLimit.NOMINATION, since=AT) == datetime(2026, 11, 24, tzinfo=UTC)


def test_what_must_not_wait_is_counted_by_the_computed_days_where_none_are_recorded() -> None:
    december = datetime(2026, 12, 24, 9, tzinfo=UTC)
    # 25 December is a Friday, and the 28th is off for Boxing Day.
    by_library = due_though_not_recorded(TimeLimit.EMERGENCY_REVIEW, since=december)
    assert by_library == datetime(2026, 12, 30, tzinfo=UTC)
    over_new_year = due_though_not_recorded(TimeLimit.PROPOSAL, since=december)
    assert over_new_year == datetime(2027, 1, 6, tzinfo=UTC)


def test_what_must_not_wait_is_counted_by_what_is_recorded_where_something_is() -> None:
    load_computed_days(at=AT)
    a_day_off(date(2026, 11, 23))
    found = due_though_not_recorded(TimeLimit.EMERGENCY_REVIEW, since=AT)
    assert found == due(TimeLimit.EMERGENCY_REVIEW, since=AT) == datetime(2026, 11, 25, tzinfo=UTC)


def test_staff_are_warned_a_year_before_the_days_off_run_out() -> None:
    assert runs_out_with(at=AT) == 2025, "nothing is recorded"
    load_computed_days(at=AT)
    assert runs_out_with(at=AT) is None
    assert runs_out_with(at=datetime(2027, 12, 31, 23, tzinfo=UTC)) is None
    assert runs_out_with(at=datetime(2028, 1, 1, tzinfo=UTC)) == 2028
