"""Every state and every move: the table is the specification, and this holds it to APP-M 2.3.1."""

import pytest

from rules.workflow import (
    MOVES,
    OPEN_STATES,
    RESERVING_STATES,
    IllegalMoveError,
    RequestMove,
    RequestState,
    may_move,
    moved,
)

LEGAL = {
    ("accepted", "approve"): "approved",
    ("accepted", "reject"): "rejected",
    ("accepted", "withdraw"): "withdrawn",
    ("approved", "reject"): "rejected",
    ("approved", "withdraw"): "withdrawn",
    ("approved", "stop"): "stopped",
    ("approved", "send"): "sent",
    ("stopped", "approve"): "approved",
    ("stopped", "reject"): "rejected",
    ("stopped", "withdraw"): "withdrawn",
    ("sent", "issue"): "issued",
    ("sent", "report-unrecorded"): "unrecorded-answer",
    ("sent", "report-anomaly"): "issuance-anomaly",
    ("unrecorded-answer", "reject"): "rejected",
}


@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize("move", list(RequestMove))
def test_each_move_leads_where_the_policy_says_or_is_refused(state, move):
    expected = LEGAL.get((state.value, move.value))
    assert may_move(state, move) is (expected is not None)
    if expected is None:
        with pytest.raises(IllegalMoveError) as refusal:
            moved(state, move)
        assert (refusal.value.state, refusal.value.move) == (state, move)
    else:
        assert moved(state, move) == expected


def test_what_the_authority_holds_can_be_neither_withdrawn_nor_rejected():
    leaving = {move for (state, move) in MOVES if state is RequestState.SENT}
    assert leaving == {
        RequestMove.ISSUE,
        RequestMove.REPORT_UNRECORDED,
        RequestMove.REPORT_ANOMALY,
    }


def test_what_was_stopped_or_not_recorded_is_for_an_officer_to_go_on_with_or_end():
    leaving = {state: {move for (of, move) in MOVES if of is state} for state in OPEN_STATES}
    assert {RequestMove.APPROVE, RequestMove.REJECT} <= leaving[RequestState.STOPPED]
    assert leaving[RequestState.UNRECORDED] == {RequestMove.REJECT}


def test_mpids_are_reserved_while_a_certificate_with_them_may_come_or_be_there():
    assert {state.value for state in RESERVING_STATES} == {"approved", "sent", "unrecorded-answer"}


def test_every_ended_state_is_final_and_reserves_nothing():
    ended = set(RequestState) - OPEN_STATES
    assert not ended & RESERVING_STATES
    assert not [state for (state, _) in MOVES if state in ended]
