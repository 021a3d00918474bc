"""Every page by every method, for everybody: nothing breaks, nothing is changed by looking."""

import pytest
from django.test import Client
from django.utils import timezone

from registry.certificates.acts.certificate_requests import submit_request
from registry.models import Person
from registry.passing.acts.keeping import keep
from registry.passing.reads.kept import PassingKind
from rules.duties import PersonRole
from tests.attacks.routes import METHODS, page_routes
from tests.attacks.stored import counts, grown
from tests.factories import (
    a_certificate,
    a_day_off,
    a_document,
    a_given_up_effect,
    a_job,
    a_mail,
    a_notification,
    a_person,
)
from tests.portal.pages.conftest import a_csr
from tests.proposing import an_emergency

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROUTES = [pytest.param(route, id=route.name) for route in page_routes()]
UNSAFE = [method for method in METHODS if method not in {"GET", "HEAD", "OPTIONS", "TRACE"}]


@pytest.fixture
def things(north) -> dict[str, object]:
    """What the addresses of one Party's things name; a new argument must be added here."""
    request = submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())
    certificate = a_certificate(north.user_id)
    return {
        "reference": request.reference,
        "certificate_id": certificate.pk,
        "eui64": north.user_id.eui64,
        "notification_id": a_notification(certificate, notified_by=north.aro).pk,
        "day_off_id": a_day_off().pk,
        "document_id": a_document(a_person(PersonRole.OFFICER)).pk,
        "position": 1,
        "proposal_id": an_emergency(a_person(PersonRole.OFFICER)).pk,
        "job_id": a_job(a_person(PersonRole.OFFICER)).pk,
        "message_id": a_given_up_effect().pk,
        "mail_id": a_mail().pk,
        "token": keep(
            north.sro,
            PassingKind.MESSAGE,
            fields={"generation": "SMETS1"},
            octets=b"<a/>",
            at=timezone.now(),
        ),
    }


@pytest.fixture
def staff(officer, auditor, dcc) -> tuple[Person, ...]:
    assert dcc.party.name == "DCC"  # whom officers act for
    return officer, auditor


@pytest.fixture
def browsers(north, south, staff, signed_in, half_signed_in) -> list[Client]:
    people = (north.sro, north.aro, south.aro, *staff)
    return [Client(), half_signed_in(north.sro), *(signed_in(person) for person in people)]


@pytest.mark.parametrize("route", ROUTES)
def test_no_method_breaks_it_for_anybody(route, things, browsers) -> None:
    address = route.address(things)
    for browser in browsers:
        for method in METHODS:
            answer = browser.generic(method, address)
            assert answer.status_code < 500, (method, answer.status_code)
            if answer.status_code == 405:
                assert "Allow" in answer.headers
            if method == "HEAD":
                assert answer.content == b""


@pytest.mark.parametrize("route", ROUTES)
def test_looking_at_it_changes_nothing_and_only_a_refusal_leaves_an_event(
    route, things, browsers
) -> None:
    address = route.address(things)
    for browser in browsers:
        browser.get("/sign-in/set-up")  # which makes a secret where there is none yet
    before = counts()
    answers = [
        browser.generic(method, address)
        for browser in browsers
        for method in ("GET", "HEAD", "OPTIONS", "TRACE")
    ]
    # 404 is what a page answers about another Party's thing.
    refused = sum(answer.status_code in {403, 404} for answer in answers)
    assert grown(before) == ({"registry_event": refused} if refused else {})


@pytest.mark.parametrize("route", ROUTES)
def test_without_the_proof_that_it_comes_from_our_page_nothing_is_sent(
    route, things, browsers
) -> None:
    address = route.address(things)
    before = counts()
    for browser in browsers:
        browser.handler.enforce_csrf_checks = True
        for method in UNSAFE:
            for headers in (
                {},
                {"Origin": "https://attacker.example"},
                {"Origin": "null", "Referer": "https://attacker.example/"},
                {"X-CSRFToken": "A" * 64},
            ):
                answer = browser.generic(method, address, headers=headers)
                assert answer.status_code == 403, (method, headers)
                assert "Sorry, this page has expired" in answer.content.decode()
    assert grown(before) == {}


@pytest.mark.parametrize("route", ROUTES)
def test_no_answer_can_be_framed_kept_or_taken_for_another_kind(route, things, browsers) -> None:
    answers = [
        browser.generic(method, address)
        for browser in browsers
        for method in ("GET", "POST", "PUT")
        for address in (route.address(things), f"{route.address(things)}/nothing")
    ]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert "X-Request-ID" in answer.headers
