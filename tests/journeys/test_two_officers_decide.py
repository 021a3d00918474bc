"""One officer proposes, another confirms; what one officer did alone is reviewed by another."""

import pytest

from registry.models import EnforcementMoment, Proposal
from rules.duties import PersonRole
from tests.browser.conftest import can_sign_in
from tests.browser.hands import Hands, is_at
from tests.factories import a_person
from tests.journeys.conftest import LONG_AGO, People
from tests.journeys.steps import is_told, reads, sign_in, sign_out
from tests.proposing import an_emergency

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.serves("MP104-5"),
]

WHY = "Users have not been told. The SMKI PMA decided it on 20 November."


def test_what_one_officer_proposes_is_done_when_another_confirms_it(
    hands: Hands, people: People
) -> None:
    second = can_sign_in(a_person(PersonRole.OFFICER))

    sign_in(hands, people.officer)
    hands.press("Two people")
    hands.press("Propose a change to the go-live of MP104")
    hands.choose("Go back to monitoring")
    hands.fill("Why?", WHY)
    hands.press("Propose, or do it now")
    is_told(hands, "Another officer now has to confirm it.")
    reads(hands, "You proposed this, so another officer must confirm it.")
    sign_out(hands)
    assert EnforcementMoment.objects.get().enforced_from == LONG_AGO

    sign_in(hands, second)
    hands.press("Two people")
    hands.press(f"Proposal {Proposal.objects.get().pk}")
    is_at(hands, "Go back to monitoring MP104")
    reads(hands, WHY)
    hands.press("Confirm")
    is_told(hands, "You have confirmed the proposal.")
    reads(hands, "Confirmed by")
    sign_out(hands)
    assert EnforcementMoment.objects.latest("pk").enforced_from is None


def test_what_one_officer_did_alone_is_undone_by_anothers_review(
    hands: Hands, people: People
) -> None:
    done = an_emergency(a_person(PersonRole.OFFICER))

    sign_in(hands, people.officer)
    hands.press("Two people")
    hands.press(f"Proposal {done.pk}")
    hands.choose("Undo it")
    hands.fill("Why?", "There was no emergency.")
    hands.press("Record the review")
    is_told(hands, "You have recorded the review.")
    reads(hands, "Reviewed: undone")
    assert EnforcementMoment.objects.latest("pk").enforced_from is not None
