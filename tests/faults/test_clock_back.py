"""The machine's clock set back by an hour between two acts: nothing breaks, nothing is undone.

A moment that the register holds may then lie ahead of the clock. What was done stays done, what
waits does not wait for the clock to catch up, and no hold ends before it began.
"""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from registry.certificates.acts.certificate_requests import reject_request, withdraw_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.errors import ConflictError
from registry.feed.reads.snapshot import load_snapshot
from registry.lanes import CERTIFICATES
from registry.models import Event, MpidUse, OrganisationCertificate, OutboxMessage
from registry.notifications.acts.notifications import notify_certificate, withdraw_notification
from rules.findings import RefusedError
from rules.service_requests.checker import decide
from rules.service_requests.questions import read_question
from rules.workflow import RevocationReason
from tests.factories import AT, a_certificate, a_key
from tests.faults.lives import Cast, an_mpid, nothing_waits, sweep, the_chain_proves
from tests.signing import a_signed_message

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture(autouse=True)
def _holds_are_whole():
    """Hold every hold, at the end of each test, to not ending before it began."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM registry_mpiduse"
            " WHERE NOT isempty(held) AND upper(held) < lower(held)"
        )
        assert cursor.fetchone() == (0,)
    the_chain_proves()


def revoke(certificate, cast, *, at):
    return revoke_certificate(
        certificate.pk,
        actor=cast.officer,
        reason=RevocationReason.SUPERSEDED,
        note="Replaced.",
        at=at,
    )


def test_each_act_an_hour_before_the_one_it_follows_the_main_job_comes_to_its_end(cast):
    mpid = an_mpid()
    request = cast.submitted(mpid, at=AT)
    cast.approving(request, at=AT - HOUR)()
    # The development OCA has no other clock than the machine's.
    with time_machine.travel(AT - 2 * HOUR):
        assert sweep(AT - 2 * HOUR) == 1
    request.refresh_from_db()
    assert request.state == "issued"
    certificate = request.certificate
    assert not certificate.mpid_in_conflict
    notification = notify_certificate(
        certificate.eui64, certificate.pk, actor=cast.aro, at=AT - 3 * HOUR
    )
    withdraw_notification(notification.pk, actor=cast.aro, at=AT - 4 * HOUR)
    revoke(certificate, cast, at=AT - 5 * HOUR)
    nothing_waits()
    # The MPID is free for another Supplier Party, at a moment before all of this as well.
    other = Cast()
    approved = other.approving(other.submitted(mpid, at=AT - 6 * HOUR), at=AT - 6 * HOUR)()
    assert approved.state == "approved"


@pytest.mark.parametrize("how", ["withdraw", "reject"])
def test_a_reservation_that_ends_before_it_began_frees_its_mpid(cast, how):
    mpid = an_mpid()
    request = cast.approved(mpid, at=AT)
    if how == "withdraw":
        withdraw_request(
            request.reference, actor=cast.aro, seen_version=request.version, at=AT - HOUR
        )
    else:
        reject_request(
            request.reference,
            actor=cast.officer,
            seen_version=request.version,
            note="No.",
            at=AT - HOUR,
        )
    other = Cast()
    assert other.approved(mpid, at=AT - HOUR).state == "approved"
    assert sweep(AT) == 2
    (certificate,) = OrganisationCertificate.objects.all()
    assert certificate.party == other.user_id.party
    assert not certificate.mpid_in_conflict


def test_what_was_approved_before_the_clock_went_back_does_not_wait_until_it_caught_up(cast):
    request = cast.approved(at=AT)
    assert sweep(AT - HOUR) == 1
    request.refresh_from_db()
    assert request.state == "issued"


@pytest.mark.parametrize("ahead", [CERTIFICATES.lease, CERTIFICATES.longest_wait])
def test_what_a_worker_held_or_failed_before_the_clock_went_back_is_tried_again_in_time(
    cast, ahead
):
    request = cast.approved(at=AT)
    OutboxMessage.objects.filter(key__startswith=f"{request.reference}/").update(
        attempts=3, due_at=AT + ahead
    )
    assert sweep(AT) == 0, "while the clock runs on, it waits its time"
    assert sweep(AT - HOUR) == 1


def test_an_mpid_freed_before_the_clock_went_back_is_granted_without_a_conflict(cast):
    mpid = an_mpid()
    before = a_certificate(cast.user_id, mpids=[mpid])
    revoke(before, cast, at=AT + timedelta(minutes=30))
    other = Cast()
    request = other.approved(mpid, at=AT + timedelta(minutes=40))
    assert sweep(AT - timedelta(minutes=20)) == 1
    request.refresh_from_db()
    assert request.state == "issued"
    assert not request.certificate.mpid_in_conflict
    assert not MpidUse.objects.filter(in_conflict=True).exists()


def test_an_mpid_freed_in_what_is_now_the_future_is_refused_until_then_and_granted_after(cast):
    mpid = an_mpid()
    certificate = a_certificate(cast.user_id, mpids=[mpid])
    revoke(certificate, cast, at=AT + HOUR)
    other = Cast()
    with pytest.raises(RefusedError) as refusal:
        other.submitted(mpid, at=AT)
    assert refusal.value.report.reasons == ("mpid-held-by-another-supplier",)
    assert other.submitted(mpid, at=AT + HOUR).state == "accepted"


def test_what_was_done_in_what_is_now_the_future_is_not_done_again(cast):
    certificate = a_certificate(cast.user_id)
    notification = notify_certificate(
        certificate.eui64, certificate.pk, actor=cast.aro, at=AT + HOUR
    )
    again = notify_certificate(certificate.eui64, certificate.pk, actor=cast.aro, at=AT)
    assert again == notification
    withdraw_notification(notification.pk, actor=cast.aro, at=AT + HOUR)
    with pytest.raises(ConflictError):
        withdraw_notification(notification.pk, actor=cast.aro, at=AT)
    revoke(certificate, cast, at=AT + HOUR)
    with pytest.raises(ConflictError):
        revoke(certificate, cast, at=AT)


def test_a_certificate_revoked_in_what_is_now_the_future_cannot_be_notified(cast):
    certificate = a_certificate(cast.user_id)
    revoke(certificate, cast, at=AT)
    with pytest.raises(RefusedError) as refusal:
        notify_certificate(certificate.eui64, certificate.pk, actor=cast.aro, at=AT - HOUR)
    assert refusal.value.report.reasons == ("notified-certificate-revoked",)


@pytest.mark.parametrize("ended", ["revoked", "withdrawn"])
def test_what_was_ended_in_what_is_now_the_future_ceases_messages_now(cast, ended):
    key = a_key()
    certificate = a_certificate(cast.user_id, key=key)
    notification = notify_certificate(
        certificate.eui64, certificate.pk, actor=cast.aro, at=AT - HOUR
    )
    if ended == "revoked":
        revoke(certificate, cast, at=AT + HOUR)
    else:
        withdraw_notification(notification.pk, actor=cast.aro, at=AT + HOUR)
    message, held = a_signed_message(certificate, key), load_snapshot()
    reason = {"revoked": "certificate-revoked", "withdrawn": "certificate-notification-withdrawn"}[
        ended
    ]

    def reasons(**said):
        fields = {"generation": "SMETS2+", **said}
        return decide(read_question(message, fields, at=AT), held).reasons

    assert reason in reasons()
    assert reason not in reasons(received_at=AT.isoformat())


def test_evidence_keeps_the_order_of_the_acts_and_what_the_clock_said(cast):
    request = cast.submitted(at=AT)
    cast.approving(request, at=AT - HOUR)()
    moments = Event.objects.order_by("position").values_list("at", flat=True)
    assert list(moments) == [AT, AT - HOUR]
