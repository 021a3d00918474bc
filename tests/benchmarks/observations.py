"""What it costs to note a decision: beside a decision that is not noted, at every size."""

import multiprocessing
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import django

from rules.service_requests.checker import decide
from rules.service_requests.decision import Decision
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import Samples
from tests.benchmarks.picture import make_snapshot, question_of
from tests.benchmarks.timing import WALL_TIME, Compared, Pace, compare

OVERHEAD = "observations/overhead"
SYNCED = "observations/synced"
NAMES = (OVERHEAD, SYNCED)
GOAL = 0.97
"""Less than three parts in a hundred of a decision."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the process that notes came to."""

    by_size: dict[int, Compared]
    """A decision that is noted, beside one that is not."""
    synced: Compared
    """To note one so that it is on the disk, beside leaving it to the kernel."""


def measure(samples: Samples, *, names: set[str], pace: Pace) -> list[Figure]:
    """Measure in a process of its own: the register's code wants Django, and the rest does not."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, samples, pace), daemon=True)
    process.start()
    theirs.close()
    measured: Measured = ours.recv()
    process.join()
    return [
        figure
        for figure in (_overhead(measured, samples), _synced(measured))
        if figure.name in names
    ]


def _overhead(measured: Measured, samples: Samples) -> Figure:
    size, worst = min(measured.by_size.items(), key=lambda pair: pair[1].ratio)
    all_sizes = ", ".join(f"{c.ratio:.3f} at {each:,}" for each, c in measured.by_size.items())
    return Figure(
        name=OVERHEAD,
        value=1 / worst.seconds,
        unit="noted decisions/s",
        ratio=worst.ratio,
        against=f"a decision that is not noted, at {size:,} octets, the worst of: {all_sizes} "
        f"({samples.origin})",
        goal=GOAL,
    )


def _synced(measured: Measured) -> Figure:
    return Figure(
        name=SYNCED,
        value=measured.synced.seconds * 1e6,
        unit="µs to note one",
        ratio=measured.synced.ratio,
        against=f"leaving it to the kernel, {measured.synced.other_seconds * 1e6:.2g} µs",
    )


def _work(pipe: Connection, samples: Samples, pace: Pace) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    django.setup()
    with tempfile.TemporaryDirectory(prefix="ra-bench-spool-") as folder:
        pipe.send(_measured(samples, Path(folder), pace))


def _measured(samples: Samples, folder: Path, pace: Pace) -> Measured:
    # Only here, since these are models' neighbours.
    from registry.gateways.spool import SpoolWriter  # noqa: PLC0415 -- Django comes first
    from registry.observations.acts.observing import Observer  # noqa: PLC0415 -- so

    snapshot = make_snapshot(samples.signer)
    at = datetime.now(UTC)
    left, synced = (
        Observer(SpoolWriter(folder / str(is_synced), is_synced=is_synced))
        for is_synced in (False, True)
    )

    def decide_one(message: bytes) -> Decision:
        return decide(question_of(message, at=at), snapshot)

    def decide_and_note(message: bytes) -> None:
        question = question_of(message, at=at)
        left.observe(decide(question, snapshot), question, register=snapshot)

    by_size = {
        len(message): compare(
            lambda message=message: decide_and_note(message),
            lambda message=message: decide_one(message),
            pace=pace,
        )
        for message in samples.messages
    }
    question = question_of(samples.messages[0], at=at)
    decision = decide(question, snapshot)
    on_the_disk = compare(
        lambda: synced.observe(decision, question, register=snapshot),
        lambda: left.observe(decision, question, register=snapshot),
        pace=pace,
        # It waits for the disk.
        clock=WALL_TIME,
    )
    return Measured(by_size=by_size, synced=on_the_disk)
