"""Reading the register into memory, as every process does once. Runs by itself on a register.

python -m tests.benchmarks.snapshot_load TURNS
    Writes its figures to standard output, as JSON.
"""

import gc
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import django
import psycopg

django.setup()

from django.db import connection  # noqa: E402 -- Django comes first

from registry.feed.reads.snapshot import load_snapshot  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402

NAME = "snapshot-load"
MEMORY = "snapshot-load/memory"

Query = tuple[Any, Any]
"""A statement and its parameters."""

_PAGE = 4096


def main(turns: int) -> None:
    """Load, then only fetch, in turns."""
    before = resident_megabytes()
    with recorded() as queries, collector_off():
        held = load_snapshot()
    grown = resident_megabytes() - before
    count = len(held.certificates)
    del held
    pairs = [(load(), fetch(queries)) for _ in range(turns)]
    of = f"{count:,} certificates"
    figures = [
        Figure(
            name=NAME,
            value=median(own for own, _ in pairs),
            unit=f"s for {of}",
            ratio=median(fetched / own for own, fetched in pairs),
            against="fetching the same rows, making nothing of them",
        ),
        Figure(
            name=MEMORY,
            value=grown,
            unit=f"MB for {of}",
            ratio=None,
            against="the process before it",
        ),
    ]
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]))


def load() -> float:
    """Return the seconds that loading takes."""
    with collector_off():
        begun = time.perf_counter()
        held = load_snapshot()
        took = time.perf_counter() - begun
    del held
    return took


def fetch(queries: list[Query]) -> float:
    """Return the seconds that fetching the rows takes."""
    with collector_off():
        begun = time.perf_counter()
        rows = [
            psycopg.Cursor(connection.connection).execute(*query, binary=True).fetchall()
            for query in queries
        ]
        took = time.perf_counter() - begun
    del rows
    return took


@contextmanager
def recorded() -> Iterator[list[Query]]:
    """Note the queries that are made inside."""
    queries: list[Query] = []
    execute = psycopg.Cursor.execute

    def noting(cursor: Any, statement: Any, parameters: Any = None, **options: Any) -> Any:
        if str(statement).startswith("SELECT"):
            queries.append((statement, parameters))
        return execute(cursor, statement, parameters, **options)

    with mock.patch.object(psycopg.Cursor, "execute", noting):
        yield queries


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the garbage collector out of it, as the holder of the snapshot does."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def resident_megabytes() -> float:
    """Return how much memory this process has."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE / 1e6


if __name__ == "__main__":
    main(int(sys.argv[1]))
