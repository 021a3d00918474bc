"""Approving and rejecting certificate signing requests."""

from datetime import timedelta

import pytest
from cryptography import x509

from registry.certificates.acts.certificate_requests import (
    approve_request,
    reject_request,
    submit_request,
)
from registry.certificates.acts.request_checks import check_again
from registry.errors import ConflictError, NotPermittedError, RefusedActError
from registry.models import Event, MpidUse, OutboxMessage
from registry.parties.reads.mpid_uses import holdings_of_others
from registry.tasks import drain_outbox
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.roles import PartyCategory, UserRole
from rules.workflow import IllegalMoveError
from tests.approving import approve
from tests.factories import AT, a_party, a_person, a_user_id
from tests.registry.certificate_requests.deeds import csr, record_mpid

pytestmark = pytest.mark.django_db


def test_one_officer_approves_and_the_certificate_is_issued(user_id, aro, officer):
    record_mpid(user_id.party, "ABCD", "EFGH")
    request = submit_request(csr(user_id, common_name="ABCD EFGH"), actor=aro, at=AT)
    assert request.mpids == ["ABCD", "EFGH"]
    approve(request, officer)
    request.refresh_from_db()
    assert request.state == "approved"
    assert {use.mpid for use in MpidUse.objects.filter(request=request)} == {"ABCD", "EFGH"}

    drain_outbox()
    request.refresh_from_db()
    assert request.state == "issued"
    certificate = request.certificate
    assert not certificate.is_withheld
    assert certificate.mpids == ["ABCD", "EFGH"]
    assert (certificate.eui64, certificate.spki_sha256) == (user_id.eui64, request.spki_sha256)
    parsed = x509.load_der_x509_certificate(bytes(certificate.der))
    assert str(parsed.serial_number) == certificate.serial_number
    assert OutboxMessage.objects.get().done_at is not None
    live = MpidUse.objects.filter(held__contains=certificate.recorded_at + timedelta(days=1))
    assert {use.certificate for use in live} == {certificate}


def test_every_step_of_the_life_leaves_its_event(user_id, aro, officer):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    approve(request, officer)
    drain_outbox()
    kinds = Event.objects.filter(subject=f"certificaterequest:{request.reference}")
    assert [event.kind for event in kinds.order_by("position")] == [
        "certificate-request.submit",
        "certificate-request.approve",
        "certificate-request.send",
        "certificate.issue",
    ]
    assert [check.stage for check in request.checks.order_by("pk")] == [
        "submitted",
        "approved",
        "sent",
    ]


@pytest.mark.parametrize("role", [PersonRole.ARO, PersonRole.SRO, PersonRole.AUDITOR])
def test_nobody_but_an_officer_approves(user_id, aro, officer, role):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    person = a_person(role, None if role is PersonRole.AUDITOR else user_id.party)
    with pytest.raises(NotPermittedError, match="role-may-not"):
        approve(request, person)
    approve(request, officer)


def test_the_officer_who_submitted_for_the_dcc_does_not_approve_it(officer):
    dcc = a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    request = submit_request(csr(dcc), actor=officer, at=AT)
    with pytest.raises(RefusedActError, match="own-submission"):
        approve(request, officer)
    approve(request, a_person(PersonRole.OFFICER))


def test_what_changed_since_the_officer_looked_voids_the_decision(user_id, aro, officer):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    seen = check_again(request, at=AT).facts_sha256
    record_mpid(user_id.party, "ABCD")
    with pytest.raises(ConflictError, match="facts-changed"):
        approve_request(
            request.reference,
            actor=officer,
            seen_version=request.version,
            seen_facts=seen,
            acknowledgements={},
            at=AT,
        )
    assert not OutboxMessage.objects.exists()
    approve(request, officer)


def test_a_warning_must_be_acknowledged_with_a_reason(user_id, aro, officer):
    request = submit_request(csr(user_id, common_name="ABCD"), actor=aro, at=AT)
    (warning,) = check_again(request, at=AT).report.warnings
    with pytest.raises(RefusedActError, match="warning-not-acknowledged"):
        approve(request, officer, acknowledgements={warning.reason: "  "})
    approve(request, officer, acknowledgements={warning.reason: "Confirmed by telephone."})
    check = request.checks.get(stage="approved")
    assert check.acknowledgements == {warning.reason: "Confirmed by telephone."}


def test_what_looks_like_an_mpid_is_none_in_the_request_of_no_supplier(officer):
    network = a_user_id(
        a_party("Wires", category=PartyCategory.NETWORK_OPERATOR),
        user_roles=[UserRole.ELECTRICITY_DISTRIBUTOR],
    )
    person = a_person(PersonRole.ARO, network.party)
    request = submit_request(csr(network, common_name="ABCD"), actor=person, at=AT)
    approve(request, officer)
    assert (request.common_name, request.mpids) == ("ABCD", [])
    assert holdings_of_others(["ABCD"], party=a_party("Southgate"), at=AT) == ()


def test_an_mpid_taken_in_the_meantime_refuses_the_approval(user_id, aro, officer):
    rival = a_user_id(a_party("Southgate"))
    record_mpid(user_id.party, "ABCD")
    record_mpid(rival.party, "ABCD")
    mine = submit_request(csr(user_id, common_name="ABCD"), actor=aro, at=AT)
    theirs = submit_request(
        csr(rival, common_name="ABCD"), actor=a_person(PersonRole.ARO, rival.party), at=AT
    )
    approve(theirs, officer)
    with pytest.raises(RefusedError) as refusal:
        approve(mine, officer)
    assert any("ABCD" in finding.says for finding in refusal.value.report.blocking)
    assert not any("Southgate" in finding.says for finding in refusal.value.report.findings)
    # The reservation ends with the request, and the MPID is free at that moment.
    theirs.refresh_from_db()
    reject_request(
        theirs.reference, actor=officer, seen_version=theirs.version, note="Not theirs.", at=AT
    )
    approve(mine, officer)


def test_a_rejection_needs_a_reason_and_is_final(user_id, aro, officer):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    reject = {"actor": officer, "seen_version": 1, "at": AT}
    with pytest.raises(RefusedActError, match="reason-missing"):
        reject_request(request.reference, note=" ", **reject)
    rejected = reject_request(request.reference, note="Unknown to us.", **reject)
    assert (rejected.state, rejected.decision_note) == ("rejected", "Unknown to us.")
    with pytest.raises(IllegalMoveError):
        approve(rejected, officer)
