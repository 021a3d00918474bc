"""A database whose changes others see, and a process that holds nothing of it afterwards."""

from collections.abc import Iterator

import pytest

from registry import snapshot_holder


@pytest.fixture
def committed(
    transactional_db: None,  # noqa: ARG001 -- a holder has a connection of its own
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Let what a test writes be seen by the process's holder, which ends with the test."""
    snapshot_holder.stop_holding()
    monkeypatch.setattr(snapshot_holder, "POLL_EVERY", 0.05)
    yield
    snapshot_holder.stop_holding()
