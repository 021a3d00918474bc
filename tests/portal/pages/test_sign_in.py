"""Signing in: a password and a one-time code, refusals of both, and the evidence of them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.presenters.histories import details_of
from registry.models import Event, Person
from rules.duties import Act, PersonRole
from tests.factories import a_person, end_appointments
from tests.portal.pages.conftest import a_device
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-IDENTITY+")]

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 20, 9, 5, 7, tzinfo=UTC)


@pytest.fixture
def person() -> Person:
    person = a_person(PersonRole.OFFICER)
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def code_of(person: Person, *, confirmed: bool = True) -> str:
    device = TOTPDevice.objects.get(user=person, confirmed=confirmed)
    return f"{TOTP(device.bin_key).token():06d}"


def wrong_code_of(person: Person) -> str:
    device = TOTPDevice.objects.get(user=person)
    accepted = {TOTP(device.bin_key, drift=drift).token() for drift in (-1, 0, 1)}
    return next(f"{code:06d}" for code in range(10) if code not in accepted)


def give_password(client: Client, person: Person, password: str = PASSWORD, **more: str):
    return client.post("/sign-in", {"email": person.email, "password": password, **more})


def give_code(client: Client, code: str, **more: str):
    return client.post("/sign-in/code", {"code": code, **more})


def sign_ins() -> list[tuple[str, list[str]]]:
    """Return the result and the reasons of every event of a sign-in, in order."""
    return [
        (event.result, details_of(event).get("reasons", []))
        for event in Event.objects.filter(kind=Act.SIGN_IN).order_by("position")
    ]


def test_password_and_code_open_the_home_page_and_leave_one_event(client, person) -> None:
    a_device(person)
    assert give_password(client, person).headers["Location"] == "/sign-in/code"
    assert client.get("/").headers["Location"] == "/sign-in/code"
    assert give_code(client, code_of(person)).headers["Location"] == "/"
    home = client.get("/")
    assert home.status_code == 200
    assert person.name in page_of(home)
    assert sign_ins() == [("done", [])]
    assert Event.objects.get(kind=Act.SIGN_IN).subject == f"person:{person.pk}"


def test_the_session_has_a_new_key_after_each_step(client, person) -> None:
    a_device(person)
    client.get("/sign-in")
    keys = []
    give_password(client, person)
    keys.append(client.session.session_key)
    give_code(client, code_of(person))
    keys.append(client.session.session_key)
    assert len(set(keys)) == 2


@pytest.mark.parametrize("email", ["PERSON", "person"])
def test_the_case_of_the_address_does_not_matter(client, person, email) -> None:
    a_device(person)
    spelled = person.email.upper() if email.isupper() else person.email
    response = client.post("/sign-in", {"email": spelled, "password": PASSWORD})
    assert response.status_code == 302


def test_a_wrong_password_is_refused_with_the_address_kept_and_the_password_not(
    client, person
) -> None:
    response = give_password(client, person, "wrong-but-secret")
    page = page_of(response)
    assert response.status_code == 422
    assert page.count("Email address or password is incorrect. After 5 wrong tries") == 2
    assert "you cannot sign in for 15 minutes." in page
    assert person.email in page
    assert "wrong-but-secret" not in page
    assert sign_ins() == [("refused", ["wrong-password"])]
    assert "wrong-but-secret" not in Event.objects.get().body


def test_an_unknown_address_is_refused_with_the_same_words_and_is_not_kept(client, person) -> None:
    known = give_password(client, person, "wrong")
    unknown = client.post("/sign-in", {"email": "hunter2@secret.test", "password": "wrong"})
    assert _summary(known) == _summary(unknown)
    assert sign_ins()[-1] == ("refused", ["unknown-person"])
    assert not Event.objects.filter(body__contains="hunter2").exists()


def test_a_closed_account_cannot_sign_in(client, person) -> None:
    assert give_password(client, person).status_code == 302
    end_appointments(person)
    assert give_password(Client(), person).status_code == 422


def test_a_closed_account_is_out_at_once(person, signed_in) -> None:
    browser = signed_in(person)
    assert browser.get("/").status_code == 200
    end_appointments(person)
    assert browser.get("/").headers["Location"] == "/sign-in"


def test_five_wrong_passwords_lock_the_address_however_it_is_spelled(
    client, person, clock
) -> None:
    for _ in range(4):
        assert give_password(client, person, "wrong").status_code == 422
    fifth = client.post("/sign-in", {"email": person.email.upper(), "password": "wrong"})
    assert fifth.status_code == 429
    right = give_password(client, person)
    assert right.status_code == 429
    assert "Try again at 09:21 GMT" in page_of(right)
    assert sign_ins()[-1] == ("refused", ["wrong-password", "locked-out"])
    clock.shift(timedelta(minutes=16))
    assert give_password(client, person).status_code == 302


def test_a_lock_of_one_person_leaves_others_alone(client, person) -> None:
    other = a_person(PersonRole.AUDITOR)
    other.set_password(PASSWORD)
    other.save()
    for _ in range(6):
        give_password(client, person, "wrong")
    assert give_password(client, other).status_code == 302


def test_a_wrong_code_is_refused_and_the_right_one_then_opens(client, person) -> None:
    a_device(person)
    give_password(client, person)
    response = give_code(client, wrong_code_of(person))
    assert response.status_code == 422
    assert "That code is wrong or has expired." in page_of(response)
    assert sign_ins() == [("refused", ["code-wrong"])]
    assert give_code(client, code_of(person)).status_code == 302


def test_a_code_that_was_refused_does_not_stand_in_the_way_of_the_next(client, person) -> None:
    a_device(person)
    give_password(client, person)
    code = wrong_code_of(person)
    assert code not in page_of(give_code(client, code))


def test_five_wrong_codes_may_follow_one_another_and_the_right_one_begins_anew(
    client, person, clock
) -> None:
    a_device(person)
    give_password(client, person)
    for _ in range(4):
        assert give_code(client, wrong_code_of(person)).status_code == 422
    assert give_code(client, code_of(person)).status_code == 302
    clock.shift(timedelta(seconds=90))
    again = Client()
    give_password(again, person)
    for _ in range(5):
        assert give_code(again, wrong_code_of(person)).status_code == 422
    assert give_code(again, code_of(person)).status_code == 429
    clock.shift(timedelta(seconds=8))
    assert give_code(again, code_of(person)).status_code == 429
    clock.shift(timedelta(seconds=9))
    assert give_code(again, code_of(person)).status_code == 302


def test_ten_wrong_codes_say_until_when_to_wait_and_a_right_one_must_wait_too(
    client, person, clock
) -> None:
    a_device(person)
    give_password(client, person)
    for attempt in range(10):
        response = give_code(client, wrong_code_of(person))
        assert response.status_code == 422, page_of(response)
        clock.shift(timedelta(seconds=2**attempt + 1))
    # One more at once after the tenth.
    give_code(client, wrong_code_of(person))
    response = give_code(client, code_of(person))
    assert response.status_code == 429
    said = re.search(r"Try again after (\d\d:\d\d:\d\d GMT)", page_of(response))
    assert said is not None
    assert sign_ins()[-1] == ("refused", ["code-throttled"])
    clock.shift(timedelta(hours=1))
    assert give_code(client, code_of(person)).status_code == 302


def test_a_code_works_once_and_the_page_says_to_wait_for_the_next(client, person, clock) -> None:
    a_device(person)
    give_password(client, person)
    code = code_of(person)
    assert give_code(client, code).status_code == 302
    second = Client()
    give_password(second, person)
    response = give_code(second, code)
    assert response.status_code == 422
    assert "has been used already" in page_of(response)
    assert sign_ins()[-1] == ("refused", ["code-used"])
    clock.shift(timedelta(seconds=30))
    assert give_code(second, code_of(person)).status_code == 302


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\N{FULLWIDTH DIGIT ONE}23456", "12 34 5x"]
)
def test_what_is_no_code_is_told_apart_from_a_wrong_one(client, person, code) -> None:
    a_device(person)
    give_password(client, person)
    response = give_code(client, code)
    assert response.status_code == 422
    assert "wrong or has expired" not in page_of(response)
    assert sign_ins() == []


def test_a_code_may_be_typed_with_the_space_that_apps_show(client, person) -> None:
    a_device(person)
    give_password(client, person)
    code = code_of(person)
    assert give_code(client, f" {code[:3]} {code[3:]} ").status_code == 302


def test_a_person_without_a_device_sets_one_up_at_the_first_sign_in(client, person) -> None:
    give_password(client, person)
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in/set-up"
    page = page_of(client.get("/sign-in/set-up"))
    device = TOTPDevice.objects.get(user=person, confirmed=False)
    secret = "".join(re.search(r'<code class="app-id">([A-Z2-7 ]+)</code>', page)[1].split())
    assert "<svg" in page
    assert TOTPDevice.objects.get(user=person).config_url.find(secret) > 0
    # Opened again, the page shows the same secret: the app may have it already.
    client.get("/sign-in/set-up")
    assert TOTPDevice.objects.get(user=person).key == device.key
    assert client.get("/").status_code == 302
    response = client.post("/sign-in/set-up", {"code": code_of(person, confirmed=False)})
    assert response.headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert [e.kind for e in Event.objects.order_by("position")] == [Act.CONFIRM_DEVICE]


def test_a_device_is_not_confirmed_by_a_wrong_code(client, person) -> None:
    give_password(client, person)
    client.get("/sign-in/set-up")
    response = client.post("/sign-in/set-up", {"code": wrong_code_of(person)})
    assert response.status_code == 422
    assert not TOTPDevice.objects.get(user=person).confirmed
    assert client.get("/").status_code == 302


def test_a_person_with_a_device_cannot_set_up_another_by_the_password_alone(
    client, person
) -> None:
    a_device(person)
    give_password(client, person)
    assert client.get("/sign-in/set-up").headers["Location"] == "/sign-in/code"
    posted = client.post("/sign-in/set-up", {"code": "123456"})
    assert posted.headers["Location"] == "/sign-in/code"
    assert TOTPDevice.objects.filter(user=person).count() == 1


def test_the_secret_of_a_device_is_never_kept_by_a_browser(client, person) -> None:
    give_password(client, person)
    assert "no-store" in client.get("/sign-in/set-up").headers["Cache-Control"]


def test_what_was_asked_for_is_opened_after_signing_in(client, person) -> None:
    a_device(person)
    asked = client.get("/requests?state=accepted")
    assert asked.headers["Location"] == "/sign-in?next=%2Frequests%3Fstate%3Daccepted"
    response = give_password(client, person, next="/requests?state=accepted")
    page = page_of(client.get(response.headers["Location"]))
    assert 'value="/requests?state=accepted"' in page
    response = give_code(client, code_of(person), next="/requests?state=accepted")
    assert response.headers["Location"] == "/requests?state=accepted"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test/",
        "//evil.test/",
        "///evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "http:evil.test",
        "javascript:alert(1)",
        "\nhttps://evil.test",
    ],
)
def test_signing_in_never_leads_to_another_site(client, person, elsewhere) -> None:
    a_device(person)
    give_password(client, person, next=elsewhere)
    response = give_code(client, code_of(person), next=elsewhere)
    assert response.status_code == 302
    assert response.headers["Location"] == "/"


def test_signing_out_needs_a_form_and_ends_the_session(signed_in, person) -> None:
    browser = signed_in(person)
    asked = browser.get("/sign-out")
    assert asked.status_code == 200
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert browser.get("/").headers["Location"] == "/sign-in"


def test_somebody_signed_in_is_led_on_from_the_sign_in_pages(signed_in, person) -> None:
    browser = signed_in(person)
    for name in ("sign-in", "second-factor"):
        assert browser.get(reverse(name)).headers["Location"] == "/"
    assert browser.get("/sign-in/set-up").status_code == 302


def test_a_form_without_its_token_is_refused_in_plain_words(person) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in", {"email": person.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "Sorry, this page has expired" in page_of(response)


def _summary(response) -> str:
    page = page_of(response)
    return page[page.index("govuk-error-summary__list") : page.index("</ul>")]
