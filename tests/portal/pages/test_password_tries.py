"""Wrong passwords leave little behind, the same however many came, and nothing that was typed."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from portal.presenters.histories import details_of
from registry.models import Event, PasswordTries, Person
from registry.people.acts import password_tries
from registry.people.acts.password_tries import RECORDED, take_try
from rules.duties import PersonRole
from tests.attacks.stored import everything_stored
from tests.factories import a_person
from tests.portal.pages.reading import page_of
from tests.racing import race

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 20, 9, 5, 7, tzinfo=UTC)
TRIES = 5
WRONG = "a wrong password"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person() -> Person:
    person = a_person(PersonRole.OFFICER)
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(email: str, password: str = WRONG, address: str = "192.0.2.1") -> int:
    sent = {"email": email, "password": password}
    return Client(REMOTE_ADDR=address).post("/sign-in", sent).status_code


def reasons() -> list[list[str]]:
    return [details_of(event)["reasons"] for event in Event.objects.order_by("position")]


def written() -> int:
    """Return how many bytes this connection has written to the database's log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT wal_bytes FROM pg_stat_get_backend_wal(pg_backend_pid())")
        return int(cursor.fetchone()[0])


def test_the_lock_ends_when_it_said_although_tries_go_on(person, clock) -> None:
    assert [sign_in(person.email) for _ in range(TRIES)] == [422] * 4 + [429]
    for _ in range(14):
        clock.shift(timedelta(minutes=1))
        assert sign_in(person.email) == 429
    page = Client(REMOTE_ADDR="192.0.2.1").post(
        "/sign-in", {"email": person.email, "password": PASSWORD}
    )
    assert page.status_code == 429
    # 09:05:07 and fifteen minutes, up to the whole minute.
    assert "Try again at 09:21 GMT." in page_of(page)
    clock.move_to(datetime(2026, 11, 20, 9, 20, 6, tzinfo=UTC))
    assert sign_in(person.email, PASSWORD) == 429
    clock.move_to(datetime(2026, 11, 20, 9, 20, 7, tzinfo=UTC))
    assert sign_in(person.email, PASSWORD) == 302


def test_the_right_password_forgets_the_wrong_ones(person) -> None:
    for _ in range(3):
        assert [sign_in(person.email) for _ in range(TRIES - 1)] == [422] * (TRIES - 1)
        assert sign_in(person.email.upper(), PASSWORD) == 302


def test_a_clock_that_is_set_back_prolongs_no_lock(person, clock) -> None:
    for _ in range(TRIES):
        sign_in(person.email)
    clock.shift(timedelta(days=-2))
    assert sign_in(person.email, PASSWORD) == 302


def test_one_ipv6_network_has_one_count(person) -> None:
    tried = [sign_in(person.email, address=f"2001:db8::{n:x}:1") for n in range(TRIES)]
    assert tried == [422] * 4 + [429]
    assert sign_in(person.email, address="2001:db8:0:1::1") == 422


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_of_many_tries_at_once_no_more_are_looked_at_than_may() -> None:
    taken = race([lambda: take_try("a@b.test", "192.0.2.1", at=NOW)] * 12)
    assert sum(one.is_looked_at for one in taken) == TRIES


@pytest.mark.parametrize("name", ["known", "unknown"])
def test_a_try_during_the_lock_writes_nothing_however_many_came(person, name) -> None:
    email = person.email if name == "known" else "nobody@isksi.example"
    for _ in range(TRIES):
        sign_in(email)
    before = everything_stored()
    for _ in range(30):
        assert sign_in(email) == 429
    assert everything_stored() == before


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_two_hundredth_refusal_costs_what_the_tenth_did() -> None:
    """Measured on the bytes of the database's log, with as many names as there are tries."""
    costs = []
    for number in range(200):
        before = written()
        assert sign_in(f"nobody{number}@isksi.example") == 422
        costs.append(written() - before)
    first, last = sorted(costs[5:45]), sorted(costs[160:])
    # Past the number that the evidence has one by one it costs less; never more.
    assert 0 < last[20] < first[20]
    # A full page of an index now and then, and what nobody's try may cost at the most.
    assert max(costs) < 40_000


def test_the_evidence_has_so_many_refusals_from_an_address_and_says_that_there_were_more(
    person, clock
) -> None:
    for number in range(RECORDED + 10):
        assert sign_in(f"nobody{number}@isksi.example") == 422
    assert reasons() == [["unknown-person"]] * RECORDED + [["unknown-person", "more-not-recorded"]]
    # Those from elsewhere are recorded, and from there again after a while.
    sign_in(person.email, address="192.0.2.2")
    assert reasons()[-1] == ["wrong-password"]
    clock.shift(timedelta(minutes=15))
    sign_in("nobody@isksi.example")
    assert reasons()[-1] == ["unknown-person"]


def test_there_are_as_many_rows_for_an_address_as_lots_and_none_for_long(
    clock, monkeypatch
) -> None:
    monkeypatch.setattr(password_tries, "LOTS", 7)
    for number in range(60):
        take_try(f"nobody{number}@isksi.example", "192.0.2.1", at=NOW)
    assert PasswordTries.objects.count() == 7
    clock.shift(timedelta(hours=1))
    take_try("nobody@isksi.example", "192.0.2.9", at=NOW + timedelta(hours=1))
    assert PasswordTries.objects.count() == 1


@pytest.mark.parametrize("field", ["email", "password", "next", "another"])
def test_a_secret_typed_into_any_field_is_kept_nowhere_not_even_its_digest(
    person, field, caplog
) -> None:
    caplog.set_level("DEBUG")
    secret = "Tr0ub4dor-and-3-more"
    for _ in range(TRIES + 2):
        sent = {"email": person.email, "password": "wrong", field: secret}
        Client().post("/sign-in", sent)
        Client().post(f"/sign-in?{field}={secret}", sent)
    kept = everything_stored() + caplog.text
    digest = hashlib.sha256(secret.encode())
    for trace in (secret, secret.lower(), secret.encode().hex(), digest.hexdigest()):
        assert trace not in kept
