"""Gives the tests a real PostgreSQL and, where they ask, a real broker and browser.

The services are started only when the first test asks for them, in a temporary folder, and are
gone with the tests. `DATABASE_URL` names a database server to use instead.
"""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import quote

import hypothesis
import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from kombu import pools
from psycopg import sql

from portal.embedded import postgres, valkey
from portal.embedded.processes import Family
from portal.install import browser
from portal.settings.environment import broker_options
from registry.feed.reads import snapshot_holder
from tests import clock_ahead, migrated, parts
from tests.browser.opening import opened, running_browser
from tests.emptying import empty_quickly
from tests.run import note_counts

__all__ = ["opened", "running_browser"]

empty_quickly()

# How long an example takes is a matter of what else the machine does.
hypothesis.settings.register_profile("any-machine", deadline=None)
hypothesis.settings.load_profile("any-machine")

# Celery puts it before any setting, and somebody's real queue is not for tests.
os.environ.pop("CELERY_BROKER_URL", None)

NO_BROWSER = "no Chromium on this machine: install it, or name one in CHROMIUM"


@pytest.fixture(scope="session")
def _family() -> Iterator[tuple[Family, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="ra-test-"))
    # Passing through is enough for the user that PostgreSQL may have to run as.
    folder.chmod(0o711)
    family = Family()
    try:
        yield family, folder
    finally:
        family.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def round_number(request: pytest.FixtureRequest) -> int:
    """Return which of several rounds this is (`tests.rounds`)."""
    return int(request.param)


@pytest.fixture(scope="session", autouse=True)
def _data_folder() -> Iterator[None]:
    """Make the data folder of the settings, and remove it in the end."""
    settings.DATA_DIR.mkdir(mode=0o700)
    yield
    shutil.rmtree(settings.DATA_DIR)


# --- database --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 - it comes first
    request: pytest.FixtureRequest,
) -> None:
    """Start a throw-away PostgreSQL with a migrated database, where none is given."""
    if settings.DATABASE_URL:
        return
    family, folder = request.getfixturevalue("_family")
    migrated.put_data(folder / "postgresql-data")
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = postgres.DATABASE
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
def django_db_setup(django_db_setup: None) -> Iterator[None]:  # noqa: ARG001 - it comes first
    """Have nobody else in the database when it is dropped.

    The thread of a server that a test ran may keep its session for longer than PostgreSQL waits.
    """
    yield
    ours = connection.settings_dict["NAME"]
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        server.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(ours))
        )
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [ours]
        )


@pytest.fixture
def database_url(transactional_db: None) -> str:  # noqa: ARG001 - others see only what commits
    """Return the address of the tests' database, for processes that a test starts."""
    return _address(connection.settings_dict["NAME"])


def _address(database: str) -> str:
    of = connection.settings_dict
    who = quote(of["USER"]) + (f":{quote(of['PASSWORD'])}" if of["PASSWORD"] else "")
    port = f":{of['PORT']}" if of["PORT"] else ""
    return f"postgresql://{who}@{quote(of['HOST'], safe='')}{port}/{database}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, None, None]:
    """End the thread that a question to the checker starts, before the tables are emptied.

    It has a connection of its own, and the next test's register must not be what it holds; so it
    is ended again where a request that a fixture only now brought to its end has started it anew.
    """
    snapshot_holder.stop_holding()
    try:
        return (yield)
    finally:
        snapshot_holder.stop_holding()


# --- queue -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _valkey(_family: tuple[Family, Path]) -> str:
    family, folder = _family
    sockets = folder / "valkey"
    sockets.mkdir(mode=0o700)
    valkey.start(family, sockets=sockets, log=folder / "valkey.log")
    return valkey.url(sockets)


@pytest.fixture
def broker(_valkey: str) -> Iterator[str]:
    """Send tasks to a real Valkey, empty at first, and return its address for a worker."""
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    use_broker(_valkey, broker_options(_valkey))
    current_app.control.purge()
    yield _valkey
    current_app.control.purge()
    use_broker(*before)


def use_broker(url: str, options: dict[str, object]) -> None:
    """Have everything that is sent from now on go to this broker."""
    current_app.conf.update(broker_url=url, broker_transport_options=options)
    # The pools keep connections to the one before; what has been closed is never lent again.
    pools.reset()
    current_app._after_fork()  # noqa: SLF001 - what makes the application forget its pools


# --- browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the browser's program; tests that ask for it carry the marker `browser`."""
    found = browser.find()
    if found is None:
        # A developer without Chromium can run all else; the end of the run lists what did not run.
        pytest.skip(NO_BROWSER)
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose one part of the tests, and another clock."""
    parts.add_option(parser)
    clock_ahead.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Set the clock that the run is to have."""
    clock_ahead.set_clock(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not of the chosen part; skip the page tests where there is no browser."""
    parts.choose(config, items)
    if browser.find() is not None:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            # As in `chromium`; here before its other fixtures start what nobody would look at.
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end which page tests did not run, and why; count for those who run parts."""
    note_counts(terminalreporter)
    skipped = [
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if "browser" in report.keywords
    ]
    if not skipped:
        return
    terminalreporter.section("page tests that did not run")
    for nodeid in skipped:
        terminalreporter.line(nodeid)
    terminalreporter.line(f"{len(skipped)} page tests did not run: {NO_BROWSER}.")
