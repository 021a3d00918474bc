"""Many at one proposal at once: one outcome, and nothing done twice or for nobody."""

from collections import Counter
from functools import partial

import pytest

from registry.arrangements.acts.enforcement import postponing_enforcement
from registry.errors import ConflictError
from registry.evidence import history
from registry.models import EnforcementMoment, Party, Proposal, ProposalSubject
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.confirming import confirm
from registry.pairs.ending import withdraw
from registry.pairs.proposing import act_alone, propose
from rules.duties import PersonRole
from rules.findings import RefusedError
from tests.arranging import set_enforcement
from tests.factories import AT, a_party, a_person
from tests.racing import overtake, race
from tests.registry.pairs.world import DAY, GO_LIVE, HOUR, RENAMING, WHY, proposed, renaming

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.serves("MP104-5"),
]

MANY = 32


@pytest.fixture
def officers():
    return [a_person(PersonRole.OFFICER) for _ in range(MANY)]


def confirming(proposal, actor, *, at=AT + HOUR, kinds=PAIRED_ACTS):
    return partial(confirm, proposal.pk, actor=actor, seen=proposal.digest, kinds=kinds, at=at)


def reasons(results):
    """Count what came of each: the state, or why it was refused."""
    return Counter(
        ",".join(result.report.reasons)
        if isinstance(result, RefusedError)
        else getattr(result, "state", None) or type(result).__name__
        for result in results
    )


def held():
    return ProposalSubject.objects.filter(is_held=True).count()


def test_of_many_that_confirm_one_does_it(officers):
    proposal = proposed(a_person(PersonRole.OFFICER))
    came = reasons(race([confirming(proposal, officer) for officer in officers]))
    assert came == {"applied": 1, "proposal-move-too-late": MANY - 1}
    assert EnforcementMoment.objects.count() == 1
    assert history.prove_history().first_break is None


def test_of_many_that_confirm_and_withdraw_one_has_its_way(officers):
    first = a_person(PersonRole.OFFICER)
    proposal = proposed(first)
    withdrawing = partial(withdraw, proposal.pk, actor=first, seen=proposal.digest, at=AT + HOUR)
    confirms = [confirming(proposal, officer) for officer in officers[: MANY // 2]]
    came = reasons(race([*confirms, *[withdrawing] * (MANY // 2)]))
    assert came["proposal-move-too-late"] == MANY - 1
    done = EnforcementMoment.objects.count()
    assert (came["applied"], came["withdrawn"]) in {(1, 0), (0, 1)}
    assert done == came["applied"]


def test_of_many_that_propose_the_same_one_holds_it(officers):
    results = race([partial(proposed, officer) for officer in officers])
    assert sum(isinstance(result, Proposal) for result in results) == 1
    assert sum(isinstance(result, ConflictError) for result in results) == MANY - 1
    assert (Proposal.objects.count(), held()) == (1, 1)


def test_a_confirmation_beside_what_one_does_alone_comes_before_it_or_is_void(officers):
    set_enforcement(enforced_from=GO_LIVE + DAY, at=AT)
    proposal = proposed(a_person(PersonRole.OFFICER))
    alone = partial(
        act_alone,
        [postponing_enforcement(None)],
        actor=officers[0],
        note=WHY,
        kinds=PAIRED_ACTS,
        at=AT + HOUR,
    )
    confirms = [confirming(proposal, officer) for officer in officers[1:]]
    came = reasons(race([*confirms, alone]))
    proposal.refresh_from_db()
    recorded = list(
        EnforcementMoment.objects.order_by("pk").values_list("enforced_from", flat=True)
    )
    assert came["review-owed"] == 1
    if proposal.state == "void":
        assert recorded == [GO_LIVE + DAY, None]
    else:
        assert proposal.state == "applied"
        assert recorded == [GO_LIVE + DAY, GO_LIVE, None]


def test_a_confirmation_waits_for_a_change_of_facts_and_is_void(officers):
    party = a_party("Before", reference="party")
    proposal = propose([renaming(party)], actor=officers[0], note=WHY, kinds=RENAMING, at=AT)
    found, has_waited = overtake(
        lambda: Party.objects.filter(pk=party.pk).update(name="After"),
        confirming(proposal, officers[1], kinds=RENAMING),
    )
    assert has_waited
    assert found.state == "void"
    assert Party.objects.get().name == "After"


def test_of_many_at_one_that_expires_meanwhile_nobody_confirms_and_one_proposes_anew(
    settings, officers
):
    settings.WORKING_DAY_LIMITS = {"proposal": 1}
    old = proposed(a_person(PersonRole.OFFICER))
    late = old.due_at
    confirms = [confirming(old, officer, at=late) for officer in officers[: MANY // 2]]
    anew = [partial(proposed, officer, at=late) for officer in officers[MANY // 2 :]]
    results = race([*confirms, *anew])
    came = reasons(results)
    assert came["proposal-expired"] + came["proposal-move-too-late"] == MANY // 2
    assert came["open"] == 1
    assert came["ConflictError"] == MANY // 2 - 1
    old.refresh_from_db()
    assert old.state == "expired"
    assert held() == 1
    assert not EnforcementMoment.objects.exists()


def test_of_many_on_either_side_of_its_last_moment_it_is_confirmed_once_or_expires(
    settings, officers
):
    settings.WORKING_DAY_LIMITS = {"proposal": 1}
    old = proposed(a_person(PersonRole.OFFICER))
    in_time = [confirming(old, officer, at=old.due_at - HOUR) for officer in officers[: MANY // 2]]
    anew = [partial(proposed, officer, at=old.due_at) for officer in officers[MANY // 2 :]]
    came = reasons(race([*in_time, *anew]))
    old.refresh_from_db()
    assert old.state in {"applied", "expired"}
    # Each is done or told why not; a deadlock would be among them.
    assert set(came) <= {
        *("applied", "open", "ConflictError"),
        *("proposal-expired", "proposal-move-too-late"),
    }
    assert EnforcementMoment.objects.count() == (old.state == "applied")
