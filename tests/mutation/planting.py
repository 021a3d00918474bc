"""Plants defects in a copy of the project, one at a time, and runs the tests: mutmut does both.

mutmut writes every variant of a function beside the original and chooses among them in a process
of its own, forked when the tests have been imported; of the tests it runs those that came through
that function, the quickest first (docs/decisions/0065).
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path

from tests.mutation import control
from tests.mutation.slices import PROJECT, Slice
from tests.mutation.survivors import Survivor

NOTICED = frozenset({"killed", "timeout", "suspicious", "segfault", "caught by type check"})
"""What mutmut says of a defect that somebody would have seen. A test that never ends is one."""
MISSED = frozenset({"survived", "no tests"})

ONLY_WORDS = (
    r"""^\s*"[^"]* [^"]*"[,)]*$""",
    r"""^\s*(return )?(passed|not_applicable|not_checked)\("[^"]*"\)[,)]*$""",
)
"""Lines that hold nothing but words for people. Which words a person reads is held by the tests
of the rules where it matters; that each letter is as it was would be a copy of the code."""

_NAME = re.compile(r"^(?P<module>[\w.]+)\.(?P<function>x(?:_|ǁ\w+?ǁ)\w+)__mutmut_\d+$")


_TOLD = 2_000
"""Characters of what mutmut said where it failed."""


class PlantingError(Exception):
    """The defects could not be planted; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of the defects in some modules."""

    noticed: int
    missed: tuple[Survivor, ...]

    @property
    def planted(self) -> int:
        """How many defects were planted."""
        return self.noticed + len(self.missed)

    @property
    def score(self) -> float:
        """Which part of them was noticed, from 0 to 1; 1 where there was nothing to plant."""
        return self.noticed / self.planted if self.planted else 1.0


def plant(chosen: Slice, modules: Sequence[str], folder: Path, *, processes: int) -> Outcome:
    """Plant every defect there is in the modules, in a copy made in the folder.

    Raises:
        PlantingError: The tests fail without any defect, or mutmut itself did.
    """
    _copy_project(folder)
    control.add_to(folder, needs_database=chosen.needs_database)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(_settings(chosen, modules))
    said = folder / "mutmut.log"
    with said.open("wb") as log:
        ended = subprocess.run(
            [*_with_services(chosen), _program(), "run", "--max-children", str(processes)],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        raise PlantingError(
            f"mutmut ended with {ended.returncode}: {said.read_text('utf-8', 'replace')[-_TOLD:]}"
        )
    return outcome_of(_results(folder), folder)


def outcome_of(results: Mapping[str, str], folder: Path) -> Outcome:
    """Return what came of the defects in a copy, by what mutmut says of each.

    Raises:
        PlantingError: What has no effect was noticed, or some were not tried.
    """
    untried = sorted({state for state in results.values() if state not in NOTICED | MISSED})
    if untried:
        raise PlantingError(f"of some defects mutmut says only: {', '.join(untried)}")
    missed = {name for name, state in results.items() if state in MISSED}
    of_no_effect = {name for name in results if control.is_of_it(name)}
    if not of_no_effect or of_no_effect - missed:
        raise PlantingError(
            "the tests fail for another reason than the defects: what has no effect was noticed"
        )
    missed -= of_no_effect
    return Outcome(
        noticed=len(results.keys() - missed - of_no_effect),
        missed=tuple(sorted(_survivors(missed, folder))),
    )


def _with_services(chosen: Slice) -> tuple[str, ...]:
    """Return the command that lets another one run with a database server, where it needs one."""
    if not chosen.needs_database:
        return ()
    return (sys.executable, "-m", "portal.embedded", "exec", "--throw-away", "--")


def _copy_project(folder: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (PROJECT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, target)


def _settings(chosen: Slice, modules: Sequence[str]) -> str:
    """Return the settings of mutmut, as `pyproject.toml` takes them."""
    options = ["--ds=portal.settings.test", "-p", "tests.mutation.apart"]
    options += ["-p", "no:randomly", "-p", "no:cacheprovider"]
    settings = {
        "source_paths": ["portal", "registry", "rules"],
        "only_mutate": [*modules, control.MODULE],
        "do_not_mutate_patterns": list(ONLY_WORDS),
        "also_copy": ["CHANGELOG.md", "Makefile", "README.md", "docs", "manage.py", "templates"],
        "pytest_add_cli_args": options,
        "pytest_add_cli_args_test_selection": [*chosen.tests, control.TEST, "--part=quick"],
    }
    # A list of strings is spelt alike in JSON and in TOML.
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    return f"\n[tool.mutmut]\n{''.join(lines)}use_git_change_detection = false\n"


def _results(folder: Path) -> dict[str, str]:
    """Return what came of each defect, by mutmut's name for it."""
    told = _ask(folder, "results", "--all", "true")
    pairs = (line.strip().rpartition(": ") for line in told.splitlines())
    return {name: state for name, colon, state in pairs if colon}


def _survivors(names: Iterable[str], folder: Path) -> Iterator[Survivor]:
    """Return what the defects changed; of a change over several lines, all of them as one.

    Taken from the variants that mutmut wrote, since to ask it takes a second for each.
    """
    variants: dict[str, dict[str, list[str]]] = {}
    for name in sorted(names):
        parts = _NAME.match(name)
        if parts is None:
            raise PlantingError(f"mutmut has a name that is not of its usual form: {name}")
        module, function = parts["module"], parts["function"]
        if module not in variants:
            variants[module] = _variants(folder, module)
        of = variants[module]
        shown = list(_changed_lines(of[f"{function}__mutmut_orig"], of[name[len(module) + 1 :]]))
        plain = function.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
        yield Survivor(
            function=f"{module}.{plain}",
            was=" ".join(text for sign, text in shown if sign == "-"),
            now=" ".join(text for sign, text in shown if sign == "+"),
        )


def _variants(folder: Path, module: str) -> dict[str, list[str]]:
    """Return the lines of every variant of every function of a module, by mutmut's name."""
    text = (folder / "mutants" / f"{module.replace('.', '/')}.py").read_text("utf-8")
    lines = text.splitlines()
    return {
        node.name: [
            lines[node.lineno - 1].replace(node.name, ""),
            *lines[node.lineno : node.end_lineno],
        ]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name
    }


def _changed_lines(original: list[str], variant: list[str]) -> Iterator[tuple[str, str]]:
    for line in ndiff(original, variant):
        if line[:2] in {"- ", "+ "}:
            yield line[0], line[2:].strip()


def _ask(folder: Path, *question: str) -> str:
    said = subprocess.run(
        [_program(), *question], cwd=folder, capture_output=True, text=True, check=False
    )
    if said.returncode:
        raise PlantingError(f"mutmut {question[0]} failed: {said.stderr.strip()[-500:]}")
    return said.stdout


def _program() -> str:
    return str(Path(sys.executable).parent / "mutmut")
