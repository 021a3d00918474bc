"""Holders that end with the test that asked for them."""

from collections.abc import Callable, Iterator

import pytest

from registry.feed.reads.snapshot_holder import SnapshotHolder
from tests.holding import committed

__all__ = ["committed"]


@pytest.fixture
def a_holder() -> Iterator[Callable[..., SnapshotHolder]]:
    """Return what starts a holder of one's own."""
    started = []

    def start(**how) -> SnapshotHolder:
        usual = {"stale_after": 60.0, "refused_after": 60.0, "poll_every": 0.2}
        holder = SnapshotHolder(**{**usual, **how})
        started.append(holder)
        holder.start()
        return holder

    yield start
    for holder in started:
        holder.stop()
