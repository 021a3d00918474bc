"""A database of its own that is migrated to a state and on from it, with rows put in between."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

NAME = f"carrying_over_{os.getpid()}"
"""Of each process another, since several may use one server."""


@contextmanager
def database_at(server_url: str, state: str) -> Iterator[str]:
    """Give the address of a database that is migrated to a state of the register."""
    here = urlsplit(server_url)._replace(path="/postgres").geturl()
    with psycopg.connect(here, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {NAME}")
    url = urlsplit(server_url)._replace(path=f"/{NAME}").geturl()
    try:
        assert migrate(url, state) == ""
        yield url
    finally:
        with psycopg.connect(here, autocommit=True) as server:
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def migrate(url: str, to: str) -> str:
    """Migrate to a state; returns what was wrong."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "registry", to, "--verbosity=0"],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


def insert(at: psycopg.Connection, table: str, **values: object) -> int:
    """Insert a row past our code; returns its id."""
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    made = at.execute(
        f"INSERT INTO registry_{table} ({names}) VALUES ({marks}) RETURNING id",  # type: ignore[arg-type]  # noqa: S608
        list(values.values()),
    ).fetchone()
    assert made is not None
    return made[0]
