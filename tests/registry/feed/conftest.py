"""A committed database, and a folder of keys of one's own."""

import pytest

from tests.holding import committed

__all__ = ["committed"]


@pytest.fixture
def keys_dir(tmp_path, settings):
    """Return the folder in which the feed's keys will be."""
    settings.FEED_KEYS_DIR = tmp_path / "feed"
    return settings.FEED_KEYS_DIR
