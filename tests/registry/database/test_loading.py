"""A database that does not do what this release declares is refused; `migrate` puts it right."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import Client

from registry.database.differing import differences
from registry.database.loading import load_differing

NAME = "as_declared"

CHANGED = "registry_refuse_truncate"
CHANGE = f"""
CREATE OR REPLACE FUNCTION {CHANGED}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RETURN NULL; END $$
"""
LEFT_OUT = 'DROP TRIGGER request_holds ON "registry_certificaterequest"'
OFF = 'ALTER TABLE "registry_mpiduse" DISABLE TRIGGER mpid_is_nobody_elses'
OTHER_MOMENT = """
DROP TRIGGER request_holds ON registry_certificaterequest;
CREATE TRIGGER request_holds AFTER INSERT ON registry_certificaterequest
FOR EACH ROW EXECUTE FUNCTION registry_request_holds()
"""
PUT_RIGHT = {
    CHANGE: f"the function {CHANGED} differs",
    LEFT_OUT: "the trigger request_holds on registry_certificaterequest is missing",
    OFF: "the trigger mpid_is_nobody_elses on registry_mpiduse is switched off",
    OTHER_MOMENT: "the trigger request_holds on registry_certificaterequest differs",
}
BESIDE = """
CREATE TRIGGER someones AFTER INSERT ON registry_party
FOR EACH ROW EXECUTE FUNCTION registry_note_change('party', 'id')
"""
ONE_OF_A_MODEL = 'ALTER TABLE "registry_event" DISABLE TRIGGER USER'


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_database_as_migrations_leave_it_is_as_declared() -> None:
    assert differences() == ()
    assert load_differing() == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "told"), PUT_RIGHT.items(), ids=["changed", "missing", "off", "another moment"]
)
def test_what_differs_is_named_and_loaded_again(statement: str, told: str) -> None:
    run(statement)
    assert differences() == (told,)
    (loaded,) = load_differing()
    assert loaded in told
    assert differences() == ()


@pytest.mark.django_db
def test_what_the_database_has_beside_is_named_and_left_alone() -> None:
    run(BESIDE)
    told = ("the trigger someones on registry_party is not declared",)
    assert differences() == told
    assert load_differing() == ()
    assert differences() == told


@pytest.mark.django_db
def test_a_trigger_that_a_model_declares_is_held_to_it_as_well() -> None:
    run(ONE_OF_A_MODEL)
    assert any("pgtrigger_event_stays" in told and "off" in told for told in differences())


@pytest.mark.django_db
def test_neither_the_check_nor_the_probe_lets_such_a_database_pass(client: Client) -> None:
    asked = {"databases": ["default"], "tags": ["database"]}
    assert run_checks(**asked) == []
    assert client.get("/readyz").status_code == 200
    run(OFF)
    (error,) = run_checks(**asked)
    assert (error.id, PUT_RIGHT[OFF] in error.msg) == ("portal.E006", True)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, "functions or triggers")


# --- by the command, on a database of its own ----------------------------------------------------


@pytest.fixture
def database(database_url: str) -> Iterator[str]:
    """Return the address of an empty database of its own."""
    here = urlsplit(database_url)._replace(path="/postgres").geturl()
    with psycopg.connect(here, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {NAME}")
    try:
        yield urlsplit(database_url)._replace(path=f"/{NAME}").geturl()
    finally:
        with psycopg.connect(here, autocommit=True) as server:
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def manage(url: str, *arguments: str) -> tuple[int, str]:
    """Run `manage.py`; returns its status and all that it said."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_two_that_migrate_at_once_do_not_fail_each_other(database: str) -> None:
    assert manage(database, "migrate", "--verbosity=0") == (0, "")
    with psycopg.connect(database, autocommit=True) as server:
        server.execute(CHANGE)
        server.execute(LEFT_OUT)
    with ThreadPoolExecutor() as threads:
        both = list(threads.map(lambda _: manage(database, "migrate"), range(2)))
    assert [status for status, _ in both] == [0, 0]
    assert sorted("Loaded" in said for _, said in both) == [False, True]


@pytest.mark.slow
def test_migrate_puts_right_what_check_refuses_and_leaves_an_earlier_state_alone(
    database: str,
) -> None:
    assert manage(database, "check", "--database", "default")[0] == 0, "nothing is there yet"
    assert manage(database, "migrate", "--verbosity=0") == (0, "")
    with psycopg.connect(database, autocommit=True) as server:
        server.execute(CHANGE)
    status, said = manage(database, "check", "--database", "default")
    assert (status, PUT_RIGHT[CHANGE] in said, "portal.E006" in said) == (1, True, True)
    status, said = manage(database, "migrate")
    assert (status, f"Loaded into the database: {CHANGED}" in said) == (0, True)
    assert manage(database, "check", "--database", "default")[0] == 0

    with psycopg.connect(database, autocommit=True) as server:
        server.execute(CHANGE)
    status, said = manage(database, "migrate", "registry", "0020")
    assert (status, "Loaded" in said) == (0, False)
    assert manage(database, "check", "--database", "default")[0] == 0, "it lacks a migration"
