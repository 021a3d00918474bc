"""Guessing passwords and codes, and being led elsewhere by signing in."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from registry.models import Event, KnownDevice, Person
from rules.appointments import Ending
from rules.duties import Act, PersonRole
from tests.attacks.stored import everything_stored
from tests.factories import a_person, end_appointments
from tests.portal.pages.conftest import a_device

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PASSWORD = "correct horse battery staple"
WRONG = "a wrong password"
NOW = datetime(2026, 11, 20, 9, 5, 7, tzinfo=UTC)
TRIES = 5


@pytest.fixture
def person() -> Person:
    person = a_person(PersonRole.OFFICER)
    person.email = "senior.officer@isksi.example"
    person.set_password(PASSWORD)
    person.save()
    a_device(person)
    return person


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def codes(person: Person) -> set[int]:
    device = TOTPDevice.objects.get(user=person)
    return {TOTP(device.bin_key, drift=drift).token() for drift in range(-3, 4)}


def give_password(email: str, password: str = WRONG, **headers: str):
    return Client(headers=headers).post("/sign-in", {"email": email, "password": password})


# --- the password ----------------------------------------------------------------------------


def spellings(email: str) -> list[str]:
    """Return the address in other letters that a database takes for the same in upper case."""
    alike = {"s": "s\u017f", "i": "i\u0131", "k": "k\u212a"}
    letters = [alike.get(letter, letter) for letter in email]
    return ["".join(each) for each in itertools.islice(itertools.product(*letters), 64)]


def test_another_spelling_of_the_address_is_no_new_try(person) -> None:
    tried = [give_password(spelling).status_code for spelling in spellings(person.email)]
    assert tried[: TRIES - 1] == [422] * (TRIES - 1)
    assert set(tried[TRIES - 1 :]) == {429}


@pytest.mark.parametrize(
    "spell",
    [str.upper, str.title, lambda e: f" {e}\t", lambda e: f"{e}\u00a0", lambda e: f"\u3000{e}"],
)
def test_neither_is_the_case_or_a_space(person, spell) -> None:
    for _ in range(TRIES - 1):
        assert give_password(person.email).status_code == 422
    assert give_password(spell(person.email)).status_code == 429
    assert give_password(person.email, PASSWORD).status_code == 429


def test_another_browser_another_host_or_another_way_is_no_new_try(person) -> None:
    headers = [
        {"User-Agent": "a"},
        {"User-Agent": "b"},
        {"X-Forwarded-For": "192.0.2.1"},
        {"X-Real-IP": "192.0.2.2"},
        {"Forwarded": "for=192.0.2.3"},
        {"Client-IP": "192.0.2.4"},
        {"True-Client-IP": "192.0.2.5"},
        {"Accept": "x/y"},
    ]
    tried = [give_password(person.email, **of).status_code for of in headers]
    assert tried[TRIES - 1 :] == [429] * (len(headers) - TRIES + 1)


@pytest.fixture
def behind_a_proxy(settings):
    settings.AXES_CLIENT_IP_CALLABLE = "portal.asker.address_behind_proxy"


@pytest.mark.usefixtures("behind_a_proxy")
def test_behind_a_proxy_nobody_locks_another_out(person) -> None:
    """Without it, everybody has the one address of the proxy."""
    for _ in range(TRIES):
        give_password(person.email, **{"X-Forwarded-For": "192.0.2.66"})
    locked = give_password(person.email, PASSWORD, **{"X-Forwarded-For": "192.0.2.66"})
    assert locked.status_code == 429
    own = give_password(person.email, PASSWORD, **{"X-Forwarded-For": "192.0.2.1"})
    assert own.status_code == 302


@pytest.mark.usefixtures("behind_a_proxy")
def test_behind_a_proxy_only_what_it_says_itself_counts(person) -> None:
    said = [
        "192.0.2.66",
        "198.51.100.1, 192.0.2.66",
        "10.0.0.1,10.0.0.2,192.0.2.66",
        "x, 192.0.2.66",
        "192.0.2.66 ",
        "\u00e9,192.0.2.66",
    ]
    tried = [give_password(person.email, **{"X-Forwarded-For": of}).status_code for of in said]
    assert tried == [422] * (TRIES - 1) + [429] * (len(said) - TRIES + 1)
    # What is no address is the proxy's own, and so all of one.
    odd = ["", "x", "192.0.2.66, x", "192.0.2.999", "192.0.2.1:80", "<script>", "1" * 900]
    tried = [give_password(person.email, **{"X-Forwarded-For": of}).status_code for of in odd]
    assert tried == [422] * (TRIES - 1) + [429] * (len(odd) - TRIES + 1)


def test_what_is_wrong_is_said_in_the_same_words_whoever_it_is(person) -> None:
    said = [
        re.sub(r'value="[^"]*"', "", give_password(email).content.decode())
        for email in (person.email, "nobody@isksi.example")
    ]
    assert said[0] == said[1]


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Note each time that a password is hashed, which is what a try takes its time for."""
    noted: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self, password: str, salt: str) -> str:
        noted.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return noted


