"""A plugin of pytest that keeps apart the processes in which mutmut runs the tests.

They are forked when the settings have been read, so each would have the folder and the database
of the process that they come from. A test that fails by that looks like a defect that was noticed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

_ONE_AT_A_TIME = 1


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give this process a data folder of its own and, on a given server, a database."""
    settings.DATA_DIR = settings.DATA_DIR.with_name(f"ra-tests-{os.getpid()}")
    settings.OCA_DIR = settings.DATA_DIR / "oca"
    settings.FEED_KEYS_DIR = settings.DATA_DIR / "feed"
    if settings.DATABASE_URL:
        # After pytest-django, whose fixture of the same name this one replaces.
        config.pluginmanager.register(_DatabaseOfItsOwn())


class _DatabaseOfItsOwn:
    @pytest.fixture(scope="session")
    def django_db_setup(
        self,
        django_test_environment: None,  # noqa: ARG002 - it comes first
        django_db_blocker: object,
        django_db_modify_db_settings: None,  # noqa: ARG002 - likewise
    ) -> Iterator[None]:
        """Copy the empty register, which takes a tenth of what the migrations do."""
        given = settings.DATABASES["default"]["NAME"]
        own = sql.Identifier(f"mutant_{os.getpid()}")
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            with _server(given) as server:
                server.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
                empty = connection.creation._get_test_db_name()  # noqa: SLF001 - its usual name
                known = server.execute("SELECT FROM pg_database WHERE datname = %s", [empty])
                if known.rowcount == 0:
                    connection.creation.create_test_db(verbosity=0)
                connection.close()
                server.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(own, sql.Identifier(empty))
                )
            connection.settings_dict["NAME"] = f"mutant_{os.getpid()}"
        yield
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            connection.close()
            connection.settings_dict["NAME"] = given
            with _server(given) as server:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))


@contextmanager
def _server(name: str) -> Iterator[psycopg.Connection]:
    of = connection.settings_dict
    with psycopg.connect(
        host=of["HOST"],
        port=of["PORT"] or None,
        user=of["USER"],
        password=of["PASSWORD"] or None,
        dbname=name,
        autocommit=True,
    ) as opened:
        yield opened
