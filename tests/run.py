"""Runs the tests in their parts: `make test`, `make quick` and `make test-long`.

    python -m tests.run usual|quick|long [pytest's arguments]

What bears others beside it runs in one process for each processor; then, in one process, what
measures, starves or kills, one test after the other.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "8", "--dist", "worksteal")
RUNS = {
    "usual": (("together", SIDE_BY_SIDE), ("alone", ())),
    "quick": (("quick", SIDE_BY_SIDE),),
    "long": (
        ("a-year-ahead", (*SIDE_BY_SIDE, "--clock-ahead=365")),
        ("long-together", SIDE_BY_SIDE),
        ("long-alone", ()),
    ),
}
COUNTS = "TESTS_COUNTS"
"""The variable that names the file in which each part leaves what it counted."""
_COUNTED = ("failed", "passed", "skipped", "xfailed", "error")
_AT_THE_FIRST_FAILURE = {"-x", "--exitfirst", "--maxfail=1"}


def main(which: str, arguments: list[str]) -> int:
    """Run the parts one after the other and return the exit status.

    A part in which nothing was chosen is no fault where another had something.
    """
    statuses: list[int] = []
    began = time.monotonic()
    with tempfile.NamedTemporaryFile(prefix="ra-counts-") as counts:
        for part, options in RUNS[which]:
            statuses.append(_pytest(f"--part={part}", *options, *arguments, counts=counts.name))
            if _ends(statuses[-1], arguments):
                return statuses[-1]
        print(f"= {_total(Path(counts.name))} in {_length(time.monotonic() - began)} =")  # noqa: T201
    if pytest.ExitCode.TESTS_FAILED in statuses:
        return pytest.ExitCode.TESTS_FAILED
    return min(statuses)


def _ends(status: int, arguments: list[str]) -> bool:
    """Tell whether there is to be no further part."""
    if status == pytest.ExitCode.TESTS_FAILED:
        return bool(_AT_THE_FIRST_FAILURE & set(arguments))
    return status not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


def note_counts(reporter: pytest.TerminalReporter) -> None:
    """Keep how many tests passed, failed and so on, for the line that adds the parts up."""
    is_of_a_process_beside = hasattr(reporter.config, "workerinput")
    if COUNTS in os.environ and not is_of_a_process_beside:
        found = {name: len(reporter.stats.get(name, ())) for name in _COUNTED}
        with Path(os.environ[COUNTS]).open("a") as file:
            file.write(json.dumps(found) + "\n")


def _total(counts: Path) -> str:
    total: Counter[str] = Counter()
    for line in counts.read_text().splitlines():
        total.update(json.loads(line))
    return ", ".join(f"{total[name]} {name}" for name in _COUNTED if total[name]) or "no tests ran"


def _length(seconds: float) -> str:
    return f"{seconds:.2f}s ({timedelta(seconds=int(seconds))})"


def _pytest(*arguments: str, counts: str) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments], env={**os.environ, COUNTS: counts}
    )
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # It was meant for pytest, too, which ends what it has started.


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in RUNS:
        sys.exit(f"usage: python -m tests.run {'|'.join(RUNS)} [pytest's arguments]")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
