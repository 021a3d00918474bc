"""Who holds an MPID, asked of a register with a million of them. Runs by itself on a register.

python -m tests.benchmarks.mpid_lookup TURNS SECONDS
    Writes its figures to standard output, as JSON.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count

import django

django.setup()

import psycopg  # noqa: E402 -- Django comes first
from django.db import connection  # noqa: E402

from registry.models import MpidUse, Party  # noqa: E402
from registry.parties.reads.mpid_uses import HOLDS, holdings_of_others  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402
from tests.benchmarks.timing import WALL_TIME, Compared, Pace, Side, compare  # noqa: E402

NAME = "mpid-lookup"
STATEMENT = "mpid-lookup/statement"
GOAL = round(1 / 1.3, 2)
"""At most 1.3 times as long as `select 1`."""

PARTY = "northwind-energy"
"""Who asks. Of the demonstration, and it holds none of those that are asked for."""

_STEP = 7_919
"""A prime, so that the look-ups walk all over the MPIDs."""
_OF_ONE_PAGE = 37
"""Of so many MPIDs one after the other at least one is on each page of the table; and a prime, so
that they are all over the index too."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def main(pace: Pace) -> None:
    """Look up in turns with asking for nothing, by the driver and as the portal does."""
    uses = MpidUse.objects.count()
    _bring_into_memory(uses)
    figures = [
        _figure(NAME, _as_the_portal_asks(uses, pace), uses, "through Django's connection", GOAL),
        _figure(STATEMENT, _by_the_driver(uses, pace), uses, "by the driver, prepared", None),
    ]
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]))


def codes(uses: int) -> Callable[[], str]:
    """Return a call that gives the codes of held MPIDs, all over the register."""
    numbers = count(1)
    return lambda: _code(next(numbers) * _STEP % (uses // 2))


def _code(number: int) -> str:
    letters = []
    for _ in range(4):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def _bring_into_memory(uses: int) -> None:
    """Look up what has the database read each of the pages once, as it has after some use."""
    party = Party.objects.get(reference=PARTY)
    wanted = [_code(number) for number in range(0, uses // 2, _OF_ONE_PAGE)]
    holdings_of_others(wanted, party=party, at=datetime.now(UTC))


def _by_the_driver(uses: int, pace: Pace) -> Compared:
    """The portal's own statement and nothing around it, on a connection of the driver's."""
    code = codes(uses)
    at = datetime.now(UTC)
    party = Party.objects.get(reference=PARTY).pk
    connection.ensure_connection()
    options = connection.get_connection_params()
    dsn = {name: options[name] for name in ("host", "port", "user", "dbname") if name in options}
    with psycopg.connect(**dsn, autocommit=True) as database, psycopg.Cursor(database) as cursor:

        def look_up() -> None:
            wanted = (code(), at, party)
            if not cursor.execute(HOLDS, wanted, prepare=True, binary=True).fetchall():
                raise AssertionError("nobody holds an MPID that somebody holds")

        def ask_nothing() -> None:
            cursor.execute("select 1", prepare=True, binary=True).fetchall()

        return _compare(look_up, ask_nothing, pace)


def _as_the_portal_asks(uses: int, pace: Pace) -> Compared:
    """The call that a request's check makes."""
    code = codes(uses)
    at = datetime.now(UTC)
    party = Party.objects.get(reference=PARTY)

    def look_up() -> None:
        if not holdings_of_others([code()], party=party, at=at):
            raise AssertionError("nobody holds an MPID that somebody holds")

    def ask_nothing() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            cursor.fetchall()

    return _compare(look_up, ask_nothing, pace)


def _compare(look_up: Side, ask_nothing: Side, pace: Pace) -> Compared:
    return compare(look_up, ask_nothing, pace=pace, clock=WALL_TIME)


def _figure(name: str, compared: Compared, uses: int, how: str, goal: float | None) -> Figure:
    return Figure(
        name=name,
        value=compared.seconds * 1e6,
        unit="µs a look-up",
        ratio=compared.ratio,
        against=f"`select 1` {how}, with {uses:,} uses of MPIDs",
        goal=goal,
    )


if __name__ == "__main__":
    main(Pace(turns=int(sys.argv[1]), turn_seconds=float(sys.argv[2])))
