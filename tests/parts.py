"""The parts that the tests are run in: `--part`, and which markers belong to which.

Without the option everything runs that `make test` runs, one after the other.
"""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some of the tests, by the markers that each must have and those that none may have."""

    says: str
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    def holds(self, markers: set[str]) -> bool:
        """Tell whether a test with these markers is of this part."""
        return self.has <= markers and not self.lacks & markers


def _part(says: str, *markers: str) -> Part:
    lacks = frozenset(name.removeprefix("not ") for name in markers if name.startswith("not "))
    return Part(says=says, has=frozenset(markers) - {f"not {name}" for name in lacks}, lacks=lacks)


USUAL = "usual"
PARTS = {
    USUAL: _part("all of `make test`", "not long"),
    "together": _part("those that bear others beside them", "not long", "not alone"),
    "alone": _part("those that must have the machine for themselves", "not long", "alone"),
    "quick": _part(
        "the fast ones", "not long", "not alone", "not slow", "not race", "not browser"
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
        (chosen if part.holds(markers) else others).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = chosen
