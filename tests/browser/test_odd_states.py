"""Pages in states that are seldom seen, on a desk and on a phone: sound as all others are."""

from base64 import b64encode

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.presenters import frame
from registry.certificates.acts.certificate_requests import submit_request
from registry.models import Party, Person
from rules.duties import PersonRole
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, can_sign_in, shoot, sign_in
from tests.browser.test_every_page import faults_of
from tests.browser.world import a_csr
from tests.factories import a_party, a_person, a_user_id
from tests.rules.certificates import builders as b
from tests.rules.responses.world import PRE_COMMAND, response_message, unsigned

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRONG_CODE = "000000"


@pytest.fixture
def party() -> Party:
    return a_party("Northwind Energy", reference="northwind-energy")


@pytest.fixture
def aro(party) -> Person:
    person = a_person(PersonRole.ARO, party)
    person.name = "Aled Northcott"
    return can_sign_in(person)


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desk", "phone"])
def page(opened, request) -> Page:
    return opened(viewport=request.param)


def is_sound(page: Page, name: str) -> None:
    width = (page.viewport_size or DESKTOP)["width"]
    shoot(page, f"odd-{name}-{width}")
    assert faults_of(page, name) == []


def test_the_home_page_of_a_party_without_certificates(page, aro) -> None:
    sign_in(page, aro)
    expect(
        page.get_by_text(
            "You have no live xmlSign certificate. The DCC does not process any message you send."
        )
    ).to_be_visible()
    is_sound(page, "home-empty")


def test_the_home_page_of_an_officer_while_the_register_is_stale(page, monkeypatch) -> None:
    monkeypatch.setattr(frame, "age_of_holding", lambda: 600.0)
    sign_in(page, can_sign_in(a_person(PersonRole.OFFICER)))
    expect(page.get_by_text("Register out of date.")).to_be_visible()
    is_sound(page, "home-stale-register")


def test_a_request_without_an_eui64(page, aro) -> None:
    sign_in(page, aro)
    page.goto("/requests/new")
    submission = b.request(subject=b.name(b.common_name(), b.unit()))
    page.get_by_label("Paste the request").fill(b64encode(submission).decode())
    page.get_by_role("button", name="Check the request").click()
    expect(page.get_by_text("The subject has no x500UniqueIdentifier").first).to_be_visible()
    is_sound(page, "check-without-eui64")


def test_what_is_no_request_at_all(page, aro) -> None:
    sign_in(page, aro)
    page.goto("/requests/new")
    page.get_by_label("Paste the request").fill("This is not a request.")
    page.get_by_role("button", name="Check the request").click()
    unmade = page.get_by_text("33 checks were not made, because the submission could not be read.")
    expect(unmade).to_be_visible()
    is_sound(page, "check-no-request")
    expect(page.get_by_text("APPM-F-version")).to_be_hidden()
    unmade.click()
    expect(page.get_by_text("APPM-F-version")).to_be_visible()
    is_sound(page, "check-no-request-opened")


def test_a_response_that_is_not_signed(page, aro) -> None:
    sign_in(page, aro)
    page.goto("/messages/check")
    page.get_by_label("Or paste it").fill(unsigned(response_message(PRE_COMMAND, srv="1.6")))
    page.get_by_role("button", name="Check the message").click()
    unmade = page.get_by_text("checks were not made, because there is no signature")
    expect(unmade).to_be_visible()
    is_sound(page, "response-not-signed")
    unmade.click()
    expect(page.get_by_text("DUIS-RESPONSE-CERTIFICATE")).to_be_visible()
    is_sound(page, "response-not-signed-opened")


def test_too_many_wrong_codes(page, aro) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(aro.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    for tries in range(6):
        page.get_by_label("One-time code").fill(WRONG_CODE)
        page.get_by_role("button", name="Sign in").click()
        if tries == 0:
            expect(page.get_by_text("That code is wrong or has expired").first).to_be_visible()
            is_sound(page, "code-wrong")
    expect(page.get_by_text("Too many wrong codes.").first).to_be_visible()
    is_sound(page, "code-throttled")


def test_a_page_that_is_refused_and_its_event_altered_afterwards(page, opened, party, aro) -> None:
    user_id = a_user_id(party)
    request = submit_request(a_csr(user_id.eui64), actor=aro, at=timezone.now())
    sign_in(page, aro)
    page.goto(f"/requests/{request.reference}/decision")
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot open this page")
    is_sound(page, "refused")

    auditor = can_sign_in(a_person(PersonRole.AUDITOR))
    page = opened(viewport=page.viewport_size)
    sign_in(page, auditor)
    page.goto("/evidence?kind=page.open")
    expect(page.get_by_text("page:request-decision")).to_be_visible()
    is_sound(page, "evidence-refused")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE registry_event SET body = 'altered'")
        cursor.execute("ALTER TABLE registry_event ENABLE TRIGGER USER")
    page.goto("/evidence/1")
    expect(page.get_by_text("This event was altered", exact=True)).to_be_visible()
    is_sound(page, "event-altered")
    page.goto(f"/requests/{request.reference}")
    expect(page.get_by_text("What was done is not told")).to_be_visible()
    is_sound(page, "request-altered")
