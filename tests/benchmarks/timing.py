"""Times things side by side: in turns, a short while each, and compares by the median.

The machine may be busy with other things and its pace change from one second to the next. So
what is compared runs in turns of some milliseconds, A B A B, each turn gives one ratio, and the
median of the ratios counts: what disturbs one turn disturbs both of its sides or is outvoted.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

Side = Callable[[], object]
Clock = Callable[[], int]
"""Nanoseconds."""

PROCESSOR_TIME: Clock = time.process_time_ns
"""For work that only computes: time in which others had the processor does not count."""
WALL_TIME: Clock = time.perf_counter_ns
"""For work that waits for another process."""

_SHORTEST = 1e-7
_NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long and how often each side has its turn."""

    turns: int
    turn_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One side against another."""

    seconds: float
    """The median time of one call of ours."""
    other_seconds: float
    """And of one of the other side's."""
    ratio: float
    """How many times as fast ours is: the median of the turns' ratios."""


def compare(ours: Side, other: Side, *, pace: Pace, clock: Clock = PROCESSOR_TIME) -> Compared:
    """Time our side in turns with another."""
    with _settled():
        our_calls, other_calls = (_calls(side, pace, clock) for side in (ours, other))
        turns = [
            (_run(ours, our_calls, clock), _run(other, other_calls, clock))
            for _ in range(pace.turns)
        ]
    return Compared(
        seconds=median(own for own, _ in turns),
        other_seconds=median(other for _, other in turns),
        ratio=median(other / own for own, other in turns),
    )


def _run(side: Side, calls: int, clock: Clock) -> float:
    """Return the seconds of one call, from several in a row."""
    begun = clock()
    for _ in range(calls):
        side()
    return (clock() - begun) / calls / _NANOSECONDS


def _calls(side: Side, pace: Pace, clock: Clock) -> int:
    """Return how many calls fill a turn, after having warmed the side up."""
    calls = 1
    for _ in range(3):
        seconds = max(_run(side, calls, clock), _SHORTEST)
        calls = max(1, round(pace.turn_seconds / seconds))
    return calls


@contextmanager
def _settled() -> Iterator[None]:
    """Keep what was there before from the garbage collector, which stays on: it has its share."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
