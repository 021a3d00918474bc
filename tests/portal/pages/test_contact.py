"""Whoever is stuck is told how to reach the DCC's registration team, where they are stuck."""

from base64 import b64encode
from unittest import mock

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from registry.certificates.acts.certificate_requests import reject_request, submit_request
from tests.arranging import set_enforcement
from tests.factories import a_certificate, a_notification
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import text_of
from tests.portal.pages.reading import page_of

pytestmark = pytest.mark.django_db

TOLD = "020 7946 0018 or registration@example.com (Monday to Friday, 9am to 5pm)."


def body_of(response) -> str:
    """Return what a page itself says, without the frame around it."""
    page = page_of(response)
    return page[page.index("<main") : page.index("</main>")]


def is_told(response) -> bool:
    body = body_of(response)
    is_linked = 'href="tel:02079460018"' in body and (
        'href="mailto:registration@example.com"' in body
    )
    return is_linked and TOLD in text_of(body)


def test_where_somebody_cannot_sign_in(half_signed_in, north):
    assert is_told(Client().get("/sign-in"))
    assert is_told(half_signed_in(north.aro).get("/sign-in/code"))
    browser = Client()
    wrong = {"email": north.aro.email, "password": "wrong"}
    answers = [browser.post("/sign-in", wrong) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert is_told(answers[-1])


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nothing", 404), ("/requests/CSR-999999", 404), ("/evidence", 403), ("/sign-in/x", 404)],
)
def test_where_there_is_no_page_or_not_for_this_person(north, signed_in, address, status):
    response = signed_in(north.aro).get(address)
    assert response.status_code == status
    assert is_told(response)


def test_where_something_of_ours_broke(north, signed_in):
    browser = signed_in(north.aro)
    browser.raise_request_exception = False
    with mock.patch("portal.views.user_ids.user_ids_visible_to", side_effect=RuntimeError):
        response = browser.get("/user-ids")
    assert response.status_code == 500
    assert is_told(response)


def test_where_a_request_is_refused(north, officer, signed_in):
    browser = signed_in(north.aro)
    request = "this is not a request"
    assert is_told(browser.post("/requests/check", {"text": request}, follow=True))
    sound = b64encode(a_csr(north.user_id)).decode()
    assert not is_told(browser.post("/requests/check", {"text": sound}, follow=True))
    rejected = submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())
    assert not is_told(browser.get(f"/requests/{rejected.reference}"))
    reject_request(
        rejected.reference,
        actor=officer,
        seen_version=rejected.version,
        note="The EUI-64 is of another site.",
        at=timezone.now(),
    )
    assert is_told(browser.get(f"/requests/{rejected.reference}"))


def test_where_a_user_id_cannot_send_and_not_the_dcc_itself(north, officer, signed_in):
    set_enforcement(enforced_from=timezone.now(), at=timezone.now())
    assert is_told(signed_in(north.sro).get("/"))
    assert not is_told(signed_in(officer).get("/"))


def test_where_a_key_is_compromised(north, signed_in):
    notification = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    browser = signed_in(north.aro)
    assert is_told(browser.get(f"/certificates/{notification.certificate_id}"))
    assert is_told(browser.post(f"/notifications/{notification.pk}/withdraw", follow=True))


@pytest.mark.parametrize("address", ["/", "/certificates", "/messages/check"])
def test_every_page_has_it_at_its_end(north, signed_in, address):
    page = page_of(signed_in(north.aro).get(address))
    assert TOLD in text_of(page[page.index("<footer") :])


def test_what_the_settings_say_is_told_and_escaped(settings):
    settings.REGISTRATION_TEAM_TELEPHONE = "+44 (20) 7946 0019"
    settings.REGISTRATION_TEAM_EMAIL = "o'neill@example.com"
    settings.REGISTRATION_TEAM_HOURS = "9 & <after>"
    body = body_of(Client().get("/sign-in"))
    assert 'href="tel:+442079460019">+44 (20) 7946 0019<' in body
    assert "o&#x27;neill@example.com" in body
    assert "(9 &amp; &lt;after&gt;)" in body


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRATION_TEAM_TELEPHONE", ""),
        ("REGISTRATION_TEAM_TELEPHONE", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667"),
        ("REGISTRATION_TEAM_EMAIL", ""),
        ("STAFF_EMAIL", "Registration <staff@example.com>"),
        ("STAFF_EMAIL", "one@example.com, two@example.com"),
        ("DEFAULT_FROM_EMAIL", "nobody"),
        ("DEFAULT_FROM_EMAIL", f"Us <us@{'x' * 60}.{'y' * 20}.example>"),
        ("REGISTRATION_TEAM_HOURS", ""),
        ("REGISTRATION_TEAM_HOURS", " "),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_start(settings, name, value):
    def refused() -> list[str]:
        return [found.msg for found in run_checks() if found.id == "portal.E005"]

    assert refused() == []
    setattr(settings, name, value)
    assert refused() == [f"{name} is `{value}`"]
