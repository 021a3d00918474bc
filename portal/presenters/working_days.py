"""Days off, time limits and what was counted, as staff read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import NOTHING, Cell, Table, Tag, link, row, text
from portal.presenters.moments import date_words
from rules.time_limits import TIME_LIMITS, TimeLimit

if TYPE_CHECKING:
    from portal.presenters.cells import Row
    from registry.models import DayOff


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLink:
    """A year whose days off can be shown."""

    year: int
    href: str
    is_shown: bool


def year_links(years: Iterable[int], *, shown: int) -> tuple[YearLink, ...]:
    """Return the way to each year, in order."""
    return tuple(
        YearLink(
            year=year,
            href=reverse("working-days", query={"year": str(year)}),
            is_shown=year == shown,
        )
        for year in sorted(years)
    )


def day_words(day: date) -> str:
    """Return a day as `Friday 25 December 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def days_off_table(days: Iterable["DayOff"], *, year: int, may_take_back: bool) -> Table:
    """Return the table of a year's days off, those that were taken back too."""
    columns = ("Day", "Name", "Source")
    return Table(
        caption=f"Days off in {year}, beside Saturdays and Sundays",
        columns=(*columns, "Change") if may_take_back else columns,
        rows=tuple(
            (
                text(day_words(each.day)),
                _name(each),
                source_cell(each),
                *((_change(each),) if may_take_back else ()),
            )
            for each in days
        ),
        empty=f"The days off of {year} are not recorded.",
    )


def source_cell(shown: "DayOff") -> Cell:
    """Return who says that a day is off."""
    if shown.recorded_by is None:
        return text("Computed", hint=shown.computed_by)
    return text(
        f"Proclaimed: {shown.reason}",
        hint=f"Added by {shown.recorded_by.name} on {date_words(shown.recorded_at)}",
    )


def day_off_rows(shown: "DayOff") -> "tuple[Row, ...]":
    """Return what is known of one day off."""
    return (
        row("Day", text(day_words(shown.day))),
        row("Name", text(shown.name)),
        row("Source", source_cell(shown)),
    )


def limits_table(limits: Mapping[TimeLimit, int]) -> Table:
    """Return the table of the time limits that are counted in Working Days."""
    return Table(
        caption="Time limits in Working Days",
        columns=("What has to happen", "Working Days", "Source"),
        rows=tuple(
            (
                text(TIME_LIMITS[limit].words),
                text(str(days)),
                text(TIME_LIMITS[limit].source, hint=_unless_set(limit, days)),
            )
            for limit, days in limits.items()
        ),
        empty="There is no time limit.",
    )


def _unless_set(limit: TimeLimit, days: int) -> str:
    usual = TIME_LIMITS[limit].working_days
    return "" if days == usual else f"Set for this installation; {usual} otherwise."


def _name(shown: "DayOff") -> Cell:
    if shown.taken_back_at is None or shown.taken_back_by is None:
        return text(shown.name)
    return Cell(
        text=shown.name,
        tags=(Tag(words="Taken back", colour="grey"),),
        hint=(
            f"By {shown.taken_back_by.name} on {date_words(shown.taken_back_at)}: "
            f"{shown.taking_back_reason}"
        ),
    )


def _change(shown: "DayOff") -> Cell:
    if shown.taken_back_at is not None:
        return text(NOTHING)
    return link(
        "Take back",
        reverse("day-off-take-back", args=[shown.pk]),
        unseen=f"{shown.name} on {day_words(shown.day)}",
    )
