"""What one person does alone in an emergency is reviewed by another."""

import pytest

from registry.arrangements.acts.enforcement import setting_enforcement
from registry.errors import ConflictError
from registry.models import Proposal
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.ending import close, withdraw
from registry.pairs.proposing import act_alone
from registry.pairs.waiting import (
    waiting,
)
from rules.duties import Act
from rules.pairs.life import ProposalMove
from tests.arranging import set_enforcement
from tests.factories import AT
from tests.registry.pairs.world import (
    DAY,
    GO_LIVE,
    HOUR,
    RENAMING,
    WHY,
    enforced,
    last_event,
    proposed,
    refused_for,
    reviewed,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]


def test_what_one_does_alone_is_done_at_once_and_its_review_owed_first_when_late(
    alone, first, second
):
    assert enforced() == [GO_LIVE, None]
    assert (alone.state, alone.second, alone.holds_from) == ("review-owed", None, AT)
    event, body = last_event()
    assert (event.kind, event.actor, event.together_with) == ("enforcement.postpone", first, None)
    assert body["details"]["alone"] is True
    other = proposed(second)
    assert list(waiting(at=AT)) == [alone, other]
    assert list(waiting(at=AT + 2 * DAY)) == [alone, other]


def test_what_is_due_first_stands_first_and_so_a_late_review(second, alone):
    soon = proposed(second, at=AT - 6 * DAY - HOUR)
    assert list(waiting(at=AT)) == [soon, alone]
    withdraw(soon.pk, actor=second, seen=soon.digest, at=AT)
    later = proposed(second, at=AT)
    assert list(waiting(at=AT + 2 * DAY)) == [alone, later]


def test_a_review_by_another_lets_it_stand(alone, first, second):
    needs = "proposal-needs-another-person"
    assert refused_for(lambda: reviewed(alone, first, ProposalMove.LET_STAND)) == needs
    assert reviewed(alone, second, ProposalMove.LET_STAND).state == "stands"
    event, body = last_event()
    assert (event.actor, event.together_with) == (second, first)
    assert (body["details"]["verdict"], body["details"]["is_late"]) == ("let-stand", False)
    assert enforced() == [GO_LIVE, None]


def test_an_undone_postponement_never_enforces_mp104_at_once(alone, second):
    with pytest.raises(ConflictError, match="enforcement-moment-passed"):
        reviewed(alone, second, ProposalMove.UNDO, at=GO_LIVE)
    assert enforced() == [GO_LIVE, None]
    assert reviewed(alone, second, ProposalMove.LET_STAND, at=GO_LIVE).state == "stands"


def test_a_review_undoes_it_in_the_same_transaction(alone, second):
    assert reviewed(alone, second, ProposalMove.UNDO, at=AT + 9 * DAY).state == "undone"
    assert enforced() == [GO_LIVE, None, GO_LIVE]
    assert last_event()[1]["details"]["is_late"] is True


def test_what_was_decided_on_since_is_not_undone_but_made_good(alone, second):
    set_enforcement(enforced_from=GO_LIVE + DAY, at=AT)
    with pytest.raises(ConflictError, match="enforcement-decided-since"):
        reviewed(alone, second, ProposalMove.UNDO)
    assert Proposal.objects.get().state == "review-owed"
    wrong = reviewed(alone, second, ProposalMove.FIND_WRONG, note="Users are told.")
    assert wrong.state == "making-good"
    assert list(waiting(at=AT)) == [wrong]
    good = close(wrong.pk, actor=second, seen=wrong.digest, note="They were told.", at=AT)
    assert (good.state, good.closed_by, good.closing_note) == (
        "made-good",
        second,
        "They were told.",
    )
    assert list(waiting(at=AT)) == []


def test_nobody_sets_go_live_alone_and_a_review_says_one_of_three_things(alone, first, second):
    reason = refused_for(
        lambda: act_alone(
            [setting_enforcement(GO_LIVE)], actor=first, note=WHY, kinds=PAIRED_ACTS, at=AT
        )
    )
    assert reason == "proposal-never-by-one-person"
    with pytest.raises(ValueError, match="not what a review says"):
        reviewed(alone, second, ProposalMove.CONFIRM)
    with pytest.raises(NotImplementedError):
        RENAMING[Act.SET_ENFORCEMENT].undo({}, {}, None)
