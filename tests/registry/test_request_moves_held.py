"""The database allows a request the moves of the workflow and no other, whoever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from registry.certificates.acts.certificate_requests import submit_request
from registry.models import CertificateRequest, MpidUse
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.workflow import MOVES, RESERVING_STATES, RequestState
from tests.factories import AT, a_key, a_person, a_user_id

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("RA-CSR")]

FAR = AT + timedelta(days=36_500)

LEADS_TO = {
    state: {after for (before, _), after in MOVES.items() if before == state}
    for state in RequestState
}


@pytest.fixture
def rows():
    """A request that has just been accepted, to be written to past our code."""
    user_id = a_user_id()
    request = submit_request(
        build_request(a_key(), eui64=user_id.eui64, remote_party_role="87", common_name="ABCD"),
        actor=a_person(PersonRole.ARO, user_id.party),
        at=AT,
    )
    return CertificateRequest.objects.filter(pk=request.pk)


def way_to(state):
    """Return the states after `accepted` on the shortest way to one."""
    ways = {RequestState.ACCEPTED: ()}
    waiting = [RequestState.ACCEPTED]
    while state not in ways:
        before = waiting.pop(0)
        for after in sorted(LEADS_TO[before] - set(ways)):
            ways[after] = (*ways[before], after)
            waiting.append(after)
    return ways[state]


def refusal(rows, state):
    """Return what the database says to a move, which is taken back; empty where it allows it."""
    try:
        with transaction.atomic():
            rows.update(state=state)
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("before", list(RequestState))
def test_from_each_state_the_database_allows_what_the_workflow_allows(rows, before):
    for state in way_to(before):
        rows.update(state=state)
    for after in set(RequestState) - {before}:
        says = refusal(rows, after)
        if after in LEADS_TO[before]:
            assert says == ""
        else:
            assert f"cannot move from {before} to {after}" in says
    # What is no move is nobody's business here.
    rows.update(state=before, decision_note="Noted.")


@pytest.mark.parametrize("state", list(RequestState))
def test_the_database_reserves_the_mpids_in_the_states_that_reserve_and_no_other(rows, state):
    for step in way_to(state):
        rows.update(state=step)
    reserved = MpidUse.objects.filter(request=rows.get(), mpid="ABCD", held__contains=FAR)
    assert reserved.exists() is (state in RESERVING_STATES)


def test_a_request_begins_as_accepted(rows):
    request = rows.get()
    request.pk, request.key_x = None, "0" * 64
    for state in set(RequestState) - {RequestState.ACCEPTED}:
        request.state = state
        with (
            pytest.raises(IntegrityError, match=f"begins as accepted, not as {state}"),
            transaction.atomic(),
        ):
            request.save(force_insert=True)
    request.state = RequestState.ACCEPTED
    request.save(force_insert=True)
