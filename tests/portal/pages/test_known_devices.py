"""In a browser that a person has signed in with, strangers cannot lock that person out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import TOTP

from portal.presenters.histories import details_of
from registry.models import Event, KnownDevice, Person
from registry.people.acts.known_devices import LIFETIME, MOST, remember_device
from rules.duties import Act, PersonRole
from tests.factories import a_person
from tests.portal.pages.conftest import a_device

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 20, 9, 5, 7, tzinfo=UTC)
TRIES = 5
WRONG = "a wrong password"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def somebody() -> Person:
    person = a_person(PersonRole.OFFICER)
    person.set_password(PASSWORD)
    person.save()
    a_device(person)
    return person


@pytest.fixture
def person() -> Person:
    return somebody()


def give_password(browser: Client, person: Person, password: str = WRONG) -> int:
    return browser.post("/sign-in", {"email": person.email, "password": password}).status_code


def sign_in(browser: Client, person: Person):
    assert give_password(browser, person, PASSWORD) == 302
    code = f"{TOTP(a_device(person).bin_key).token():06d}"
    answer = browser.post("/sign-in/code", {"code": code})
    assert answer.status_code == 302
    browser.post("/sign-out")
    return answer


def lock_out(person: Person) -> None:
    stranger = Client()
    for _ in range(TRIES):
        give_password(stranger, person)
    assert give_password(Client(), person, PASSWORD) == 429


def test_strangers_at_the_same_address_do_not_lock_out_a_known_device(person) -> None:
    browser = Client()
    sign_in(browser, person)
    lock_out(person)
    assert give_password(browser, person, PASSWORD) == 302


def test_a_known_device_has_five_tries_of_its_own_and_uses_up_no_others(person) -> None:
    browser = Client()
    sign_in(browser, person)
    assert [give_password(browser, person) for _ in range(TRIES)] == [422] * 4 + [429]
    assert give_password(browser, person, PASSWORD) == 429
    assert give_password(Client(), person, PASSWORD) == 302


def test_a_device_is_known_for_its_person_alone(person) -> None:
    other, browser = somebody(), Client()
    sign_in(browser, person)
    lock_out(other)
    assert give_password(browser, other, PASSWORD) == 429


def test_one_browser_may_be_known_for_several_people(person) -> None:
    other, browser = somebody(), Client()
    sign_in(browser, person)
    sign_in(browser, other)
    for one in (person, other):
        lock_out(one)
        assert give_password(browser, one, PASSWORD) == 302


def test_the_password_alone_makes_no_device_known(person) -> None:
    browser = Client()
    assert give_password(browser, person, PASSWORD) == 302
    assert "device" not in browser.cookies
    assert not KnownDevice.objects.exists()


def test_a_device_opens_nothing_by_itself(person) -> None:
    browser = Client()
    sign_in(browser, person)
    assert browser.get("/").headers["Location"] == "/sign-in"
    assert give_password(browser, person, PASSWORD) == 302
    assert browser.get("/").headers["Location"] == "/sign-in/code"


@pytest.mark.parametrize("cookie", ["", "x", "x:y:z", "{token}", "{token}:1:2"])
def test_a_cookie_that_we_did_not_sign_is_nobodys(person, cookie) -> None:
    token = remember_device(person, "", at=NOW)
    lock_out(person)
    browser = Client()
    browser.cookies["device"] = cookie.format(token=token)
    assert give_password(browser, person, PASSWORD) == 429


def test_the_cookie_is_for_signing_in_alone_and_out_of_reach_of_scripts(person, settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    morsel = sign_in(Client(), person).cookies["device"]
    assert (morsel["path"], morsel["samesite"], morsel["httponly"]) == ("/sign-in", "Lax", True)
    assert morsel["secure"]
    assert morsel["max-age"] == LIFETIME.total_seconds()
    token = morsel.value.rsplit(":", 2)[0]
    assert KnownDevice.objects.get().token_sha256 not in morsel.value
    assert token not in "".join(event.body for event in Event.objects.all())


def test_a_device_is_forgotten_after_a_while_without_a_sign_in(person, clock) -> None:
    browser = Client()
    sign_in(browser, person)
    clock.shift(LIFETIME + timedelta(seconds=1))
    lock_out(person)
    assert give_password(browser, person, PASSWORD) == 429


def test_a_person_has_so_many_devices_the_last_used_ones(person) -> None:
    tokens = [remember_device(person, "", at=NOW + timedelta(seconds=n)) for n in range(MOST + 3)]
    assert KnownDevice.objects.count() == MOST
    # Shown again it is the same; another's, or one that is forgotten, is a new one.
    assert remember_device(person, tokens[-1], at=NOW) == tokens[-1]
    assert remember_device(person, tokens[0], at=NOW + timedelta(hours=1)) != tokens[0]
    assert remember_device(person, "chosen by somebody", at=NOW) != "chosen by somebody"


def test_a_command_forgets_a_persons_devices_and_leaves_an_event(person, capsys) -> None:
    browser = Client()
    sign_in(browser, person)
    call_command("forget_devices", person.email.upper())
    assert capsys.readouterr().out == "1 forgotten.\n"
    lock_out(person)
    assert give_password(browser, person, PASSWORD) == 429
    event = Event.objects.get(kind=Act.FORGET_DEVICES)
    assert (event.subject, event.result) == (f"person:{person.pk}", "done")
    assert details_of(event)["devices"] == 1
    with pytest.raises(CommandError, match=r"nobody@isksi\.example"):
        call_command("forget_devices", "nobody@isksi.example")
