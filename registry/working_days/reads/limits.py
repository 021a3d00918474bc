"""When a time limit ends, by the days off that are recorded."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from registry.models import DayOff
from registry.working_days.reads.computed import computed_days
from registry.working_days.reads.days_off import known_years
from rules.time_limits import TimeLimit, limits_set
from rules.working_days import WorkingCalendar, day_of, due_at


def calendar() -> WorkingCalendar:
    """Return the days off that are recorded and not taken back, of every year that is known."""
    rows = DayOff.objects.filter(taken_back_at__isnull=True).order_by("day", "pk")
    return WorkingCalendar(years=known_years(), days_off=dict(rows.values_list("day", "name")))


def limits() -> Mapping[TimeLimit, int]:
    """Return how many Working Days each time limit has here, as the operator set it."""
    return limits_set(settings.WORKING_DAY_LIMITS)


def due(limit: TimeLimit, *, since: datetime) -> datetime:
    """Return the moment at which a time limit ends: what is done before it is in time.

    Raises:
        YearUnknownError: It reaches into a year whose days off are not recorded.
    """
    return due_at(calendar(), since=since, working_days=limits()[limit])


def due_though_not_recorded(limit: TimeLimit, *, since: datetime) -> datetime:
    """Return the moment at which a time limit ends, of what cannot wait for days off.

    A year whose days off are not recorded is counted by those that the library computes: nobody is
    kept from an emergency because an operator has not loaded a year.
    """
    recorded = calendar()
    first = day_of(since).year
    missing = frozenset(range(first, first + 3)) - recorded.years
    computed = {day: name for day, name in computed_days(missing).items() if day.year in missing}
    whole = WorkingCalendar(
        years=recorded.years | missing, days_off={**computed, **recorded.days_off}
    )
    return due_at(whole, since=since, working_days=limits()[limit])


def runs_out_with(*, at: datetime) -> int | None:
    """Return the last year that can be counted in, where the year after the present is unknown.

    None: staff need not be warned yet. So they have a year to have the next ones loaded.
    """
    present, years = day_of(at).year, known_years()
    if present + 1 in years:
        return None
    return present if present in years else present - 1
