"""A worker killed at any step of issuing: one certificate comes of it, and all that belongs to it.

Between two steps of one transaction nothing can be seen from outside, so the request stands where
the last commit left it; the next sweep after the dead worker's lease takes it from there.
"""

import pytest
from django.conf import settings

from registry.gateways import development_oca
from registry.models import (
    CertificateRequest,
    MpidUse,
    OrganisationCertificate,
    OutboxMessage,
    Party,
)
from tests.factories import AT
from tests.faults.killing import SAMPLE_AND_ALL, each_death
from tests.faults.lives import (
    Cast,
    an_mpid,
    evidence,
    last_position,
    nothing_waits,
    sweep,
    sweep_after_a_lease,
    the_chain_proves,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@pytest.fixture
def cast():
    return Cast()


def answers_of_the_oca(reference):
    return list((settings.OCA_DIR / "issued").glob(f"{reference}-*"))


def stands_where_a_commit_left_it(request, *, began):
    """Hold a request in the middle of being issued to what its state says."""
    request.refresh_from_db()
    certificates = OrganisationCertificate.objects.filter(request=request)
    sent = evidence("certificate-request.send", after=began)
    issued = evidence("certificate.issue", after=began)
    told = (request.state, len(sent), len(issued), certificates.count())
    assert told in {("approved", 0, 0, 0), ("sent", 1, 0, 0), ("issued", 1, 1, 1)}
    assert request.checks.filter(stage="sent").count() == len(sent)
    (hold,) = MpidUse.objects.filter(mpid__in=request.mpids, held__contains=AT.replace(hour=10))
    assert (hold.certificate_id is not None) == (request.state == "issued")
    the_chain_proves()


def is_issued_once(request, *, began):
    """Hold a request that was issued after all to one certificate and one trace of each act."""
    request.refresh_from_db()
    assert request.state == "issued"
    (certificate,) = OrganisationCertificate.objects.filter(spki_sha256=request.spki_sha256)
    assert certificate.request_id == request.pk
    assert not certificate.is_withheld
    assert not certificate.mpid_in_conflict
    (answer,) = answers_of_the_oca(request.reference)
    assert answer.suffix == ".der"
    assert answer.read_bytes() == bytes(certificate.der)
    assert len(evidence("certificate-request.send", after=began)) == 1
    assert request.checks.filter(stage="sent").count() == 1
    assert len(evidence("certificate.issue", after=began)) == 1
    reservation = MpidUse.objects.get(request=request)
    assert reservation.held.isempty or reservation.held.upper is not None
    assert MpidUse.objects.get(certificate=certificate).held.upper == certificate.not_after
    message = OutboxMessage.objects.get(key__startswith=f"{request.reference}/")
    assert message.done_at is not None
    assert message.attempts <= 2
    nothing_waits()
    the_chain_proves()


@SAMPLE_AND_ALL
def test_a_worker_killed_at_any_step_of_issuing_leaves_one_certificate_in_the_end(
    cast, count_of_deaths, one_in
):
    requests = []
    positions = []

    def a_life():
        requests.append(cast.approved(an_mpid()))
        positions.append(last_position())
        return lambda: sweep(AT)

    cast.issued()  # so that the OCA has its hierarchy; its making has a test of its own
    deaths = 0
    for _ in each_death(a_life, one_in=one_in, least=100):
        deaths += 1
        request, began = requests[-1], positions[-1]
        stands_where_a_commit_left_it(request, began=began)
        assert sweep_after_a_lease() <= 1
        is_issued_once(request, began=began)
    assert CertificateRequest.objects.count() == OrganisationCertificate.objects.count()
    count_of_deaths("issue", deaths)


@SAMPLE_AND_ALL
def test_a_worker_killed_at_any_step_of_stopping_a_request_leaves_it_stopped_once_in_the_end(
    cast, count_of_deaths, one_in
):
    requests = []
    positions = []

    def a_life():
        party = Party.objects.filter(pk=cast.user_id.party_id)
        party.update(is_authorised_subscriber=True)
        requests.append(cast.approved(an_mpid()))
        positions.append(last_position())
        party.update(is_authorised_subscriber=False)
        return lambda: sweep(AT)

    def stopped(request, *, began):
        request.refresh_from_db()
        events = evidence("certificate-request.stop", after=began)
        assert not evidence("certificate-request.send", after=began)
        assert len(events) == request.checks.filter(stage="sent").count()
        assert (request.state, len(events)) in {("approved", 0), ("stopped", 1)}
        held = MpidUse.objects.filter(request=request, held__contains=AT.replace(hour=10))
        assert held.exists() == (request.state == "approved")
        the_chain_proves()
        return bool(events)

    deaths = 0
    for _ in each_death(a_life, one_in=one_in, least=30):
        deaths += 1
        request, began = requests[-1], positions[-1]
        stopped(request, began=began)
        assert sweep_after_a_lease() <= 1
        assert stopped(request, began=began)
        assert not answers_of_the_oca(request.reference)
        nothing_waits()
    assert not OrganisationCertificate.objects.exists()
    count_of_deaths("stop", deaths)


@SAMPLE_AND_ALL
def test_a_worker_killed_at_any_step_of_an_answer_that_is_not_recorded_keeps_it_reserved(
    cast, count_of_deaths, one_in, monkeypatch
):
    requests = []
    positions = []

    def a_life():
        requests.append(cast.approved(an_mpid()))
        positions.append(last_position())
        return lambda: sweep(AT)

    monkeypatch.setattr(development_oca, "_fresh_serial", lambda: (1 << 126) + 5)
    cast.issued()
    deaths = 0
    for _ in each_death(a_life, one_in=one_in, least=100):
        deaths += 1
        request, began = requests[-1], positions[-1]
        request.refresh_from_db()
        assert request.state in {"approved", "sent", "unrecorded-answer"}
        sweep_after_a_lease()
        request.refresh_from_db()
        assert request.state == "unrecorded-answer"
        assert len(evidence("certificate.issue", after=began)) == 1
        assert MpidUse.objects.filter(request=request, held__contains=AT.replace(hour=10)).exists()
        nothing_waits()
        the_chain_proves()
    count_of_deaths("issue without recording", deaths)
