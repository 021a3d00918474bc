"""What one input costs: the time of the processor, and by how much the peak of memory grows.

Each is measured in a process of its own, which has taken an ordinary input before, so that
neither what another left behind nor what a first one takes is counted. Time is the best of
three, and the limit in tests is three times what is promised: a machine that runs them may be
slower, and busy.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_MILLISECONDS = 50
"""Promised for up to a megabyte."""
MOST_MEGABYTES = 50
SLOWER = 3

Act = Callable[[bytes], Any]
"""What is done with an input. A function of a module, which returns what can be sent on."""


@dataclass(frozen=True)
class Cost:
    name: str
    octets: int
    milliseconds: float
    megabytes: float
    answer: Any


def measured(act: Act, inputs: Iterable[tuple[str, bytes]], *, ordinary: bytes) -> list[Cost]:
    """Return what each input costs, by name.

    The processes are copies of one that is started here and has imported only what the act needs.
    The fork server of `multiprocessing` would not do: a test process has one for all, and what it
    is told to import beforehand counts only if no other test has used it before.
    """
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as original:
        return [original.submit(_cost_in_a_copy, act, ordinary, *each).result() for each in inputs]


def _cost_in_a_copy(act: Act, ordinary: bytes, name: str, octets: bytes) -> Cost:
    """Return what an input costs in a copy of this process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as copy:
        return copy.submit(_cost_of, act, ordinary, name, octets).result()


def _cost_of(act: Act, ordinary: bytes, name: str, octets: bytes) -> Cost:
    act(ordinary)
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory is counted from here
    before = _peak()
    answer = act(octets)
    megabytes = (_peak() - before) / 1024
    taken = []
    for _ in range(3):
        began = time.process_time()
        act(octets)
        taken.append(time.process_time() - began)
    return Cost(name, len(octets), min(taken) * 1000, megabytes, answer)


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def hold(costs: list[Cost]) -> None:
    """Hold every cost to what is promised, and show all of them, the slowest first."""
    said = "\n".join(
        f"{c.milliseconds:7.1f} ms {c.megabytes:6.1f} MB {c.octets:9,} octets"
        f"  {c.name}: {c.answer}"
        for c in sorted(costs, key=lambda c: -c.milliseconds)
    )
    print(said)  # noqa: T201 -- shown where somebody asks for it, with `-s`
    assert not [c for c in costs if c.milliseconds > MOST_MILLISECONDS * SLOWER], said
    assert not [c for c in costs if c.megabytes > MOST_MEGABYTES], said
