"""Counting decisions, whoever made them.

What an unproven message says of itself is anybody's to choose, so that there may be any number
of different ones. Of these at most `MOST_UNPROVEN` a day have a row of their own; the others are
counted together, under `OTHER` in place of the certificate that they name. Of those that one
client reports, at most `MOST_UNPROVEN_OF_A_CLIENT` a day have a row of their own, so that none
takes the place of all others.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from registry.models.observations import GENERATIONS, ISSUER_LENGTH, KINDS, OUTCOMES
from rules.periods import GREAT_BRITAIN

__all__ = [
    "GENERATIONS",
    "ISSUER_LENGTH",
    "KINDS",
    "OUTCOMES",
    "Observed",
    "bounds_of_day",
    "count_observations",
    "day_in_great_britain",
]

MOST_UNPROVEN = 10_000
"""Rows of one day for messages whose signature did not verify."""

MOST_UNPROVEN_OF_A_CLIENT = 1_000
"""Of these, rows that one client's reports may have."""

OTHER = "(other)"
"""In place of an issuer. It has no `=`, so it is no issuer's name."""

_AT_ONCE = 1_000
_TYPES = {"day": "date", "counted_on": "date", "is_proven": "bool"}


class Observed(NamedTuple):
    """In which way a message was decided. Empty text: there is none."""

    day: date
    user_id: str
    party: str
    issuer: str
    serial_number: str
    is_proven: bool
    generation: str
    kind: str
    srv: str
    supplier_id: str
    checkpoint: str
    outcome: str
    reason: str
    would_be: str
    would_be_reason: str


_COLUMNS = (*Observed._fields, "counted_on", "reported_by")
_TABLE = "registry_observation"
_ROWS = ", ".join(f"%s::{_TYPES.get(column, 'text')}[]" for column in _COLUMNS)
_ADD = (
    f"INSERT INTO {_TABLE} ({', '.join(_COLUMNS)}, count)"  # noqa: S608 -- the names are ours
    f" SELECT * FROM unnest({_ROWS}, %s::bigint[])"
    f" ON CONFLICT ({', '.join(_COLUMNS)})"
    f" DO UPDATE SET count = {_TABLE}.count + excluded.count"
)
_ADD_TO_KNOWN = (
    f"UPDATE {_TABLE} AS known SET count = known.count + given.count"  # noqa: S608 -- the names are ours
    f" FROM unnest({_ROWS}, %s::bigint[]) AS given ({', '.join(_COLUMNS)}, count)"
    f" WHERE {' AND '.join(f'known.{column} = given.{column}' for column in _COLUMNS)}"
    f" RETURNING {', '.join(f'known.{name}' for name in Observed._fields)}"
)
_UNPROVEN_BY_DAY = (
    f"SELECT day, count(*), count(*) FILTER (WHERE reported_by = %s) FROM {_TABLE}"  # noqa: S608 -- the names are ours
    " WHERE NOT is_proven AND issuer <> %s AND day = ANY(%s) GROUP BY day"
)
_LOCK_UNPROVEN = "SELECT pg_advisory_xact_lock(hashtextextended('observations-unproven', 0))"


def day_in_great_britain(at: datetime) -> date:
    """Return the day that it is in Great Britain at a moment; months are counted by it."""
    try:
        return at.astimezone(GREAT_BRITAIN).date()
    except OverflowError:
        # The first or the last hour that Python's calendar has.
        return at.date()


def bounds_of_day(day: date) -> tuple[datetime, datetime]:
    """Return the moments in UTC at which a day in Great Britain begins and the next one does.

    Raises:
        OverflowError: One of them lies outside Python's calendar.
    """
    begin, end = (
        datetime.combine(each, time(), GREAT_BRITAIN).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    return begin, end


def count_observations(
    counts: Mapping[Observed, int], *, at: datetime, reported_by: str = ""
) -> None:
    """Add to the counts, in the caller's transaction.

    Args:
        counts: How many messages were decided in each way.
        at: Now.
        reported_by: The name of the API client that decided; empty where we did.
    """
    proven = {observed: count for observed, count in counts.items() if observed.is_proven}
    unproven = {observed: count for observed, count in counts.items() if not observed.is_proven}
    added = (day_in_great_britain(at), reported_by)
    if unproven:
        # One transaction after the other, so that two cannot both take the last row of a day.
        # It is taken before any row, and rows in one order, so nobody waits in a circle.
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_UNPROVEN)
        _add(_limited(unproven, added), added)
    _add(proven, added)


def _limited(counts: Mapping[Observed, int], added: tuple[date, str]) -> dict[Observed, int]:
    """Add to the rows that there are, and return what needs rows that there may be."""
    known = _add_to_known(counts, added)
    unknown = sorted(set(counts) - known)
    _, reported_by = added
    room = _room({observed.day for observed in unknown}, reported_by)
    needed: dict[Observed, int] = {}
    for observed in unknown:
        own = observed
        if observed.issuer != OTHER:
            room[observed.day] -= 1
            if room[observed.day] < 0:
                own = _as_other(observed, is_reported=bool(reported_by))
        needed[own] = needed.get(own, 0) + counts[observed]
    return needed


def _as_other(observed: Observed, *, is_reported: bool) -> Observed:
    """Return as what is counted that has no row of its own, without what anybody may choose."""
    other = observed._replace(issuer=OTHER, serial_number="", srv="", supplier_id="")
    # Ours are those of our own questions; a client may name any.
    return other._replace(checkpoint=OTHER) if is_reported else other


def _add(counts: Mapping[Observed, int], added: tuple[date, str]) -> None:
    with connection.cursor() as cursor:
        for rows in _batches(sorted(counts)):
            cursor.execute(_ADD, _arrays(rows, counts, added))


def _add_to_known(counts: Mapping[Observed, int], added: tuple[date, str]) -> set[Observed]:
    known: set[Observed] = set()
    with connection.cursor() as cursor:
        for rows in _batches(sorted(counts)):
            cursor.execute(_ADD_TO_KNOWN, _arrays(rows, counts, added))
            known.update(Observed(*row) for row in cursor.fetchall())
    return known


def _room(days: Iterable[date], reported_by: str) -> dict[date, int]:
    """Return how many rows more there may be for each of some days."""
    most_of_one = MOST_UNPROVEN_OF_A_CLIENT if reported_by else MOST_UNPROVEN
    room = dict.fromkeys(days, min(MOST_UNPROVEN, most_of_one))
    with connection.cursor() as cursor:
        cursor.execute(_UNPROVEN_BY_DAY, [reported_by, OTHER, list(room)])
        for day, of_all, of_one in cursor.fetchall():
            room[day] = min(MOST_UNPROVEN - of_all, most_of_one - of_one)
    return room


def _batches(rows: list[Observed]) -> Iterable[list[Observed]]:
    left = iter(rows)
    while batch := list(islice(left, _AT_ONCE)):
        yield batch


def _arrays(
    rows: list[Observed], counts: Mapping[Observed, int], added: tuple[date, str]
) -> list[list[Any]]:
    """Return the columns of the rows, as `unnest` takes them."""
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    columns += [[value] * len(rows) for value in added]
    return [*columns, [counts[row] for row in rows]]
