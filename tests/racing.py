"""Real concurrency: threads, each with a database connection of its own.

Many are let go at once (`race`), or one begins before another has committed (`overtake`).
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, transaction

from tests.waiting import seconds_until

Result = TypeVar("Result")


def race(acts: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run every act at once and return what each returned or raised, in their order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result | Exception:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return act()
        except Exception as outcome:  # noqa: BLE001 -- what a racer raised is its result
            return outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as racers:
        return list(racers.map(run, acts))


def overtake(first: Callable[[], object], second: Callable[[], Result]) -> tuple[Result, bool]:
    """Do one act, and another in a session beside before the first has committed.

    The first commits as soon as the second waits for a lock, or is done without having waited.

    Returns:
        What the second returned, and whether it waited.
    """

    def do() -> Result:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            first()
            doing = beside.submit(do)
            seconds_until(lambda: doing.done() or _somebody_waits_for_a_lock())
            has_waited = not doing.done()
        return doing.result(), has_waited


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # In a transaction it would else be seen as it was when first asked for.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.rowcount > 0


def outcomes(results: Sequence[object]) -> list[str]:
    """Name what came of each racer: `won`, or the type of its error with the code it carries."""
    return sorted(
        f"{type(result).__name__}: {result}" if isinstance(result, Exception) else "won"
        for result in results
    )
