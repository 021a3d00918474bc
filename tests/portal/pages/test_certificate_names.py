"""A certificate has one name, wherever it is named; and no two pages are called the same."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.presenters.certificate_names import name_of
from registry.certificates.acts.certificate_requests import submit_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.models import CertificateRequest
from registry.tasks import drain_outbox
from rules.duties import PersonRole
from rules.workflow import RevocationReason
from tests.approving import approve
from tests.arranging import set_enforcement
from tests.attacks.routes import page_routes
from tests.factories import (
    AT,
    a_certificate,
    a_day_off,
    a_document,
    a_given_up_effect,
    a_job,
    a_mail,
    a_notification,
    a_person,
    a_user_id,
)
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import is_named, serial_end, text_of
from tests.portal.pages.reading import page_of
from tests.proposing import an_emergency

pytestmark = pytest.mark.django_db

# What is written as it stands in the certificate, and once: all else calls it by its name.
SHOWS_THE_WHOLE_SERIAL_NUMBER = {
    *("certificate", "certificate-revoke", "notification-withdraw", "event"),
}


def issued(side, officer, *, mpids: str | None = None) -> CertificateRequest:
    request = submit_request(
        a_csr(side.user_id, common_name=mpids), actor=side.aro, at=timezone.now()
    )
    approve(request, officer, at=timezone.now(), reason_for_all="It is theirs.")
    drain_outbox()
    return CertificateRequest.objects.select_related("certificate").get(pk=request.pk)


@pytest.fixture
def eighteen(north):
    """Certificates of one User ID, as a Party has them that changes its keys often."""
    return [a_certificate(north.user_id) for _ in range(18)]


def test_eighteen_choices_say_eighteen_things_and_each_leads_to_its_certificate(
    north, signed_in, eighteen
):
    page = page_of(signed_in(north.aro).get(f"/user-ids/{north.user_id.eui64}/notify"))
    labels = re.findall(r'<label [^>]*radios__label"[^>]*>(.*?)</label>', page, re.DOTALL)
    assert {text_of(label) for label in labels} == {
        f"xmlSign (87) {serial_end(certificate)}" for certificate in eighteen
    }
    assert all(is_named(page, certificate) for certificate in eighteen)
    assert "Open the certificate xmlSign (87)" in text_of(page)


def test_a_name_says_role_user_id_serial_request_and_issue_and_to_staff_the_party(north, officer):
    certificate = issued(north, officer).certificate
    day = timezone.localtime(certificate.recorded_at)
    what = f"xmlSign (87) {serial_end(certificate)}, {north.user_id.eui64}"
    came = f"request {certificate.request.reference}, issued on {day.day} {day:%B %Y}"
    assert str(name_of(certificate, reader=north.aro)) == f"{what}, {came}"
    assert str(name_of(certificate, reader=officer)) == f"{what}, Northwind Energy, {came}"


def test_one_that_was_taken_over_says_from_when_it_is_valid(north):
    name = str(name_of(a_certificate(north.user_id), reader=north.aro))
    assert name.endswith("no request here, valid from 1 September 2025")


def test_of_another_partys_no_more_is_told_than_it_says_itself(north, south, officer):
    theirs = issued(south, officer).certificate
    name = name_of(theirs, reader=north.aro)
    assert str(name) == f"xmlSign (87) {serial_end(theirs)}, {south.user_id.eui64}"
    assert (name.href, name.party, name.origin) == ("", "", "")


@pytest.fixture
def shown_everywhere(north, south, officer):
    """A certificate that every page has a reason to name: notified, blocking, in the evidence."""
    set_enforcement(enforced_from=timezone.now() - timedelta(days=1), at=timezone.now())
    certificate = issued(south, officer, mpids="SGPW").certificate
    notification = a_notification(certificate, notified_by=south.aro)
    contested = submit_request(
        a_csr(north.user_id, common_name="SGPX"), actor=north.aro, at=timezone.now()
    )
    a_certificate(south.user_id, mpids=("SGPX",))
    return certificate, notification, contested


def test_every_page_that_names_it_names_it_alike(south, officer, signed_in, shown_everywhere):
    certificate, notification, contested = shown_everywhere
    eui64 = south.user_id.eui64
    places = [
        (south.aro, "/certificates"),
        (south.aro, f"/user-ids/{eui64}"),
        (south.aro, f"/requests/{certificate.request.reference}"),
        (south.aro, f"/notifications/{notification.pk}/withdraw"),
    ]
    for person, address in places:
        page = page_of(signed_in(person).get(address))
        name = name_of(certificate, reader=person)
        assert name.short in text_of(page), address
        assert name.origin[1:] in text_of(page), address
    blocking = south.party.organisation_certificates.get(mpids=["SGPX"])
    decision = signed_in(officer).get(f"/requests/{contested.reference}/decision")
    assert is_named(page_of(decision), blocking)
    revoke_certificate(
        certificate.pk, actor=officer, reason=RevocationReason.SUPERSEDED, note="Replaced.", at=AT
    )
    evidence = page_of(signed_in(officer).get("/evidence?kind=certificate.revoke"))
    assert is_named(evidence, certificate)
    assert f"organisationcertificate:{certificate.pk}" in evidence
    home = page_of(signed_in(south.aro).get("/"))
    assert is_named(home[: home.index("Open requests")], certificate)


@pytest.fixture
def pairs(north):
    """Two of everything that addresses name."""
    things = []
    for user_id in (north.user_id, a_user_id(north.party)):
        request = submit_request(a_csr(user_id), actor=north.aro, at=timezone.now())
        certificate = a_certificate(user_id)
        things.append(
            {
                "reference": request.reference,
                "certificate_id": certificate.pk,
                "eui64": user_id.eui64,
                "notification_id": a_notification(certificate, notified_by=north.aro).pk,
                "day_off_id": a_day_off(date(2026, 9, 14 + len(things))).pk,
                "document_id": a_document(a_person(PersonRole.OFFICER)).pk,
                "position": len(things) + 1,
                "proposal_id": an_emergency(a_person(PersonRole.OFFICER)).pk,
                "token": "-" * 43,
                "job_id": a_job(a_person(PersonRole.OFFICER)).pk,
                "message_id": a_given_up_effect(f"CSR-00090{len(things)}/2").pk,
                "mail_id": a_mail(f"Mail {len(things)} was given up").pk,
            }
        )
    return things


@pytest.mark.parametrize(
    "route",
    [pytest.param(route, id=route.name) for route in page_routes() if route.arguments],
)
def test_no_two_pages_of_one_kind_have_the_same_title_and_none_a_serial_number_for_a_name(
    north, officer, signed_in, pairs, route
):
    pages = []
    for person in (north.aro, officer):
        browser = signed_in(person)
        answers = [browser.get(route.address(things)) for things in pairs]
        if all(
            answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
            for answer in answers
        ):
            pages = [page_of(answer) for answer in answers]
            titles = {re.search("<title>(.*?)</title>", page)[1] for page in pages}
            assert len(titles) == 2, titles
            if route.name not in SHOWS_THE_WHOLE_SERIAL_NUMBER:
                for certificate in north.party.organisation_certificates.all():
                    assert not any(certificate.serial_number in page for page in pages)
    assert pages or route.name in {"certificate-pem", "certificate-der", "document-file"} | {
        *("request-approve", "request-reject"),
        *("proposal-confirm", "proposal-withdraw", "proposal-refuse", "proposal-review"),
        "proposal-close",
        # Of one person alone: test_passing.py.
        *("message-checked", "request-checked"),
        # Shows nothing: leads to the job.
        "background-work-retry",
        "job-cancel",
    }, "nobody could look at it"


@pytest.mark.parametrize("address", ["/", "/certificates", "/user-ids", "/requests", "/evidence"])
def test_no_list_has_a_serial_number_for_a_name(north, officer, signed_in, eighteen, address):
    a_notification(eighteen[0], notified_by=north.aro)
    for person in (north.aro, officer):
        page = page_of(signed_in(person).get(address))
        assert not any(certificate.serial_number in page for certificate in eighteen)


def test_each_page_of_a_list_says_which_one_it_is(north, signed_in):
    for _ in range(26):
        a_certificate(north.user_id)
    browser = signed_in(north.aro)
    for number in (1, 2):
        page = page_of(browser.get(f"/certificates?page={number}"))
        assert f"<title>Certificates (page {number} of 2) " in page