def without_a_password(person: Person) -> None:
    person.set_unusable_password()
    person.save()


def suspended(person: Person) -> None:
    end_appointments(person, ending=Ending.SUSPENDED)


def known_elsewhere(person: Person) -> None:
    KnownDevice.objects.create(person=person, token_sha256="0" * 64, seen_at=NOW)


@pytest.mark.parametrize(
    "made",
    [lambda _: None, without_a_password, suspended, known_elsewhere],
    ids=["as usual", "without a password", "suspended", "known elsewhere"],
)
def test_a_name_that_nobody_has_takes_the_same_steps_as_one_that_somebody_has(
    person, made, hashed
) -> None:
    """By the time nobody can tell who has an account; `make bench` measures it."""
    made(person)
    give_password("somebody@isksi.example")  # the first event there is makes the chain
    steps = []
    for email in (person.email, "nobody@isksi.example"):
        before = len(hashed)
        with CaptureQueriesContext(connection) as queries:
            answer = give_password(email)
        asked = [re.split(r' WHERE | SET |VALUES|"s\d', query["sql"])[0] for query in queries]
        steps.append((answer.status_code, len(hashed) - before, asked))
    assert steps[0] == steps[1]
    assert steps[0][:2] == (422, 1)


def test_a_password_is_kept_nowhere_wherever_it_was_typed(person, caplog) -> None:
    caplog.set_level("DEBUG")
    secret = "Tr0ub4dor-and-3-more"
    give_password(person.email, secret)
    give_password("nobody@isksi.example", secret)
    Client().post(f"/sign-in?password={secret}", {"email": person.email, "password": "x"})
    assert secret not in caplog.text
    assert secret not in "\n".join(event.body for event in Event.objects.all())
    assert secret not in everything_stored()


# --- the code --------------------------------------------------------------------------------


@pytest.fixture
def half(person, half_signed_in) -> Client:
    return half_signed_in(person)


def give_code(client: Client, code: str):
    return client.post("/sign-in/code", {"code": code})


def wrong_codes(person: Person, number: int) -> list[str]:
    right = codes(person)
    return [f"{code:06d}" for code in range(100_000, 900_000) if code not in right][:number]


def test_a_wrong_code_ten_times_lets_nobody_in_and_then_waits(person, half, caplog) -> None:
    caplog.set_level("DEBUG")
    wrong = wrong_codes(person, 10)
    statuses = [give_code(half, code).status_code for code in wrong]
    assert statuses == [422] * 5 + [429] * 5
    right = f"{TOTP(TOTPDevice.objects.get(user=person).bin_key).token():06d}"
    # Not even the right one, from here or from another browser, before the time is over.
    assert give_code(half, right).status_code == 429
    assert half.get("/").headers["Location"].startswith("/sign-in/code")
    refused = Event.objects.filter(kind=Act.SIGN_IN, result="refused")
    assert refused.count() == 11
    assert TOTPDevice.objects.get(user=person).throttling_failure_count == 5
    kept = everything_stored()
    for code in (*wrong, right):
        assert code not in caplog.text
        assert f'"{code}"' not in kept


def test_each_wrong_code_after_the_fifth_doubles_the_wait(person, half, clock) -> None:
    first, others = wrong_codes(person, 4), wrong_codes(person, 12)[4:]
    assert [give_code(half, code).status_code for code in first] == [422] * 4
    for number, code in enumerate(others, start=4):
        assert give_code(half, code).status_code == 422
        clock.shift(timedelta(seconds=2**number - 8))
        assert give_code(half, code).status_code == 429
        clock.shift(timedelta(seconds=9))
    # Control: after the wait the right one opens.
    clock.shift(timedelta(seconds=2**12))
    right = f"{TOTP(TOTPDevice.objects.get(user=person).bin_key).token():06d}"
    assert give_code(half, right).headers["Location"] == "/"


