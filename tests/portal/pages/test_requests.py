"""The list of requests, the page of each with its history, and withdrawing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from registry.certificates.acts.certificate_requests import (
    approve_request,
    reject_request,
    submit_request,
)
from registry.certificates.acts.request_checks import check_again
from registry.evidence import history
from registry.gateways import development_oca
from registry.gateways.certification_authority import CertificationRefusedError
from registry.gateways.development_oca import DevelopmentOca
from registry.models import CertificateRequest, OutboxMessage, Party, RequestCheck
from registry.tasks import drain_outbox
from rules.certificates.making import build_request
from rules.duties import Act
from rules.workflow import RequestState
from tests.factories import AT, a_key, an_eui64
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import is_named
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-CSR")]


def submitted(side, *, actor=None, common_name=None) -> CertificateRequest:
    return submit_request(
        a_csr(side.user_id, common_name=common_name), actor=actor or side.aro, at=timezone.now()
    )


def approved(request, officer) -> CertificateRequest:
    checked = check_again(request, at=timezone.now())
    return approve_request(
        request.reference,
        actor=officer,
        seen_version=request.version,
        seen_facts=checked.facts_sha256,
        acknowledgements=dict.fromkeys(
            (warning.reason for warning in checked.report.warnings), "The letter shows it."
        ),
        at=timezone.now(),
    )


def references(page: str) -> list[str]:
    return re.findall(r'href="/requests/(CSR-\d+)"', page)


def test_a_party_sees_its_own_requests_and_staff_see_all(
    north, south, officer, auditor, signed_in
) -> None:
    ours, theirs = submitted(north), submitted(south)
    assert references(page_of(signed_in(north.sro).get("/requests"))) == [ours.reference]
    for person in (officer, auditor):
        page = page_of(signed_in(person).get("/requests"))
        assert references(page) == [theirs.reference, ours.reference]
        assert south.party.name in page


def test_the_list_is_narrowed_down_by_state(north, officer, signed_in) -> None:
    waiting, ended = submitted(north), submitted(north)
    reject_request(ended.reference, actor=officer, seen_version=1, note="No.", at=timezone.now())
    browser = signed_in(north.aro)

    def shown(state: str) -> list[str]:
        return references(page_of(browser.get(f"/requests?state={state}")))

    assert shown("open") == shown("accepted") == [waiting.reference]
    assert shown("rejected") == [ended.reference]
    assert shown("") == [ended.reference, waiting.reference]
    assert shown("issued") == []
    wrong = page_of(browser.get("/requests?state=nonsense"))
    assert "There is a problem" in wrong


def test_a_long_list_comes_in_pages_of_25_and_keeps_its_filter(north, signed_in) -> None:
    for _ in range(27):
        submitted(north)
    browser = signed_in(north.aro)
    first = page_of(browser.get("/requests?state=accepted"))
    assert len(references(first)) == 25
    assert "27 requests, 1 to 25 shown" in first
    assert "?state=accepted&amp;page=2" in first
    second = page_of(browser.get("/requests?state=accepted&page=2"))
    assert len(references(second)) == 2
    for beyond in ("99", "0", "-1", "x"):
        assert browser.get(f"/requests?page={beyond}").status_code == 200


def test_an_empty_list_says_so(north, signed_in) -> None:
    page = page_of(signed_in(north.aro).get("/requests"))
    assert "0 requests" in page
    assert "There is no request yet." in page
    page = page_of(signed_in(north.aro).get("/requests?state=issued"))
    assert "There is no such request." in page


def test_the_page_follows_a_request_from_acceptance_to_its_certificate(
    north, officer, signed_in
) -> None:
    browser = signed_in(north.aro)
    request = submitted(north)

    def page() -> str:
        return page_of(browser.get(f"/requests/{request}"))

    assert "Awaiting decision" in page()
    assert "Refresh" not in page()
    approved(request, officer)
    assert "The certificate is being issued" in page()
    assert f'href="/requests/{request}">Refresh' in page()
    drain_outbox()
    request.refresh_from_db()
    assert request.request_state is RequestState.ISSUED
    shown = page()
    assert f'href="/certificates/{request.certificate.pk}"' in shown
    for words in (
        "Submitted. All checks passed, so it was accepted for review",
        "Approved the request after checking it again",
        "Sent the request to the certification authority",
        "Received the certificate, compared it with the request and issued it",
        "When it was submitted: 36 checks",
        "When it was approved: 36 checks",
    ):
        assert words in shown


def test_a_party_is_told_what_the_dcc_did_but_not_who_or_why_a_warning_stood(
    north, officer, auditor, signed_in
) -> None:
    request = approved(submitted(north, common_name="ABCD"), officer)
    ours = page_of(signed_in(north.sro).get(f"/requests/{request}"))
    theirs = page_of(signed_in(auditor).get(f"/requests/{request}"))
    assert officer.name not in ours
    assert "A DCC officer" in ours
    assert north.aro.name in ours
    assert "The letter shows it." not in ours
    assert officer.name in theirs
    assert "The letter shows it." in theirs


def test_what_an_officer_tried_in_vain_is_told_to_staff_alone(
    north, officer, auditor, signed_in
) -> None:
    request = submitted(north)
    signed_in(officer).post(f"/requests/{request}/approve", {"version": "1", "facts": "0" * 64})
    tried = "Approving the request was refused"
    assert tried in page_of(signed_in(auditor).get(f"/requests/{request}"))
    assert tried not in page_of(signed_in(north.aro).get(f"/requests/{request}"))


def test_a_check_of_before_not_checked_was_a_verdict_still_shows(north, signed_in) -> None:
    request = submitted(north)
    says = "Not checked, because the subject could not be read."
    old = {"rule": "T-1", "verdict": "not-applicable", "reason": None, "cites": "T", "says": says}
    RequestCheck.objects.create(
        request=request,
        stage="sent",
        checked_at=AT,
        catalogue="old",
        facts_sha256="0" * 64,
        findings=[old],
    )
    page = page_of(signed_in(north.aro).get(f"/requests/{request.reference}"))
    assert says in page
    assert "1 check: 1 not applicable." in page


def test_moments_are_those_of_great_britain(north, signed_in) -> None:
    with time_machine.travel("2026-07-01T08:05:07Z", tick=False):
        summer = submitted(north)
    page = page_of(signed_in(north.aro).get(f"/requests/{summer}"))
    assert "1 July 2026 at 09:05:07 BST" in page
    assert 'datetime="2026-07-01T08:05:07Z"' in page


def test_a_request_is_withdrawn_after_asking(north, signed_in) -> None:
    request = submitted(north)
    browser = signed_in(north.sro)
    asked = page_of(browser.get(f"/requests/{request}/withdraw"))
    assert "This ends the request." in asked
    response = browser.post(f"/requests/{request}/withdraw", {"version": request.version})
    assert response.headers["Location"] == f"/requests/{request}"
    page = page_of(browser.get(f"/requests/{request}"))
    assert f"Request {request} has been withdrawn." in page
    assert "Withdrew the request" in page
    request.refresh_from_db()
    assert request.request_state is RequestState.WITHDRAWN


def test_a_request_that_changed_meanwhile_is_not_withdrawn(north, officer, signed_in) -> None:
    request = submitted(north)
    approved(request, officer)
    response = signed_in(north.aro).post(f"/requests/{request}/withdraw", {"version": "1"})
    assert response.status_code == 409
    assert "has changed since you opened the page" in page_of(response)
    request.refresh_from_db()
    assert request.request_state is RequestState.APPROVED


def test_an_issued_request_cannot_be_withdrawn_and_the_page_says_why(
    north, officer, signed_in
) -> None:
    request = approved(submitted(north), officer)
    drain_outbox()
    request.refresh_from_db()
    browser = signed_in(north.aro)
    assert "Withdraw the request" not in page_of(browser.get(f"/requests/{request}"))
    response = browser.post(f"/requests/{request}/withdraw", {"version": request.version})
    assert response.status_code == 409
    assert "This request is issued, so it cannot be withdrawn." in page_of(response)


def test_a_form_without_the_version_is_refused(north, signed_in) -> None:
    request = submitted(north)
    browser = signed_in(north.aro)
    for version in ("", "x", "-1", "99999999999999999999"):
        response = browser.post(f"/requests/{request}/withdraw", {"version": version})
        assert response.status_code == 422


def test_an_officer_cannot_withdraw_a_partys_request(north, officer, signed_in) -> None:
    request = submitted(north)
    response = signed_in(officer).post(
        f"/requests/{request}/withdraw", {"version": request.version}
    )
    assert response.status_code == 403
    assert "only be done by the Party" in page_of(response)


@pytest.mark.parametrize(
    "reference", ["CSR-1", "csr-000001", "CSR-%00", "CSR-0000001", "1", "x" * 300]
)
def test_only_the_reference_itself_opens_a_request(north, signed_in, reference) -> None:
    submitted(north)
    assert signed_in(north.aro).get(f"/requests/{reference}").status_code == 404


class MistakenOca(DevelopmentOca):
    """Answers with a certificate for another request: what it returns is real, but wrong."""

    def issue(self, request_der: bytes, *, reference: str) -> bytes:
        other = build_request(a_key(), eui64=an_eui64(), remote_party_role="87", common_name=None)
        assert other != request_der
        return super().issue(other, reference=f"{reference}-mistaken")


class RefusingOca(DevelopmentOca):
    """Refuses whatever it is asked."""

    def issue(self, request_der: bytes, *, reference: str) -> bytes:
        del request_der, reference
        raise CertificationRefusedError("the subscriber is unknown")


def test_a_request_that_the_authority_refused_says_that_it_may_come_again(
    north, officer, signed_in, settings
) -> None:
    settings.CERTIFICATION_AUTHORITY = "tests.portal.pages.test_requests.RefusingOca"
    request = approved(submitted(north), officer)
    drain_outbox()
    request.refresh_from_db()
    assert request.request_state is RequestState.ANOMALY
    ours = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert "refused the request: the subscriber is unknown" in ours
    assert "There is no certificate. The request may be submitted again" in ours
    again = submit_request(bytes(request.der), actor=north.aro, at=timezone.now())
    assert again.request_state is RequestState.ACCEPTED


def test_an_issuance_anomaly_is_shown_and_its_certificate_is_for_staff_to_deal_with(
    north, officer, signed_in, settings
) -> None:
    settings.CERTIFICATION_AUTHORITY = "tests.portal.pages.test_requests.MistakenOca"
    request = approved(submitted(north), officer)
    drain_outbox()
    request.refresh_from_db()
    assert request.request_state is RequestState.ANOMALY
    ours = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert "does not match the request" in ours
    assert "Could not issue the certificate: an issuance anomaly" in ours
    assert "Open the certificate" not in ours
    assert "Make a new key pair and submit a new request." in ours
    browser = signed_in(officer)
    assert "Open the certificate" in page_of(browser.get(f"/requests/{request}"))
    home = page_of(browser.get("/"))
    assert request.reference in home[home.index("Issuance anomalies") :]
    # The event is done, and what was done is that an answer came, not that a certificate did.
    assert "The certification authority answered" in home
    assert "Certificate issued" not in home


def test_a_request_that_is_blocked_when_it_would_be_sent_says_why_and_what_can_be_done(
    north, officer, signed_in
) -> None:
    request = approved(submitted(north), officer)
    Party.objects.filter(pk=north.party.pk).update(is_authorised_subscriber=False)
    drain_outbox()
    request.refresh_from_db()
    assert request.request_state is RequestState.STOPPED
    ours = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert "Why it was stopped" in ours
    assert "No certificate was issued and no MPID is reserved." in ours
    assert "Checked the request again to send it, and stopped it" in ours
    assert "waits here for an officer" in ours
    assert "Withdraw the request" in ours
    assert "being issued" not in ours
    (check,) = request.checks.filter(stage="sent")
    (said,) = [finding["says"] for finding in check.findings if finding["reason"]]
    assert ours.count(escape(said)) >= 3  # the box, the check, the history
    browser = signed_in(officer)
    home = page_of(browser.get("/"))
    assert request.reference in home[home.index("Requests stopped before they were sent") :]
    decision = page_of(browser.get(f"/requests/{request}/decision"))
    assert "stopped when it was checked again" in decision
    assert "You cannot approve this yet" in decision

    Party.objects.filter(pk=north.party.pk).update(is_authorised_subscriber=True)
    approved(request, officer)
    drain_outbox()
    request.refresh_from_db()
    assert request.request_state is RequestState.ISSUED
    assert "Why it was stopped" not in page_of(browser.get(f"/requests/{request}"))


def test_an_answer_that_cannot_be_recorded_says_why_and_an_officer_ends_it(
    north, officer, signed_in, monkeypatch
) -> None:
    monkeypatch.setattr(development_oca, "_fresh_serial", lambda: 12_345_678_901)
    for common_name in ("ABCD", None, "ABCD"):
        request = approved(submitted(north, common_name=common_name), officer)
        drain_outbox()
    without = CertificateRequest.objects.get(mpids=[])
    page = page_of(signed_in(north.aro).get(f"/requests/{without}"))
    assert "A DCC officer finds that out from the certification authority" in page
    assert "reserved" not in page
    assert "reserved" not in page_of(signed_in(officer).get(f"/requests/{without}/decision"))
    request.refresh_from_db()
    assert request.request_state is RequestState.UNRECORDED
    ours = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert "Why there is no certificate" in ours
    assert "so its MPIDs stay reserved until a DCC officer closes this request" in ours
    assert ours.count("with its serial number already: 12345678901.") >= 2
    assert "Received an answer that the register cannot take" in ours
    assert "issuance anomaly" not in ours
    assert "Withdraw the request" not in ours
    browser = signed_in(officer)
    assert "End this request" in page_of(browser.get(f"/requests/{request}"))
    home = page_of(browser.get("/"))
    assert request.reference in home[home.index("Answers that could not be recorded") :]
    decision = page_of(browser.get(f"/requests/{request}/decision"))
    assert "We could not record the certification authority's response" in decision
    assert "Until then its MPIDs stay reserved." in decision
    assert "Approve the request" not in decision
    sent = {"version": request.version, "note": "The authority has revoked it."}
    assert browser.post(f"/requests/{request}/reject", sent).status_code == 302
    request.refresh_from_db()
    assert request.request_state is RequestState.REJECTED
    ours = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert "The authority has revoked it." in ours
    assert "Make a new key pair and submit a new request" in ours
    assert "You can keep the same key pair" not in ours


def test_a_certificate_that_is_long_in_coming_is_said_to_be(north, officer, signed_in) -> None:
    request = approved(submitted(north), officer)
    browser = signed_in(north.aro)
    address = f"/requests/{request}"
    late = "This is taking longer than usual"
    assert late not in page_of(browser.get(address))
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        page = page_of(browser.get(address))
    assert late in page
    assert "the request has not been sent to the certification authority yet" in page
    drain_outbox()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert late not in page_of(browser.get(address))


def test_a_certificate_whose_issuing_was_given_up_is_said_to_wait_for_an_officer(
    north, officer, signed_in
) -> None:
    request = approved(submitted(north), officer)
    address = f"/requests/{request}"
    given_up, link = "Issuing was given up", 'href="/background-work">Background'
    for person in (north.aro, officer):
        assert given_up not in page_of(signed_in(person).get(address))
    OutboxMessage.objects.update(given_up_at=timezone.now())
    page = page_of(signed_in(north.aro).get(address))
    assert given_up in page
    assert "A DCC officer has to have it tried again." in page
    assert link not in page
    page = page_of(signed_in(officer).get(address))
    assert given_up in page
    assert link in page
    assert "we keep trying" not in page
    OutboxMessage.objects.update(given_up_at=None)
    drain_outbox()
    assert given_up not in page_of(signed_in(officer).get(address))


def test_what_a_worker_found_done_or_ended_is_told_as_that(north, officer, signed_in) -> None:
    request = approved(submitted(north), officer)
    drain_outbox()
    for kind, result, details in (
        (Act.SEND_REQUEST, "done", {"repeated": True}),
        (Act.ISSUE_CERTIFICATE, "done", {"repeated": True}),
        (Act.SEND_REQUEST, "refused", {"reasons": ["illegal-move"]}),
    ):
        with transaction.atomic():
            history.append(
                kind=kind,
                actor=None,
                at=timezone.now(),
                subject=history.subject_of(request),
                result=result,
                details=details,
            )
    ours = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert ours.count("Asked the certification authority again, which changed nothing") == 1
    assert ours.count("Received an answer again, which changed nothing") == 1
    assert ours.count("Sending the request was refused") == 1
    assert ours.count("compared it with the request and issued it") == 1


def test_the_home_page_says_what_needs_attention(north, officer, signed_in) -> None:
    waiting = submitted(north)
    later = timezone.now() + timedelta(seconds=1)
    with time_machine.travel(later, tick=False):
        issued = approved(submitted(north), officer)
        drain_outbox()
    issued.refresh_from_db()
    ours = page_of(signed_in(north.aro).get("/"))
    assert waiting.reference in ours
    assert is_named(ours, issued.certificate)
    assert "Request a certificate" in ours
    theirs = page_of(signed_in(officer).get("/"))
    assert waiting.reference in theirs
    assert "certificate-request.approve" in theirs
