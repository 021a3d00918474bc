"""Random histories of proposals: nothing is done without two persons, or one and a review owed."""

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.pairs.acts import PAIR_ACTS, Moment, PairAct
from rules.pairs.life import DONE_STATES, ProposalMove, ProposalState
from rules.pairs.moving import PairFacts, moved

pytestmark = pytest.mark.serves("MP104-5")

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OPEN_FOR = timedelta(hours=5)
NOBODY_CONFIRMED = frozenset({ProposalState.OPEN, ProposalState.WITHDRAWN, ProposalState.REFUSED})
REVIEWED = frozenset(
    {
        ProposalState.STANDS,
        ProposalState.UNDONE,
        ProposalState.MAKING_GOOD,
        ProposalState.MADE_GOOD,
    }
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody tries."""

    move: ProposalMove
    account: int
    role: PersonRole
    sees_it: bool
    hours: int
    """Since the step before."""
    is_known: bool


ACCOUNTS_OF = {1: 1, 2: 1, 3: 2, 4: 3}
"""Four accounts of three natural persons: the first two are one person's."""

STEPS = st.lists(
    st.builds(
        Step,
        # The system alone makes one void or ends it.
        move=st.sampled_from(
            [m for m in ProposalMove if m not in {ProposalMove.VOID, ProposalMove.EXPIRE}]
        ),
        account=st.sampled_from(sorted(ACCOUNTS_OF)),
        role=st.sampled_from([PersonRole.OFFICER] * 4 + [PersonRole.ARO, PersonRole.AUDITOR]),
        sees_it=st.sampled_from([True, True, True, False]),
        hours=st.integers(0, 3),
        is_known=st.sampled_from([True, True, True, False]),
    ),
    min_size=2,
    max_size=12,
)

ACTS = st.builds(
    PairAct,
    act=st.sampled_from(sorted(PAIR_ACTS)),
    format=st.just(1),
    first=st.just(frozenset({PersonRole.OFFICER})),
    second=st.just(frozenset({PersonRole.OFFICER})),
    moment=st.just(Moment.AT_ONCE),
    is_alone_in_emergency=st.booleans(),
    has_inverse=st.booleans(),
)


@dataclass
class History:
    """What came of one: where the proposal stands, and which natural person did which move."""

    state: ProposalState | None = None
    first: int | None = None
    began: datetime | None = None
    who: dict[ProposalMove, int] = field(default_factory=dict)


def played(act, steps):
    """Try each step in turn; what is refused changes nothing."""
    history, at = History(), AT
    for step in steps:
        at += timedelta(hours=step.hours)
        facts = facts_of(history, act, step, at)
        try:
            after = moved(facts)
        except RefusedError:
            continue
        if history.state is None:
            history.first, history.began = facts.actor, at
        history.who[step.move] = facts.actor
        if after in DONE_STATES and history.state not in DONE_STATES:
            assert step.is_known
            assert step.role is PersonRole.OFFICER
        if after is ProposalState.APPLIED:
            assert at < history.began + OPEN_FOR
            assert step.sees_it
        history.state = after
    return history


def facts_of(history, act, step, at):
    return PairFacts(
        move=step.move,
        state=history.state,
        act=act if step.is_known else None,
        actor=ACCOUNTS_OF[step.account],
        actor_role=step.role,
        first=history.first,
        first_role=PersonRole.OFFICER if history.first is not None else None,
        digest="" if history.state is None else "it",
        seen="it" if step.sees_it else "another",
        until=history.began + OPEN_FOR if history.began is not None else None,
        named=None,
        at=at,
    )


@settings(max_examples=400, deadline=None)
@given(act=ACTS, steps=STEPS)
def test_nothing_is_done_without_two_natural_persons_or_one_and_the_review_that_is_owed(
    act, steps
):
    history = played(act, steps)
    who = history.who
    if history.state is ProposalState.APPLIED:
        assert who[ProposalMove.CONFIRM] != who[ProposalMove.PROPOSE]
        assert ProposalMove.ACT_ALONE not in who
    if history.state is ProposalState.REVIEW_OWED:
        assert set(who) == {ProposalMove.ACT_ALONE}
        assert act.is_alone_in_emergency
    if history.state in REVIEWED:
        others = {person for move, person in who.items() if move is not ProposalMove.ACT_ALONE}
        assert others
        assert who[ProposalMove.ACT_ALONE] not in others
    if history.state is ProposalState.UNDONE:
        assert act.has_inverse
    if history.state in NOBODY_CONFIRMED:
        assert not set(who) & {ProposalMove.CONFIRM, ProposalMove.ACT_ALONE}


def test_the_histories_reach_what_they_are_about():
    """One of each kind by hand, so that the test above cannot pass by refusing everything."""
    act = dataclasses.replace(
        PAIR_ACTS[min(PAIR_ACTS)],
        moment=Moment.AT_ONCE,
        is_alone_in_emergency=True,
        has_inverse=True,
    )
    beginning = PairFacts(
        move=ProposalMove.ACT_ALONE,
        state=None,
        act=act,
        actor=1,
        actor_role=PersonRole.OFFICER,
        first=None,
        first_role=None,
        digest="",
        seen="",
        until=None,
        named=None,
        at=AT,
    )
    owed = moved(beginning)
    other = dataclasses.replace(beginning, state=owed, first=1, actor=2)
    wrong = moved(dataclasses.replace(other, move=ProposalMove.FIND_WRONG))
    assert moved(dataclasses.replace(other, move=ProposalMove.UNDO)) is ProposalState.UNDONE
    closing = dataclasses.replace(other, state=wrong, move=ProposalMove.CLOSE)
    assert moved(closing) is ProposalState.MADE_GOOD
    with pytest.raises(RefusedError):
        moved(dataclasses.replace(closing, actor=1))
