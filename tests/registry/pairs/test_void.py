"""What rests on something else by now is void, and what has ended is left out."""

import json

import pytest

from registry.arrangements.acts.enforcement import setting_enforcement
from registry.errors import RefusedActError
from registry.models import Party, Proposal
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.proposing import propose
from registry.pairs.waiting import (
    can_be_confirmed_until,
    changed_since,
)
from tests.arranging import set_enforcement
from tests.factories import AT, a_party
from tests.registry.pairs.world import (
    DAY,
    GO_LIVE,
    HOUR,
    RENAMING,
    WHY,
    confirmed,
    enforced,
    last_event,
    proposed,
    renaming,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]


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
