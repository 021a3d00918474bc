"""What the database does by itself is declared once, in a form that can be held to it."""

import re
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from registry.database import declared as of_files
from registry.database.declared import DeclarationError, declared, parse
from registry.feed.reads.snapshot import load_snapshot

FUNCTION = """-- Why.
CREATE OR REPLACE FUNCTION registry_x()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RETURN NULL;
END $function$;
"""
TRIGGER = """
CREATE TRIGGER it_holds
    AFTER INSERT ON registry_party
    FOR EACH ROW
    EXECUTE FUNCTION registry_x();
"""
FOLDER = Path(of_files.__file__).parent


def test_a_file_declares_one_function_and_the_triggers_that_call_it() -> None:
    read = parse(FUNCTION + TRIGGER, called="x.sql")
    assert list(read.functions) == ["registry_x"]
    ((name, text),) = read.triggers.items()
    assert str(name) == "it_holds on registry_party"
    assert text == (
        "CREATE TRIGGER it_holds AFTER INSERT ON registry_party FOR EACH ROW"
        " EXECUTE FUNCTION registry_x()"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TRIGGER, "declares 0 functions"),
        (FUNCTION + FUNCTION.replace("_x", "_y"), "declares 2 functions"),
        (FUNCTION + "DROP TABLE registry_party;\n", "`DROP`"),
        (FUNCTION + TRIGGER.replace("registry_party", "auth_user"), "`CREATE`"),
    ],
    ids=["none", "two", "another statement", "a table that is not ours"],
)
def test_a_file_that_holds_anything_else_is_refused_by_its_name(text: str, why: str) -> None:
    with pytest.raises(DeclarationError, match=rf"x\.sql .*{re.escape(why)}"):
        parse(text, called="x.sql")


def test_each_file_is_named_for_its_function_and_says_what_it_serves() -> None:
    for file in sorted(FOLDER.glob("*.sql")):
        text = file.read_text("utf-8")
        assert list(parse(text, called=file.name).functions) == [f"registry_{file.stem}"]
        assert re.match(r"-- (MP104|MP134B|SECMP|RA)-\w+: ", text), file.name


@pytest.mark.django_db
def test_the_database_has_each_function_as_it_is_declared() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'registry\\_%'"
        )
        present = {name: text.replace("public.", "").strip() for name, text in cursor.fetchall()}
    assert present == dict(declared().functions)


@pytest.mark.django_db(transaction=True)
def test_every_table_that_a_decision_rests_on_is_watched(monkeypatch) -> None:
    asked = []
    execute = psycopg.Cursor.execute

    def noting(cursor, statement, *arguments, **options):
        asked.append(str(statement))
        return execute(cursor, statement, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noting)
    load_snapshot()
    read = {
        table
        for statement in asked
        for table in re.findall(r'(?:FROM|JOIN) "(registry_\w+)"', statement)
    }
    assert {"registry_organisationcertificate", "registry_signingnotification"} <= read
    watched = {name.table for name in declared().triggers if name.name.endswith("_is_watched")}
    assert read - {"registry_snapshotversion"} <= watched
