"""Gives the tests a real PostgreSQL and, where they ask, a real broker.

Both are started only when the first test asks for them, in a temporary folder, and are gone with
the tests. `DATABASE_URL` names a database server to use instead.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from portal.embedded import postgres
from portal.embedded.processes import Family


@pytest.fixture(scope="session")
def _family() -> Iterator[tuple[Family, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="ra-test-"))
    family = Family()
    try:
        yield family, folder
    finally:
        family.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _data_folder() -> Iterator[None]:
    """Make the data folder of the settings, and remove it in the end."""
    settings.DATA_DIR.mkdir(mode=0o700)
    yield
    shutil.rmtree(settings.DATA_DIR)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 - it comes first
    request: pytest.FixtureRequest,
) -> None:
    """Start a throw-away PostgreSQL where no database is given."""
    if settings.DATABASE_URL:
        return
    family, folder = request.getfixturevalue("_family")
    sockets = folder / "postgresql"
    sockets.mkdir(mode=0o700)
    postgres.start(
        family,
        postgres.Place(
            data=folder / "postgresql-data", sockets=sockets, log=folder / "postgresql.log"
        ),
        options=postgres.THROW_AWAY,
    )
    settings.DATABASES["default"]["HOST"] = str(sockets)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - it comes first
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Let tests empty the evidence between them; that it is refused has a test of its own."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER event_is_never_truncated")
