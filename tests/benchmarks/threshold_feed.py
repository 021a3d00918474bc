"""Following a register that has many thresholds: how much it takes, and one file of them.

Measured in a process of its own, as `tests.benchmarks.snapshot_feed` does.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from rules.feed.bundles import write_snapshot
from rules.feed.compression import compressed
from rules.register.arrangements import Threshold, ThresholdAuthor, Window
from rules.register.snapshot import Snapshot, SnapshotChange, ThresholdsOf
from tests.benchmarks import following, snapshot_feed
from tests.benchmarks.figures import Figure
from tests.benchmarks.picture import make_register
from tests.benchmarks.stage import Extent

CHANGE = "thresholds/change"
MEMORY = "thresholds/snapshot-memory"
NAMES = (CHANGE, MEMORY)
MOST = {CHANGE: (20.0, "ms"), MEMORY: (350.0, "MB")}
"""What each may be at most; so the ratio is how many times it goes into that."""

ROWS_OF_A_FILE = 200
OF_ONE_HUNDRED = 100
"""How many certificates there are for each User ID that has thresholds."""
_DAY = timedelta(days=1)


def measure(extent: Extent, *, names: set[str]) -> list[Figure]:
    """Write a register with a threshold for every Service Reference Variant, and follow it."""
    with tempfile.TemporaryDirectory(prefix="ra-bench-thresholds-") as name:
        folder = Path(name)
        rows = _write(folder, extent.certificates)
        measured = snapshot_feed.follow(folder, extent.pace.turns, extent)
    values = {CHANGE: measured["change_seconds"] * 1_000, MEMORY: measured["megabytes"]}
    of = {
        CHANGE: f"{ROWS_OF_A_FILE} rows of {rows:,}",
        MEMORY: f"{rows:,} thresholds and {extent.certificates:,} certificates",
    }
    return [
        Figure(
            name=name,
            value=values[name],
            unit=f"{unit} for {of[name]}",
            ratio=most / values[name],
            against=f"{most:g} {unit}",
            goal=1.0,
        )
        for name, (most, unit) in MOST.items()
        if name in names
    ]


def _write(folder: Path, certificates: int) -> int:
    """Write what is followed, and return how many thresholds it has."""
    at = datetime.now(UTC)
    users = certificates // OF_ONE_HUNDRED
    held = make_register([], certificates=certificates, user_ids=users)
    held = replace(held, thresholds=dict(_thresholds(held, at)))
    file = {
        of: tuple(replace(each, quarantine=1, warning=1) for each in thresholds)
        for of, thresholds in islice(held.thresholds.items(), ROWS_OF_A_FILE)
    }
    change = SnapshotChange(version="2", mark="another mark", thresholds=file)
    bodies = {
        following.LARGE: b"".join(compressed(write_snapshot(held, made_at=at))),
        following.CHANGE: snapshot_feed.sent(change, after=held, at=at),
    }
    snapshot_feed.write_signed(folder, bodies, at=at)
    return len(held.thresholds)


def _thresholds(
    held: Snapshot, at: datetime
) -> Iterator[tuple[ThresholdsOf, tuple[Threshold, ...]]]:
    for user_number, eui64 in enumerate(held.user_ids):
        for number, variant in enumerate(held.eligibility):
            level = 1_000 + user_number * len(held.eligibility) + number
            yield (
                (eui64, variant),
                (
                    Threshold(
                        failed_supplier_reference=None,
                        author=ThresholdAuthor.USER,
                        window=Window.DAY,
                        warning=level // 2,
                        quarantine=level,
                        valid_from=at - _DAY + timedelta(seconds=user_number),
                        valid_until=None,
                    ),
                ),
            )
