"""The parts that the tests are run in: `--part`, and which markers belong to which.

Without the option everything runs that `make test` runs, one after the other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some of the tests, by the markers that each must have and those that none may have."""

    says: str
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    """Of `tests/`, that it is of; none: of all."""

    def holds(self, folder: str, markers: set[str]) -> bool:
        """Tell whether a test of this folder with these markers is of this part."""
        is_here = not self.folders or folder in self.folders
        return is_here and self.has <= markers and not self.lacks & markers


def _part(says: str, *markers: str, folders: tuple[str, ...] = ()) -> Part:
    lacks = frozenset(name.removeprefix("not ") for name in markers if name.startswith("not "))
    return Part(
        says=says,
        has=frozenset(markers) - {f"not {name}" for name in lacks},
        lacks=lacks,
        folders=frozenset(folders),
    )


_FAST = ("not long", "not alone", "not slow", "not race", "not browser")


USUAL = "usual"
PARTS = {
    USUAL: _part("all of `make test`", "not long"),
    "together": _part("those that bear others beside them", "not long", "not alone"),
    "alone": _part("those that must have the machine for themselves", "not long", "alone"),
    "quick": _part("the fast ones", *_FAST),
    "a-year-ahead": _part(
        "the fast ones of what reads the clock", *_FAST, folders=("portal", "registry")
    ),
    "long-together": _part("`make test-long`, side by side", "long", "not alone"),
    "long-alone": _part("`make test-long`, one after the other", "long", "alone"),
}


def add_option(parser: pytest.Parser) -> None:
    """Let a run choose its part."""
    parser.addoption(
        "--part",
        choices=sorted(PARTS),
        default=USUAL,
        help="; ".join(f"{name}: {part.says}" for name, part in PARTS.items()),
    )


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that are not of the chosen part."""
    part = PARTS[config.getoption("--part")]
    chosen, others = [], []
    for item in items:
        markers = {marker.name for marker in item.iter_markers()}
        folder = item.path.relative_to(TESTS).parts[0]
        (chosen if part.holds(folder, markers) else others).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = chosen
