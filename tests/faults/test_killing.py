"""What a sample of the steps of an act has in it, whatever else it leaves out."""

import inspect

from psycopg import _connection_base

from registry.gateways import development_oca
from tests.faults.killing import Step, sampled

ACT, COMMIT = "act.py", _connection_base.__file__


def steps(*stretches: tuple[str, int]) -> list[Step]:
    """Make so many steps before a commit, in it, after it and so on; the next is begun by it."""
    commits = 0
    made = []
    for file, count in stretches:
        commits += file == COMMIT
        made += [Step(file, line, commits, 0) for line in range(count)]
    return made


AN_ACT = steps((ACT, 8), (COMMIT, 11), (ACT, 1), (COMMIT, 2), (ACT, 7))


def test_a_sample_has_both_ends_of_each_stretch_and_one_in_so_many_others() -> None:
    chosen = [(step.file == COMMIT, step.commits, step.line) for step in sampled(AN_ACT, one_in=5)]
    assert chosen == [
        *((False, 0, line) for line in (0, 5, 7)),
        *((True, 1, line) for line in (0, 2, 7, 10)),
        (False, 1, 0),
        *((True, 2, line) for line in (0, 1)),
        *((False, 2, line) for line in (0, 3, 6)),
    ]


def test_a_sample_has_every_line_that_writes_a_file() -> None:
    file = development_oca.__file__
    lines, first = inspect.getsourcelines(development_oca._write_whole)  # noqa: SLF001 -- what writes
    last = first + len(lines) - 1
    deaths = [Step(file, line, 0, 0) for line in range(1, last + 30)]
    chosen = [step.line for step in sampled(deaths, one_in=len(deaths))]
    assert chosen == [1, *range(first, last + 1), last + 29]


def test_one_in_one_is_all_of_them() -> None:
    assert sampled(AN_ACT, one_in=1) == AN_ACT
