"""Every rule about what a person may do with a proposal, with its passing and failing vectors."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from rules.duties import PersonRole, roles_of
from rules.findings import RefusedError, Verdict
from rules.pairs.acts import PAIR_ACTS, Moment, PairAct, holds_from, pair_act
from rules.pairs.life import DONE_STATES, MOVES, WAITING_STATES, ProposalMove, ProposalState
from rules.pairs.moving import PAIR_BOOK, PairFacts, check_move, moved

pytestmark = pytest.mark.serves("MP104-5")

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICER = frozenset({PersonRole.OFFICER})
ACT = PairAct(
    act=next(iter(PAIR_ACTS)),
    format=1,
    first=OFFICER,
    second=OFFICER,
    moment=Moment.AT_ONCE,
    is_alone_in_emergency=True,
    has_inverse=True,
)
NAMED = dataclasses.replace(ACT, moment=Moment.NAMED)

CONFIRMING = PairFacts(
    move=ProposalMove.CONFIRM,
    state=ProposalState.OPEN,
    act=ACT,
    actor=2,
    actor_role=PersonRole.OFFICER,
    first=1,
    first_role=PersonRole.OFFICER,
    digest="d1",
    seen="d1",
    until=AT + HOUR,
    named=None,
    at=AT,
)
OWED = {"state": ProposalState.REVIEW_OWED}
PROPOSING = {
    "move": ProposalMove.PROPOSE,
    "state": None,
    "first": None,
    "first_role": None,
    "digest": "",
    "seen": "",
    "until": None,
}
ALONE = {**PROPOSING, "move": ProposalMove.ACT_ALONE}
WITHDRAWING = {"move": ProposalMove.WITHDRAW, "actor": 1}


def changed(**difference):
    """Return the facts of a proposal that another confirms, but for what is different."""
    return dataclasses.replace(CONFIRMING, **difference)


PASSING = {
    "propose": PROPOSING,
    "propose for a moment to come": {**PROPOSING, "act": NAMED, "named": AT + HOUR},
    "alone": ALONE,
    "alone for a moment to come": {**ALONE, "act": NAMED, "named": AT + HOUR},
    "confirm": {},
    "withdraw": WITHDRAWING,
    "withdraw what this version does not know": {**WITHDRAWING, "act": None},
    "withdraw in another role by now": {**WITHDRAWING, "actor_role": PersonRole.AUDITOR},
    "refuse": {"move": ProposalMove.REFUSE},
    "refuse what somebody proposed who has left": {
        "move": ProposalMove.REFUSE,
        "first_role": None,
    },
    "refuse what this version does not know": {"move": ProposalMove.REFUSE, "act": None},
    "let stand": {**OWED, "move": ProposalMove.LET_STAND},
    "let stand late": {**OWED, "move": ProposalMove.LET_STAND, "at": AT + 2 * HOUR},
    "undo": {**OWED, "move": ProposalMove.UNDO},
    "find wrong": {**OWED, "move": ProposalMove.FIND_WRONG},
    "close": {"state": ProposalState.MAKING_GOOD, "move": ProposalMove.CLOSE},
    "at the last moment": {"at": AT + HOUR - timedelta(microseconds=1)},
}

FAILING = {
    "proposal-act-unknown": {"act": None},
    "proposal-expired": {"at": AT + HOUR},
    "proposal-move-too-late": {"state": ProposalState.APPLIED},
    "proposal-of-another-person": {**WITHDRAWING, "actor": 2},
    "proposal-needs-another-person": {"actor": 1},
    "proposal-first-person-may-not": {"first_role": None},
    "proposal-role-may-not": {"actor_role": PersonRole.ARO},
    "proposal-not-as-seen": {"seen": "d2"},
    "proposal-never-by-one-person": {
        **ALONE,
        "act": dataclasses.replace(ACT, is_alone_in_emergency=False),
    },
    "proposal-cannot-be-undone": {
        **OWED,
        "move": ProposalMove.UNDO,
        "act": dataclasses.replace(ACT, has_inverse=False),
    },
    "proposal-moment-missing": {**PROPOSING, "act": NAMED},
    "proposal-moment-past": {**PROPOSING, "act": NAMED, "named": AT},
}


@pytest.mark.parametrize("difference", PASSING.values(), ids=list(PASSING))
def test_what_may_be_done_with_a_proposal_is_clear(difference):
    facts = changed(**difference)
    report = check_move(facts)
    assert report.reasons == ()
    assert moved(facts) is MOVES[facts.state, facts.move]


@pytest.mark.parametrize(("reason", "difference"), FAILING.items(), ids=list(FAILING))
def test_what_may_not_is_refused_for_that_reason_alone(reason, difference):
    with pytest.raises(RefusedError) as refused:
        moved(changed(**difference))
    assert refused.value.report.reasons == (reason,)
    assert all(finding.says for finding in refused.value.report.blocking)


def test_every_reason_has_a_failing_vector():
    assert {reason for rule in PAIR_BOOK.rules for reason in rule.reasons} == set(FAILING)


@pytest.mark.parametrize("move", [m for m in ProposalMove if (None, m) not in MOVES])
def test_whoever_was_first_is_second_in_nothing_but_their_own_withdrawal(move):
    report = check_move(changed(move=move, actor=1, **OWED))
    needs = "proposal-needs-another-person" in report.reasons
    assert needs is (move is not ProposalMove.WITHDRAW)


@pytest.mark.parametrize("state", [None, *ProposalState])
@pytest.mark.parametrize("move", list(ProposalMove))
def test_each_state_allows_the_moves_of_the_table_and_no_other(state, move):
    is_too_late = "proposal-move-too-late" in check_move(changed(state=state, move=move)).reasons
    assert is_too_late is ((state, move) not in MOVES)


def test_a_rule_that_has_nothing_to_say_says_so():
    verdicts = {finding.rule: finding.verdict for finding in check_move(CONFIRMING).findings}
    assert [rule for rule, verdict in verdicts.items() if verdict is Verdict.NOT_APPLICABLE] == [
        "PAIR-FIRST",
        "PAIR-ALONE",
        "PAIR-INVERSE",
        "PAIR-MOMENT",
    ]


def test_what_is_over_waits_for_nobody_and_what_was_done_came_of_a_confirmation_or_alone():
    leaving = {state for state, _ in MOVES if state is not None}
    assert leaving == WAITING_STATES
    into = {move for (_, move), state in MOVES.items() if state in DONE_STATES}
    assert into == {
        ProposalMove.CONFIRM,
        ProposalMove.ACT_ALONE,
        ProposalMove.LET_STAND,
        ProposalMove.UNDO,
        ProposalMove.FIND_WRONG,
        ProposalMove.CLOSE,
    }


@pytest.mark.parametrize(
    ("moment", "named", "expected"),
    [
        (Moment.AT_ONCE, None, AT),
        (Moment.AT_ONCE, AT + HOUR, AT),
        (Moment.LATER_OF, None, AT),
        (Moment.LATER_OF, AT - HOUR, AT),
        (Moment.LATER_OF, AT + HOUR, AT + HOUR),
        (Moment.NAMED, AT + HOUR, AT + HOUR),
        (Moment.NAMED, AT, AT),
        (Moment.NAMED, AT - timedelta(microseconds=1), None),
    ],
)
def test_from_when_an_act_holds(moment, named, expected):
    assert holds_from(moment, named=named, confirmed_at=AT) == expected


@pytest.mark.parametrize("each", PAIR_ACTS.values(), ids=list(PAIR_ACTS))
def test_whoever_is_first_or_second_may_do_the_act(each):
    assert each.first | each.second <= roles_of(each.act)
    assert each.first
    assert each.second
    assert pair_act(each.act.value, each.format) is each


def test_an_act_of_another_version_is_not_known():
    known = next(iter(PAIR_ACTS.values()))
    assert pair_act(known.act.value, known.format + 1) is None
    assert pair_act("page.open", 1) is None
    assert pair_act("act.of-another-version", 1) is None
