"""What two persons do together: proposed, confirmed, void, ended, and reviewed afterwards."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from registry.arrangements.acts.enforcement import postponing_enforcement, setting_enforcement
from registry.errors import ConflictError, NotFoundError, NotPermittedError, RefusedActError
from registry.evidence import history
from registry.evidence.events import EventFilter, events
from registry.models import EnforcementMoment, Event, Party, Person, Proposal, ProposalSubject
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.confirming import confirm
from registry.pairs.content import shown_words
from registry.pairs.ending import close, refuse, review, withdraw
from registry.pairs.kinds import PairedAct, Part, read_parts
from registry.pairs.proposing import act_alone, propose
from registry.pairs.waiting import (
    can_be_confirmed_until,
    changed_since,
    ended,
    state_at,
    waiting,
    waits_for,
)
from rules.duties import Act, PersonRole
from rules.findings import RefusedError
from rules.pairs.acts import PAIR_ACTS
from rules.pairs.life import MOVES, ProposalMove, ProposalState
from tests.arranging import set_enforcement
from tests.factories import AT, a_party, a_person
from tests.registry.pairs.world import DAY, HOUR, RENAMING, WHY, renaming

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]

GO_LIVE = AT + 30 * DAY


@pytest.fixture
def first():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def second():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def proposal(first):
    """Go-live, proposed by the first officer."""
    return proposed(first)


def proposed(actor, part=None, *, kinds=PAIRED_ACTS, at=AT):
    part = part or setting_enforcement(GO_LIVE)
    return propose([part], actor=actor, note=WHY, kinds=kinds, at=at)


def confirmed(proposal, actor, *, kinds=PAIRED_ACTS, at=AT + HOUR, seen=None):
    digest = proposal.digest if seen is None else seen
    return confirm(proposal.pk, actor=actor, seen=digest, kinds=kinds, at=at)


def enforced():
    return [moment.enforced_from for moment in EnforcementMoment.objects.order_by("pk")]


def last_event():
    event = Event.objects.latest("position")
    return event, json.loads(event.body)


def refused_for(act):
    with pytest.raises(RefusedError) as refused:
        act()
    (reason,) = refused.value.report.reasons
    return reason


# --- proposing and confirming ----------------------------------------------------------------


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
    Person.objects.filter(pk=second.pk).update(is_active=False)
    second.refresh_from_db()
    with pytest.raises(NotPermittedError, match="person-inactive"):
        confirmed(proposal, second)
    with pytest.raises(NotFoundError):
        confirm(proposal.pk + 1, actor=second, seen="", kinds=PAIRED_ACTS, at=AT)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": PersonRole.AUDITOR.value}])
def test_what_somebody_proposed_who_may_no_longer_do_so_is_not_confirmed(
    proposal, first, second, change
):
    Person.objects.filter(pk=first.pk).update(**change)
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


# --- void ------------------------------------------------------------------------------------


def test_what_rests_on_something_else_by_now_is_void_and_nothing_is_done(proposal, first, second):
    set_enforcement(enforced_from=GO_LIVE + DAY, at=AT)
    assert changed_since(proposal, PAIRED_ACTS, at=AT).differing
    found = confirmed(proposal, second)
    assert (found.state, found.second) == ("void", second)
    assert enforced() == [GO_LIVE + DAY]
    told = json.loads(found.differing)["differing"]
    assert [(each["what"], each["then"]) for each in told] == [
        ("all.decision", None),
        ("all.enforced_from", None),
    ]
    assert told[1]["now"] == (GO_LIVE + DAY).isoformat()
    event, body = last_event()
    assert (event.kind, event.result) == ("proposal.void", "done")
    assert (event.actor, event.together_with) == (second, first)
    assert body["details"]["differing"] == ["all.decision", "all.enforced_from"]
    # What it was about is free again.
    proposed(first)


def test_a_moment_that_has_passed_when_it_is_confirmed_makes_it_void(first, second):
    soon = proposed(first, setting_enforcement(AT + HOUR))
    found = confirmed(soon, second, at=AT + 2 * HOUR)
    assert found.state == "void"
    assert [each["what"] for each in json.loads(found.differing)["differing"]] == ["moment"]
    assert enforced() == []


def test_a_page_shows_that_a_moment_has_passed_and_until_when_it_can_be_confirmed(first):
    soon = proposed(first, setting_enforcement(AT + DAY))
    assert can_be_confirmed_until(soon) == AT + DAY
    assert changed_since(soon, PAIRED_ACTS, at=AT + DAY).differing == ()
    (difference,) = changed_since(soon, PAIRED_ACTS, at=AT + DAY + HOUR).differing
    assert (difference.what, difference.then) == ("moment", (AT + DAY).isoformat())


def test_what_names_a_later_moment_than_its_time_can_be_confirmed_until_that_ends(proposal):
    assert can_be_confirmed_until(proposal) == proposal.due_at < GO_LIVE


def test_in_a_set_what_has_ended_is_left_out_and_named_and_the_rest_stands(first, second):
    parties = [a_party(f"Party {letter}", reference=letter) for letter in "abc"]
    proposal = proposed(first, renaming(*parties), kinds=RENAMING)
    Party.objects.filter(reference="b").update(is_authorised_subscriber=False)
    done = confirmed(proposal, second, kinds=RENAMING)
    assert done.state == "applied"
    assert json.loads(done.differing)["ended"] == ["b"]
    names = Party.objects.order_by("reference").values_list("name", flat=True)
    assert list(names) == ["Renamed a", "Party b", "Renamed c"]
    assert last_event()[1]["details"]["left_out"] == ["b"]


def test_a_set_of_which_nothing_is_left_or_a_member_changed_is_void(first, second):
    parties = [a_party(f"Party {letter}", reference=letter) for letter in "ab"]
    proposal = proposed(first, renaming(*parties), kinds=RENAMING)
    Party.objects.filter(reference="a").update(name="Another")
    assert confirmed(proposal, second, kinds=RENAMING).state == "void"
    proposal = proposed(first, renaming(*parties), kinds=RENAMING)
    Party.objects.update(is_authorised_subscriber=False)
    found = confirmed(proposal, second, kinds=RENAMING)
    assert found.state == "void"
    assert json.loads(found.differing)["ended"] == ["a", "b"]


def test_several_acts_are_one_proposal_and_all_are_done_or_none(first, second):
    one, other = a_party("One", reference="one"), a_party("Other", reference="other")
    parts = [renaming(one, name="First"), renaming(other, name="Second")]
    proposal = propose(parts, actor=first, note=WHY, kinds=RENAMING, at=AT)
    Party.objects.filter(reference="other").update(name="Changed")
    assert confirmed(proposal, second, kinds=RENAMING).state == "void"
    assert Party.objects.get(reference="one").name == "One"
    proposal = propose(parts, actor=first, note=WHY, kinds=RENAMING, at=AT)
    assert confirmed(proposal, second, kinds=RENAMING).state == "applied"
    names = Party.objects.order_by("reference").values_list("name", flat=True)
    assert list(names) == ["First one", "Second other"]
    assert [each["renamed"] for each in last_event()[1]["details"]["did"]] == [["one"], ["other"]]


def test_a_set_is_void_when_its_last_members_end_though_one_had_ended_before(first, second):
    parties = [a_party(is_authorised_subscriber=number > 0) for number in range(3)]
    proposal = propose([renaming(*parties)], actor=first, note=WHY, kinds=RENAMING, at=AT)
    Party.objects.update(is_authorised_subscriber=False)
    assert confirmed(proposal, second, kinds=RENAMING).state == "void"
    assert not Party.objects.filter(name__startswith="Renamed").exists()


def test_each_of_several_acts_holds_from_its_own_moment(first, second):
    acts = [renaming(a_party(), days=30), renaming(a_party(), days=40)]
    proposal = propose(acts, actor=first, note=WHY, kinds=RENAMING, at=AT)
    done = confirmed(proposal, second, kinds=RENAMING)
    assert done.holds_from == AT + 30 * DAY
    _, body = last_event()
    assert [each["holds_from"] for each in body["details"]["did"]] == [
        (AT + 30 * DAY).isoformat(),
        (AT + 40 * DAY).isoformat(),
    ]


def test_what_the_acts_own_check_refuses_is_not_proposed(first):
    with pytest.raises(RefusedActError, match="name-forbidden"):
        proposed(first, renaming(a_party(), name="forbidden"), kinds=RENAMING)
    assert not Proposal.objects.exists()


# --- what holds and what ends ----------------------------------------------------------------


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
    settings.PROPOSAL_OPEN_DAYS = 3
    old = proposed(first)
    late = AT + 3 * DAY
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


# --- alone in an emergency -------------------------------------------------------------------


@pytest.fixture
def alone(first):
    """Go-live, postponed by one officer alone."""
    set_enforcement(enforced_from=GO_LIVE, at=AT)
    part = postponing_enforcement(None)
    return act_alone([part], actor=first, note="No message passes.", kinds=PAIRED_ACTS, at=AT)


def reviewed(proposal, actor, verdict, *, at=AT + HOUR, note="Looked at."):
    return review(
        proposal.pk,
        verdict,
        actor=actor,
        seen=proposal.digest,
        note=note,
        kinds=PAIRED_ACTS,
        at=at,
    )


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


# --- go-live itself --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("set_for", "part", "code"),
    [
        (GO_LIVE, setting_enforcement(GO_LIVE), "enforcement-is-so"),
        (GO_LIVE, setting_enforcement(GO_LIVE + DAY), "enforcement-would-postpone"),
        (AT - 9 * DAY, setting_enforcement(GO_LIVE), "enforcement-would-postpone"),
        (None, postponing_enforcement(None), "enforcement-not-set"),
        (GO_LIVE, postponing_enforcement(GO_LIVE), "enforcement-is-so"),
        (GO_LIVE, postponing_enforcement(GO_LIVE - DAY), "enforcement-not-later"),
        (AT - 9 * DAY, postponing_enforcement(AT), "enforcement-not-later"),
    ],
)
def test_what_changes_nothing_or_does_not_postpone_is_refused(first, set_for, part, code):
    set_enforcement(enforced_from=set_for, at=AT)
    with pytest.raises((ConflictError, RefusedActError), match=code):
        proposed(first, part)


def test_go_live_is_set_ahead_and_postponed_to_later(first, second):
    assert refused_for(lambda: proposed(first, setting_enforcement(AT))) == "proposal-moment-past"
    confirmed(proposed(first), second)
    confirmed(proposed(second, postponing_enforcement(GO_LIVE + DAY)), first)
    confirmed(proposed(second, postponing_enforcement(None)), first)
    assert enforced() == [GO_LIVE, GO_LIVE + DAY, None]


def test_no_moment_of_go_live_is_recorded_without_its_proposal(proposal):
    for row in (
        {},
        {"proposal": proposal, "is_loaded": True},
    ):
        with pytest.raises(IntegrityError, match="enforcement_is_set"), transaction.atomic():
            EnforcementMoment.objects.create(enforced_from=AT, recorded_at=AT, **row)


# --- the database says no as well ------------------------------------------------------------


def test_the_database_allows_the_moves_of_the_table_and_no_other(first, second):
    allowed = {(before, after) for (before, _), after in MOVES.items()}
    for before in ProposalState:
        for after in set(ProposalState) - {before}:
            is_refused = _is_refused(before, after, first, second)
            assert is_refused is ((before, after) not in allowed), (before, after)


def _is_refused(before, after, first, second):
    try:
        with transaction.atomic():
            row = proposal_in(before, first, second)
            rows = Proposal.objects.filter(pk=row.pk)
            rows.update(state=after.value, **_decided(second))
            transaction.set_rollback(True)
    except DatabaseError as refused:
        return "cannot move" in str(refused)
    return False


def proposal_in(state, first, second):
    """Make a proposal and bring it to a state on the way that there is."""
    begins = "review-owed" if state in AFTER_ALONE else "open"
    row = a_row(first, state=begins)
    if state is ProposalState.MADE_GOOD:
        Proposal.objects.filter(pk=row.pk).update(state="making-good", **_decided(second))
    if state.value != begins:
        Proposal.objects.filter(pk=row.pk).update(state=state.value, **_decided(second))
    return row


def a_row(first, **different):
    """Make the plainest proposal past our code."""
    plain = {
        "state": "open",
        "kind": "enforcement.set",
        "parts": "[]",
        "facts": "[]",
        "words": "[]",
        "digest": "d",
        "proposed_by": first,
        "proposed_at": AT,
        "note": WHY,
        "due_at": AT + DAY,
    }
    return Proposal.objects.create(**{**plain, **different})


def _decided(second):
    return {
        "second": second,
        "decided_at": AT,
        "closed_by": second,
        "closed_at": AT,
        "closing_note": "Done.",
    }


AFTER_ALONE = {
    ProposalState.REVIEW_OWED,
    ProposalState.STANDS,
    ProposalState.UNDONE,
    ProposalState.MAKING_GOOD,
    ProposalState.MADE_GOOD,
}


def test_a_part_names_an_act_of_two_persons():
    with pytest.raises(KeyError):
        _ = Part(act=Act.SIGN_IN, payload={}).rule
