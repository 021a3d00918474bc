"""A web process killed at any step of an act: the act and its evidence are both there, or neither.

The same person then does the same again, as one does who got no answer: it succeeds, or says that
it was done already. Either way it has been done once, with one event.
"""

from functools import partial

import pytest

from registry.certificates.acts.certificate_requests import (
    reject_request,
    submit_request,
    withdraw_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.errors import ConflictError
from registry.models import (
    CertificateRequest,
    Event,
    KeyUse,
    MpidTransferHold,
    MpidUse,
    OrganisationCertificate,
    OutboxMessage,
    RequestCheck,
    SigningNotification,
    SnapshotChange,
)
from registry.notifications.acts.notifications import notify_certificate, withdraw_notification
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from registry.people.acts.appointments import end_appointment
from rules.appointments import Ending
from rules.certificates.reading import read_request
from rules.duties import Act, PersonRole
from rules.findings import RefusedError
from rules.workflow import RevocationReason
from tests.factories import AT, a_certificate, a_notification, a_person
from tests.faults.killing import SAMPLE_AND_ALL, each_death
from tests.faults.lives import (
    Cast,
    an_mpid,
    evidence,
    last_position,
    stopped,
    sweep,
    the_chain_proves,
    unrecorded,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    SAMPLE_AND_ALL,
]


@pytest.fixture
def cast():
    known = Cast()
    known.submitted()  # The evidence has begun, so that every life goes the same way.
    return known


@pytest.fixture
def die_at_each_step(request, count_of_deaths, one_in):
    """Return what kills an act at each of its steps and looks after each death.

    `begin` makes the rows for one life and returns the act and what to hold afterwards, which is
    told how many of the act's events were written: none, or one.
    """

    def die(begin, kind, *, result="done"):
        held = began = None

        def a_life():
            nonlocal held, began
            act, held = begin()
            began = last_position()
            return act

        deaths = 0
        for _ in each_death(a_life, one_in=one_in, least=15):
            there = len(evidence(kind, after=began, result=result))
            assert there in {0, 1}
            held(there)
            the_chain_proves()
            deaths += 1
        count_of_deaths(request.node.name.removeprefix("test_killed_while_"), deaths)

    return die


def changes_noted(subject, row):
    """Return how many versions of the snapshot have changed a row."""
    return SnapshotChange.objects.filter(subject=subject, subject_id=str(row.pk)).count()


def said_again(act, there, *, code):
    """Do the act again: it succeeds where it was not there, and says so where it was."""
    if there:
        with pytest.raises(ConflictError) as told:
            act()
        assert told.value.code == code
    else:
        act()


def test_killed_while_submitting(cast, die_at_each_step):
    def begin():
        submission = cast.submission(an_mpid())
        reading = read_request(submission)
        stored = CertificateRequest.objects.filter(der_sha256=reading.der_sha256)
        act = partial(submit_request, submission, actor=cast.aro, at=AT)

        def there_is_a_whole_request_or_none(there):
            assert stored.count() == there
            assert RequestCheck.objects.filter(request__in=stored).count() == there
            assert KeyUse.objects.filter(key_x=reading.key_x).count() == there
            request = act()
            assert stored.get() == request

        return act, there_is_a_whole_request_or_none

    die_at_each_step(begin, Act.SUBMIT_REQUEST)


def test_killed_while_a_submission_is_refused(cast, die_at_each_step):
    taken = cast.submission()
    submit_request(taken, actor=cast.aro, at=AT)
    stranger = Cast()

    def refused():
        with pytest.raises(RefusedError):
            submit_request(taken, actor=stranger.aro, at=AT)

    def begin():
        before = last_position()

        def there_is_the_refusal_or_nothing(there):
            assert CertificateRequest.objects.count() == 2
            assert Event.objects.filter(position__gt=before).count() == there

        return refused, there_is_the_refusal_or_nothing

    die_at_each_step(begin, Act.SUBMIT_REQUEST, result="refused")


def test_killed_while_approving(cast, die_at_each_step):
    def begin():
        request = cast.submitted(an_mpid())
        act = cast.approving(request)

        def all_of_the_approval_is_there_or_nothing(there):
            request.refresh_from_db()
            assert request.state == ("approved" if there else "accepted")
            assert request.checks.filter(stage="approved").count() == there
            assert (
                OutboxMessage.objects.filter(key__startswith=f"{request.reference}/").count()
                == there
            )
            assert MpidUse.objects.filter(request=request).count() == there
            said_again(act, there, code="request-changed")

        return act, all_of_the_approval_is_there_or_nothing

    die_at_each_step(begin, Act.APPROVE_REQUEST)
    sweep(AT)
    approved = CertificateRequest.objects.exclude(state="accepted")
    assert OrganisationCertificate.objects.count() == approved.count()


def test_killed_while_withdrawing_what_was_approved(cast, die_at_each_step):
    def begin():
        request = cast.approved(an_mpid())
        act = partial(
            withdraw_request,
            request.reference,
            actor=cast.aro,
            seen_version=request.version,
            at=AT,
        )

        def it_is_withdrawn_and_its_mpid_free_or_neither(there):
            request.refresh_from_db()
            assert request.state == ("withdrawn" if there else "approved")
            assert MpidUse.objects.get(request=request).held.isempty == bool(there)
            said_again(act, there, code="request-changed")

        return act, it_is_withdrawn_and_its_mpid_free_or_neither

    die_at_each_step(begin, Act.WITHDRAW_REQUEST)
    sweep(AT)
    assert not OrganisationCertificate.objects.exists()


def test_killed_while_notifying(cast, die_at_each_step):
    def begin():
        certificate = a_certificate(cast.user_id)
        notifications = SigningNotification.objects.filter(certificate=certificate)
        act = partial(
            notify_certificate, cast.user_id.eui64, certificate.pk, actor=cast.aro, at=AT
        )

        def it_is_notified_and_the_checkers_told_or_neither(there):
            assert notifications.count() == there
            assert sum(changes_noted("notification", row) for row in notifications) == there
            assert act() == notifications.get()

        return act, it_is_notified_and_the_checkers_told_or_neither

    die_at_each_step(begin, Act.NOTIFY_CERTIFICATE)


def test_killed_while_withdrawing_a_notification(cast, die_at_each_step):
    def begin():
        notification = a_notification(a_certificate(cast.user_id), notified_by=cast.aro)
        before = changes_noted("notification", notification)
        act = partial(withdraw_notification, notification.pk, actor=cast.aro, at=AT)

        def it_is_withdrawn_and_the_checkers_told_or_neither(there):
            notification.refresh_from_db()
            assert (notification.withdrawn_at, notification.withdrawn_by) == (
                (AT, cast.aro) if there else (None, None)
            )
            assert changes_noted("notification", notification) == before + there
            said_again(act, there, code="already-withdrawn")

        return act, it_is_withdrawn_and_the_checkers_told_or_neither

    die_at_each_step(begin, Act.WITHDRAW_NOTIFICATION)


def test_killed_while_revoking(cast, die_at_each_step):
    def begin():
        certificate = a_certificate(cast.user_id, mpids=[an_mpid()])
        before = changes_noted("certificate", certificate)
        act = partial(
            revoke_certificate,
            certificate.pk,
            actor=cast.officer,
            reason=RevocationReason.SUPERSEDED,
            note="It was replaced.",
            at=AT,
        )

        def it_is_revoked_its_mpid_free_and_the_checkers_told_or_nothing(there):
            certificate.refresh_from_db()
            assert certificate.revoked_at == (AT if there else None)
            assert MpidUse.objects.get(certificate=certificate).held.isempty == bool(there)
            assert changes_noted("certificate", certificate) == before + there
            said_again(act, there, code="already-revoked")

        return act, it_is_revoked_its_mpid_free_and_the_checkers_told_or_nothing

    die_at_each_step(begin, Act.REVOKE_CERTIFICATE)


def test_killed_while_approving_again_what_was_stopped(cast, die_at_each_step):
    def begin():
        request = stopped(cast, an_mpid())
        act = cast.approving(request)

        def it_is_reserved_and_asked_for_anew_or_stays_stopped(there):
            request.refresh_from_db()
            assert request.state == ("approved" if there else "stopped")
            assert request.checks.filter(stage="approved").count() == 1 + there
            asked = OutboxMessage.objects.filter(key__startswith=f"{request.reference}/")
            assert asked.filter(done_at__isnull=True).count() == there
            reservations = MpidUse.objects.filter(request=request)
            assert sum(not one.held.isempty for one in reservations) == there
            said_again(act, there, code="request-changed")
            assert sweep(AT) == 1
            request.refresh_from_db()
            assert request.state == "issued"

        return act, it_is_reserved_and_asked_for_anew_or_stays_stopped

    die_at_each_step(begin, Act.APPROVE_REQUEST)


def test_killed_while_rejecting_what_the_register_could_not_take(cast, die_at_each_step):
    def begin():
        request = unrecorded(cast, an_mpid())
        act = partial(
            reject_request,
            request.reference,
            actor=cast.officer,
            seen_version=request.version,
            note="The certification authority has revoked what it issued.",
            at=AT,
        )

        def it_is_rejected_and_its_mpid_free_or_neither(there):
            request.refresh_from_db()
            assert request.state == ("rejected" if there else "unrecorded-answer")
            assert MpidUse.objects.get(request=request).held.isempty == bool(there)
            said_again(act, there, code="request-changed")

        return act, it_is_rejected_and_its_mpid_free_or_neither

    die_at_each_step(begin, Act.REJECT_REQUEST)


def test_killed_while_placing_a_hold_of_the_smki_pma(cast, die_at_each_step):
    def begin():
        mpid = an_mpid()
        a_certificate(cast.user_id, mpids=[mpid])
        act = partial(
            place_mpid_hold,
            mpid,
            party_reference=cast.user_id.party.reference,
            actor=cast.officer,
            reason="SMKI PMA decision 12",
            at=AT,
        )

        def the_mpid_is_held_or_there_is_no_hold(there):
            assert MpidTransferHold.objects.filter(mpid=mpid).count() == there
            uses = MpidUse.objects.filter(mpid=mpid, transfer_hold__isnull=False)
            assert uses.count() == there
            said_again(act, there, code="already-held")
            assert uses.get().held.upper is None

        return act, the_mpid_is_held_or_there_is_no_hold

    die_at_each_step(begin, Act.PLACE_MPID_HOLD)


def test_killed_while_ending_an_appointment(cast, die_at_each_step):
    def begin():
        aro = a_person(PersonRole.ARO, cast.user_id.party)
        appointment = aro.appointments.get()
        act = partial(
            end_appointment,
            appointment.pk,
            actor=cast.officer,
            ending=Ending.REMOVED,
            reason="Left.",
            at=AT,
        )

        def it_has_ended_or_holds(there):
            appointment.refresh_from_db()
            assert (appointment.ended_at, appointment.ended_by) == (
                (AT, cast.officer) if there else (None,) * 2
            )
            said_again(act, there, code="appointment-ended")

        return act, it_has_ended_or_holds

    die_at_each_step(begin, Act.END_APPOINTMENT)


def test_killed_while_lifting_a_hold_of_the_smki_pma(cast, die_at_each_step):
    def begin():
        mpid = an_mpid()
        a_certificate(cast.user_id, mpids=[mpid])
        hold = place_mpid_hold(
            mpid,
            party_reference=cast.user_id.party.reference,
            actor=cast.officer,
            reason="SMKI PMA decision 12",
            at=AT,
        )
        act = partial(
            lift_mpid_hold, hold.pk, actor=cast.officer, reason="SMKI PMA decision 15", at=AT
        )

        def it_is_lifted_and_the_mpid_free_or_neither(there):
            hold.refresh_from_db()
            assert (hold.lifted_at, hold.lifted_by) == (
                (AT, cast.officer) if there else (None,) * 2
            )
            assert MpidUse.objects.get(transfer_hold=hold).held.isempty == bool(there)
            said_again(act, there, code="hold-ended")

        return act, it_is_lifted_and_the_mpid_free_or_neither

    die_at_each_step(begin, Act.LIFT_MPID_HOLD)
