"""A fixture that gives each process of mutmut's a copy of the empty register."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

_ONE_AT_A_TIME = 1


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,  # noqa: ARG001 - it comes first
    django_db_blocker: object,
    django_db_modify_db_settings: None,  # noqa: ARG001 - likewise
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
