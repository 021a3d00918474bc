"""Many at once: exactly one wins, the others are told why, and nobody meets a deadlock."""

from datetime import timedelta
from functools import partial

import pytest

from registry.certificates.acts.certificate_requests import (
    approve_request,
    reject_request,
    submit_request,
)
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.acts.request_checks import check_again
from registry.errors import ConflictError
from registry.evidence import history
from registry.models import (
    CertificateRequest,
    MpidUse,
    OrganisationCertificate,
    Party,
    PartyMpid,
    SigningNotification,
)
from registry.notifications.acts.notifications import notify_certificate
from registry.tasks import drain_outbox
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.workflow import RequestState, RevocationReason
from tests.factories import AT, a_certificate, a_key, a_person, a_user_id
from tests.racing import outcomes, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone, pytest.mark.race]

RACERS = 32
MPID = "RACE"


def a_request(user_id, *, common_name=None, role="87", at=AT):
    return submit_request(
        build_request(
            a_key(), eui64=user_id.eui64, remote_party_role=role, common_name=common_name
        ),
        actor=a_person(PersonRole.ARO, user_id.party),
        at=at,
    )


def approving(request, officer, *, at):
    seen = check_again(request, at=at).facts_sha256
    return partial(
        approve_request,
        request.reference,
        actor=officer,
        seen_version=request.version,
        seen_facts=seen,
        acknowledgements={},
        at=at,
    )


def a_contender():
    user_id = a_user_id()
    PartyMpid.objects.create(mpid=MPID, party=user_id.party, recorded_at=AT)
    return user_id


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("rounds", [10, pytest.param(40, marks=pytest.mark.long)])
def test_of_32_connections_racing_for_one_mpid_exactly_one_wins_every_time(rounds):
    officer = a_person(PersonRole.OFFICER)
    contenders = [a_contender() for _ in range(RACERS)]
    requests = {user_id: a_request(user_id, common_name=MPID) for user_id in contenders}
    for number in range(rounds):
        at = AT + timedelta(minutes=number)
        results = race([approving(requests[user_id], officer, at=at) for user_id in contenders])
        refused = [result for result in results if isinstance(result, RefusedError)]
        won = [result for result in results if isinstance(result, CertificateRequest)]
        assert (len(won), len(refused)) == (1, RACERS - 1), outcomes(results)
        assert {refusal.report.reasons for refusal in refused} == {
            ("mpid-held-by-another-supplier",)
        }
        (use,) = MpidUse.objects.filter(mpid=MPID, held__contains=at + timedelta(seconds=1))
        assert use.party == won[0].party
        # The winner's request ends, and everybody races for the MPID again.
        reject_request(
            won[0].reference,
            actor=officer,
            seen_version=won[0].version,
            note="Next round.",
            at=at + timedelta(seconds=30),
        )
        again = won[0].user_id
        requests[again] = a_request(again, common_name=MPID, at=at + timedelta(seconds=40))
    assert history.prove_history().first_break is None


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("rounds", [10, pytest.param(40, marks=pytest.mark.long)])
def test_of_names_and_an_mpid_that_are_approved_at_once_the_database_holds_only_one_side(rounds):
    officer = a_person(PersonRole.OFFICER)
    owner = a_contender()
    others = [a_user_id() for _ in range(7)]
    for number in range(rounds):
        at = AT + timedelta(minutes=number)
        requests = [
            a_request(owner, common_name=MPID, at=at),
            *(a_request(one, common_name=f"{MPID} Power", role="02", at=at) for one in others),
        ]
        acts = [approving(request, officer, at=at) for request in requests]
        # Whoever is let go first is often first: each side in turn.
        results = race(acts if number % 2 else acts[::-1])
        won = [result for result in results if isinstance(result, CertificateRequest)]
        told = (ConflictError, RefusedError)
        assert all(isinstance(one, (CertificateRequest, *told)) for one in results), outcomes(
            results
        )
        held = MpidUse.objects.filter(mpid=MPID, held__contains=at + timedelta(seconds=1))
        in_names = {bool(use.in_name) for use in held}
        assert len(in_names) == 1
        # Names take nothing from each other: if one of them won, all did.
        assert len(won) == (len(others) if in_names == {True} else 1)
        for request in requests:
            request.refresh_from_db()
            reject_request(
                request.reference,
                actor=officer,
                seen_version=request.version,
                note="Next round.",
                at=at + timedelta(seconds=30),
            )
    assert history.prove_history().first_break is None


