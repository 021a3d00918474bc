"""Which days are off, and how far they are known."""

from datetime import date

from django.db.models import QuerySet

from registry.errors import NotFoundError
from registry.models import DayOff


def known_years() -> frozenset[int]:
    """Return the years whose days off are known: those for which they were computed."""
    return frozenset(
        found.year for found in DayOff.objects.exclude(computed_by="").dates("day", "year")
    )


def days_off_of(year: int) -> "QuerySet[DayOff]":
    """Return what is recorded of a year by day, what was taken back too."""
    return (
        DayOff.objects.select_related("recorded_by", "taken_back_by")
        .filter(day__range=(date(year, 1, 1), date(year, 12, 31)))
        .order_by("day", "pk")
    )


def day_off(day_off_id: int) -> DayOff:
    """Return one that is recorded.

    Raises:
        NotFoundError: There is none.
    """
    found = DayOff.objects.filter(pk=day_off_id).first()
    if found is None:
        raise NotFoundError("day off")
    return found
