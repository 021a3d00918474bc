"""Checking, submitting and withdrawing certificate signing requests."""

import pytest
from cryptography.hazmat.primitives import serialization

from registry.certificates.acts.certificate_requests import (
    check_submission,
    submit_request,
    withdraw_request,
)
from registry.errors import ConflictError, NotFoundError, NotPermittedError
from registry.models import CertificateRequest, Event, RequestCheck, UserId
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.roles import PartyCategory
from tests.factories import AT, a_key, a_party, a_person, a_user_id
from tests.registry.certificate_requests.deeds import csr, last_event

pytestmark = pytest.mark.django_db


# --- submitting ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [PersonRole.ARO, PersonRole.SRO])
def test_a_request_that_every_rule_passes_is_accepted_at_once(user_id, role):
    person = a_person(role, user_id.party)
    request = submit_request(csr(user_id), actor=person, at=AT)
    assert request.state == "accepted"
    assert request.party == user_id.party
    assert (request.eui64, request.remote_party_role) == (user_id.eui64, "87")
    (check,) = RequestCheck.objects.filter(request=request)
    assert check.stage == "submitted"
    assert {finding["verdict"] for finding in check.findings} <= {"passed", "not-applicable"}
    assert (last_event().kind, last_event().result) == ("certificate-request.submit", "done")


def test_checking_before_submitting_says_the_same_and_stores_nothing(user_id, aro):
    submission = csr(user_id)
    checked = check_submission(submission, actor=aro, at=AT)
    assert checked.report.is_clear
    assert not CertificateRequest.objects.exists()
    assert not Event.objects.exists()
    request = submit_request(submission, actor=aro, at=AT)
    assert request.checks.get().facts_sha256 == checked.facts_sha256


def test_a_check_that_fails_is_a_refusal_and_leaves_its_evidence(user_id, aro):
    checked = check_submission(csr(user_id, common_name="abcd"), actor=aro, at=AT)
    assert not checked.report.is_clear
    event = last_event()
    assert (event.kind, event.result) == ("certificate-request.submit", "refused")
    assert event.actor == aro
    assert "mpid-lower-case" in event.body
    assert not CertificateRequest.objects.exists()


def test_the_same_bytes_submitted_twice_make_one_request(user_id, aro):
    submission = csr(user_id)
    first = submit_request(submission, actor=aro, at=AT)
    assert submit_request(submission, actor=aro, at=AT) == first
    assert CertificateRequest.objects.count() == 1


def test_a_refused_submission_makes_no_request_and_one_event(user_id, aro):
    with pytest.raises(RefusedError) as refusal:
        submit_request(b"not a request", actor=aro, at=AT)
    assert not refusal.value.report.is_clear
    assert not CertificateRequest.objects.exists()
    assert (last_event().kind, last_event().result) == ("certificate-request.submit", "refused")
    # The control: the same person may submit a good one.
    submit_request(csr(user_id), actor=aro, at=AT)


def test_a_private_key_is_refused_and_nothing_of_it_is_kept(aro):
    pem = a_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(RefusedError, match=r"^private-key-submitted$"):
        submit_request(pem, actor=aro, at=AT)
    body = last_event().body
    assert not any(line in body for line in pem.decode().splitlines()[1:-1])


def test_an_auditor_submits_nothing():
    with pytest.raises(NotPermittedError, match="acts-for-no-party"):
        submit_request(b"", actor=a_person(PersonRole.AUDITOR), at=AT)
    assert (last_event().kind, last_event().result) == ("certificate-request.submit", "refused")


def test_an_officer_submits_for_the_dcc_alone(user_id, officer):
    dcc = a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    request = submit_request(csr(dcc), actor=officer, at=AT)
    assert request.party == dcc.party
    with pytest.raises(RefusedError, match=r"^eui64-not-a-user-id-of-the-party$"):
        submit_request(csr(user_id), actor=officer, at=AT)


def test_another_partys_user_id_is_refused_in_the_words_of_an_unknown_one(aro):
    def words(user_id):
        with pytest.raises(RefusedError) as refusal:
            submit_request(csr(user_id), actor=aro, at=AT)
        report = refusal.value.report
        return report.reasons, [f.says.replace(user_id.eui64, "?") for f in report.blocking]

    unknown = UserId(eui64="00-11-22-33-44-55-66-77")
    assert words(a_user_id()) == words(unknown)


def test_a_key_in_an_open_request_is_refused_and_free_again_when_it_was_withdrawn(user_id, aro):
    key = a_key()
    first = submit_request(csr(user_id, key=key), actor=aro, at=AT)
    with pytest.raises(RefusedError, match=r"^key-in-open-request$"):
        submit_request(csr(user_id, key=key, common_name=None), actor=aro, at=AT)
    withdraw_request(first.reference, actor=aro, seen_version=first.version, at=AT)
    submit_request(csr(user_id, key=key), actor=aro, at=AT)


def test_a_key_once_asked_for_one_user_id_is_never_another_ones(user_id, aro):
    key = a_key()
    first = submit_request(csr(user_id, key=key), actor=aro, at=AT)
    withdraw_request(first.reference, actor=aro, seen_version=first.version, at=AT)
    second = a_user_id(user_id.party)
    with pytest.raises(RefusedError, match=r"^key-used-for-another-purpose$"):
        submit_request(csr(second, key=key), actor=aro, at=AT)


# --- withdrawing -----------------------------------------------------------------------------


def test_a_party_withdraws_its_request_as_it_was_seen(user_id, aro):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    with pytest.raises(ConflictError, match="request-changed"):
        withdraw_request(request.reference, actor=aro, seen_version=7, at=AT)
    withdrawn = withdraw_request(request.reference, actor=aro, seen_version=1, at=AT)
    assert (withdrawn.state, withdrawn.version) == ("withdrawn", 2)


def test_a_stranger_finds_no_request_and_an_officer_may_not_withdraw_a_partys(
    user_id, aro, officer
):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    with pytest.raises(NotFoundError) as absent:
        withdraw_request("CSR-999999", actor=a_person(), seen_version=1, at=AT)
    with pytest.raises(NotFoundError) as foreign:
        withdraw_request(request.reference, actor=a_person(), seen_version=1, at=AT)
    assert absent.value.says == foreign.value.says
    with pytest.raises(NotPermittedError, match=r"^party-not-own:"):
        withdraw_request(request.reference, actor=officer, seen_version=1, at=AT)
    request.refresh_from_db()
    assert request.state == "accepted"