def test_of_32_officers_approving_one_request_one_wins_and_one_certificate_is_issued():
    request = a_request(a_user_id())
    officers = [a_person(PersonRole.OFFICER) for _ in range(RACERS)]
    results = race([approving(request, officer, at=AT) for officer in officers])
    assert outcomes(results).count("won") == 1
    assert sum(isinstance(result, ConflictError) for result in results) == RACERS - 1
    race([drain_outbox for _ in range(4)])
    assert OrganisationCertificate.objects.count() == 1


def test_of_32_submissions_of_one_key_for_two_user_ids_one_request_comes():
    party = a_user_id().party
    key = a_key()
    user_ids = [a_user_id(party) for _ in range(2)]
    submissions = [
        build_request(key, eui64=user_ids[number % 2].eui64, remote_party_role="87")
        for number in range(RACERS)
    ]
    aro = a_person(PersonRole.ARO, party)
    results = race([partial(submit_request, one, actor=aro, at=AT) for one in submissions])
    assert outcomes(results).count("won") == 1
    assert sum(isinstance(result, RefusedError) for result in results) == RACERS - 1
    assert CertificateRequest.objects.count() == 1


def test_32_posts_of_one_form_make_one_request():
    user_id = a_user_id()
    aro = a_person(PersonRole.ARO, user_id.party)
    submission = build_request(a_key(), eui64=user_id.eui64, remote_party_role="87")
    results = race([partial(submit_request, submission, actor=aro, at=AT)] * RACERS)
    assert outcomes(results) == ["won"] * RACERS
    assert CertificateRequest.objects.count() == 1


def test_of_32_revocations_one_wins_and_the_others_hear_that_it_is_done():
    certificate = a_certificate(mpids=[MPID])
    officers = [a_person(PersonRole.OFFICER) for _ in range(RACERS)]
    results = race(
        [
            partial(
                revoke_certificate,
                certificate.pk,
                actor=officer,
                reason=RevocationReason.KEY_COMPROMISE,
                note="It was replaced.",
                at=AT,
            )
            for officer in officers
        ]
    )
    assert outcomes(results).count("won") == 1
    assert sum(isinstance(result, ConflictError) for result in results) == RACERS - 1


def test_32_notifications_of_one_certificate_make_one():
    certificate = a_certificate()
    aro = a_person(PersonRole.ARO, certificate.party)
    results = race(
        [partial(notify_certificate, certificate.eui64, certificate.pk, actor=aro, at=AT)] * RACERS
    )
    assert outcomes(results) == ["won"] * RACERS
    assert SigningNotification.objects.count() == 1


def test_approving_withdrawing_notifying_and_revoking_at_once_meet_no_deadlock():
    officer = a_person(PersonRole.OFFICER)
    certificates = [a_certificate(mpids=[f"A{number:03}"]) for number in range(8)]
    requests = [a_request(a_user_id(Party.objects.get(pk=c.party_id))) for c in certificates]
    acts = []
    for certificate, request in zip(certificates, requests, strict=True):
        aro = a_person(PersonRole.ARO, certificate.party)
        acts += [
            approving(request, officer, at=AT),
            partial(
                reject_request,
                request.reference,
                actor=officer,
                seen_version=1,
                note="No.",
                at=AT,
            ),
            partial(
                revoke_certificate,
                certificate.pk,
                actor=officer,
                reason=RevocationReason.SUPERSEDED,
                note="It was replaced.",
                at=AT,
            ),
            partial(notify_certificate, certificate.eui64, certificate.pk, actor=aro, at=AT),
        ]
    results = race(acts)
    expected = (CertificateRequest, OrganisationCertificate, SigningNotification)
    told = (ConflictError, RefusedError)
    assert all(isinstance(result, (*expected, *told)) for result in results), outcomes(results)
    states = set(CertificateRequest.objects.values_list("state", flat=True))
    assert states <= {RequestState.APPROVED, RequestState.REJECTED}
    assert history.prove_history().first_break is None