NO_CODES = [
    "",
    " ",
    "12345",
    "1234567",
    "12345a",
    "-12345",
    "1e5555",
    "\u0661\u0662\u0663456",
    "\uff11" * 6,
    "123456\0",
    "0x1234",
    "9" * 4000,
    "' OR 1=1",
    "123456 123456",
    "None",
    "[1]",
]


@pytest.mark.parametrize("code", NO_CODES)
def test_a_code_of_another_shape_is_no_try(person, half, code) -> None:
    for _ in range(3):
        assert give_code(half, code).status_code == 422
    assert half.get("/").status_code == 302
    # It was never looked at, so nobody need wait for the right one.
    assert TOTPDevice.objects.get(user=person).throttling_failure_count == 0


def test_two_codes_at_once_are_one_try(person, half) -> None:
    right = f"{TOTP(TOTPDevice.objects.get(user=person).bin_key).token():06d}"
    wrong = wrong_codes(person, 1)[0]
    assert half.post("/sign-in/code", {"code": [right, wrong]}).status_code == 422
    assert half.get("/").status_code == 302


def test_a_code_that_opened_opens_nothing_a_second_time(person, half, half_signed_in) -> None:
    right = f"{TOTP(TOTPDevice.objects.get(user=person).bin_key).token():06d}"
    assert give_code(half, right).status_code == 302
    assert give_code(half_signed_in(person), right).status_code == 422


def test_a_code_of_another_person_opens_nothing(half) -> None:
    other = a_person(PersonRole.OFFICER)
    right = f"{TOTP(a_device(other).bin_key).token():06d}"
    assert give_code(half, right).status_code == 422
    assert half.get("/").status_code == 302


# --- where it leads --------------------------------------------------------------------------

ELSEWHERE = [
    "https://attacker.example/",
    "//attacker.example/",
    "///attacker.example/",
    "/\\attacker.example/",
    "\\\\attacker.example/",
    "/\t/attacker.example/",
    "/\n/attacker.example/",
    "/%09/attacker.example/",
    "http:///attacker.example/",
    "http:attacker.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " https://attacker.example/",
    "\x00//attacker.example/",
    "/\r\nSet-Cookie: a=b",
    "/\r\n\r\n<script>",
    "/\u2028Location: x",
    "//attacker.example@testserver/",
    "/" + "a" * 10_000,
    "/?next=//attacker.example/",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_else(person, target) -> None:
    client = Client()
    page = client.get("/sign-in", {"next": target})
    assert page.status_code == 200
    data = {"email": person.email, "password": PASSWORD, "next": target}
    first = client.post("/sign-in", data)
    right = f"{TOTP(TOTPDevice.objects.get(user=person).bin_key).token():06d}"
    second = client.post("/sign-in/code", {"code": right, "next": target})
    for answer in (first, second):
        assert answer.status_code in {302, 422}
        location = answer.headers.get("Location", "/")
        assert location.startswith("/")
        assert location[1:2] not in {"/", "\\", "\t", "\n"}
        assert "\r" not in location
        assert "\n" not in location
        assert "Set-Cookie: a=b" not in str(answer.headers)


HOSTS = [
    "attacker.example",
    "testserver@attacker.example",
    "testserver:80@attacker.example",
    "testserver:x",
    "testserver.attacker.example",
    "testserver, attacker.example",
    "[",
    "a" * 5000,
    "169.254.169.254",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_is_refused_everywhere(host, north, signed_in) -> None:
    for browser in (Client(), signed_in(north.aro)):
        for address in ("/", "/sign-in", "/nothing", "/requests/new", "/healthz", "/api/v1/docs"):
            answer = browser.get(address, headers={"Host": host})
            assert answer.status_code == 400
            assert "attacker.example" not in answer.content.decode()
            assert "attacker.example" not in str(answer.headers)


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_stands_for_another(header, north, signed_in) -> None:
    browser = signed_in(north.aro)
    answer = browser.get("/requests", headers={header: "/evidence"})
    assert "Certificate signing requests" in answer.content.decode()
    forwarded = browser.get("/evidence", headers={header: "/requests"})
    assert forwarded.status_code == 403


@pytest.mark.parametrize(
    "given",
    ["a\r\nb: c", "x" * 65, "short", "<script>", "é" * 10, "a b c d e f", "../../../x", ""],
)
def test_an_id_of_a_request_that_is_not_one_is_not_taken_over(given) -> None:
    answer = Client().get("/healthz", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] != given
    kept = Client().get("/healthz", headers={"X-Request-ID": "0123-abcd_EF.9"})
    assert kept.headers["X-Request-ID"] == "0123-abcd_EF.9"
