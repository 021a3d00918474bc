"""A Supplier asks for its MPID, which is a word in another one's name; an officer decides so."""

import pytest

from registry.models import UserId, WordInName
from registry.tasks import drain_outbox
from tests.browser.conftest import shoot
from tests.browser.hands import Hands, is_at
from tests.factories import a_certificate, a_key
from tests.journeys.conftest import People
from tests.journeys.steps import is_told, open_request, reads, sign_in, sign_out, submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_an_mpid_that_is_a_word_in_a_name_is_certified_once_an_officer_says_so(
    hands: Hands, people: People
) -> None:
    others = UserId.objects.get(party=people.stranger.party)
    a_certificate(others, remote_party_role="02", common_name="Acme Gas Ltd")

    sign_in(hands, people.aro)
    request = submit(hands, a_key(), mpids="NWEL GAS")
    sign_out(hands)

    sign_in(hands, people.officer)
    open_request(hands, request)
    hands.press("Decide on this request")
    reads(hands, "In the name “Acme Gas Ltd”")
    shoot(hands.page, f"journey-word-{type(hands).__name__}")
    hands.fill("Why do you accept this warning?", "Their letter of 3 November.")
    hands.press("Approve the request")
    is_told(hands, "Say why you accept this warning")
    hands.fill("Why it is a word and not an MPID", "It is in the register of companies so.")
    hands.press("Approve the request")
    is_at(hands, f"Request {request.reference}")
    drain_outbox()

    request.refresh_from_db()
    assert request.certificate.mpids == ["NWEL", "GAS"]
    word = WordInName.objects.get()
    assert (word.mpid, word.common_name) == ("GAS", "Acme Gas Ltd")
