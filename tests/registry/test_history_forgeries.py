"""Every column of every event, altered alone, and forgeries that are consistent with themselves.

Done as whoever owns the tables could do it: with the triggers off.
"""

import hashlib
import json

import pytest
from django.core.management import call_command
from django.db import connection

from registry.evidence import history
from registry.models import Event, EventChainHead
from rules.duties import Act
from tests.factories import AT, a_person

pytestmark = pytest.mark.django_db

EVENTS = 4
_DIGITS = "'0123456789abcdef', '123456789abcdef0'"
ALTERATIONS = {
    "position": "position + 100",
    "at": "at + interval '1 microsecond'",
    "kind": "kind || 'x'",
    "actor_id": "CASE WHEN actor_id IS NULL THEN (SELECT min(id) FROM registry_person) END",
    "together_with_id": "(SELECT min(id) FROM registry_person)",
    "subject": "subject || 'x'",
    "result": "CASE result WHEN 'done' THEN 'refused' ELSE 'done' END",
    "body": "body || ' '",
    "previous_hash": f"translate(previous_hash, {_DIGITS})",
    "hash": f"translate(hash, {_DIGITS})",
}


@pytest.fixture(autouse=True)
def _events() -> None:
    person = a_person()
    for number in range(1, EVENTS + 1):
        history.append(
            kind=Act.SET_ENFORCEMENT,
            actor=person if number % 2 else None,
            at=AT,
            subject=f"thing:{number}",
            result="done",
            details={"number": number},
        )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE registry_event DROP CONSTRAINT event_chain_does_not_fork")


def alter(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


def breaks_at() -> int:
    found = history.prove_history().first_break
    assert found is not None, "the forgery was believed"
    return found.position


def hashed(previous: str, body: str) -> str:
    """Return what decision record 6 says that the hash of an event is, worked out anew."""
    return hashlib.sha256((previous + "\n" + body).encode("utf-8")).hexdigest()


def test_every_column_is_among_those_altered() -> None:
    columns = {field.column for field in Event._meta.concrete_fields}  # noqa: SLF001
    assert columns == set(ALTERATIONS)


@pytest.mark.parametrize("position", range(1, EVENTS + 1))
@pytest.mark.parametrize("column", sorted(ALTERATIONS))
def test_a_column_of_an_event_altered_alone_is_found_at_that_event(column, position) -> None:
    alter(
        f"UPDATE registry_event SET {column} = {ALTERATIONS[column]} WHERE position = %s",  # noqa: S608 -- our own words
        position,
    )
    assert breaks_at() == position


def test_the_hash_is_over_the_hash_before_and_all_that_the_event_says() -> None:
    previous = "0" * 64
    for event in Event.objects.select_related("actor").order_by("position"):
        assert event.hash == hashed(previous, event.body)
        actor = event.actor
        assert json.loads(event.body) == {
            "position": event.position,
            "at": event.at.isoformat(),
            "kind": event.kind,
            "actor": actor
            and {
                "id": actor.pk,
                "name": actor.name,
                "email": actor.email,
                "role": actor.role,
            },
            "subject": event.subject,
            "result": event.result,
            "details": {"number": event.position},
        }
        previous = event.hash


@pytest.mark.parametrize("column", ["position", "hash"])
def test_a_head_altered_alone_is_found(column) -> None:
    value = {"position": "position + 1", "hash": ALTERATIONS["hash"]}[column]
    alter(f"UPDATE registry_eventchainhead SET {column} = {value}")  # noqa: S608 -- likewise
    assert breaks_at() == (EVENTS + 1 if column == "position" else EVENTS)


# --- forgeries whose own hash is right -----------------------------------------------------------


def forge(position: int, *, until: int, with_head: bool) -> None:
    """Let an event name another subject, and hash it and those after it anew."""
    events = Event.objects.filter(position__gte=position, position__lte=until)
    previous = Event.objects.get(position=position - 1).hash if position > 1 else history.GENESIS
    for event in events.order_by("position"):
        said = json.loads(event.body)
        if event.position == position:
            said["subject"] = "thing:forged"
        body = history.canonical_json(said)
        digest = hashed(previous, body)
        alter(
            "UPDATE registry_event SET subject = %s, body = %s, previous_hash = %s, hash = %s"
            " WHERE position = %s",
            said["subject"],
            body,
            previous,
            digest,
            event.position,
        )
        previous = digest
    if with_head:
        alter("UPDATE registry_eventchainhead SET hash = %s", previous)


@pytest.mark.parametrize(
    ("position", "until"),
    [(first, last) for first in range(1, EVENTS) for last in range(first, EVENTS)],
)
def test_the_event_after_the_last_one_hashed_anew_does_not_follow(position, until) -> None:
    forge(position, until=until, with_head=False)
    assert breaks_at() == until + 1


@pytest.mark.parametrize("position", range(1, EVENTS + 1))
def test_where_all_are_hashed_anew_the_head_is_another(position) -> None:
    forge(position, until=EVENTS, with_head=False)
    found = history.prove_history().first_break
    assert found is not None
    assert found.position == EVENTS
    assert found.says == f"Event {EVENTS} is not the one that the chain's head names."


@pytest.mark.parametrize("position", range(1, EVENTS + 1))
def test_where_the_head_is_forged_too_only_one_noted_elsewhere_tells(position, capsys) -> None:
    noted = EventChainHead.objects.get()
    forge(position, until=EVENTS, with_head=True)
    # The limit of what a database can prove of itself (docs/decisions/0006).
    assert history.prove_history().first_break is None
    with pytest.raises(SystemExit) as ended:
        call_command("verify_history", expect=f"{noted.position}:{noted.hash}")
    assert ended.value.code == 1
    assert f"Event {EVENTS} is not the one that was noted." in capsys.readouterr().out


def test_a_head_noted_before_the_forged_event_cannot_tell() -> None:
    early = Event.objects.get(position=2)
    forge(3, until=EVENTS, with_head=True)
    call_command("verify_history", expect=f"2:{early.hash}")


def test_events_cut_off_with_the_head_set_back_are_missed_by_the_noted_head(capsys) -> None:
    noted = EventChainHead.objects.get()
    last = Event.objects.get(position=2)
    alter("DELETE FROM registry_event WHERE position > 2")
    alter("UPDATE registry_eventchainhead SET position = 2, hash = %s", last.hash)
    assert history.prove_history().first_break is None
    with pytest.raises(SystemExit):
        call_command("verify_history", expect=f"{noted.position}:{noted.hash}")
    assert f"Event {EVENTS} was noted and is missing" in capsys.readouterr().out
