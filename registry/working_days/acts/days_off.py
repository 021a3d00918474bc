"""Recording which days are off: computed ones, proclaimed ones, and taking one back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from registry import access
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.evidence import history
from registry.models import DayOff, Person
from registry.working_days.reads.computed import (
    FIRST_YEAR,
    LIBRARY,
    YEARS_AHEAD,
    computed_days,
)
from registry.working_days.reads.days_off import known_years
from registry.written import written_reason
from rules.duties import Act
from rules.visible_text import shows_something
from rules.working_days import day_of, is_weekend

LONGEST_NAME = 120
"""Characters of the name of a day."""
FURTHEST = 10
"""Years after the present one for which days off can be loaded at most."""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('days-off', 0))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What loading the computed days off came to."""

    until_year: int
    added: tuple[date, ...]
    no_longer_computed: tuple[date, ...]
    """Recorded as computed, and not in what is computed now: for an officer to look at."""


def load_computed_days(*, at: datetime, until_year: int | None = None) -> Loaded:
    """Record the computed days off that are not recorded yet.

    One that was taken back stays so, and one that the library has no longer stays recorded: what
    was a day off is not undone by a new version of it. One that was proclaimed before the library
    had it stays as the officer recorded it.

    Args:
        at: Now.
        until_year: The last year; else `YEARS_AHEAD` after the present one.

    Raises:
        RefusedActError: The last year is before the present one, or more than `FURTHEST` after it
            (`year-out-of-range`).
    """
    present = day_of(at).year
    last = present + YEARS_AHEAD if until_year is None else until_year
    is_in_range = present <= last <= present + FURTHEST
    if is_in_range and not (found := _missing(last)).added:
        return found
    with history.acting(Act.LOAD_DAYS_OFF, actor=None, at=at, subject="days-off") as act:
        if not is_in_range:
            raise RefusedActError(
                "year-out-of-range",
                f"{last} is not a year from {present} to {present + FURTHEST}.",
            )
        _lock()
        found = _missing(last)
        names = computed_days(range(FIRST_YEAR, last + 1))
        DayOff.objects.bulk_create(
            DayOff(day=day, name=names[day], computed_by=LIBRARY, recorded_at=at)
            for day in found.added
        )
        act.done(
            computed_by=LIBRARY,
            until_year=last,
            added=[day.isoformat() for day in found.added],
            no_longer_computed=[day.isoformat() for day in found.no_longer_computed],
        )
    return found


def add_day_off(day: date, *, name: str, reason: str, actor: Person, at: datetime) -> DayOff:
    """Record a day off that was proclaimed; it takes the place of no other.

    Raises:
        NotPermittedError: The person is not an officer.
        RefusedActError: The days off of its year are not known (`year-unknown`); it is a Saturday
            or a Sunday (`day-off-anyway`); the name cannot be seen or is too long
            (`name-missing`, `name-too-long`); no reason is given (`reason-missing`,
            `reason-too-long`).
        ConflictError: It is off already (`already-off`).
    """
    with history.acting(
        Act.ADD_DAY_OFF, actor=actor, at=at, subject=f"day:{day.isoformat()}"
    ) as act:
        access.require(actor, Act.ADD_DAY_OFF)
        _require_weekday_of_a_known_year(day)
        called = _name(name)
        words = written_reason(reason, missing="Enter by what it was proclaimed.")
        _lock()
        other = DayOff.objects.filter(day=day, taken_back_at__isnull=True).first()
        if other is not None:
            raise ConflictError("already-off", f"{_words(day)} is off already: {other.name}.")
        made = DayOff.objects.create(
            day=day, name=called, reason=words, recorded_at=at, recorded_by=actor
        )
        act.done(day_off=made.pk, name=called, note=words)
    return made


def take_back_day_off(day_off_id: int, *, actor: Person, reason: str, at: datetime) -> DayOff:
    """Record that a day is not off after all, whoever said that it is.

    Raises:
        NotPermittedError: The person is not an officer.
        NotFoundError: There is no such day off.
        RefusedActError: No reason is given (`reason-missing`, `reason-too-long`).
        ConflictError: It was taken back before (`taken-back-before`).
    """
    with history.acting(
        Act.TAKE_BACK_DAY_OFF, actor=actor, at=at, subject=f"dayoff:{day_off_id}"
    ) as act:
        access.require(actor, Act.TAKE_BACK_DAY_OFF)
        words = written_reason(reason, missing="Enter why the day is not off.")
        found = DayOff.objects.select_for_update(no_key=True).filter(pk=day_off_id).first()
        if found is None:
            raise NotFoundError("day off")
        if found.taken_back_at is not None:
            raise ConflictError("taken-back-before", f"{_words(found.day)} was taken back before.")
        found.taken_back_at = at
        found.taken_back_by = actor
        found.taking_back_reason = words
        found.save(update_fields=["taken_back_at", "taken_back_by", "taking_back_reason"])
        act.done(f"day:{found.day.isoformat()}", day_off=found.pk, name=found.name, note=words)
    return found


def _missing(last: int) -> Loaded:
    rows = DayOff.objects.filter(day__lte=date(last, 12, 31))
    computed = set(computed_days(range(FIRST_YEAR, last + 1)))
    off = set(rows.filter(taken_back_at__isnull=True).values_list("day", flat=True))
    once = set(rows.exclude(computed_by="").values_list("day", flat=True))
    return Loaded(
        until_year=last,
        added=tuple(sorted(computed - off - once)),
        no_longer_computed=tuple(sorted(off & once - computed)),
    )


def _require_weekday_of_a_known_year(day: date) -> None:
    if day.year not in known_years():
        raise RefusedActError(
            "year-unknown",
            f"The days off of {day.year} are not recorded. Have them loaded first.",
        )
    if is_weekend(day):
        raise RefusedActError(
            "day-off-anyway", f"{_words(day)} is a {day:%A}, which is not a Working Day anyway."
        )


def _name(given: str) -> str:
    name = given.strip()
    if not shows_something(name) or "\0" in name:
        raise RefusedActError("name-missing", "Enter what the day is called.")
    if len(name) > LONGEST_NAME:
        raise RefusedActError(
            "name-too-long",
            f"The name has {len(name):,} characters. It must have {LONGEST_NAME} or fewer.",
        )
    return name


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
