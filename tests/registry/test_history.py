"""The evidence: one event for each act and each refusal, and every alteration is found."""

import json
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from registry.errors import ConflictError
from registry.evidence import history
from registry.models import EnforcementMoment, Event
from rules.duties import Act

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-EVIDENCE")]


def some_acts(count):
    for number in range(count):
        with history.acting(Act.SET_ENFORCEMENT, actor=None, at=AT) as act:
            act.done(f"thing:{number}", number=number)


def past_the_triggers(statement, *parameters):
    """Alter evidence as somebody with the database's own powers would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute(statement, parameters or None)
        cursor.execute("ALTER TABLE registry_event ENABLE TRIGGER USER")


def test_each_act_writes_one_event_that_follows_from_the_one_before():
    some_acts(3)
    events = list(Event.objects.order_by("position"))
    assert [event.position for event in events] == [1, 2, 3]
    assert events[0].previous_hash == history.GENESIS
    assert [e.previous_hash for e in events[1:]] == [e.hash for e in events[:-1]]
    assert json.loads(events[2].body)["details"] == {"number": 2}


def test_an_untouched_chain_proves_itself():
    some_acts(5)
    proof = history.prove_history()
    assert proof.first_break is None
    assert proof.events == 5
    assert proof.head == Event.objects.get(position=5).hash


def test_an_empty_history_proves_itself():
    assert history.prove_history().first_break is None


def test_a_refusal_is_recorded_although_the_act_was_rolled_back():
    def an_act_that_is_refused_after_a_write():
        with history.acting(Act.SET_ENFORCEMENT, actor=None, at=AT, subject="thing:1"):
            EnforcementMoment.objects.create(enforced_from=AT, recorded_at=AT, is_loaded=True)
            raise ConflictError("too-late", "Too late.")

    with pytest.raises(ConflictError):
        an_act_that_is_refused_after_a_write()
    assert not EnforcementMoment.objects.exists()
    (event,) = Event.objects.all()
    assert (event.position, event.result, event.subject) == (1, "refused", "thing:1")
    assert json.loads(event.body)["details"]["reasons"] == ["too-late"]


def test_an_act_without_evidence_is_a_fault_and_changes_nothing():
    def an_act_that_does_not_say_what_it_did():
        with history.acting(Act.SET_ENFORCEMENT, actor=None, at=AT):
            EnforcementMoment.objects.create(enforced_from=AT, recorded_at=AT, is_loaded=True)

    with pytest.raises(RuntimeError, match="ended without evidence"):
        an_act_that_does_not_say_what_it_did()
    assert not EnforcementMoment.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_event SET body = '{}' WHERE position = 2",
        "DELETE FROM registry_event WHERE position = 2",
    ],
)
def test_the_database_refuses_to_alter_an_event(statement):
    some_acts(3)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert history.prove_history().first_break is None


def test_the_database_refuses_to_empty_the_evidence():
    some_acts(1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Off in tests only, which empty every table between them.
        cursor.execute("ALTER TABLE registry_event ENABLE TRIGGER event_is_never_truncated")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE registry_event")


@pytest.mark.parametrize(
    ("statement", "position", "words"),
    [
        ("UPDATE registry_event SET body = replace(body, '1', '7') WHERE position = 2", 2, "hash"),
        ("UPDATE registry_event SET result = 'refused' WHERE position = 3", 3, "result"),
        ("UPDATE registry_event SET at = at + interval '1 s' WHERE position = 3", 3, "altered in"),
        ("DELETE FROM registry_event WHERE position = 2", 2, "missing"),
        ("DELETE FROM registry_event WHERE position = 4", 4, "head says"),
        (
            "UPDATE registry_event SET previous_hash = repeat('0', 63) || '1' WHERE position = 2",
            2,
            "follow",
        ),
    ],
)
def test_an_alteration_past_the_triggers_is_named_where_it_breaks_first(
    statement, position, words
):
    some_acts(4)
    past_the_triggers(statement)
    found = history.prove_history().first_break
    assert found is not None
    assert found.position == position
    assert words in found.says


@pytest.mark.parametrize("forged_body", [{"position": 2}, [], None, {"position": 2, "at": 7}])
def test_a_whole_event_forged_with_its_own_hash_is_found(forged_body):
    some_acts(3)
    forged = history.canonical_json(forged_body)
    past_the_triggers(
        "UPDATE registry_event SET body = %s, hash = %s WHERE position = 2",
        forged,
        history.chained_hash(Event.objects.get(position=1).hash, forged),
    )
    found = history.prove_history().first_break
    assert found is not None
    assert found.position == 2
