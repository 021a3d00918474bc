"""Each page that a signed-in person is refused leaves one event: who, when, what and why."""

import json
from base64 import b64encode

import pytest
from django.test import Client
from django.utils import timezone

from registry.certificates.acts.certificate_requests import submit_request
from registry.evidence.history import prove_history
from registry.models import Event
from tests.factories import a_certificate, a_notification
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.reading import page_of

pytestmark = pytest.mark.django_db


def refusals() -> list[Event]:
    return list(Event.objects.filter(kind="page.open").order_by("position"))


@pytest.fixture
def reference(north) -> str:
    return submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now()).reference


def test_a_page_that_the_role_does_not_include_is_refused_in_one_event(
    north, reference, signed_in
) -> None:
    before = timezone.now()
    assert signed_in(north.aro).get(f"/requests/{reference}/decision").status_code == 403
    (event,) = refusals()
    assert (event.actor, event.result, event.subject) == (
        north.aro,
        "refused",
        "page:request-decision",
    )
    assert before <= event.at <= timezone.now()
    assert json.loads(event.body)["details"] == {
        "reasons": ["role-may-not"],
        "method": "GET",
        "named": {"reference": reference},
    }
    assert prove_history().first_break is None


def test_a_form_that_is_posted_there_is_refused_in_one_event_too(
    auditor, reference, signed_in
) -> None:
    browser = signed_in(auditor)
    assert browser.post(f"/requests/{reference}/approve").status_code == 403
    assert browser.post(f"/requests/{reference}/approve").status_code == 403
    assert [json.loads(event.body)["details"]["method"] for event in refusals()] == ["POST"] * 2
    assert Event.objects.filter(kind="certificate-request.approve").count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_only_a_partys_own_people_do_is_refused_to_an_officer_in_one_event(
    method, north, officer, reference, signed_in
) -> None:
    notification = a_notification(a_certificate(north.user_id), notified_by=north.aro)
    browser = signed_in(officer)
    for address in (
        f"/requests/{reference}/withdraw",
        f"/user-ids/{north.user_id.eui64}/notify",
        f"/notifications/{notification.pk}/withdraw",
    ):
        known = Event.objects.count()
        assert getattr(browser, method)(address).status_code == 403
        assert Event.objects.count() == known + 1
    assert {tuple(json.loads(event.body)["details"]["reasons"]) for event in refusals()} == {
        ("party-not-own",)
    }
    assert [event.subject for event in refusals()] == [
        "page:request-withdraw",
        "page:user-id-notify",
        "page:notification-withdraw",
    ]


def test_an_officer_without_the_dccs_party_is_refused_its_requests_in_one_event_each(
    officer, north, signed_in
) -> None:
    browser = signed_in(officer)
    assert browser.get("/requests/new").status_code == 403
    text = b64encode(a_csr(north.user_id)).decode()
    assert browser.post("/requests/check", {"text": text}, follow=True).status_code == 403
    assert [event.subject for event in refusals()] == ["page:request-new", "page:request-check"]
    assert {tuple(json.loads(event.body)["details"]["reasons"]) for event in refusals()} == {
        ("acts-for-no-party",)
    }


def test_whoever_is_sent_to_sign_in_leaves_no_event(north, reference, half_signed_in) -> None:
    for browser in (Client(), half_signed_in(north.aro)):
        assert browser.get(f"/requests/{reference}/decision").status_code == 302
        assert browser.post(f"/requests/{reference}/approve").status_code == 302
    assert refusals() == []


def test_a_page_that_opens_and_an_address_without_a_page_leave_none(
    north, reference, signed_in
) -> None:
    browser = signed_in(north.aro)
    assert browser.get(f"/requests/{reference}").status_code == 200
    assert browser.get("/nothing/here").status_code == 404
    assert Client().get("/nothing/here").status_code == 404
    assert refusals() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_another_partys_or_nobodys_is_refused_in_one_event_each_and_alike(
    method, north, south, reference, signed_in
) -> None:
    certificate = a_certificate(north.user_id)
    notification = a_notification(certificate, notified_by=north.aro)
    addresses = {
        f"/requests/{reference}/withdraw": "page:request-withdraw",
        "/requests/CSR-999999/withdraw": "page:request-withdraw",
        f"/user-ids/{north.user_id.eui64}/notify": "page:user-id-notify",
        "/user-ids/00-11-22-33-44-55-66-77/notify": "page:user-id-notify",
        f"/notifications/{notification.pk}/withdraw": "page:notification-withdraw",
        "/notifications/999999/withdraw": "page:notification-withdraw",
    }
    browser = signed_in(south.aro)
    for address in addresses:
        known = Event.objects.count()
        assert getattr(browser, method)(address, {"version": "1"}).status_code == 404
        assert Event.objects.count() == known + 1
    assert [event.subject for event in refusals()] == list(addresses.values())
    assert {event.actor for event in refusals()} == {south.aro}
    details = [json.loads(event.body)["details"] for event in refusals()]
    assert {tuple(said["reasons"]) for said in details} == {("not-found",)}
    assert {said["method"] for said in details} == {method.upper()}
    assert details[0]["named"] == {"reference": reference}


@pytest.mark.parametrize("path", ["", ".pem", ".der"])
def test_another_partys_request_and_certificate_are_refused_to_look_at_too(
    path, north, south, reference, signed_in
) -> None:
    browser = signed_in(south.aro)
    assert browser.get(f"/certificates/{a_certificate(north.user_id).pk}{path}").status_code == 404
    assert browser.get(f"/requests/{reference}").status_code == 404
    assert len(refusals()) == 2
    assert prove_history().first_break is None


def test_the_history_of_a_request_never_tells_of_a_stranger_who_tried_it(
    north, south, officer, reference, signed_in
) -> None:
    assert signed_in(south.aro).post(f"/requests/{reference}/withdraw").status_code == 404
    (event,) = refusals()
    assert reference not in event.subject
    for reader in (north.aro, officer):
        page = page_of(signed_in(reader).get(f"/requests/{reference}"))
        history = page[page.index("History") :]
        assert south.aro.name not in history
        assert "refused" not in history


def test_an_address_is_kept_no_longer_than_a_reader_needs(north, signed_in) -> None:
    signed_in(north.aro).get(f"/requests/{'é' * 4_000}%00/decision")
    (event,) = refusals()
    assert json.loads(event.body)["details"]["named"] == {"reference": "é" * 80}


def test_a_view_that_says_nothing_is_refused_with_a_reason_of_its_own(
    officer, signed_in, settings
) -> None:
    settings.ROOT_URLCONF = "tests.portal.pages.unclassified_urls"
    assert signed_in(officer).get("/unclassified").status_code == 403
    (event,) = refusals()
    assert json.loads(event.body)["details"]["reasons"] == ["page-opens-to-nobody"]
    assert Client().get("/unclassified").status_code == 403
    assert len(refusals()) == 1


def test_staff_find_it_among_the_evidence(north, officer, reference, signed_in) -> None:
    signed_in(north.aro).get(f"/requests/{reference}/decision")
    page = page_of(signed_in(officer).get("/evidence?kind=page.open"))
    assert "page:request-decision" in page
    assert north.aro.name in page
