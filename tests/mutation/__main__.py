"""Plants defects one at a time and tells which of them no test notices: `make mutate`.

python -m tests.mutation [--processes N] [--keep FOLDER] [PATH …]
    A PATH is a slice (`rules/certificates`) or a folder or module in one; without any, every
    slice is gone through, which takes hours. Exit status 0 where at least nine defects in ten are
    noticed and each of the others is listed with its reason in `tests/mutation/survivors.toml`;
    1 where not, with what is to be listed or tested; 2 where it could not be done.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.mutation.planting import Outcome, PlantingError, plant
from tests.mutation.slices import SLICES, UnknownSliceError, chosen
from tests.mutation.survivors import Survivor, as_entry, listed

LEAST = 0.90
"""Which part of the defects the tests must notice."""


def main(arguments: list[str]) -> int:
    """Plant what is asked for and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a slice, or a part of one")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="a new folder in which the copy stays")
    asked = parser.parse_args(arguments)
    try:
        parts = [chosen(path) for path in asked.paths or [known.path for known in SLICES]]
    except UnknownSliceError as fault:
        parser.error(str(fault))
    if asked.keep and len(parts) != 1:
        parser.error("--keep takes one path")
    if asked.keep and asked.keep.exists():
        parser.error(f"{asked.keep} is there already")
    may = listed()
    is_good = True
    for which, modules in parts:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="mutants-") as work:
            folder = asked.keep or Path(work) / "project"
            outcome = plant(which, modules, folder.resolve(), processes=asked.processes)
        is_good &= tell(
            which.path if len(modules) > 1 else modules[0],
            outcome,
            may,
            seconds=time.monotonic() - began,
        )
    return 0 if is_good else 1


def tell(where: str, outcome: Outcome, may: dict[Survivor, str], *, seconds: float) -> bool:
    """Say what came of it, and tell whether that is enough."""
    unlisted = sorted(set(outcome.missed) - may.keys())
    sys.stdout.write(
        f"{where:32} {outcome.planted:5} planted {outcome.noticed:5} noticed"
        f" {outcome.score:6.1%} {len(unlisted):3} missed without a reason {seconds:6.0f} s\n"
    )
    for survivor in unlisted:
        sys.stdout.write(f"\n{as_entry(survivor)}\n")
    sys.stdout.flush()
    return outcome.score >= LEAST and not unlisted


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PlantingError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(130)
