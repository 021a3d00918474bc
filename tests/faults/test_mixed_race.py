"""All at once on one key, one MPID, one User ID: one winner each, and no deadlock for anybody."""

from collections import Counter
from functools import partial

import pytest

from registry.certificates.acts.certificate_requests import submit_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.errors import ConflictError
from registry.models import (
    CertificateRequest,
    MpidUse,
    OrganisationCertificate,
    SigningNotification,
)
from registry.notifications.acts.notifications import notify_certificate
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.workflow import RevocationReason
from tests.factories import AT, a_certificate, a_key, a_person
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
from tests.racing import outcomes, race
from tests.rounds import rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.race,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

ROUNDS = 12
RACERS = 32


@rounds(6)
def test_32_who_submit_approve_revoke_notify_and_issue_at_once_have_one_winner_each():
    ours, rival = Cast(), Cast()
    officers = [a_person(PersonRole.OFFICER) for _ in range(8)]
    for _ in range(ROUNDS):
        one_round(ours, rival, officers)
    the_chain_proves()


def one_round(ours, rival, officers):
    began = last_position()
    mpid = an_mpid()
    # Both asked for the MPID while it was free; then one of them turned out to have it.
    request, rivals = ours.submitted(mpid), rival.submitted(mpid)
    certificate = a_certificate(ours.user_id, mpids=[mpid])
    acts = {
        "submit": submissions_of_one_key(ours, count=7),
        "approve": [approval(ours, request, officer) for officer in officers[:6]],
        "approve the rival's": [approval(rival, rivals, officer) for officer in officers[:5]],
        "revoke": [revocation(certificate, officer) for officer in officers[:5]],
        "notify": [notification(certificate, ours)] * 7,
        "issue": [partial(sweep, AT)] * 2,
    }
    kinds = [kind for kind, them in acts.items() for _ in them]
    assert len(kinds) == RACERS
    results = race([act for them in acts.values() for act in them])

    told = [result for result in results if isinstance(result, Exception)]
    faults = [one for one in told if not isinstance(one, ConflictError | RefusedError)]
    assert faults == []
    won = Counter(
        kind
        for kind, result in zip(kinds, results, strict=True)
        if not isinstance(result, Exception)
    )
    assert won["submit"] == won["revoke"] == 1, outcomes(results)
    # The certificate of its own Party never blocks a request, but the rival's approval may.
    assert won["approve"] + won["approve the rival's"] == 1, outcomes(results)
    # Notified until it was revoked: by all as one, or by none.
    notified = SigningNotification.objects.filter(certificate=certificate).count()
    assert notified == bool(won["notify"])
    assert len(evidence("notification.notify", after=began)) == notified
    assert len(evidence("certificate.revoke", after=began)) == 1
    the_mpid_has_one_holder(mpid, request if won["approve"] else rivals)


def the_mpid_has_one_holder(mpid, winner):
    """Have what was approved issued, and hold the MPID to the Party of that certificate alone."""
    sweep_after_a_lease()
    nothing_waits()
    issued = OrganisationCertificate.objects.get(request=winner)
    assert not issued.mpid_in_conflict
    (use,) = MpidUse.objects.filter(mpid=mpid, held__contains=AT.replace(hour=12))
    assert (use.certificate, use.party) == (issued, winner.party)
    # The next round begins without open requests.
    CertificateRequest.objects.filter(state="accepted").update(state="rejected")


def submissions_of_one_key(cast, *, count):
    key = a_key()
    return [
        partial(
            submit_request,
            # Each signed anew, so that they are different requests of one key.
            build_request(key, eui64=cast.user_id.eui64, remote_party_role="87"),
            actor=cast.aro,
            at=AT,
        )
        for _ in range(count)
    ]


def approval(cast, request, officer):
    act = cast.approving(request)
    return partial(act.func, *act.args, **{**act.keywords, "actor": officer})


def revocation(certificate, officer):
    return partial(
        revoke_certificate,
        certificate.pk,
        actor=officer,
        reason=RevocationReason.SUPERSEDED,
        note="It was replaced.",
        at=AT,
    )


def notification(certificate, cast):
    return partial(notify_certificate, cast.user_id.eui64, certificate.pk, actor=cast.aro, at=AT)
