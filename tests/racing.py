"""Real concurrency: many threads, each with a database connection of its own, let go at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

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


def outcomes(results: Sequence[object]) -> list[str]:
    """Name what came of each racer: `won`, or the type of its error with the code it carries."""
    return sorted(
        f"{type(result).__name__}: {result}" if isinstance(result, Exception) else "won"
        for result in results
    )
