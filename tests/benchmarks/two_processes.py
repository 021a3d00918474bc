"""Two processes against one: how far decisions grow with processors.

Each process counts by its own processor time. By the clock on the wall two of them would come to
nothing more than one wherever somebody else has the other processor; what is asked here is
whether they are in each other's way.
"""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median

from tests.benchmarks.deciding import make_decider
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import Samples
from tests.benchmarks.picture import make_snapshot
from tests.benchmarks.timing import Pace

NAME = "checker/two-processes"
GOAL = 1.8

_LONGER = 40
"""Times as long as the other turns: to set two processes off takes a moment."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that decides when it is told to, for as long as it is told to."""

    pipe: Connection

    def begin(self, seconds: float) -> None:
        self.pipe.send(seconds)

    def stop(self) -> None:
        # Said, since the pipe may stay open in a process that was forked later.
        self.pipe.send(None)

    def rate(self) -> float:
        """Return the decisions per second of its processor time that it came to."""
        rate: float = self.pipe.recv()
        return rate


def measure(samples: Samples, *, pace: Pace) -> list[Figure]:
    """Let one process decide, then two, in turns, and compare their decisions per second."""
    seconds = pace.turn_seconds * _LONGER
    turns = []
    with ExitStack() as stack:
        first, second = (stack.enter_context(_worker(samples)) for _ in range(2))
        for _ in range(max(2, pace.turns // 4)):
            alone = _rate([first], seconds)
            turns.append((alone, _rate([first, second], seconds)))
    return [
        Figure(
            name=NAME,
            value=median(both for _, both in turns),
            unit="decisions/s",
            ratio=median(both / alone for alone, both in turns),
            against="one process",
            goal=GOAL,
        )
    ]


def _rate(workers: list[Worker], seconds: float) -> float:
    for worker in workers:
        worker.begin(seconds)
    return sum(worker.rate() for worker in workers)


@contextmanager
def _worker(samples: Samples) -> Iterator[Worker]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, samples), daemon=True)
    process.start()
    theirs.close()
    worker = Worker(ours)
    try:
        worker.begin(0.0)
        worker.rate()  # it is ready and warm
        yield worker
    finally:
        worker.stop()
        process.join()


def _work(pipe: Connection, samples: Samples) -> None:
    decide = make_decider(make_snapshot(samples.signer))
    while (seconds := pipe.recv()) is not None:
        begun = time.process_time()
        count = 0
        while True:
            for message in samples.messages:
                decide(message).decision  # noqa: B018 -- what it is to come to
            count += len(samples.messages)
            took = time.process_time() - begun
            if took >= seconds:
                break
        pipe.send(count / took)
