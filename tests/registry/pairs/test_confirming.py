"""What two persons do together is proposed by one and done when another confirms it."""

import pytest

from registry.arrangements.acts.enforcement import setting_enforcement
from registry.errors import NotFoundError, NotPermittedError, RefusedActError
from registry.evidence import history
from registry.evidence.events import EventFilter, events
from registry.models import EnforcementMoment, Event, Proposal
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.confirming import confirm
from registry.pairs.content import shown_words
from registry.pairs.ending import refuse, withdraw
from registry.pairs.kinds import PairedAct, Part
from registry.pairs.proposing import propose
from registry.pairs.waiting import (
    ended,
    waiting,
    waits_for,
)
from rules.duties import Act, PersonRole
from rules.pairs.acts import PAIR_ACTS
from tests.factories import AT, a_person, appoint_instead, end_appointments
from tests.registry.pairs.world import (
    GO_LIVE,
    HOUR,
    WHY,
    confirmed,
    enforced,
    last_event,
    proposed,
    refused_for,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]


def test_every_act_of_two_persons_is_there_and_has_an_inverse_where_the_rules_say_so():
    assert set(PAIRED_ACTS) == set(PAIR_ACTS)
    for act, paired in PAIRED_ACTS.items():
        assert paired.act is act
        assert (type(paired).undo is not PairedAct.undo) is PAIR_ACTS[act].has_inverse


def test_what_is_proposed_changes_nothing_but_waits_for_a_second_person(proposal, first, second):
    assert enforced() == []
    assert proposal.state == "open"
    assert list(waiting(at=AT)) == [proposal]
    assert (waits_for(first, at=AT), waits_for(second, at=AT)) == (0, 1)
    assert waits_for(a_person(PersonRole.AUDITOR), at=AT) == 1
    (shown,) = shown_words(proposal)
    assert shown.title == "Enforce MP104 from a named moment"
    assert [(line.label, line.at) for line in shown.lines] == [
        ("Set before", None),
        ("Set by this", GO_LIVE),
    ]
    event, body = last_event()
    assert (event.kind, event.actor, event.subject) == (
        "proposal.propose",
        first,
        f"proposal:{proposal.pk}",
    )
    assert body["details"]["digest"] == proposal.digest


def test_what_another_confirms_is_done_in_one_event_that_both_are_found_by(
    proposal, first, second
):
    done = confirmed(proposal, second)
    assert (done.state, done.second, done.holds_from) == ("applied", second, GO_LIVE)
    moment = EnforcementMoment.objects.get()
    assert (moment.enforced_from, moment.proposal, moment.is_loaded) == (GO_LIVE, proposal, False)
    event, body = last_event()
    assert (event.kind, event.actor, event.together_with) == ("enforcement.set", second, first)
    assert body["together_with"]["email"] == first.email
    assert body["details"]["did"][0]["holds_from"] == GO_LIVE.isoformat()
    assert body["details"]["confirmed_at"] == (AT + HOUR).isoformat()
    for person in (first, second):
        assert event in events(EventFilter(person=person.pk))
    assert history.other_actor_of(event).name == first.name
    assert history.prove_history().first_break is None
    assert list(waiting(at=AT)) == []
    assert list(ended(at=AT)) == [proposal]


def test_an_event_whose_second_name_was_altered_is_found_out(proposal, second):
    confirmed(proposal, second)
    event, _ = last_event()
    event.together_with = second
    assert "together_with" in history.fault_of(event)
    with pytest.raises(history.AlteredEventError):
        history.other_actor_of(event)


@pytest.mark.parametrize(
    ("reason", "role", "seen"),
    [
        ("proposal-not-as-seen", PersonRole.OFFICER, "another"),
        ("proposal-role-may-not", PersonRole.AUDITOR, None),
        ("proposal-role-may-not", PersonRole.SRO, None),
    ],
)
def test_who_may_not_confirm_does_nothing_and_leaves_an_event(proposal, reason, role, seen):
    person = a_person(role)
    assert refused_for(lambda: confirmed(proposal, person, seen=seen)) == reason
    assert enforced() == []
    event, body = last_event()
    assert (event.kind, event.result, event.actor) == ("proposal.confirm", "refused", person)
    assert body["details"]["reasons"] == [reason]
    assert Proposal.objects.get().state == "open"


def test_nobody_confirms_or_refuses_their_own_and_nobody_withdraws_anothers(
    proposal, first, second
):
    needs = "proposal-needs-another-person"
    assert refused_for(lambda: confirmed(proposal, first)) == needs
    asked = {"seen": proposal.digest, "at": AT}
    assert refused_for(lambda: refuse(proposal.pk, actor=first, note=WHY, **asked)) == needs
    assert (
        refused_for(lambda: withdraw(proposal.pk, actor=second, **asked))
        == "proposal-of-another-person"
    )


def test_a_closed_account_and_one_that_is_not_there_do_nothing(proposal, second):
    end_appointments(second)
    with pytest.raises(NotPermittedError, match="person-inactive"):
        confirmed(proposal, second)
    third = a_person(PersonRole.OFFICER)
    with pytest.raises(NotFoundError):
        confirm(proposal.pk + 1, actor=third, seen="", kinds=PAIRED_ACTS, at=AT)


@pytest.mark.parametrize(
    "change",
    [end_appointments, lambda person: appoint_instead(person, PersonRole.AUDITOR)],
    ids=["closed", "another role"],
)
def test_what_somebody_proposed_who_may_no_longer_do_so_is_not_confirmed(
    proposal, first, second, change
):
    change(first)
    assert refused_for(lambda: confirmed(proposal, second)) == "proposal-first-person-may-not"
    assert enforced() == []
    refused = refuse(proposal.pk, actor=second, seen=proposal.digest, note=WHY, at=AT)
    assert refused.state == "refused"


def test_whoever_may_not_do_the_act_cannot_propose_it():
    with pytest.raises(NotPermittedError, match="role-may-not"):
        proposed(a_person(PersonRole.AUDITOR))
    assert not Proposal.objects.exists()
    assert Event.objects.get().result == "refused"


@pytest.mark.parametrize(
    ("note", "code"), [(" ", "reason-missing"), ("a" * 2_001, "reason-too-long")]
)
def test_a_proposal_says_why(first, note, code):
    with pytest.raises(RefusedActError, match=code):
        propose([setting_enforcement(GO_LIVE)], actor=first, note=note, kinds=PAIRED_ACTS, at=AT)


def test_a_proposal_of_nothing_is_a_fault_of_ours(first):
    with pytest.raises(ValueError, match="one act at least"):
        propose([], actor=first, note=WHY, kinds=PAIRED_ACTS, at=AT)


def test_a_part_names_an_act_of_two_persons():
    with pytest.raises(KeyError):
        _ = Part(act=Act.SIGN_IN, payload={}).rule
