"""The lock files belong to what the project says it needs."""

import re
import tomllib
from pathlib import Path

import pytest

from portal.install.packages import ADDITIONS, LOCKS, PROJECT


def locked(path: Path) -> dict[str, str]:
    return dict(
        re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", path.read_text(), re.MULTILINE)
    )


def named(requirements: list[str]) -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


def test_everything_the_project_names_is_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert named(project["project"]["dependencies"]) <= locked(LOCKS["run"]).keys()
    groups = project["dependency-groups"]
    assert named(groups["test"] + groups["check"]) <= locked(LOCKS["develop"]).keys()


def test_what_is_tested_is_what_runs() -> None:
    run, develop = locked(LOCKS["run"]), locked(LOCKS["develop"])
    assert run.items() <= develop.items()
    assert develop.keys() - run.keys() >= {"pytest", "ruff"}


@pytest.mark.parametrize("kind", ADDITIONS)
def test_what_is_measured_or_fuzzed_is_what_runs(kind: str) -> None:
    develop, addition = locked(LOCKS["develop"]), locked(LOCKS[kind])
    groups = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]
    assert named(groups[kind]) <= addition.keys()
    shared = addition.keys() & develop.keys()
    assert kind != "bench" or "lxml" in shared
    assert {name: addition[name] for name in shared} == {name: develop[name] for name in shared}


def test_every_locked_package_carries_a_hash() -> None:
    for path in LOCKS.values():
        entries = re.split(r"^(?=[a-z0-9])", path.read_text(), flags=re.MULTILINE)[1:]
        assert len(entries) == len(locked(path))
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
