"""A certificate notified with its request: from its issue on, or it ends with the request."""

import json
from unittest import mock

import pytest
from django.db import DatabaseError, transaction

from registry.certificates.acts.certificate_requests import (
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.errors import RefusedActError
from registry.feed.reads.snapshot import load_snapshot
from registry.gateways import development_oca
from registry.gateways.development_oca import DevelopmentOca
from registry.models import CertificateRequest, Event, SigningNotification
from rules.certificates.making import build_request
from rules.register.snapshot import Notification
from tests.factories import AT, a_certificate, a_key, a_notification, a_user_id
from tests.faults.lives import Cast, sweep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return Cast()


def submitted(cast, submission=None):
    return submit_request(
        submission or cast.submission(), actor=cast.aro, at=AT, notify_when_issued=True
    )


def issued(cast, request):
    cast.approving(request)()
    sweep(AT)
    request.refresh_from_db()
    return request


def notifying_events():
    events = Event.objects.filter(kind="notification.notify").order_by("position")
    return [(event.result, json.loads(event.body)["details"]) for event in events]


def test_its_certificate_is_notified_by_who_asked_from_the_issue_on(cast):
    request = issued(cast, submitted(cast))
    assert request.state == "issued"
    notification = SigningNotification.objects.get()
    assert notification.certificate == request.certificate
    assert notification.notified_by == cast.aro
    assert notification.notified_at == max(AT, request.certificate.not_before)
    certificate = (request.certificate.issuer, int(request.certificate.serial_number))
    assert load_snapshot().user_ids[cast.user_id.eui64].notifications == (
        Notification(
            certificate=certificate, notified_at=notification.notified_at, withdrawn_at=None
        ),
    )
    ((result, details),) = notifying_events()
    assert result == "done"
    assert details["request"] == request.reference
    assert details["asked_by"] == f"person:{cast.aro.pk}"
    assert details["notification"] == notification.pk


def test_a_request_that_was_not_so_submitted_notifies_nothing(cast):
    cast.issued()
    assert SigningNotification.objects.count() == 0


def test_being_recorded_twice_notifies_once(cast):
    request = issued(cast, submitted(cast))
    sweep(AT)
    assert SigningNotification.objects.count() == 1
    assert request.state == "issued"


@pytest.mark.parametrize("end", ["withdrawn", "rejected"])
def test_a_request_that_ends_without_a_certificate_notifies_nothing(cast, end):
    request = submitted(cast)
    if end == "withdrawn":
        withdraw_request(request.reference, actor=cast.aro, seen_version=1, at=AT)
    else:
        reject_request(request.reference, actor=cast.officer, seen_version=1, note="No.", at=AT)
    sweep(AT)
    assert SigningNotification.objects.count() == 0


def test_a_certificate_unlike_its_request_is_not_notified(cast):
    other = build_request(a_key(), eui64=cast.user_id.eui64, remote_party_role="87")
    wrong = DevelopmentOca().issue(other, reference="CSR-999999")
    with mock.patch.object(development_oca.DevelopmentOca, "issue", return_value=wrong):
        request = issued(cast, submitted(cast))
    assert request.state == "issuance-anomaly"
    assert SigningNotification.objects.count() == 0


def test_where_its_key_was_notified_for_another_meanwhile_the_evidence_says_why_not(cast):
    key = a_key()
    request = submitted(cast, build_request(key, eui64=cast.user_id.eui64, remote_party_role="87"))
    cast.approving(request)()
    answering = DevelopmentOca.issue

    def meanwhile(authority, request_der, *, reference):
        # After the last check, which would stop the request for it.
        other = a_user_id(cast.user_id.party)
        a_notification(a_certificate(other, key=key, key_in_conflict=True))
        return answering(authority, request_der, reference=reference)

    with mock.patch.object(DevelopmentOca, "issue", meanwhile):
        sweep(AT)
    request.refresh_from_db()
    assert request.state == "issued"
    assert not SigningNotification.objects.filter(eui64=cast.user_id.eui64).exists()
    ((result, details),) = notifying_events()
    assert result == "refused"
    assert details["reasons"] == ["notified-key-of-another-user-id"]


def test_a_request_for_another_role_cannot_be_so_submitted(cast):
    submission = build_request(a_key(), eui64=cast.user_id.eui64, remote_party_role="02")
    with pytest.raises(RefusedActError) as refusal:
        submitted(cast, submission)
    assert refusal.value.code == "notification-not-xmlsign"
    assert CertificateRequest.objects.count() == 0


def test_the_database_lets_nobody_change_it_or_ask_it_for_another_role(cast):
    request = cast.submitted()
    rows = CertificateRequest.objects.filter(pk=request.pk)
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        rows.update(notify_when_issued=True)
    request.pk, request.remote_party_role, request.notify_when_issued = None, "02", True
    request.key_x = "0" * 64
    with (
        pytest.raises(DatabaseError, match="only_an_xmlsign_request_notifies"),
        transaction.atomic(),
    ):
        request.save(force_insert=True)
