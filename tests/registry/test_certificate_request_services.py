"""Submitting, withdrawing, approving and rejecting certificate signing requests, and issuing."""

import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.db import transaction

from registry.certificates.acts.certificate_requests import (
    approve_request,
    check_submission,
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.recording import record_certificate
from registry.certificates.acts.request_checks import check_again
from registry.errors import ConflictError, NotFoundError, NotPermittedError, RefusedActError
from registry.gateways import development_oca
from registry.gateways.certification_authority import (
    CertificationAuthorityError,
    CertificationRefusedError,
)
from registry.gateways.development_oca import DevelopmentOca
from registry.models import (
    CertificateRequest,
    Event,
    MpidUse,
    OrganisationCertificate,
    OutboxMessage,
    Party,
    PartyMpid,
    RequestCheck,
    UserId,
)
from registry.parties.reads.mpid_uses import holdings_of_others
from registry.tasks import drain_outbox
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.identifiers import Eui64
from rules.roles import PartyCategory, UserRole
from rules.workflow import IllegalMoveError, RevocationReason
from tests.factories import AT, a_key, a_party, a_person, a_user_id, certificate_der

pytestmark = pytest.mark.django_db

FAR = AT + timedelta(days=300)
"""When only what still reserves does so."""


@pytest.fixture
def user_id():
    return a_user_id(a_party("Northwind"))


@pytest.fixture
def aro(user_id):
    return a_person(PersonRole.ARO, user_id.party)


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


def csr(user_id, *, role="87", common_name=None, key=None):
    return build_request(
        key or a_key(),
        eui64=user_id.eui64,
        remote_party_role=role,
        common_name=common_name,
    )


def record_mpid(party, *codes):
    for code in codes:
        PartyMpid.objects.create(mpid=code, party=party, recorded_at=AT)


def approve(request, officer, *, acknowledgements=None, at=AT):
    return approve_request(
        request.reference,
        actor=officer,
        seen_version=request.version,
        seen_facts=check_again(request, at=at).facts_sha256,
        acknowledgements=acknowledgements or {},
        at=at,
    )


def last_event():
    return Event.objects.order_by("-position").first()


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


# --- approving and rejecting -----------------------------------------------------------------


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


# --- issuing ---------------------------------------------------------------------------------


def test_issuing_again_after_a_crash_gives_the_same_certificate(user_id, aro, officer):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    approve(request, officer)
    drain_outbox()
    OutboxMessage.objects.update(done_at=None, due_at=AT)
    drain_outbox()
    assert OrganisationCertificate.objects.count() == 1
    assert OutboxMessage.objects.get().done_at is not None


def test_a_request_withdrawn_after_its_approval_is_not_issued(user_id, aro, officer):
    request = submit_request(csr(user_id), actor=aro, at=AT)
    approved = approve(request, officer)
    withdraw_request(request.reference, actor=aro, seen_version=approved.version, at=AT)
    drain_outbox()
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert not OrganisationCertificate.objects.exists()


class OcaThatIsNotAsked(DevelopmentOca):
    """An OCA that nothing may be sent to."""

    def issue(self, request_der, *, reference):
        del request_der
        raise AssertionError(f"{reference} was sent")


@pytest.fixture
def approved(user_id, aro, officer, settings):
    """Return an approved request with the MPID ABCD, which must not be sent."""
    settings.CERTIFICATION_AUTHORITY = f"{__name__}.OcaThatIsNotAsked"
    record_mpid(user_id.party, "ABCD")
    return approve(submit_request(csr(user_id, common_name="ABCD"), actor=aro, at=AT), officer)


def is_stopped(request, *reasons):
    """Hold a request to having been stopped for these reasons, with its check and its event."""
    drain_outbox()
    request.refresh_from_db()
    assert request.state == "stopped"
    check = request.checks.get(stage="sent")
    said = [finding for finding in check.findings if finding["reason"] is not None]
    assert [finding["reason"] for finding in said] == list(reasons)
    assert all(finding["says"] in request.decision_note for finding in said)
    event = last_event()
    assert (event.kind, event.result) == ("certificate-request.stop", "done")
    assert event.subject == f"certificaterequest:{request.reference}"
    assert json.loads(event.body)["details"]["reasons"] == list(reasons)
    assert not OrganisationCertificate.objects.filter(party=request.party).exists()
    assert not MpidUse.objects.filter(request=request, held__contains=FAR).exists()
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()


def recorded_for_a_rival(common_name):
    """Record a certificate that another Supplier has in the world."""
    rival = a_user_id(a_party("Southgate"))
    der = certificate_der(
        a_key(), eui64=Eui64(rival.eui64), common_name=common_name, serial=77 << 100
    )
    with transaction.atomic():
        recorded = record_certificate(der, party=rival.party, at=AT)
    assert recorded is not None
    return recorded


def test_an_mpid_that_another_supplier_came_to_hold_after_the_approval_stops_the_request(approved):
    assert recorded_for_a_rival("ABCD").mpid_in_conflict
    is_stopped(approved, "mpid-held-by-another-supplier")
    assert "Southgate" not in approved.decision_note


def test_a_party_that_is_no_authorised_subscriber_any_more_stops_its_request(approved):
    Party.objects.filter(pk=approved.party_id).update(is_authorised_subscriber=False)
    is_stopped(approved, "not-authorised-subscriber")


def test_a_warning_that_no_officer_has_let_stand_stops_the_request(approved):
    PartyMpid.objects.update(withdrawn_at=AT)
    is_stopped(approved, "mpid-not-recorded")


def test_a_warning_that_speaks_of_another_mpid_than_an_officer_let_stand_stops_the_request(
    user_id, aro, officer, settings
):
    settings.CERTIFICATION_AUTHORITY = f"{__name__}.OcaThatIsNotAsked"
    record_mpid(user_id.party, "ABCD")
    request = submit_request(csr(user_id, common_name="ABCD EFGH"), actor=aro, at=AT)
    given = {"mpid-not-recorded": "EFGH: confirmed by telephone."}
    approve(request, officer, acknowledgements=given)
    PartyMpid.objects.update(withdrawn_at=AT)
    is_stopped(request, "mpid-not-recorded")
    assert "ABCD and EFGH" in request.decision_note
    assert request.checks.get(stage="sent").acknowledgements == {}


def test_a_warning_that_an_officer_let_stand_does_not_stop_the_request(user_id, aro, officer):
    request = submit_request(csr(user_id, common_name="ABCD"), actor=aro, at=AT)
    (warning,) = check_again(request, at=AT).report.warnings
    given = {warning.reason: "Confirmed by telephone."}
    approve(request, officer, acknowledgements=given)
    # The approval recorded the MPID; without that record the warning is there again.
    PartyMpid.objects.update(withdrawn_at=AT)
    drain_outbox()
    request.refresh_from_db()
    assert request.state == "issued"
    assert request.checks.get(stage="sent").acknowledgements == given


def test_what_was_stopped_is_approved_again_once_nothing_blocks_and_reserves_anew(
    approved, officer, settings
):
    rival = recorded_for_a_rival("ABCD")
    is_stopped(approved, "mpid-held-by-another-supplier")
    with pytest.raises(RefusedError) as refusal:
        approve(approved, officer)
    assert refusal.value.report.reasons == ("mpid-held-by-another-supplier",)
    revoke_certificate(
        rival.pk, actor=officer, reason=RevocationReason.SUPERSEDED, note="Replaced.", at=AT
    )
    again = approve(approved, officer)
    assert again.state == "approved"
    assert MpidUse.objects.filter(request=again, held__contains=FAR).count() == 1
    settings.CERTIFICATION_AUTHORITY = "registry.gateways.development_oca.DevelopmentOca"
    drain_outbox()
    again.refresh_from_db()
    assert again.state == "issued"
    assert again.certificate.mpids == ["ABCD"]
    assert not again.certificate.mpid_in_conflict
    assert [check.stage for check in again.checks.order_by("pk")] == [
        "submitted",
        "approved",
        "sent",
        "approved",
        "sent",
    ]


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_what_was_stopped_can_be_ended_by_an_officer_and_by_its_party(end, approved, aro, officer):
    recorded_for_a_rival("ABCD")
    is_stopped(approved, "mpid-held-by-another-supplier")
    seen = {"seen_version": approved.version, "at": AT}
    if end == "reject":
        ended = reject_request(approved.reference, actor=officer, note="Taken.", **seen)
    else:
        ended = withdraw_request(approved.reference, actor=aro, **seen)
    assert ended.state == f"{end}ed".replace("withdrawed", "withdrawn")


class MisbehavingOca(DevelopmentOca):
    """An OCA that answers with something else than what was asked for, or not at all."""

    answer: bytes | Exception = b""

    def issue(self, request_der, *, reference):
        del request_der, reference
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def issue_with(user_id, aro, officer, settings, monkeypatch):
    """Approve a request and have it issued by an OCA that answers so."""

    def issue(answer, *, common_name=None):
        monkeypatch.setattr(MisbehavingOca, "answer", answer)
        settings.CERTIFICATION_AUTHORITY = f"{__name__}.MisbehavingOca"
        request = submit_request(csr(user_id, common_name=common_name), actor=aro, at=AT)
        approve(request, officer)
        drain_outbox()
        request.refresh_from_db()
        return request

    return issue


def test_a_certificate_unlike_its_request_is_recorded_and_withheld(user_id, issue_with):
    other = build_request(a_key(), eui64=user_id.eui64, remote_party_role="87")
    request = issue_with(DevelopmentOca().issue(other, reference="CSR-999999"))
    assert request.state == "issuance-anomaly"
    assert "does not match the request" in request.decision_note
    assert request.certificate.is_withheld
    assert last_event().result == "done"
    assert not MpidUse.objects.filter(request=request, held__contains=AT).exists()


class OcaThatWritesPem(DevelopmentOca):
    """An OCA that answers rightly, but in PEM."""

    def issue(self, request_der, *, reference):
        der = super().issue(request_der, reference=reference)
        return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def test_a_certificate_that_came_in_pem_is_recorded_in_der(user_id, aro, officer, settings):
    settings.CERTIFICATION_AUTHORITY = f"{__name__}.OcaThatWritesPem"
    request = submit_request(csr(user_id), actor=aro, at=AT)
    approve(request, officer)
    drain_outbox()
    request.refresh_from_db()
    assert request.state == "issued"
    recorded = x509.load_der_x509_certificate(bytes(request.certificate.der))
    assert str(recorded.serial_number) == request.certificate.serial_number


def is_not_recorded(request, code):
    """Hold an answer that could not be recorded to its reason and to reserving its MPIDs."""
    assert request.state == "unrecorded-answer"
    details = json.loads(last_event().body)["details"]
    assert (last_event().kind, details["anomaly"]) == ("certificate.issue", "answer-not-recorded")
    assert details["reasons"][0] == code
    assert details["says"] == request.decision_note
    held = MpidUse.objects.filter(request=request, held__contains=FAR)
    assert sorted(held.values_list("mpid", flat=True)) == request.mpids
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()
    return details


def test_an_answer_that_is_no_certificate_says_which_parts_and_is_kept_in_the_evidence(
    user_id, issue_with
):
    record_mpid(user_id.party, "ABCD")
    request = issue_with(b"\x30\x03no", common_name="ABCD")
    details = is_not_recorded(request, "part-unreadable")
    assert "cannot be read: issuer, serial number" in request.decision_note
    assert details["returned"] == b"\x30\x03no".hex()
    assert not OrganisationCertificate.objects.exists()


def test_a_serial_that_is_in_the_register_is_said_and_keeps_the_mpids_until_an_officer_ends_it(
    user_id, aro, officer, monkeypatch
):
    record_mpid(user_id.party, "ABCD")
    serial = (1 << 126) + 5
    monkeypatch.setattr(development_oca, "_fresh_serial", lambda: serial)
    for common_name in (None, "ABCD"):
        request = submit_request(csr(user_id, common_name=common_name), actor=aro, at=AT)
        request = approve(request, officer)
        drain_outbox()
        request.refresh_from_db()
    is_not_recorded(request, "serial-in-register")
    assert str(serial) in request.decision_note
    rival = a_party("Southgate")
    (holding,) = holdings_of_others(["ABCD"], party=rival, at=FAR)
    assert holding.until is None
    with pytest.raises(IllegalMoveError):
        withdraw_request(request.reference, actor=aro, seen_version=request.version, at=AT)
    ended = reject_request(
        request.reference,
        actor=officer,
        seen_version=request.version,
        note="The authority has revoked it.",
        at=FAR,
    )
    assert ended.state == "rejected"
    assert holdings_of_others(["ABCD"], party=rival, at=FAR) == ()


def test_a_key_for_which_there_may_be_a_certificate_is_refused_also_after_an_officer_ended_that(
    aro, officer, issue_with
):
    request = issue_with(b"\x30\x03no")
    again = bytes(request.der)
    ended = reject_request(
        request.reference,
        actor=officer,
        seen_version=request.version,
        note="The authority has revoked it.",
        at=AT,
    )
    assert ended.state == "rejected"
    with pytest.raises(RefusedError) as refusal:
        submit_request(again, actor=aro, at=AT)
    assert refusal.value.report.reasons == ("key-already-certified",)
    (finding,) = refusal.value.report.blocking
    assert finding.says.startswith("There may be a certificate for this public key already")
    assert request.reference in finding.says


def test_a_key_that_the_authority_refused_to_certify_may_come_again(aro, issue_with):
    request = issue_with(CertificationRefusedError("the subscriber is unknown"))
    assert submit_request(bytes(request.der), actor=aro, at=AT).state == "accepted"


def test_an_answer_that_the_register_has_already_is_not_tried_for_ever(
    user_id, aro, officer, issue_with
):
    first = submit_request(csr(user_id), actor=aro, at=AT)
    approve(first, officer)
    drain_outbox()
    again = OrganisationCertificate.objects.get(request=first)
    request = issue_with(bytes(again.der))
    is_not_recorded(request, "serial-in-register")
    assert OrganisationCertificate.objects.count() == 1


def test_what_the_oca_refuses_ends_as_an_anomaly_with_its_words(issue_with):
    request = issue_with(CertificationRefusedError("the subscriber is unknown"))
    assert request.state == "issuance-anomaly"
    assert "the subscriber is unknown" in request.decision_note


def test_an_oca_that_does_not_answer_is_asked_again_later(issue_with, settings):
    request = issue_with(CertificationAuthorityError("no answer"))
    assert request.state == "sent"
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.done_at) == (1, None)
    assert "no answer" in message.last_error

    settings.CERTIFICATION_AUTHORITY = "registry.gateways.development_oca.DevelopmentOca"
    OutboxMessage.objects.update(due_at=AT)
    drain_outbox()
    request.refresh_from_db()
    assert request.state == "issued"
