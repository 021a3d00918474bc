"""A database whose changes others see, and a holder that looks for them often."""

import pytest

from registry.feed.reads import snapshot_holder


@pytest.fixture
def committed(
    transactional_db: None,  # noqa: ARG001 -- a holder has a connection of its own
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let what a test writes be seen by the process's holder soon."""
    monkeypatch.setattr(snapshot_holder, "POLL_EVERY", 0.05)
