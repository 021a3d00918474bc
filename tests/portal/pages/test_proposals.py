"""What needs two persons, by its pages: proposed, confirmed, void, ended and reviewed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.presenters.moments import moment_words
from portal.presenters.proposals import STATE_TAGS
from registry.arrangements.acts.enforcement import postponing_enforcement, setting_enforcement
from registry.evidence.events import events_about
from registry.models import EnforcementMoment, Proposal
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.proposing import act_alone, propose
from rules.pairs.life import ProposalState
from tests.arranging import set_enforcement
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]

WHY = "The SMKI PMA's decision 12."
DAY = timedelta(days=1)


@pytest.fixture
def go_live():
    return timezone.now().replace(microsecond=0) + 30 * DAY


@pytest.fixture
def proposal(officer, go_live):
    """Go-live, proposed by the one officer."""
    return propose(
        [setting_enforcement(go_live)],
        actor=officer,
        note=WHY,
        kinds=PAIRED_ACTS,
        at=timezone.now(),
    )


@pytest.fixture
def alone(officer, go_live):
    """Back to monitoring, by the one officer alone."""
    set_enforcement(enforced_from=go_live, at=timezone.now())
    return act_alone(
        [postponing_enforcement(None)],
        actor=officer,
        note=WHY,
        kinds=PAIRED_ACTS,
        at=timezone.now(),
    )


def address(proposal, act=""):
    return f"/proposals/{proposal.pk}{act}"


def sent(browser, proposal, act, **fields):
    return browser.post(
        address(proposal, f"/{act}"), {"seen": proposal.digest, **fields}, follow=True
    )


def stands(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


def test_every_state_has_a_tag_of_its_own():
    assert set(STATE_TAGS) == set(ProposalState)
    words = [tag.words for tag in STATE_TAGS.values()]
    assert len(set(words)) == len(words)


# --- proposing -------------------------------------------------------------------------------


def proposing(browser, **fields):
    plain = {"what": "set", "moment": "2096-12-15T09:00", "note": WHY, "how": "propose"}
    return browser.post("/enforcement", {**plain, **fields}, follow=True)


def test_an_officer_proposes_go_live_and_another_confirms_it(officer, other_officer, signed_in):
    page = page_of(proposing(signed_in(officer)))
    assert "You have made the proposal. Another officer now has to confirm it." in page
    assert "Enforce MP104 from a named moment" in page
    assert "15 December 2096 at 09:00:00 GMT" in page
    assert "Waits for another officer" in page
    assert not EnforcementMoment.objects.exists()
    made = Proposal.objects.get()
    second = signed_in(other_officer)
    assert "Waits for your confirmation" in page_of(second.get(address(made)))
    page = page_of(sent(second, made, "confirm"))
    assert "You have confirmed the proposal." in page
    assert f"{other_officer.name}, proposed by {officer.name}" in page
    assert EnforcementMoment.objects.get().proposal == made
    assert "15 December 2096" in page_of(second.get("/enforcement"))


def test_what_both_see_is_word_for_word_the_same(proposal, officer, other_officer, signed_in):
    first = page_of(signed_in(officer).get(address(proposal)))
    second = page_of(signed_in(other_officer).get(address(proposal)))
    start, end = '<h2 class="govuk-heading-m">Enforce', "Who, when and why"
    assert (
        first.partition(start)[2].partition(end)[0]
        == (second.partition(start)[2].partition(end)[0])
    )
    assert f'<code class="app-id">{proposal.digest}</code>' in second


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"moment": ""}, "Enter the date and time from which MP104 is enforced."),
        ({"moment": "soon"}, "Enter from when as a date and time"),
        ({"what": "monitor"}, "Leave the moment empty to go back to monitoring."),
        ({"what": ""}, "Choose what you propose."),
        ({"note": " "}, "Enter why."),
        ({"how": ""}, "Choose whether another officer confirms it or you act alone."),
        ({"moment": "2020-01-01T09:00"}, "which has passed; name a moment to come"),
        ({"how": "alone"}, "Nobody may do this alone, even in an emergency"),
        ({"what": "postpone"}, "No moment is set, so there is none to postpone."),
    ],
)
def test_what_cannot_be_proposed_is_said_and_what_was_typed_is_kept(
    officer, signed_in, fields, says
):
    answer = proposing(signed_in(officer), **fields)
    assert answer.status_code in {409, 422}
    page = page_of(answer)
    assert says in page
    assert "note" not in fields or WHY not in page
    assert not Proposal.objects.exists()


def test_one_officer_goes_back_to_monitoring_alone_and_another_reviews_it(
    officer, other_officer, signed_in, go_live
):
    set_enforcement(enforced_from=go_live, at=timezone.now())
    page = page_of(proposing(signed_in(officer), what="monitor", moment="", how="alone"))
    assert "It is done. Another officer now has to review it." in page
    assert "To review" in page
    assert EnforcementMoment.objects.latest("pk").enforced_from is None
    made = Proposal.objects.get()
    page = page_of(
        sent(signed_in(other_officer), made, "review", verdict="undo", note="Not needed.")
    )
    assert "You have recorded the review." in page
    assert "Reviewed: undone" in page
    assert EnforcementMoment.objects.latest("pk").enforced_from == go_live


# --- the list --------------------------------------------------------------------------------


def test_the_list_and_the_home_page_say_what_waits_for_whom(
    proposal, go_live, officer, other_officer, auditor, signed_in
):
    for person, count in ((officer, 0), (other_officer, 1)):
        browser = signed_in(person)
        home = page_of(browser.get("/"))
        assert f'<span class="app-counts__number">{count}</span>' in home
        assert "For you to confirm, review or close" in home
        page = page_of(browser.get("/proposals"))
        assert address(proposal) in page
        assert f"From {moment_words(go_live)}" in page
    home = page_of(signed_in(auditor).get("/"))
    assert '<span class="app-counts__number">1</span>' in home
    assert "Waiting for a second person" in home
    page = page_of(signed_in(auditor).get("/proposals"))
    assert "To confirm" in page.partition("<table")[2]
    assert "/enforcement" not in page
    page = page_of(signed_in(auditor).get(address(proposal)))
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_late_review_stands_first_and_says_so(alone, other_officer, signed_in):
    propose(
        [setting_enforcement(timezone.now() + 40 * DAY)],
        actor=other_officer,
        note=WHY,
        kinds=PAIRED_ACTS,
        at=timezone.now(),
    )
    page = page_of(signed_in(other_officer).get("/proposals"))
    assert page.index("Go back to monitoring") < page.index("Enforce MP104 from a named moment")
    assert "Late" not in page.partition("<table")[2]
    late = act_alone_late(alone)
    page = page_of(signed_in(other_officer).get("/proposals"))
    assert "Late" in page.partition("<table")[2]
    assert page.index(address(late)) < page.index(address(alone))


def act_alone_late(alone):
    """Return an emergency of two days ago, of the same officer."""
    return Proposal.objects.create(
        state="review-owed",
        kind=alone.kind,
        parts=alone.parts,
        facts=alone.facts,
        words=alone.words,
        digest=alone.digest,
        proposed_by=alone.proposed_by,
        proposed_at=timezone.now() - 2 * DAY,
        note=WHY,
        due_at=timezone.now() - DAY,
    )


# --- void, ended, reviewed -------------------------------------------------------------------


def test_a_page_that_was_open_while_things_changed_confirms_nothing_and_shows_what_changed(
    proposal, other_officer, signed_in, go_live
):
    browser = signed_in(other_officer)
    browser.get(address(proposal))
    set_enforcement(enforced_from=go_live + DAY, at=timezone.now())
    page = page_of(sent(browser, proposal, "confirm"))
    assert "This proposal is void" in page
    assert "From when MP104 is enforced" in page
    assert stands(proposal) == "void"
    assert EnforcementMoment.objects.count() == 1


def test_a_page_shows_void_as_soon_as_it_sees_it(
    proposal, officer, other_officer, signed_in, go_live
):
    set_enforcement(enforced_from=go_live + DAY, at=timezone.now())
    page = page_of(signed_in(other_officer).get(address(proposal)))
    assert "This proposal is void" in page
    assert "/confirm" not in page
    page = page_of(sent(signed_in(officer), proposal, "withdraw"))
    assert "You have withdrawn the proposal." in page
    assert stands(proposal) == "withdrawn"


def test_a_refusal_asks_for_its_reason_and_its_proposer_reads_it(
    proposal, officer, other_officer, signed_in
):
    browser = signed_in(other_officer)
    answer = sent(browser, proposal, "refuse", note="")
    assert answer.status_code == 422
    assert "Enter why you refuse it." in page_of(answer)
    sent(browser, proposal, "refuse", note="Too early.")
    assert "Too early." in page_of(signed_in(officer).get(address(proposal)))
    answer = sent(browser, proposal, "confirm")
    assert answer.status_code == 422
    assert "The proposal is refused, so it cannot be confirmed." in page_of(answer)


def test_nobody_confirms_their_own_and_another_digest_is_refused(
    proposal, officer, other_officer, signed_in
):
    answer = sent(signed_in(officer), proposal, "confirm")
    assert "This needs another person" in page_of(answer)
    answer = sent(signed_in(other_officer), proposal, "confirm", seen="another")
    assert "is not the one that was on your page" in page_of(answer)
    answer = signed_in(other_officer).post(address(proposal, "/confirm"), {})
    assert "The form came without a part" in page_of(answer)
    assert stands(proposal) == "open"
    kinds = [event.kind for event in events_about(f"proposal:{proposal.pk}")]
    assert kinds == ["proposal.propose", "proposal.confirm", "proposal.confirm"]


def test_what_should_not_have_been_done_stays_open_until_it_is_put_right(
    alone, other_officer, signed_in
):
    browser = signed_in(other_officer)
    answer = sent(browser, alone, "review", note="Users must be told.")
    assert "Choose what the review found." in page_of(answer)
    assert "Users must be told." in page_of(answer)
    sent(browser, alone, "review", verdict="find-wrong", note="Users must be told.")
    assert "Being put right" in page_of(browser.get("/proposals"))
    page = page_of(sent(browser, alone, "close", note="They were told."))
    assert "You have recorded that it was put right." in page
    assert "They were told." in page
    assert stands(alone) == "made-good"


def test_what_another_version_proposed_is_shown_and_can_be_refused(
    proposal, officer, other_officer, signed_in
):
    old = Proposal.objects.create(
        state="open",
        kind="gone.since",
        parts='[{"act":"gone.since","format":1,"payload":{}}]',
        facts="[]",
        words=proposal.words,
        digest="d",
        proposed_by=officer,
        proposed_at=timezone.now(),
        note=WHY,
        due_at=timezone.now() + DAY,
    )
    browser = signed_in(other_officer)
    page = page_of(browser.get(address(old)))
    assert "This cannot be confirmed" in page
    assert "/confirm" not in page
    sent(browser, old, "refuse", note="Made anew.")
    assert stands(old) == "refused"


def test_what_is_not_there_is_not_found(officer, signed_in):
    assert signed_in(officer).get("/proposals/999999").status_code == 404
    assert signed_in(officer).post("/proposals/999999/confirm", {}).status_code == 404
