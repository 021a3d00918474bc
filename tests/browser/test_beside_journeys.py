"""What the browser does beside a journey: focus, setting a device up, the menu of a phone."""

import pytest
from playwright.sync_api import expect

from registry.models import Person
from rules.duties import PersonRole
from tests.browser.conftest import PASSWORD, can_sign_in, next_code, shoot, sign_in
from tests.factories import a_party, a_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def aro() -> Person:
    return can_sign_in(a_person(PersonRole.ARO, a_party("Northwind Energy")))


@pytest.fixture
def officer() -> Person:
    return can_sign_in(a_person(PersonRole.OFFICER))


def test_what_is_wrong_gets_the_focus_and_leads_to_its_field(opened) -> None:
    page = opened()
    page.goto("/sign-in")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter your password.").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    expect(page).to_have_title("Error: Sign in \N{EN DASH} SMKI registration authority")


def test_a_first_sign_in_sets_a_device_up(opened, officer) -> None:
    officer.totpdevice_set.all().delete()
    page = opened()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(officer.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    shoot(page, "sign-in-set-up")
    page.get_by_label("One-time code").fill(next_code(officer))
    page.get_by_role("button", name="Confirm and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")


def test_the_menu_folds_on_a_phone_and_opens_by_its_button(opened, aro) -> None:
    page = opened(viewport={"width": 390, "height": 844})
    sign_in(page, aro)
    requests = page.get_by_role("link", name="Requests", exact=True)
    expect(requests).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    requests.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Certificate signing requests")
