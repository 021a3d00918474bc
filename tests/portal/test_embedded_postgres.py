"""The embedded database is a real PostgreSQL of the kind the register needs."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from portal.embedded import postgres
from portal.embedded.errors import EmbeddedError
from portal.embedded.processes import Family


@pytest.mark.django_db
def test_the_tests_run_on_postgresql_18_with_an_ordinary_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        assert cursor.fetchone() == (18,)
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_the_role_may_install_the_extension_that_exclusion_constraints_need() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")
        assert cursor.fetchone() == (1,)


@pytest.fixture
def place() -> Iterator[postgres.Place]:
    folder = Path(tempfile.mkdtemp(prefix="ra-pg-"))
    folder.chmod(0o711)
    sockets = folder / "s"
    sockets.mkdir(mode=0o700)
    yield postgres.Place(data=folder / "data", sockets=sockets, log=folder / "log")
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_lock_whose_process_id_a_stranger_has_now_is_no_hindrance(
    place: postgres.Place,
) -> None:
    family = Family()
    postgres.start(family, place, options=postgres.THROW_AWAY)
    family.stop()
    # This very process is alive and has that id, but is no PostgreSQL.
    (place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{place.data}\n")
    try:
        postgres.start(family, place, options=postgres.THROW_AWAY)
        with psycopg.connect(postgres.url(place.sockets)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        family.stop()


@pytest.mark.slow
def test_a_first_start_that_was_cut_off_is_begun_anew(place: postgres.Place) -> None:
    half = place.data.with_name("data.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    family = Family()
    try:
        postgres.start(family, place, options=postgres.THROW_AWAY)
        assert not half.exists()
    finally:
        family.stop()


@pytest.mark.slow
def test_data_that_postgresql_cannot_read_is_said_with_its_own_words(
    place: postgres.Place,
) -> None:
    place.data.mkdir(mode=0o700)
    (place.data / "PG_VERSION").write_text("9.6\n")
    family = Family()
    with pytest.raises(EmbeddedError, match="PostgreSQL ended by itself"):
        postgres.start(family, place)
    family.stop()


@pytest.mark.django_db
def test_a_failing_statement_leaves_none_of_its_values_in_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW log_min_error_statement")
        assert cursor.fetchone() == ("panic",)
        cursor.execute("SHOW log_parameter_max_length_on_error")
        assert cursor.fetchone() == ("0",)
