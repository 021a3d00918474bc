"""What the figures are made of: turns, ratios, and the worst that is told."""

import json
from pathlib import Path

from tests.benchmarks.figures import Figure, table, write_json
from tests.benchmarks.timing import Pace, compare


class Machine:
    """A machine on which every call takes as long as it is said to."""

    def __init__(self) -> None:
        self.now = 0

    def clock(self) -> int:
        return self.now

    def taking(self, *nanoseconds: int) -> "Side":
        return Side(self, nanoseconds)


class Side:
    def __init__(self, machine: Machine, nanoseconds: tuple[int, ...]) -> None:
        self.machine = machine
        self.nanoseconds = nanoseconds
        self.calls = 0

    def __call__(self) -> None:
        self.machine.now += self.nanoseconds[self.calls % len(self.nanoseconds)]
        self.calls += 1


def a_figure(ratio: float | None, goal: float | None, note: str = "") -> Figure:
    return Figure(
        name="some/figure",
        value=1234.5678,
        unit="things/s",
        ratio=ratio,
        against="something else",
        goal=goal,
        note=note,
    )


def test_the_ratio_is_how_many_times_as_fast_ours_is() -> None:
    machine = Machine()
    ours, other = machine.taking(1_000), machine.taking(3_000)
    compared = compare(ours, other, pace=Pace(turns=5, turn_seconds=1e-4), clock=machine.clock)
    assert round(compared.ratio, 6) == 3
    assert round(compared.seconds * 1e9) == 1_000
    assert round(compared.other_seconds * 1e9) == 3_000


def test_one_turn_that_was_disturbed_changes_nothing() -> None:
    machine = Machine()
    # Three calls to warm up and to see how long it takes, then five turns of one call each.
    disturbed = machine.taking(*[1_000] * 4, 900_000, *[1_000] * 3)
    pace = Pace(turns=5, turn_seconds=1e-6)
    compared = compare(disturbed, machine.taking(2_000), pace=pace, clock=machine.clock)
    assert disturbed.calls == 8
    assert round(compared.ratio, 6) == 2


def test_a_goal_is_missed_below_it_and_reached_at_it() -> None:
    assert a_figure(0.74, 0.75).is_missed
    assert not a_figure(0.75, 0.75).is_missed
    assert not a_figure(0.1, None).is_missed


def test_the_table_marks_a_missed_goal_and_no_other() -> None:
    said = table([a_figure(0.74, 0.75, note="at one size"), a_figure(0.76, 0.75)]).splitlines()
    assert "MISSED" in said[1]
    assert "MISSED" not in said[2]
    assert said[-1] == "some/figure: at one size"


def test_bench_json_has_the_members_that_others_rely_on_and_no_more(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    write_json([a_figure(0.123456, None, note="not for machines")], out)
    assert json.loads(out.read_text()) == [
        {
            "name": "some/figure",
            "value": 1235,
            "unit": "things/s",
            "ratio": 0.1235,
            "against": "something else",
            "goal": None,
        }
    ]
