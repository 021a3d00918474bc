"""The page Working Days: a year's days off, counting, and what officers change."""

import pytest
from django.utils import timezone

from registry.models import DayOff
from registry.working_days.acts.days_off import load_computed_days
from registry.working_days.reads.limits import calendar
from tests.factories import AT, a_day_off
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-LIMITS")]

NEW = {"day": "2026-09-22", "name": "State Funeral", "reason": "The Gazette, 10 September."}


@pytest.fixture
def _loaded() -> None:
    load_computed_days(at=AT)


@pytest.mark.usefixtures("_loaded")
def test_a_year_is_shown_with_the_source_of_each_day(auditor, signed_in) -> None:
    a_day_off(name="Royal wedding")
    page = page_of(signed_in(auditor).get("/working-days?year=2026"))
    assert "Days off in 2026, beside Saturdays and Sundays" in page
    assert "Friday 25 December 2026" in page
    assert "Computed" in page
    assert "Proclaimed: Proclamation in The Gazette." in page
    assert "Take back" not in page, "an auditor changes nothing"
    assert "Add a day off" not in page
    other = page_of(signed_in(auditor).get("/working-days?year=2027"))
    assert "Friday 26 March 2027" in other  # Good Friday


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize("year", ["", "0000", "20267", "nonsense", "²⁰²⁶", "-2026"])
def test_a_year_that_is_none_shows_the_present_one(auditor, signed_in, year) -> None:
    page = page_of(signed_in(auditor).get("/working-days", {"year": year}))
    assert f"Days off in {timezone.now().year}" in page


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize(
    ("since", "days", "says"),
    [
        ("2026-12-23", "5", "5 Working Days from Wednesday 23 December 2026 end on Monday 4 "),
        ("2026-04-02", "1", "1 Working Day from Thursday 2 April 2026 end on Tuesday 7 April"),
        ("2199-01-04", "1", "The days off of 2199 are not known"),
        ("9999-12-31", "9", "This is later than can be counted."),
        ("nonsense", "5", "Enter a date, like 2026-12-15."),
        ("2026-12-23", "0", "Enter how many Working Days, from 1 to 250."),
        ("2026-12-23", "251", "Enter how many Working Days, from 1 to 250."),
        ("2026-12-23", "", "Enter how many Working Days, from 1 to 250."),
    ],
)
def test_working_days_are_counted(auditor, signed_in, since, days, says) -> None:
    page = signed_in(auditor).get("/working-days", {"since": since, "days": days})
    assert says in page_of(page)


def test_where_no_day_is_recorded_the_page_says_so_and_what_to_do(officer, signed_in) -> None:
    page = page_of(signed_in(officer).get("/working-days"))
    assert "manage.py load_days_off" in page
    assert "are not recorded." in page


def test_staff_are_warned_on_their_home_page_and_nobody_else_is(officer, north, signed_in) -> None:
    warning = "Days off are known until"
    assert warning in page_of(signed_in(officer).get("/"))
    assert warning not in page_of(signed_in(north.aro).get("/"))
    load_computed_days(at=timezone.now())
    assert warning not in page_of(signed_in(officer).get("/"))


def test_the_time_limits_are_listed_with_their_days(auditor, signed_in, settings) -> None:
    settings.WORKING_DAY_LIMITS = {"nomination": 7}
    page = page_of(signed_in(auditor).get("/working-days"))
    assert "The DCC decides on a nomination" in page
    assert "Set for this installation; 10 otherwise." in page


@pytest.mark.usefixtures("_loaded")
def test_an_officer_adds_a_day_and_takes_it_back(officer, signed_in) -> None:
    browser = signed_in(officer)
    page = page_of(browser.post("/working-days/add", NEW, follow=True))
    assert "Tuesday 22 September 2026 is recorded as a day off." in page
    assert f"Added by {officer.name}" in page
    made = DayOff.objects.get(day=NEW["day"])
    address = f"/working-days/{made.pk}/take-back"
    assert "State Funeral" in page_of(browser.get(address))
    page = page_of(browser.post(address, {"reason": "It was another day."}, follow=True))
    assert "is a Working Day again" in page
    assert "Taken back" in page
    assert made.day not in calendar().days_off
    again = browser.post(address, {"reason": "Once more."})
    assert again.status_code == 409
    assert "was taken back before" in page_of(again)


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize(
    ("differs", "status", "says"),
    [
        ({"day": "22 September"}, 422, "Enter a date, like 2026-12-15."),
        ({"day": "2026-12-25"}, 409, "25 December 2026 is off already: Christmas Day."),
        ({"day": "2026-09-20"}, 422, "which is not a Working Day anyway"),
        ({"day": "2199-09-20"}, 422, "The days off of 2199 are not recorded."),
        ({"name": ""}, 422, "Enter what the day is called."),
        ({"reason": "\u200b"}, 422, "Enter by what it was proclaimed."),
    ],
)
def test_what_cannot_be_added_is_said_and_what_was_typed_is_kept(
    officer, signed_in, differs, status, says
) -> None:
    response = signed_in(officer).post("/working-days/add", NEW | differs)
    assert response.status_code == status
    assert says in page_of(response)
    kept = {**NEW, **differs}["name"] or NEW["reason"]
    assert kept in page_of(response)


def test_a_day_off_that_is_not_there(officer, signed_in) -> None:
    assert signed_in(officer).get("/working-days/7/take-back").status_code == 404
