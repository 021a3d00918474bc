"""The migration that makes roles appointments carries over whom a register knows, and back."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from registry.evidence.history import GENESIS, canonical_json, chained_hash
from tests.registry.carrying import database_at, migrate

BEFORE, AFTER = "0029_what_changed_is_named", "0030_appointments"

PEOPLE = """
INSERT INTO registry_party VALUES (1, 'north', 'North', 'Supplier', true, now());
INSERT INTO registry_person (id, password, email, name, role, is_active, created_at, party_id)
OVERRIDING SYSTEM VALUE VALUES
    (3, '!', 'sro@example.test', 'Sara', 'SRO', true, '2026-01-03T00:00:00Z', 1),
    (5, '!', 'aro@example.test', 'Aron', 'ARO', false, '2026-01-05T00:00:00Z', 1),
    (7, '!', 'officer@example.test', 'Olive', 'officer', true, '2026-01-07T00:00:00Z', NULL),
    (9, '!', 'auditor@example.test', 'Aud', 'auditor', true, '2036-01-09T00:00:00Z', NULL);
"""
ROLES = "SELECT id, role, party_id, is_active FROM registry_person ORDER BY id"

pytestmark = pytest.mark.slow


@pytest.fixture
def database(database_url) -> Iterator[str]:
    """Return the address of a database of its own, as it was before, with people and events."""
    with database_at(database_url, BEFORE) as url:
        with psycopg.connect(url) as at:
            at.execute(PEOPLE)
            event(at, 1, GENESIS, actor=(7, "Olive", "officer@example.test", "officer"))
        yield url


def event(at: psycopg.Connection, position: int, previous: str, *, actor) -> None:
    moment, who = "2026-02-01T00:00:00+00:00", dict(zip(_WHO, actor, strict=True))
    said = {"position": position, "at": moment, "kind": "person.sign-in", "actor": who}
    body = canonical_json({**said, "subject": "person:7", "result": "done", "details": {}})
    digest = chained_hash(previous, body)
    at.execute(
        "INSERT INTO registry_event (position, at, kind, actor_id, subject, result, body,"
        " previous_hash, hash) VALUES (%s, %s, 'person.sign-in', %s, 'person:7', 'done', %s, %s,"
        " %s)",
        [position, moment, actor[0], body, previous, digest],
    )
    at.execute("INSERT INTO registry_eventchainhead VALUES (true, %s, %s)", [position, digest])


_WHO = ("id", "name", "email", "role")


def command(url: str, *arguments: str) -> str:
    """Run a command of today's code on the database and return what it prints."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_everybody_becomes_a_natural_person_with_one_appointment_and_nothing_else_changes(
    database,
) -> None:
    with psycopg.connect(database) as at:
        version = at.execute("SELECT * FROM registry_snapshotversion").fetchall()
        events = at.execute("SELECT * FROM registry_event").fetchall()
        accounts = at.execute("SELECT id, email, name FROM registry_person ORDER BY id").fetchall()
    assert migrate(database, AFTER) == ""
    with psycopg.connect(database) as at:
        assert at.execute("SELECT * FROM registry_snapshotversion").fetchall() == version
        assert at.execute("SELECT * FROM registry_event").fetchall() == events
        assert (
            at.execute("SELECT id, email, name FROM registry_person ORDER BY id").fetchall()
            == accounts
        )
        appointments = at.execute(
            "SELECT person_id, a.natural_person_id, party_id, role, started_at = created_at,"
            " ended_at IS NOT NULL, ending, ended_by_id"
            " FROM registry_appointment a JOIN registry_person p ON p.id = person_id"
            " ORDER BY person_id"
        ).fetchall()
        assert appointments == [
            (3, 3, 1, "SRO", True, False, "", None),
            (5, 5, 1, "ARO", True, True, "closed-before", None),
            (7, 7, None, "officer", True, False, "", None),
            (9, 9, None, "auditor", True, False, "", None),
        ]
        new = at.execute("INSERT INTO registry_naturalperson DEFAULT VALUES RETURNING id")
        assert new.fetchone() == (10,)


def test_the_evidence_is_proven_and_people_are_told_as_before(database) -> None:
    command(database, "migrate", "--verbosity=0")
    assert re.search(r"\b1 event", command(database, "verify_history"))
    told = command(
        database,
        "shell",
        "--no-imports",
        "-c",
        "from registry.models import Person\n"
        "for p in Person.objects.order_by('pk'): print(p, p.party, p.is_active)",
    )
    assert told.splitlines() == [
        "Sara (SRO) North True",
        "Aron (ARO) North False",
        "Olive (officer) None True",
        "Aud (auditor) None True",
    ]


def test_the_way_back_has_each_account_as_it_was(database) -> None:
    with psycopg.connect(database) as at:
        before = at.execute(ROLES).fetchall()
    assert migrate(database, AFTER) == ""
    assert migrate(database, BEFORE) == ""
    with psycopg.connect(database) as at:
        assert at.execute(ROLES).fetchall() == before


def test_a_register_without_people_is_migrated_too(database_url) -> None:
    with database_at(database_url, BEFORE) as url:
        assert migrate(url, AFTER) == ""
        with psycopg.connect(url) as at:
            new = at.execute("INSERT INTO registry_naturalperson DEFAULT VALUES RETURNING id")
            assert new.fetchone() == (1,)
