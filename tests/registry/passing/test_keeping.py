"""What people are still working on is theirs alone, and gone after half an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from registry.models import Event, PassingThing, Person
from registry.passing.acts import keeping
from registry.passing.acts.keeping import MOST, forget_passed, keep
from registry.passing.reads.kept import KEPT_FOR, PassingKind, kept_for
from registry.tasks import forget_passed as sweep
from rules.duties import PersonRole
from tests.factories import a_person

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
MESSAGE = PassingKind.MESSAGE


@pytest.fixture
def person() -> Person:
    return a_person(PersonRole.OFFICER)


def keep_one(person: Person, *, octets: bytes = b"<a/>", at: datetime = AT) -> str:
    return keep(person, MESSAGE, fields={"generation": "SMETS1"}, octets=octets, at=at)


def is_there(person: Person, token: str, *, at: datetime = AT) -> bool:
    return kept_for(person, MESSAGE, token, at=at) is not None


def test_what_was_kept_is_read_again_as_it_was(person) -> None:
    kept = kept_for(person, MESSAGE, keep_one(person), at=AT + timedelta(minutes=5))
    assert kept is not None
    assert (kept.fields, kept.octets, kept.kept_at) == ({"generation": "SMETS1"}, b"<a/>", AT)
    assert kept.until == AT + KEPT_FOR


def test_it_is_for_that_person_and_that_page_alone(person) -> None:
    token = keep_one(person)
    assert not is_there(a_person(PersonRole.OFFICER), token)
    assert kept_for(person, PassingKind.REQUEST, token, at=AT) is None
    assert not is_there(person, token[:-1])
    assert not is_there(person, "")


def test_two_of_one_content_have_addresses_that_tell_nothing_of_each_other(person) -> None:
    one, other = keep_one(person), keep_one(person)
    assert len({one, other}) == 2
    assert min(len(one), len(other)) == 43


@pytest.mark.parametrize(
    ("after", "is_read"),
    [
        (timedelta(), True),
        (KEPT_FOR, True),
        (KEPT_FOR + timedelta(seconds=1), False),
        (-timedelta(minutes=1), True),
        (-KEPT_FOR - timedelta(seconds=1), False),
    ],
    ids=["at once", "at the end", "after it", "clock set back", "clock set far back"],
)
def test_it_is_read_for_29_minutes_and_then_swept(person, after, is_read) -> None:
    token = keep_one(person)
    assert is_there(person, token, at=AT + after) == is_read
    assert forget_passed(at=AT + after) == (0 if is_read else 1)
    assert PassingThing.objects.exists() == is_read


def test_the_sweep_that_the_schedule_has_comes_within_the_half_hour(person, settings) -> None:
    scheduled = settings.CELERY_BEAT_SCHEDULE["forget-passed"]
    assert scheduled["task"] == sweep.name
    assert KEPT_FOR + timedelta(seconds=scheduled["schedule"]) <= timedelta(minutes=30)
    keep_one(person)
    assert sweep() == 1
    assert not PassingThing.objects.exists()


def test_whoever_keeps_something_sweeps_too(person) -> None:
    keep_one(a_person(PersonRole.AUDITOR))
    later = keep_one(person, at=AT + timedelta(hours=1))
    assert PassingThing.objects.get().token == later


def test_of_too_many_the_first_ones_go(person) -> None:
    other = keep_one(a_person(PersonRole.AUDITOR))
    tokens = [keep_one(person, at=AT + timedelta(seconds=n)) for n in range(MOST + 2)]
    there = [token for token in tokens if is_there(person, token)]
    assert there == tokens[2:]
    assert PassingThing.objects.filter(token=other).exists()


def test_of_too_much_the_first_ones_go_but_the_last_stays(person, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "MOST_OCTETS", 10)
    tokens = [
        keep_one(person, octets=b"x" * size, at=AT + timedelta(seconds=n))
        for n, size in enumerate((4, 4, 4))
    ]
    assert [is_there(person, token) for token in tokens] == [False, True, True]
    large = keep_one(person, octets=b"x" * 11, at=AT + timedelta(seconds=4))
    assert [token for token in (*tokens, large) if is_there(person, token)] == [large]


def test_it_leaves_no_event(person) -> None:
    keep_one(person)
    assert not Event.objects.exists()


def test_its_table_is_in_no_log_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relpersistence FROM pg_class "
            "WHERE relname LIKE 'registry_passingthing%%' AND relkind IN ('r', 'i', 'S')"
        )
        found = dict(cursor.fetchall())
    assert "registry_passingthing" in found
    assert set(found.values()) == {"u"}
