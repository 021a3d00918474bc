"""An officer's decision: what was checked now, approve with reasons, reject with one."""

import re

import pytest
from django.utils import timezone

from registry.certificates.acts.certificate_requests import (
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.models import CertificateRequest, PartyMpid, RequestCheck, WordInName
from registry.parties.acts.mpid_transfer_holds import place_mpid_hold
from rules.duties import PersonRole
from rules.roles import PartyCategory
from rules.workflow import RequestState
from tests.factories import a_certificate, a_party, a_person, a_user_id
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-CSR")]

UNRECORDED = "mpid-not-recorded"
WORD = "mpid-may-be-a-word"


def submitted(side, *, common_name=None) -> CertificateRequest:
    return submit_request(
        a_csr(side.user_id, common_name=common_name), actor=side.aro, at=timezone.now()
    )


def seen(page: str) -> dict[str, str]:
    """Return what the approval's form holds before anybody fills it in."""
    form = page[page.index('/approve" novalidate') :]
    return dict(
        re.findall(r'<input type="hidden" name="(version|facts)" value="([^"]*)"', form)[:2]
    )


@pytest.fixture
def browser(officer, signed_in):
    return signed_in(officer)


def decision_page(browser, request) -> str:
    response = browser.get(f"/requests/{request}/decision")
    assert response.status_code == 200
    return page_of(response)


def test_an_officer_approves_what_the_page_showed(browser, north, officer) -> None:
    request = submitted(north)
    page = decision_page(browser, request)
    assert "Ready to approve: all checks passed" in page
    held = seen(page)
    assert held["facts"] in page.split("Facts seen")[1]
    response = browser.post(f"/requests/{request}/approve", held)
    assert response.headers["Location"] == f"/requests/{request}"
    request.refresh_from_db()
    assert request.request_state is RequestState.APPROVED
    assert request.decided_by == officer
    check = RequestCheck.objects.get(request=request, stage="approved")
    assert check.facts_sha256 == held["facts"]


def test_approving_twice_approves_once_and_says_so(browser, north) -> None:
    request = submitted(north)
    held = seen(decision_page(browser, request))
    browser.post(f"/requests/{request}/approve", held)
    again = browser.post(f"/requests/{request}/approve", held)
    assert again.status_code == 409
    assert "has changed since you opened the page" in page_of(again)


def test_facts_that_changed_since_the_page_void_the_approval_and_the_new_page_goes_through(
    browser, north
) -> None:
    request = submitted(north, common_name="ABCD")
    page = decision_page(browser, request)
    reason = {f"reason-{UNRECORDED}": "Their letter of 3 November."}
    PartyMpid.objects.create(mpid="WXYZ", party=north.party, recorded_at=timezone.now())
    response = browser.post(f"/requests/{request}/approve", {**seen(page), **reason})
    again = page_of(response)
    assert response.status_code == 409
    assert "has changed since you opened the page" in again
    assert "Their letter of 3 November." in again
    assert seen(again)["facts"] != seen(page)["facts"]
    response = browser.post(f"/requests/{request}/approve", {**seen(again), **reason})
    assert response.status_code == 302


def test_a_warning_needs_a_reason_and_the_reason_is_kept(browser, north) -> None:
    request = submitted(north, common_name="ABCD")
    before = decision_page(browser, request)
    assert "1 warning to accept" in before
    assert "Ready to approve: all checks passed" not in before
    held = seen(before)
    for reason in ("", "   ", "\u2800\ufe0f"):
        without = browser.post(
            f"/requests/{request}/approve", {**held, f"reason-{UNRECORDED}": reason}
        )
        assert without.status_code == 422
        page = page_of(without)
        assert f'href="#approve_reason-{UNRECORDED}"' in page
    browser.post(f"/requests/{request}/approve", {**held, f"reason-{UNRECORDED}": "Their letter."})
    check = RequestCheck.objects.get(request=request, stage="approved")
    assert check.acknowledgements == {UNRECORDED: "Their letter."}


def test_a_request_that_fails_now_cannot_be_approved_and_the_officer_sees_who_holds_the_mpid(
    browser, north, south
) -> None:
    request = submitted(north, common_name="ABCD")
    held = seen(decision_page(browser, request))
    blocking = a_certificate(south.user_id, mpids=("ABCD",))
    page = decision_page(browser, request)
    assert "You cannot approve this yet" in page
    assert "novalidate>" in page
    assert "/approve" not in page
    assert "Who else has what this request names" in page
    assert south.party.name in page
    assert f"/certificates/{blocking.pk}" in page
    response = browser.post(
        f"/requests/{request}/approve", {**held, f"reason-{UNRECORDED}": "Their letter."}
    )
    assert response.status_code == 422
    assert "Another Supplier Party holds the MPID ABCD" in page_of(response)
    request.refresh_from_db()
    assert request.request_state is RequestState.ACCEPTED


def test_the_officer_sees_in_whose_name_an_mpid_stands_and_decides_that_it_is_a_word(
    browser, north, south
) -> None:
    named = a_certificate(south.user_id, remote_party_role="02", common_name="Acme Gas <Ltd>")
    PartyMpid.objects.create(mpid="GAS", party=north.party, recorded_at=timezone.now())
    request = submitted(north, common_name="GAS")
    page = decision_page(browser, request)
    assert "1 warning to accept" in page
    assert "Who else has what this request names" in page
    assert "In the name “Acme Gas &lt;Ltd&gt;”" in page
    assert south.party.name in page
    assert f"/certificates/{named.pk}" in page
    assert "Why it is a word and not an MPID" in page
    assert "Why do you accept this warning?" not in page
    without = browser.post(f"/requests/{request}/approve", seen(page))
    assert without.status_code == 422
    given = {f"reason-{WORD}": "Its registered name."}
    assert browser.post(f"/requests/{request}/approve", {**seen(page), **given}).status_code == 302
    word = WordInName.objects.get()
    assert (word.mpid, word.party, word.reason) == ("GAS", south.party, "Its registered name.")
    # Once it is decided, nobody needs to be shown it again.
    again = decision_page(browser, submitted(north, common_name="GAS"))
    assert "Ready to approve: all checks passed" in again
    assert "Who else has what this request names" not in again


def test_the_applicant_is_told_of_a_word_but_not_whose_name_it_stands_in(
    signed_in, north, south
) -> None:
    a_certificate(south.user_id, remote_party_role="02", common_name="Acme Gas Ltd")
    request = submitted(north, common_name="GAS")
    page = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert "GAS is also in the commonName of another Supplier Party" in page
    assert south.party.name not in page
    assert "Acme" not in page


def test_what_looks_like_an_mpid_in_a_network_operators_request_is_shown_as_none(
    browser, south
) -> None:
    a_certificate(south.user_id, mpids=("GRID",))
    user_id = a_user_id(a_party(category=PartyCategory.NETWORK_OPERATOR))
    aro = a_person(PersonRole.ARO, user_id.party)
    request = submit_request(a_csr(user_id, common_name="GRID"), actor=aro, at=timezone.now())
    page = decision_page(browser, request)
    assert "is not a Supplier Party, so its commonName holds no MPIDs" in page
    assert re.search(r"MPIDs</dt>\s*<dd[^>]*><div[^>]*>\s*None\s*<", page)
    assert "Who else has what this request names" not in page
    assert south.party.name not in page


def test_the_officer_sees_that_and_why_the_smki_pma_holds_the_mpid(
    browser, north, south, officer
) -> None:
    request = submitted(north, common_name="ABCD")
    at = timezone.now()
    PartyMpid.objects.create(mpid="ABCD", party=south.party, recorded_at=at)
    place_mpid_hold(
        "ABCD",
        party_reference=south.party.reference,
        actor=officer,
        reason="Decision 12 <of November>.",
        at=at,
    )
    page = decision_page(browser, request)
    assert south.party.name in page
    assert "The SMKI PMA holds its transfer" in page
    assert "Decision 12 &lt;of November&gt;." in page
    assert "Until the hold is lifted" in page


def test_the_dccs_own_request_is_another_officers_to_approve(
    browser, officer, other_officer, dcc, signed_in
) -> None:
    request = submit_request(a_csr(dcc), actor=officer, at=timezone.now())
    own = decision_page(browser, request)
    assert "Another officer must approve this request" in own
    assert "/approve" not in own
    others = signed_in(other_officer)
    held = seen(decision_page(others, request))
    refused = browser.post(f"/requests/{request}/approve", held)
    assert refused.status_code == 422
    assert "You submitted this request" in page_of(refused)
    assert others.post(f"/requests/{request}/approve", held).status_code == 302


def test_a_rejection_needs_a_reason_that_its_party_then_reads(browser, north, signed_in) -> None:
    request = submitted(north)
    for nothing in (" ", "\u3164"):
        without = browser.post(f"/requests/{request}/reject", {"version": "1", "note": nothing})
        assert without.status_code == 422
        assert 'href="#id_note">Enter why the request is rejected.' in page_of(without)
    note = "Wrong key.\nMake <another> one."
    response = browser.post(f"/requests/{request}/reject", {"version": "1", "note": note})
    assert response.headers["Location"] == f"/requests/{request}"
    page = page_of(signed_in(north.aro).get(f"/requests/{request}"))
    assert "Make &lt;another&gt; one." in page
    assert "Rejected" in page


def test_what_was_typed_stays_when_the_request_changed_meanwhile(
    browser, north, other_officer, signed_in
) -> None:
    request = submitted(north)
    others = signed_in(other_officer)
    others.post(f"/requests/{request}/approve", seen(decision_page(others, request)))
    response = browser.post(
        f"/requests/{request}/reject", {"version": "1", "note": "My long reason."}
    )
    page = page_of(response)
    assert response.status_code == 409
    assert "has changed since you opened the page" in page
    assert "My long reason." in page
    form = page[page.index('/reject" novalidate') :]
    version = re.search(r'name="version" value="(\d+)"', form)[1]
    response = browser.post(
        f"/requests/{request}/reject", {"version": version, "note": "My long reason."}
    )
    assert response.status_code == 302


def test_there_is_nothing_to_decide_on_a_request_that_has_ended(browser, north, officer) -> None:
    request = submitted(north)
    reject_request(request.reference, actor=officer, seen_version=1, note="No.", at=timezone.now())
    page = decision_page(browser, request)
    assert "There is nothing left to decide" in page
    assert "<form" not in page.split("<main")[1]


@pytest.mark.parametrize("note", ["My long reason.", ""])
@pytest.mark.parametrize(("act", "word"), [("reject", "rejected"), ("approve", "approved")])
def test_a_decision_on_what_was_withdrawn_meanwhile_says_that_it_was_withdrawn(
    browser, north, act, word, note
) -> None:
    request = submitted(north)
    held = seen(decision_page(browser, request))
    withdraw_request(request.reference, actor=north.aro, seen_version=1, at=timezone.now())
    response = browser.post(f"/requests/{request}/{act}", {**held, "note": note})
    page = page_of(response)
    assert response.status_code == 409
    assert f'href="#decide">This request is withdrawn, so it cannot be {word}.' in page
    assert "Read it again before you decide" not in page
    assert "#id_note" not in page
    assert "There is nothing left to decide" in page


def test_a_note_of_more_than_2000_characters_is_refused(browser, north) -> None:
    request = submitted(north)
    response = browser.post(f"/requests/{request}/reject", {"version": "1", "note": "x" * 2001})
    assert response.status_code == 422
    assert "2,000 characters or fewer" in page_of(response)
