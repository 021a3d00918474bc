"""What an event says of its act: about what, by whom, and why it was refused."""

import json
from collections.abc import Callable

import pytest
from django.db import connection

from registry.errors import ConflictError
from registry.evidence import history
from registry.evidence.history import (
    AlteredEventError,
    RecordedActor,
    actor_of,
    fault_of,
    refusal_details,
)
from registry.models import Event
from rules.certificates.requests import check_request
from rules.duties import Act, PersonRole
from rules.findings import RefusedError
from rules.workflow import IllegalMoveError, RequestMove, RequestState
from tests.factories import AT, a_party, a_person, a_user_id
from tests.rules.certificates import builders

pytestmark = pytest.mark.django_db


def an_event(actor=None, **done: object) -> Event:
    with history.acting(Act.SET_ENFORCEMENT, actor=actor, at=AT, subject="thing:1") as act:
        act.done(**done)
    return Event.objects.latest("position")


def past_the_triggers(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        cursor.execute("ALTER TABLE registry_event ENABLE TRIGGER USER")


# --- about what ------------------------------------------------------------------------------


def test_an_event_names_a_thing_by_its_reference_or_else_by_its_key() -> None:
    party, user_id = a_party(reference="party-of-this-test"), a_user_id()
    assert history.subject_of(party) == "party:party-of-this-test"
    assert history.subject_of(user_id) == f"userid:{user_id.pk}"


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        (lambda: None, "thing:1"),
        (lambda: "thing:2", "thing:2"),
        (lambda: a_party(reference="party-3"), "party:party-3"),
    ],
)
def test_an_act_may_say_in_the_end_what_it_was_about(
    about: Callable[[], object], subject: str
) -> None:
    assert an_event(subject=about()).subject == subject


# --- by whom ---------------------------------------------------------------------------------


def test_who_did_it_is_as_it_was_hashed_and_not_as_people_are_today() -> None:
    officer = a_person(PersonRole.OFFICER)
    event = an_event(officer)
    then = RecordedActor(id=officer.pk, name=officer.name, role="officer")
    assert actor_of(event) == then
    officer.name = "Somebody else"
    officer.save(update_fields=["name"])
    assert actor_of(Event.objects.get(pk=event.pk)) == then


def test_what_the_system_did_was_nobody() -> None:
    assert actor_of(an_event()) is None


def test_who_did_it_is_not_said_of_an_event_that_was_altered() -> None:
    event = an_event(a_person(PersonRole.OFFICER))
    assert fault_of(event) is None
    past_the_triggers("UPDATE registry_event SET result = 'refused' WHERE position = %s", event.pk)
    altered = Event.objects.get(pk=event.pk)
    assert fault_of(altered) == f"Event {event.position} has been altered in: result."
    with pytest.raises(AlteredEventError):
        actor_of(altered)


def test_each_column_that_was_altered_is_named() -> None:
    event = an_event()
    past_the_triggers(
        "UPDATE registry_event SET result = 'refused', subject = 'thing:9' WHERE position = %s",
        event.pk,
    )
    fault = fault_of(Event.objects.get(pk=event.pk))
    assert fault == f"Event {event.position} has been altered in: subject, result."


# --- why it was refused ----------------------------------------------------------------------


def test_the_evidence_of_a_refusal_has_its_code() -> None:
    assert refusal_details(ConflictError("too-late", "Too late.")) == {"reasons": ["too-late"]}


def test_the_evidence_of_an_illegal_move_has_the_state_and_the_move() -> None:
    refusal = IllegalMoveError(RequestState.WITHDRAWN, RequestMove.APPROVE)
    assert refusal_details(refusal) == {
        "reasons": ["illegal-move"],
        "state": refusal.state,
        "move": refusal.move,
    }


def test_the_evidence_of_what_the_rules_refuse_has_the_findings_that_block() -> None:
    report = check_request(builders.facts(b"nothing"))
    details = refusal_details(RefusedError(report))
    assert list(details) == ["reasons", "findings"]
    assert details["reasons"] == list(report.reasons) != []
    assert details["findings"] == [finding.as_dict() for finding in report.blocking]
    json.dumps(details)


# --- what a proof says where the chain breaks ------------------------------------------------

BREAKS = {
    "an event altered": ("UPDATE registry_event SET result = 'refused' WHERE position = 3", 2, 3),
    "an event gone": ("DELETE FROM registry_event WHERE position = 3", 2, 3),
    "the last one gone": ("DELETE FROM registry_event WHERE position = 5", 4, 5),
}


@pytest.mark.parametrize(("statement", "whole", "broken"), BREAKS.values(), ids=BREAKS)
def test_a_proof_says_how_far_the_chain_holds(statement: str, whole: int, broken: int) -> None:
    events = [an_event() for _ in range(5)]
    past_the_triggers(statement)
    proof = history.prove_history()
    assert (proof.events, proof.head) == (whole, events[whole - 1].hash)
    assert proof.first_break is not None
    assert proof.first_break.position == broken


def test_a_proof_holds_up_to_the_last_where_only_the_head_names_another() -> None:
    events = [an_event() for _ in range(3)]
    past_the_triggers("UPDATE registry_eventchainhead SET hash = repeat('0', 64)")
    proof = history.prove_history()
    assert (proof.events, proof.head) == (2, events[2].hash)
    assert proof.first_break is not None
    assert proof.first_break.position == 3
