"""One measured figure, and how figures are written: `bench.json` for machines, a table to read."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, beside what it was measured against, in the same run."""

    name: str
    value: float
    """In `unit`."""
    unit: str
    ratio: float | None
    """How many times as fast as `against`: more is better. None: there is nothing to hold it to."""
    against: str
    goal: float | None = None
    """The ratio to be reached; None where none was set."""

    @property
    def is_missed(self) -> bool:
        """Whether there is a goal and it was not reached."""
        return self.goal is not None and (self.ratio is None or self.ratio < self.goal)


def write_json(figures: Iterable[Figure], path: Path) -> None:
    """Write the figures as a list of objects."""
    rounded = [
        {**asdict(figure), "value": _rounded(figure.value), "ratio": _rounded(figure.ratio)}
        for figure in figures
    ]
    path.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as text in columns; a missed goal is marked."""
    rows = [("name", "value", "unit", "ratio", "goal", "", "against")]
    for figure in figures:
        rows.append(
            (
                figure.name,
                _shown(figure.value),
                figure.unit,
                "" if figure.ratio is None else f"{figure.ratio:.2f}",
                "" if figure.goal is None else f"≥ {figure.goal:.2f}",
                "MISSED" if figure.is_missed else "ok" if figure.goal is not None else "",
                figure.against,
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = {1, 3}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _rounded(number: float | None) -> float | None:
    """Keep four significant digits: more would be noise."""
    return None if number is None else float(f"{number:.4g}")


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
