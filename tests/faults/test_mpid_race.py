"""Holds, stops and second approvals at once on one MPID: it is with one Party, without deadlock.

What is told to those who come too late is always one of the refusals of the act itself.
"""

from functools import partial

import pytest

from registry.certificates.acts.certificate_requests import reject_request, withdraw_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.recording import record_certificate
from registry.errors import ConflictError
from registry.models import MpidTransferHold, MpidUse, OrganisationCertificate, Party
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.identifiers import Eui64
from rules.workflow import IllegalMoveError, RevocationReason
from tests.factories import AT, a_certificate, a_key, a_person, certificate_der
from tests.faults.lives import (
    Cast,
    an_mpid,
    evidence,
    last_position,
    nothing_waits,
    stopped,
    sweep,
    sweep_after_a_lease,
    the_chain_proves,
)
from tests.racing import outcomes, race
from tests.rounds import rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.race,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.serves("MP104-MPID"),
]

ROUNDS = 10
LATER = AT.replace(hour=12)


@pytest.fixture
def officers():
    return [a_person(PersonRole.OFFICER) for _ in range(16)]


def all_were_answered(results):
    """Hold every racer to having done its act or having been told why not."""
    refusals = ConflictError | RefusedError | IllegalMoveError
    faults = [
        one for one in results if isinstance(one, Exception) and not isinstance(one, refusals)
    ]
    assert faults == [], outcomes(results)


def won(results):
    return [result for result in results if not isinstance(result, Exception)]


def holders(mpid):
    """Return the Parties that have an MPID later on."""
    return {use.party for use in MpidUse.objects.filter(mpid=mpid, held__contains=LATER)}


def by(act, officer):
    return partial(act.func, *act.args, **{**act.keywords, "actor": officer})


@rounds(6)
def test_32_who_hold_an_mpid_and_approve_anothers_request_for_it_leave_it_with_one_party(officers):
    failed, successor = Cast(), Cast()
    for _ in range(ROUNDS):
        mpid = an_mpid()
        request = successor.submitted(mpid)
        revoke_certificate(
            a_certificate(failed.user_id, mpids=[mpid]).pk,
            actor=officers[0],
            reason=RevocationReason.CESSATION_OF_OPERATION,
            note="Replaced.",
            at=AT,
        )
        approving = successor.approving(request)
        placing = partial(
            place_mpid_hold,
            mpid,
            party_reference=failed.user_id.party.reference,
            reason="SMKI PMA decision 12",
            at=AT,
        )
        results = race(
            [by(approving, one) for one in officers]
            + [partial(placing, actor=one) for one in officers]
        )
        all_were_answered(results)
        (winner,) = won(results)
        request.refresh_from_db()
        is_held = isinstance(winner, MpidTransferHold)
        assert request.state == ("accepted" if is_held else "approved")
        assert holders(mpid) == {failed.user_id.party if is_held else request.party}
        if is_held:
            lift_mpid_hold(winner.pk, actor=officers[0], reason="Agreed.", at=AT)
            request = approving()
        assert sweep(AT) == 1
        assert OrganisationCertificate.objects.get(request=request).mpid_in_conflict is False
    nothing_waits()
    the_chain_proves()


@rounds(6)
def test_32_who_approve_again_reject_withdraw_and_send_what_was_stopped_have_one_winner(officers):
    cast = Cast()
    for _ in range(ROUNDS):
        request = stopped(cast, an_mpid())
        began = last_position()
        seen = {"seen_version": request.version, "at": AT}
        approving = cast.approving(request)
        withdrawing = partial(withdraw_request, request.reference, actor=cast.aro, **seen)
        rejecting = partial(reject_request, request.reference, note="No.", **seen)
        deciding = [by(approving, one) for one in officers]
        deciding += [partial(rejecting, actor=one) for one in officers[:6]]
        deciding += [withdrawing] * 6
        results = race([*deciding, *[partial(sweep, AT)] * 4])
        all_were_answered(results)
        assert len(won(results[: len(deciding)])) == 1, outcomes(results)
        sweep_after_a_lease()
        nothing_waits()
        request.refresh_from_db()
        assert request.state in {"issued", "rejected", "withdrawn"}
        is_issued = int(request.state == "issued")
        assert len(evidence("certificate-request.approve", after=began)) == is_issued
        assert len(evidence("certificate-request.send", after=began)) == is_issued
        assert OrganisationCertificate.objects.filter(request=request).count() == is_issued
        assert holders(request.mpids[0]) == ({request.party} if is_issued else set())
    the_chain_proves()


@rounds(6)
def test_32_who_send_and_stop_a_request_and_revoke_what_blocks_it_leave_it_sent_or_stopped(
    officers,
):
    ours, rival = Cast(), Cast()
    for number in range(ROUNDS):
        mpid = an_mpid()
        request = ours.approved(mpid)
        # It came into the register meanwhile, in conflict with the reservation.
        der = certificate_der(
            a_key(), eui64=Eui64(rival.user_id.eui64), common_name=mpid, serial=1 + number
        )
        blocking = record_certificate(der, party=rival.user_id.party, at=AT)
        revoking = partial(
            revoke_certificate,
            blocking.pk,
            reason=RevocationReason.SUPERSEDED,
            note="Replaced.",
            at=AT,
        )
        withdrawing = partial(
            withdraw_request,
            request.reference,
            actor=ours.aro,
            seen_version=request.version,
            at=AT,
        )
        results = race(
            [partial(revoking, actor=one) for one in officers]
            + [withdrawing] * 8
            + [partial(sweep, AT)] * 8
        )
        all_were_answered(results)
        assert len(won(results[:16])) == 1, outcomes(results)
        sweep_after_a_lease()
        nothing_waits()
        request.refresh_from_db()
        assert request.state in {"issued", "stopped", "withdrawn"}
        certificates = OrganisationCertificate.objects.filter(request=request)
        assert certificates.count() == (request.state == "issued")
        assert not certificates.filter(mpid_in_conflict=True).exists()
        assert holders(mpid) == ({request.party} if request.state == "issued" else set())
    assert Party.objects.count() == 2
    the_chain_proves()
