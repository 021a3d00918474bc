"""Who may confirm or review something is told by mail, and both persons what became of it."""

import pytest

from registry.arrangements.acts.enforcement import setting_enforcement
from registry.errors import RegistryError
from registry.models import MailMessage
from registry.pairs.ending import refuse
from rules.duties import PersonRole
from tests.arranging import set_enforcement
from tests.factories import AT, a_party, a_person, end_appointments
from tests.registry.pairs.world import (
    DAY,
    GO_LIVE,
    HOUR,
    RENAMING,
    WHY,
    confirmed,
    last_event,
    proposed,
    renaming,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-5")]

TITLE = "Enforce MP104 from a named moment"


def told(template: str) -> dict[str, MailMessage]:
    mails = MailMessage.objects.filter(template=template)
    found = {mail.recipient: mail for mail in mails}
    assert len(found) == len(mails)
    return found


def test_a_proposal_tells_everybody_who_may_confirm_it_and_nobody_else(first, second, settings):
    settings.PORTAL_ADDRESS = "https://registration.example"
    third = a_person(PersonRole.OFFICER)
    left = a_person(PersonRole.OFFICER)
    end_appointments(left)
    a_person(PersonRole.AUDITOR)
    a_person(PersonRole.SRO)
    proposal = proposed(first)
    mails = told("proposal-made")
    assert set(mails) == {second.email, third.email}
    mail = mails[second.email]
    assert mail.subject == f"Waits for your confirmation: {TITLE}"
    assert f"https://registration.example/proposals/{proposal.pk}\n" in mail.text
    assert f"Why: {WHY}" in mail.text
    assert mail.asked_at == AT


def test_a_mail_says_until_when_in_the_time_of_great_britain(first, second):
    soon = AT + DAY
    proposed(first, setting_enforcement(soon))
    text = told("proposal-made")[second.email].text
    local = f"{soon:%-d %B %Y} at {soon:%H:%M:%S}"
    assert f"It names {local} GMT to hold from." in text
    assert f"It can be confirmed until {local} GMT." in text


def test_what_is_refused_before_it_is_proposed_tells_nobody(first, second):
    proposed(first)
    with pytest.raises(RegistryError, match="proposal-open-already"):
        proposed(second, setting_enforcement(GO_LIVE + DAY))
    assert set(told("proposal-made")) == {second.email}


def test_what_one_did_alone_tells_everybody_who_may_review_it(second, alone):
    mail = told("proposal-done-alone")[second.email]
    assert mail.subject.startswith("Waits for your review: Go back to monitoring")
    assert f"/proposals/{alone.pk}\n" in mail.text
    assert "No message passes." in mail.text
    assert not told("proposal-made")


def test_a_void_one_tells_both_what_changed(proposal, first, second):
    set_enforcement(enforced_from=GO_LIVE + DAY, at=AT)
    confirmed(proposal, second)
    mails = told("proposal-void")
    assert set(mails) == {first.email, second.email}
    text = mails[first.email].text
    assert "From when MP104 is enforced\n  when it was proposed: None\n  now: " in text
    assert f"{GO_LIVE + DAY:%-d %B %Y} at {GO_LIVE + DAY:%H:%M:%S}" in text
    assert f"{second.name} tried to confirm what {first.name} had proposed" in text
    assert last_event()[0].kind == "proposal.void"


def test_one_that_is_void_since_its_moment_has_passed_says_so(first, second):
    soon = proposed(first, setting_enforcement(AT + HOUR))
    confirmed(soon, second, at=AT + 2 * HOUR)
    text = told("proposal-void")[first.email].text
    assert "The moment that the proposal names has passed" in text


def test_a_set_of_which_nothing_is_left_names_what_has_ended(first, second):
    party = a_party(reference="gone-energy")
    proposal = proposed(first, renaming(party), kinds=RENAMING)
    type(party).objects.update(is_authorised_subscriber=False)
    confirmed(proposal, second, kinds=RENAMING)
    assert "What has ended:\ngone-energy\n" in told("proposal-void")[first.email].text


def test_a_refused_one_tells_both_why(proposal, first, second):
    refuse(proposal.pk, actor=second, seen=proposal.digest, note="Too early.", at=AT)
    mails = told("proposal-refused")
    assert set(mails) == {first.email, second.email}
    assert "Why it was refused: Too early." in mails[first.email].text


def test_who_proposed_something_and_has_left_is_told_no_more(proposal, first, second):
    end_appointments(first)
    refuse(proposal.pk, actor=second, seen=proposal.digest, note="Too early.", at=AT)
    assert set(told("proposal-refused")) == {second.email}
