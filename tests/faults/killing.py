"""Kills a process at every step of an act, the steps being found by watching a run of it.

A step is the moment before a line is run: a line of the registry, or one of those by which Django
and psycopg commit, among which is the moment when COMMIT has been sent and its answer has not been
read. Lines with the same past, between which nothing was sent to the database and no file was
touched, cannot be told apart by what a death there leaves, so one of them stands for them all;
`EVERY_LINE=1` tells them apart. `make test` takes a sample of the steps (`sampled`), and
`make test-long` all of them (`SAMPLE_AND_ALL`). Each victim is a process of its own with a
database connection of its own, and its end is SIGKILL, so nothing of it gets to tidy up.
"""

import inspect
import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import django.db
import psycopg
import pytest
from django.db import connection

from registry.gateways import development_oca
from tests.forking import fork
from tests.waiting import seconds_until

PROJECT = Path(__file__).resolve().parents[2]
_OURS = str(PROJECT / "registry") + "/"
_DJANGO = str(Path(django.db.__file__).parent) + "/"
_PSYCOPG = str(Path(psycopg.__file__).parent) + "/"
_COMMITTING = frozenset(
    {
        (_DJANGO + "backends/base/base.py", "commit"),
        (_DJANGO + "backends/base/base.py", "_commit"),
        (_DJANGO + "backends/base/base.py", "run_and_clear_commit_hooks"),
        (_PSYCOPG + "_connection_base.py", "_exec_command"),
    }
)
_TOUCHING_FILES = frozenset({_OURS + "gateways/development_oca.py"})
_LINES, _FIRST = inspect.getsourcelines(development_oca._write_whole)  # noqa: SLF001 -- as above
_WRITING = range(_FIRST, _FIRST + len(_LINES))
"""The lines of it that write a file, so that it is there whole or not at all."""
_SENDING = frozenset({_PSYCOPG + "_connection_base.py"})
"""In these each line counts as another past, although no statement was executed between them."""
_EVERY_LINE = os.environ.get("EVERY_LINE") == "1"
SAMPLE = 5
"""One in so many of the steps that are not next to a commit is died at in `make test`."""
SAMPLE_AND_ALL = pytest.mark.parametrize(
    "one_in",
    [
        pytest.param(SAMPLE, id="a-sample"),
        pytest.param(1, id="all", marks=pytest.mark.long),
    ],
)
_VICTIM = "killed at a step"
"""What the database's list of connections calls a victim's."""


@dataclass(frozen=True, slots=True)
class Step:
    """The moment before a line is run, again since the last commit was begun."""

    file: str
    line: int
    commits: int
    again: int
    """How often it was run before; loops are met once, except where files are touched."""

    def __str__(self) -> str:
        return f"{Path(self.file).name}:{self.line}, {self.again} times, {self.commits} commits"


def steps_of(act: Callable[[], object]) -> list[Step]:
    """Let a process do the act to its end, and return its steps, each once, in their order."""
    met: list[Step] = []
    pasts: set[tuple[int, ...]] = set()

    def meet(step: Step, past: tuple[int, ...]) -> None:
        if _EVERY_LINE or past not in pasts:
            pasts.add(past)
            met.append(step)

    status, said = _in_a_process_of_its_own(
        lambda: _watched(act, meet), report=lambda: [asdict(step) for step in met]
    )
    assert status == 0, f"the act failed when nobody killed it: {said}"
    return [Step(**step) for step in said]


def kill_at(step: Step, act: Callable[[], object]) -> None:
    """Let a process begin the act and kill it at the step; return when its locks are gone."""

    def meet(here: Step, _: object) -> None:
        if here == step:
            os.kill(os.getpid(), signal.SIGKILL)

    status, said = _in_a_process_of_its_own(lambda: _watched(act, meet), report=list)
    assert status == -signal.SIGKILL, f"the act did not come to {step}: {said}"
    seconds_until(_victims_connection_is_gone, within=30)


def sampled(steps: list[Step], *, one_in: int) -> list[Step]:
    """Return one in so many of the steps, and each that decides what a death leaves.

    In the database that changes with a commit alone, so these are the first and last before, in
    and after one. A file is not rolled back: they are all the lines that write one.
    """
    stretches = [(step.commits, step.file in _SENDING) for step in steps]
    is_last = [*(here != then for here, then in pairwise(stretches)), True]
    is_first = [True, *is_last[:-1]]
    return [
        step
        for number, step in enumerate(steps)
        if number % one_in == 0
        or is_first[number]
        or is_last[number]
        or (step.file in _TOUCHING_FILES and step.line in _WRITING)
    ]


def each_death(
    act: Callable[[], Callable[[], object]], *, one_in: int = 1, least: int = 1
) -> Iterator[Step]:
    """Kill an act once at each of its steps, or at a sample of them; yield after each death.

    `act` is called anew for each life and returns what the victim does, so that the caller can
    prepare the rows that this victim works on. It has `least` steps at the least, all counted.
    """
    steps = steps_of(act())
    assert len(steps) >= least, f"only {len(steps)} steps were seen"
    for step in sampled(steps, one_in=one_in):
        kill_at(step, act())
        yield step


def _watched(act: Callable[[], object], meet: Callable[[Step, tuple[int, ...]], None]) -> None:
    """Do the act and meet each of its steps with its past."""
    seen: Counter[tuple[str, int, int]] = Counter()
    commits = statements = own_lines = 0

    def on_line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal own_lines
        if event == "line":
            here = (frame.f_code.co_filename, frame.f_lineno, commits)
            if not seen[here] or here[0] in _TOUCHING_FILES:
                own_lines += here[0] in _TOUCHING_FILES or here[0] in _SENDING
                meet(Step(*here, seen[here]), (statements, own_lines))
            seen[here] += 1
        return on_line

    def on_call(frame: FrameType, _: str, __: Any) -> Any:
        nonlocal commits
        if not _is_watched(frame):
            return None
        commits += frame.f_code.co_name == "commit"
        return on_line

    def on_statement(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    with connection.execute_wrapper(on_statement):
        sys.settrace(on_call)
        try:
            act()
        finally:
            sys.settrace(None)


def _is_watched(frame: FrameType) -> bool:
    code = frame.f_code
    if code.co_filename.startswith(_OURS):
        # A class body or a module that is loaded late is no step of an act.
        return code.co_name != "<module>" and "/migrations/" not in code.co_filename
    if (code.co_filename, code.co_name) not in _COMMITTING:
        return False
    return code.co_name != "_exec_command" or frame.f_locals.get("command") == b"COMMIT"


def _in_a_process_of_its_own(
    work: Callable[[], object], *, report: Callable[[], object]
) -> tuple[int, Any]:
    """Fork, do the work there, and return how that process ended and what it reported."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        _live(work, report, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(said or b"null")


def _live(work: Callable[[], object], report: Callable[[], object], writing: int) -> None:
    status = 1
    try:
        connection.settings_dict = {
            **connection.settings_dict,
            "OPTIONS": {
                **connection.settings_dict["OPTIONS"],
                "application_name": _VICTIM,
            },
        }
        work()
        said = json.dumps(report())
        status = 0
    except BaseException:  # noqa: BLE001 -- whatever it was, the parent must hear of it
        said = json.dumps(traceback.format_exc())
    finally:
        # Never back into the tests: this is their copy.
        with os.fdopen(writing, "w") as answer:
            answer.write(said)
        connection.close()
        os._exit(status)


def _victims_connection_is_gone() -> bool:
    """Tell whether the server has noticed the death, rolled back and let go of the locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [_VICTIM],
        )
        return bool(cursor.fetchone()[0] == 0)
