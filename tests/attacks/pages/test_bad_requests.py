"""Whatever comes in place of a certificate signing request is answered clearly; nothing is left.

The same octets by every way in: pasted, uploaded, in the hidden field of the second page, and to
the service behind them.
"""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.templatetags.portal_pages import coded
from registry.certificates.acts.certificate_requests import check_submission, submit_request
from registry.models import Event
from rules.findings import RefusedError
from tests.attacks.pages.submissions import BAD, a_request, in_base64
from tests.attacks.stored import counts, grown

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CASES = [pytest.param(make, reason, id=name) for name, (make, reason) in BAD.items()]


@pytest.fixture
def browser(north, signed_in):
    return signed_in(north.aro)


def findings_of(octets, person):
    return check_submission(octets, actor=person, at=timezone.now()).report


def test_the_request_that_is_spoiled_in_each_case_is_a_good_one(north, browser) -> None:
    octets = a_request(north.user_id.eui64)
    assert findings_of(octets, north.aro).is_clear
    assert browser.post("/requests/submit", {"request": in_base64(octets)}).status_code == 302


@pytest.mark.parametrize(("make", "reason"), CASES)
def test_the_page_says_what_is_wrong_and_leaves_only_evidence(
    make, reason, north, browser
) -> None:
    octets = make(north.user_id.eui64)
    before = counts()
    report = findings_of(octets, north.aro)
    assert reason in report.reasons
    uploaded = browser.post(
        "/requests/check", {"file": SimpleUploadedFile("request.csr", octets)}, follow=True
    )
    pasted = browser.post("/requests/check", {"text": in_base64(octets)}, follow=True)
    for response in (uploaded, pasted):
        page = response.content.decode()
        assert response.status_code in {200, 422}
        assert "There is a problem" in page
        assert "/requests/submit" not in page
    says = [coded(finding.says) for finding in report.blocking]
    assert all(one in uploaded.content.decode() for one in says)
    # Each refused check is an event; the chain's head is made with the first. What could be read
    # is kept for the person alone, for half an hour.
    assert set(grown(before)) - {"registry_passingthing"} == {
        *("registry_event", "registry_eventchainhead"),
    }
    assert {event.result for event in Event.objects.all()} == {"refused"}


@pytest.mark.parametrize(("make", "reason"), CASES)
def test_a_tampered_field_is_refused_with_one_event_and_stores_nothing_else(
    make, reason, north, browser
) -> None:
    octets = make(north.user_id.eui64)
    before = counts()
    response = browser.post("/requests/submit", {"request": in_base64(octets)})
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    # The chain's head is made with its first event.
    assert set(grown(before)) <= {"registry_event", "registry_eventchainhead"}
    assert grown(before)["registry_event"] == 1
    event = Event.objects.get()
    assert event.result == "refused"
    assert in_base64(octets)[:60] not in event.body
    del reason


@pytest.mark.parametrize(("make", "reason"), CASES)
def test_the_service_refuses_it_for_the_same_reason(make, reason, north) -> None:
    before = counts()
    with pytest.raises(RefusedError) as refused:
        submit_request(make(north.user_id.eui64), actor=north.aro, at=timezone.now())
    assert reason in refused.value.report.reasons
    assert grown(before)["registry_event"] == 1
    assert reason in Event.objects.get().body


def test_an_mpid_in_lower_case_is_refused_with_the_right_spelling(north, browser) -> None:
    make, _reason = BAD["a list of MPIDs in mixed case"]
    page = browser.post(
        "/requests/check", {"text": in_base64(make(north.user_id.eui64))}, follow=True
    ).content.decode()
    assert html.escape('write "ABCD EFGH"') in page
