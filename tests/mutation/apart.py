"""A plugin of pytest that keeps apart the processes in which mutmut runs the tests.

They are forked when the settings have been read, so each would have the folder and the database
of the process that they come from. A test that fails by that looks like a defect that was noticed.
"""

import os

import pytest
from django.conf import settings

from tests.mutation import database


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give this process a data folder of its own and, on a given server, a database."""
    settings.DATA_DIR = settings.DATA_DIR.with_name(f"ra-tests-{os.getpid()}")
    settings.OCA_DIR = settings.DATA_DIR / "oca"
    settings.FEED_KEYS_DIR = settings.DATA_DIR / "feed"
    if settings.DATABASE_URL:
        # After pytest-django, whose fixture of the same name this one replaces.
        config.pluginmanager.register(database)
