"""Measures what the product is measured by: `make bench`.

python -m tests.benchmarks [--quick] [--out FILE] [NAME …]
    Measures every figure, or those in whose names a NAME is found, writes `bench.json` and
    prints a table. Exit status 0 also where a goal is missed, which the table marks; 2 where
    something could not be measured.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.demonstration.visitor import PageError
from portal.embedded.errors import EmbeddedError
from portal.embedded.processes import die_with_parent
from portal.install.terminal import InstallError
from tests.benchmarks import (
    batch_http,
    checker,
    http_decisions,
    observations,
    pages,
    pre_commands,
    requests,
    snapshot_feed,
    threshold_feed,
    two_processes,
)
from tests.benchmarks.deciding import NotFitError
from tests.benchmarks.figures import Figure, table, write_json
from tests.benchmarks.load import AnswerError
from tests.benchmarks.stage import Extent, ProgramError, Stage
from tests.benchmarks.timing import Pace

PROJECT = Path(__file__).resolve().parent.parent.parent

FULL = Extent(
    pace=Pace(turns=60, turn_seconds=0.005),
    certificates=100_000,
    uses=1_000_000,
    fetches=True,
)
QUICK = Extent(pace=Pace(turns=3, turn_seconds=0.001), certificates=500, uses=1_000, fetches=False)
"""Shows that everything works; the figures say nothing."""
FAULTS = (AnswerError, EmbeddedError, InstallError, NotFitError, PageError, ProgramError)
"""What may go wrong on a machine, each with one line that says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Some figures that are measured together."""

    names: tuple[str, ...]
    measure: Callable[[Stage, set[str]], list[Figure]]


def _snapshot_load(stage: Stage, names: set[str]) -> list[Figure]:
    turns = max(2, stage.extent.pace.turns // 8)
    return stage.figures(stage.register, names, "tests.benchmarks.snapshot_load", str(turns))


def _change_seen(stage: Stage, names: set[str]) -> list[Figure]:
    turns = max(2, stage.extent.pace.turns // 2)
    return stage.figures(stage.register, names, "tests.benchmarks.change_seen", str(turns))


def _lane_delay(stage: Stage, names: set[str]) -> list[Figure]:
    turns = max(3, stage.extent.pace.turns // 3)
    # Of a second each, so that they last longer than what is measured beside them.
    rows = 10_000 if stage.extent.fetches else 100
    program = ("tests.benchmarks.lane_delay", str(rows), str(turns))
    return stage.figures(stage.register, names, *program)


def _sign_in_names(stage: Stage, names: set[str]) -> list[Figure]:
    turns = max(2, stage.extent.pace.turns // 2)  # each takes as long as hashing a password
    return stage.figures(stage.register, names, "tests.benchmarks.sign_in_names", str(turns))


def _mpid_lookup(stage: Stage, names: set[str]) -> list[Figure]:
    pace = (str(stage.extent.pace.turns), str(stage.extent.pace.turn_seconds))
    return stage.figures(stage.million, names, "tests.benchmarks.mpid_lookup", *pace)


# What only computes comes first, before there are services that take their share of the machine.
BENCHMARKS = (
    Benchmark(
        names=checker.NAMES,
        measure=lambda stage, names: checker.measure(
            stage.samples, names=names, pace=stage.extent.pace
        ),
    ),
    Benchmark(
        names=(pre_commands.NAME,),
        measure=lambda stage, _: pre_commands.measure(pace=stage.extent.pace),
    ),
    Benchmark(
        names=(two_processes.NAME,),
        measure=lambda stage, _: two_processes.measure(stage.samples, pace=stage.extent.pace),
    ),
    Benchmark(
        names=(requests.NAME,), measure=lambda stage, _: requests.measure(pace=stage.extent.pace)
    ),
    Benchmark(
        names=observations.NAMES,
        measure=lambda stage, names: observations.measure(
            stage.samples, names=names, pace=stage.extent.pace
        ),
    ),
    Benchmark(
        names=snapshot_feed.NAMES,
        measure=lambda stage, names: snapshot_feed.measure(stage.extent, names=names),
    ),
    Benchmark(
        names=threshold_feed.NAMES,
        measure=lambda stage, names: threshold_feed.measure(stage.extent, names=names),
    ),
    Benchmark(names=("snapshot-load", "snapshot-load/memory"), measure=_snapshot_load),
    Benchmark(names=("change-seen",), measure=_change_seen),
    Benchmark(names=("outbox/lane-delay",), measure=_lane_delay),
    Benchmark(names=("sign-in/names",), measure=_sign_in_names),
    Benchmark(
        names=(http_decisions.NAME,), measure=lambda stage, _: http_decisions.measure(stage)
    ),
    Benchmark(names=batch_http.NAMES, measure=batch_http.measure),
    Benchmark(
        names=tuple(pages.PAGES),
        measure=lambda stage, names: pages.measure(stage, names=names),
    ),
    # Last, since it fills the register up.
    Benchmark(names=("mpid-lookup", "mpid-lookup/statement"), measure=_mpid_lookup),
)


def main(arguments: list[str]) -> int:
    """Measure what is asked for and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of a figure's name")
    parser.add_argument("--quick", action="store_true", help="small and fast: shows that it works")
    parser.add_argument("--out", type=Path, default=PROJECT / "bench.json", help="where to write")
    asked = parser.parse_args(arguments)
    chosen = [(benchmark, wanted(benchmark, asked.names)) for benchmark in BENCHMARKS]
    known = [name for benchmark in BENCHMARKS for name in benchmark.names]
    for part in asked.names:
        if not any(part in name for name in known):
            parser.error(f"no figure is named like `{part}`; there are: {', '.join(known)}")
    figures: list[Figure] = []
    with Stage(QUICK if asked.quick else FULL, say=say) as stage:
        for benchmark, names in chosen:
            if names:
                figures += _measured(benchmark, names, stage)
    write_json(figures, asked.out)
    sys.stdout.write(f"{table(figures)}\n")
    return 0


def wanted(benchmark: Benchmark, parts: list[str]) -> set[str]:
    """Return the names of a benchmark's figures in which one of the parts is; all, without any."""
    return {name for name in benchmark.names if not parts or any(part in name for part in parts)}


def _measured(benchmark: Benchmark, names: set[str], stage: Stage) -> list[Figure]:
    say(f"measuring {', '.join(name for name in benchmark.names if name in names)} …")
    begun = time.monotonic()
    figures = benchmark.measure(stage, names)
    say(f"  done ({time.monotonic() - begun:.0f} s)")
    return figures


def say(line: str) -> None:
    """Say how far it is, to whoever looks on."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    # SIGTERM takes everything down as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM, parent=os.getppid())
    try:
        sys.exit(main(sys.argv[1:]))
    except FAULTS as fault:
        say(str(fault))
        sys.exit(2)
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
