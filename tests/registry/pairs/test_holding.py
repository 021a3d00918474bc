"""An open proposal holds what it is about until it ends, in one way or another."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.arrangements.acts.enforcement import setting_enforcement
from registry.errors import ConflictError, RefusedActError
from registry.models import Event, Proposal, ProposalSubject
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.content import shown_words
from registry.pairs.ending import refuse, withdraw
from registry.pairs.kinds import read_parts
from registry.pairs.waiting import (
    changed_since,
    ended,
    state_at,
    waiting,
)
from rules.pairs.life import ProposalState
from tests.factories import AT
from tests.registry.pairs.world import (
    DAY,
    GO_LIVE,
    WHY,
    a_row,
    confirmed,
    proposed,
    refused_for,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]


@pytest.mark.usefixtures("proposal")
def test_two_open_proposals_are_never_about_the_same(second):
    with pytest.raises(ConflictError, match="proposal-open-already"):
        proposed(second, setting_enforcement(GO_LIVE + DAY))
    assert Proposal.objects.count() == 1


def test_a_withdrawn_and_a_refused_one_let_go_of_what_they_were_about(proposal, first, second):
    withdrawn = withdraw(proposal.pk, actor=first, seen=proposal.digest, at=AT)
    assert withdrawn.state == "withdrawn"
    again = proposed(first)
    refused = refuse(again.pk, actor=second, seen=again.digest, note=" Too early. ", at=AT)
    assert (refused.state, refused.decision_note, refused.second) == (
        "refused",
        "Too early.",
        second,
    )
    assert not ProposalSubject.objects.filter(is_held=True).exists()
    assert refused_for(lambda: confirmed(again, second)) == "proposal-move-too-late"
    third = proposed(first)
    with pytest.raises(RefusedActError, match="reason-missing"):
        refuse(third.pk, actor=second, seen=third.digest, note="", at=AT)


def test_an_expired_one_counts_as_ended_and_a_new_one_closes_it(settings, first, second):
    settings.WORKING_DAY_LIMITS = {"proposal": 3}
    old = proposed(first)
    # From a Friday on.
    late = old.due_at
    assert late == datetime(2026, 11, 26, tzinfo=UTC)
    assert state_at(old, at=late - timedelta(microseconds=1)) is ProposalState.OPEN
    assert state_at(old, at=late) is ProposalState.EXPIRED
    assert list(waiting(at=late)) == []
    assert list(ended(at=late)) == [old]
    assert refused_for(lambda: confirmed(old, second, at=late)) == "proposal-expired"
    new = proposed(second, at=late)
    old.refresh_from_db()
    assert (old.state, old.decided_at) == ("expired", late)
    assert list(waiting(at=late)) == [new]
    kinds = Event.objects.order_by("-position").values_list("kind", "actor")[:2]
    assert list(kinds) == [("proposal.propose", second.pk), ("proposal.expire", None)]


@pytest.mark.parametrize(
    "stored",
    [
        '[{"act":"enforcement.set","format":9,"payload":{}}]',
        '[{"act":"gone.since","format":1,"payload":{}}]',
    ],
)
def test_an_act_of_another_version_is_shown_and_ended_but_never_confirmed(first, second, stored):
    words = proposed(first).words
    old = a_row(first, parts=stored, words=words)
    assert read_parts(old) is None
    assert shown_words(old)[0].title == "Enforce MP104 from a named moment"
    assert changed_since(old, PAIRED_ACTS, at=AT) is None
    assert refused_for(lambda: confirmed(old, second)) == "proposal-act-unknown"
    assert refuse(old.pk, actor=second, seen=old.digest, note=WHY, at=AT).state == "refused"
    other = a_row(first, parts=stored, words=words)
    assert withdraw(other.pk, actor=first, seen=other.digest, at=AT).state == "withdrawn"
