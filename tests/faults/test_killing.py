"""What a sample of the steps of an act has in it, whatever else it leaves out."""

from psycopg import _connection_base

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


def test_one_in_one_is_all_of_them() -> None:
    assert sampled(AN_ACT, one_in=1) == AN_ACT
