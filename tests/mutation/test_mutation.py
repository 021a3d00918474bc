"""`make mutate` counts rightly, leaves nothing out, and lets nothing survive without a reason."""

import ast
from pathlib import Path

import pytest

from tests.mutation import control
from tests.mutation.__main__ import LEAST, tell
from tests.mutation.planting import Outcome, PlantingError, outcome_of
from tests.mutation.slices import PROJECT, SLICES, UnknownSliceError, chosen
from tests.mutation.survivors import Survivor, as_entry, listed

WORK = "rules.work"
VARIANTS = """
def x_half__mutmut_orig(number: int) -> float:
    return number / 2


def x_half__mutmut_1(number: int) -> float:
    return number * 2


def x_half__mutmut_2(number: int) -> float:
    return number / 3


class Work:
    def xǁWorkǁ__init____mutmut_orig(self) -> None:
        self.done = False

    def xǁWorkǁ__init____mutmut_1(self) -> None:
        self.done = True
"""
OF_NO_EFFECT = {"rules.of_no_effect.x_without_effect__mutmut_1": "survived"}
SURVIVOR = Survivor(function="rules.work.half", was="return number / 2", now="return number * 2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What mutmut leaves behind, as far as it is read."""
    (tmp_path / "mutants" / "rules").mkdir(parents=True)
    (tmp_path / "mutants" / "rules" / "work.py").write_text(VARIANTS)
    return tmp_path


def test_what_was_missed_is_told_by_what_stood_there_and_what_was_put_there(folder: Path) -> None:
    outcome = outcome_of(
        {
            f"{WORK}.x_half__mutmut_1": "survived",
            f"{WORK}.x_half__mutmut_2": "timeout",
            f"{WORK}.xǁWorkǁ__init____mutmut_1": "no tests",
            **OF_NO_EFFECT,
        },
        folder,
    )
    assert outcome.missed == (
        Survivor(
            function="rules.work.Work.__init__", was="self.done = False", now="self.done = True"
        ),
        SURVIVOR,
    )
    assert (outcome.noticed, outcome.planted) == (1, 3)
    assert outcome.score == pytest.approx(1 / 3)


@pytest.mark.parametrize("results", [{}, dict.fromkeys(OF_NO_EFFECT, "killed")])
def test_where_what_has_no_effect_was_noticed_there_is_no_score(results, folder: Path) -> None:
    with pytest.raises(PlantingError, match="another reason"):
        outcome_of({f"{WORK}.x_half__mutmut_1": "killed", **results}, folder)


def test_where_some_were_not_tried_there_is_no_score(folder: Path) -> None:
    with pytest.raises(PlantingError, match="only: not checked"):
        outcome_of({f"{WORK}.x_half__mutmut_1": "not checked", **OF_NO_EFFECT}, folder)


def test_what_has_no_effect_has_none(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "tests").mkdir()
    control.add_to(tmp_path, needs_database=True)
    module: dict[str, object] = {}
    exec((tmp_path / control.MODULE).read_text(), module)  # noqa: S102 - what was just written
    without_effect = module["without_effect"]
    assert callable(without_effect)
    assert without_effect() is None
    assert "django_db" in (tmp_path / control.TEST).read_text()


def told(noticed: int, missed: int, may: dict[Survivor, str]) -> bool:
    outcome = Outcome(noticed=noticed, missed=(SURVIVOR,) * missed)
    return tell("rules", outcome, may, seconds=1.0)


def test_enough_is_nine_in_ten_and_a_reason_for_each_of_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert LEAST == 0.9
    assert told(9, 1, {SURVIVOR: "It does no harm."})
    assert not told(8, 1, {SURVIVOR: "It does no harm."})
    assert as_entry(SURVIVOR) not in capsys.readouterr().out
    assert not told(99, 1, {})
    said = capsys.readouterr().out
    assert " 99.0%   1 missed without a reason" in said
    assert as_entry(SURVIVOR) in said
    assert told(0, 0, {})


# --- the slices ------------------------------------------------------------------------------


def test_every_module_of_the_rules_the_acts_the_kernel_and_the_evidence_is_in_one_slice() -> None:
    wanted = [
        str(path.relative_to(PROJECT))
        for where in (
            PROJECT / "rules",
            PROJECT / "registry" / "jobs",
            PROJECT / "registry" / "pairs",
            *(PROJECT / "registry").glob("*/acts"),
        )
        for path in where.rglob("*.py")
        if path.name != "__init__.py"
    ]
    planted = [module for known in SLICES for module in known.modules()]
    assert sorted(planted) == sorted(
        [
            *wanted,
            "registry/access.py",
            "registry/evidence/history.py",
            "registry/written.py",
        ]
    )


def test_every_slice_has_tests_that_there_are() -> None:
    for known in SLICES:
        assert [path for path in known.tests if not (PROJECT / path).exists()] == []


def test_a_part_of_a_slice_is_chosen_by_its_path() -> None:
    of_responses, modules = chosen("rules/responses/")
    assert (of_responses.path, modules) == ("rules/responses", of_responses.modules())
    assert chosen("rules/responses/kinds.py") == (of_responses, ("rules/responses/kinds.py",))
    assert chosen("rules/rule.py")[1] == ("rules/rule.py",)
    folder, modules = chosen("rules/certificates/request_rules")
    assert folder.path == "rules/certificates"
    assert {str(Path(module).parent) for module in modules} == {"rules/certificates/request_rules"}
    for unknown in ("rules/respons", "portal/views", ""):
        with pytest.raises(UnknownSliceError, match="is in no slice"):
            chosen(unknown)


# --- what may survive ------------------------------------------------------------------------


def code_of(function: str) -> str:
    """Return the code of a function by its whole name, with every space as one."""
    parts = function.split(".")
    at = max(
        at for at in range(1, len(parts)) if (PROJECT / ("/".join(parts[:at]) + ".py")).is_file()
    )
    text = (PROJECT / ("/".join(parts[:at]) + ".py")).read_text("utf-8")
    node: ast.AST = ast.parse(text)
    for name in parts[at:]:
        node = next(
            inner
            for inner in ast.iter_child_nodes(node)
            if isinstance(inner, ast.FunctionDef | ast.ClassDef) and inner.name == name
        )
    return " ".join((ast.get_source_segment(text, node) or "").split())


def test_what_may_survive_is_there_still_and_has_its_reason() -> None:
    for survivor, why in listed().items():
        assert len(why.split()) > 3, survivor
        assert survivor.was != survivor.now
        # A variant is without the name of its function.
        of = survivor.was.removeprefix("def ")
        assert of in code_of(survivor.function), survivor
