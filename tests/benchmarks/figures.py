"""One measured figure, and how figures are written: `bench.json` for machines, a table to read."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_NUMBERS = {1, 3}
"""The columns that are."""
_WITHOUT_FRACTION = 100
_SMALL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, beside what it was measured against, in the same run."""

    name: str
    value: float
    """In `unit`."""
    unit: str
    ratio: float | None
    """How many times as fast as `against`: more is better. None: there is nothing to compare."""
    against: str
    goal: float | None = None
    """The ratio to be reached; None where none was set."""
    note: str = ""
    """What the table says beside it, and `bench.json` does not."""

    @property
    def is_missed(self) -> bool:
        """Whether there is a goal and it was not reached."""
        return self.goal is not None and (self.ratio is None or self.ratio < self.goal)


def write_json(figures: Iterable[Figure], path: Path) -> None:
    """Write the figures as a list of objects."""
    rounded = [
        {
            "name": figure.name,
            "value": _rounded(figure.value),
            "unit": figure.unit,
            "ratio": _rounded(figure.ratio),
            "against": figure.against,
            "goal": figure.goal,
        }
        for figure in figures
    ]
    path.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as text in columns; a missed goal is marked."""
    rows = [
        ("name", "value", "unit", "ratio", "goal", "", "against"),
        *(_row(figure) for figure in figures),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if number in _NUMBERS else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    notes = [f"{figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _row(figure: Figure) -> tuple[str, ...]:
    goal, verdict = "", ""
    if figure.goal is not None:
        goal, verdict = f"≥ {figure.goal:.2f}", "MISSED" if figure.is_missed else "ok"
    return (
        figure.name,
        _shown(figure.value),
        figure.unit,
        "" if figure.ratio is None else _shown_ratio(figure.ratio),
        goal,
        verdict,
        figure.against,
    )


def _rounded(number: float | None) -> float | None:
    """Keep four significant digits: more would be noise."""
    return None if number is None else float(f"{number:.4g}")


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= _WITHOUT_FRACTION else f"{number:.3g}"


def _shown_ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= _SMALL else f"{ratio:.2g}"
