"""A worker that is overtaken between two steps: it finds so, does nothing twice and complains not.

A person may withdraw an approved request at the moment at which a worker takes it up; a worker may
be so slow that its lease runs out and another does the same work beside it.
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from registry.authority.acts.issuing import issue_certificate
from registry.gateways.certification_authority import CertificationRefusedError
from registry.gateways.development_oca import DevelopmentOca
from registry.models import CertificateRequest, Event, OrganisationCertificate, OutboxMessage
from rules.workflow import RequestMove
from tests.factories import AT
from tests.faults.lives import (
    Cast,
    an_mpid,
    evidence,
    last_position,
    nothing_waits,
    sweep,
    the_chain_proves,
)
from tests.waiting import seconds_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

WAITS_FOR_A_ROW = "SELECT count(*) FROM pg_locks WHERE NOT granted"
both_asked = threading.Barrier(2)


class RefusesTwoAtOnce(DevelopmentOca):
    """Refuses what it is asked once two workers ask it."""

    def issue(self, request_der, *, reference):
        del request_der, reference
        both_asked.wait(timeout=30)
        raise CertificationRefusedError("the subscriber is unknown")


class ContradictsItself(DevelopmentOca):
    """Refuses the first of two workers that ask, and certifies for the second afterwards."""

    def issue(self, request_der, *, reference):
        if both_asked.wait(timeout=30) == 0:
            raise CertificationRefusedError("the subscriber is unknown")
        ended = CertificateRequest.objects.filter(state="issuance-anomaly")
        seconds_until(ended.exists, within=30)
        return super().issue(request_der, reference=reference)


def in_a_thread(act):
    """Return what lets a thread with a database connection of its own do an act."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    return run


def somebody_waits_for_a_row():
    with connection.cursor() as cursor:
        cursor.execute(WAITS_FOR_A_ROW)
        return cursor.fetchone()[0]


def two_workers_ask_for(request):
    """Have two workers ask the OCA for one approved request, at one time, and wait for both."""
    asking = in_a_thread(partial(issue_certificate, f"{request.reference}/2", {}, AT))
    with ThreadPoolExecutor(2) as workers:
        for worker in [workers.submit(asking), workers.submit(asking)]:
            worker.result(timeout=60)


@pytest.mark.parametrize("move", [RequestMove.WITHDRAW, RequestMove.REJECT])
def test_a_request_that_is_ended_while_a_worker_takes_it_up_is_not_sent_and_nothing_failed(move):
    cast = Cast()
    request = cast.approved(an_mpid())
    began = last_position()
    with ThreadPoolExecutor(1) as workers:
        with transaction.atomic():
            locked = CertificateRequest.objects.select_for_update().get(pk=request.pk)
            worker = workers.submit(in_a_thread(partial(sweep, AT)))
            # It has seen that the request is approved, and waits to make it sent.
            seconds_until(somebody_waits_for_a_row, within=30)
            locked.state = {RequestMove.WITHDRAW: "withdrawn", RequestMove.REJECT: "rejected"}[
                move
            ]
            locked.save(update_fields=["state"])
        assert worker.result(timeout=30) == 1
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.last_error) == (1, "")
    (refused,) = evidence("certificate-request.send", after=began, result="refused")
    assert refused["details"]["reasons"] == ["illegal-move"]
    assert not OrganisationCertificate.objects.exists()
    nothing_waits()
    the_chain_proves()


def test_of_two_workers_whom_the_oca_refuses_the_same_request_one_reports_it(settings):
    settings.CERTIFICATION_AUTHORITY = f"{__name__}.{RefusesTwoAtOnce.__name__}"
    request = Cast().approved(an_mpid())
    began = last_position()
    two_workers_ask_for(request)
    request.refresh_from_db()
    assert request.state == "issuance-anomaly"
    assert len(evidence("certificate.issue", after=began)) == 1
    assert evidence("certificate.issue", after=began, result="refused") == []
    the_chain_proves()


def test_an_answer_that_comes_after_another_ended_the_request_is_kept_in_the_evidence(settings):
    settings.CERTIFICATION_AUTHORITY = f"{__name__}.{ContradictsItself.__name__}"
    request = Cast().approved(an_mpid())
    began = last_position()
    two_workers_ask_for(request)
    request.refresh_from_db()
    assert request.state == "issuance-anomaly"
    late = Event.objects.filter(kind="certificate.issue", position__gt=began).latest("position")
    details = json.loads(late.body)["details"]
    (answer,) = (settings.OCA_DIR / "issued").glob(f"{request.reference}-*")
    assert details == {"repeated": True, "returned": answer.read_bytes().hex()}
    the_chain_proves()
