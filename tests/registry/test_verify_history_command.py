"""`verify_history` proves the evidence, or names the first event that breaks it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry.evidence import history
from registry.models import Event
from rules.duties import Act
from tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-EVIDENCE")]


@pytest.fixture(autouse=True)
def _three_events():
    for number in range(3):
        with history.acting(Act.SET_ENFORCEMENT, actor=None, at=AT) as act:
            act.done(f"thing:{number}")


def verify(*arguments):
    """Return the exit status and what was printed."""
    out = StringIO()
    try:
        call_command("verify_history", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def alter(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE registry_event ENABLE TRIGGER USER")


def head_of(position):
    return f"{position}:{Event.objects.get(position=position).hash}"


def test_whole_evidence_is_proven_and_its_head_printed():
    assert verify() == (0, f"3 events are whole and unaltered. Head: {head_of(3)}\n")


def test_altered_evidence_is_named_where_it_breaks_first():
    alter("UPDATE registry_event SET body = body || ' ' WHERE position = 2")
    assert verify() == (1, "Event 2 is not what was hashed.\n")


def test_a_head_that_was_noted_earlier_still_stands_in_longer_evidence():
    status, said = verify("--expect", head_of(2))
    assert status == 0
    assert said.startswith("Event 2 is the one that was noted.\n3 events")


def test_evidence_written_anew_after_a_head_was_noted_is_found():
    noted = head_of(3)
    alter("DELETE FROM registry_event; DELETE FROM registry_eventchainhead")
    for number in range(3):
        with history.acting(Act.SET_ENFORCEMENT, actor=None, at=AT) as act:
            act.done(f"another:{number}")
    assert verify()[0] == 0
    assert verify("--expect", noted) == (1, "Event 3 is not the one that was noted.\n")


def test_evidence_cut_off_after_a_head_was_noted_is_found():
    noted = head_of(3)
    alter(
        "UPDATE registry_eventchainhead SET position = 2, hash ="
        " (SELECT hash FROM registry_event WHERE position = 2);"
        "DELETE FROM registry_event WHERE position = 3"
    )
    assert verify()[0] == 0
    assert verify("--expect", noted) == (
        1,
        "Event 3 was noted and is missing; there are 2 events.\n",
    )


@pytest.mark.parametrize("text", ["", "3", "3:abc", "x:" + "0" * 64, "0:" + "0" * 64])
def test_an_expectation_that_cannot_be_read_is_refused(text):
    with pytest.raises(CommandError, match="not a position and a hash") as refusal:
        call_command("verify_history", "--expect", text)
    assert refusal.value.returncode == 2
