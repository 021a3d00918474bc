"""What the OCA answers is recorded, withheld, kept or asked for again."""

import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from registry.certificates.acts.certificate_requests import (
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.gateways import development_oca
from registry.gateways.certification_authority import (
    CertificationAuthorityError,
    CertificationRefusedError,
)
from registry.gateways.development_oca import DevelopmentOca
from registry.models import MpidUse, OrganisationCertificate, OutboxMessage
from registry.parties.reads.mpid_uses import holdings_of_others
from registry.tasks import drain_outbox
from rules.certificates.making import build_request
from rules.findings import RefusedError
from rules.workflow import IllegalMoveError
from tests.approving import approve
from tests.factories import AT, a_key, a_party
from tests.registry.certificate_requests.deeds import FAR, csr, last_event, record_mpid

pytestmark = pytest.mark.django_db


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
