"""What comes into the register after an approval stops the request before it is sent."""

import json
from dataclasses import replace

import pytest
from django.db import transaction

from registry.certificates.acts import request_checks
from registry.certificates.acts.certificate_requests import (
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.recording import record_certificate
from registry.certificates.acts.request_checks import check_again
from registry.gateways.development_oca import DevelopmentOca
from registry.models import MpidUse, OrganisationCertificate, OutboxMessage, Party, PartyMpid
from registry.tasks import drain_outbox
from rules.certificates.requests import check_request
from rules.findings import Finding, RefusedError
from rules.identifiers import Eui64
from rules.workflow import RevocationReason
from tests.approving import approve
from tests.factories import AT, a_key, a_party, a_user_id, certificate_der
from tests.registry.certificate_requests.deeds import FAR, csr, last_event, record_mpid

pytestmark = pytest.mark.django_db


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


@pytest.fixture
def let_stand(user_id, aro, officer):
    """Return a function that approves a request whose only warning an officer let stand."""

    def approved():
        request = submit_request(csr(user_id, common_name="ABCD"), actor=aro, at=AT)
        approve(request, officer, acknowledgements={"mpid-not-recorded": "By telephone."})
        # The approval recorded the MPID; without that record the warning is there again.
        PartyMpid.objects.update(withdrawn_at=AT)
        return request

    return approved


def test_a_warning_that_is_worded_anew_after_its_approval_does_not_stop_the_request(
    let_stand, monkeypatch
):
    request = let_stand()

    def reworded(facts):
        report = check_request(facts)
        findings = tuple(replace(each, says=f"Anew: {each.says}") for each in report.findings)
        return replace(report, findings=findings)

    monkeypatch.setattr(request_checks, "check_request", reworded)
    drain_outbox()

    request.refresh_from_db()
    assert request.state == "issued"
    sent = request.checks.get(stage="sent")
    assert sent.acknowledgements == {"mpid-not-recorded": "By telephone."}
    assert all(finding["says"].startswith("Anew: ") for finding in sent.findings)


def test_an_approval_from_before_findings_had_values_lets_no_warning_stand(
    let_stand, settings, monkeypatch
):
    settings.CERTIFICATION_AUTHORITY = f"{__name__}.OcaThatIsNotAsked"
    with monkeypatch.context() as before:
        before.setattr(request_checks, "stored", Finding.as_dict)
        request = let_stand()
    assert not any("values" in each for each in request.checks.get(stage="approved").findings)

    is_stopped(request, "mpid-not-recorded")
    assert request.checks.get(stage="sent").acknowledgements == {}


def test_an_approval_from_before_findings_had_values_is_sent_where_no_warning_is_left(
    user_id, aro, officer, monkeypatch
):
    with monkeypatch.context() as before:
        before.setattr(request_checks, "stored", Finding.as_dict)
        request = submit_request(csr(user_id, common_name="ABCD"), actor=aro, at=AT)
        approve(request, officer, acknowledgements={"mpid-not-recorded": "By telephone."})

    drain_outbox()

    request.refresh_from_db()
    assert request.state == "issued"


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
