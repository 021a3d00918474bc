"""Runs the tests in their parts: `make test`, `make quick` and `make test-long`.

    python -m tests.run usual|quick|long [pytest's arguments]

What bears others beside it runs in one process for each processor; then, in one process, what
measures, starves or kills, one test after the other.
"""

import subprocess
import sys

from _pytest.config import ExitCode

SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "8", "--dist", "worksteal")
RUNS = {
    "usual": (("together", SIDE_BY_SIDE), ("alone", ())),
    "quick": (("quick", SIDE_BY_SIDE),),
    "long": (("long-together", SIDE_BY_SIDE), ("long-alone", ())),
}
_AT_THE_FIRST_FAILURE = {"-x", "--exitfirst", "--maxfail=1"}


def main(which: str, arguments: list[str]) -> int:
    """Run the parts one after the other and return the exit status.

    A part in which nothing was chosen is no fault where another had something.
    """
    statuses = []
    for part, options in RUNS[which]:
        status = _pytest(f"--part={part}", *options, *arguments)
        statuses.append(status)
        if status not in {ExitCode.OK, ExitCode.TESTS_FAILED, ExitCode.NO_TESTS_COLLECTED}:
            return status
        if status == ExitCode.TESTS_FAILED and _AT_THE_FIRST_FAILURE & set(arguments):
            return status
    if ExitCode.TESTS_FAILED in statuses:
        return ExitCode.TESTS_FAILED
    return min(statuses)


def _pytest(*arguments: str) -> int:
    process = subprocess.Popen([sys.executable, "-m", "pytest", *arguments])
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # It was meant for pytest, too, which ends what it has started.


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in RUNS:
        sys.exit(f"usage: python -m tests.run {'|'.join(RUNS)} [pytest's arguments]")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
