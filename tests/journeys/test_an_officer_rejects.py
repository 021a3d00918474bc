"""An officer rejects a request; its ARO reads why, and submits it again with the same key."""

import pytest

from tests.browser.hands import Hands, is_at
from tests.factories import a_key
from tests.journeys.conftest import People
from tests.journeys.steps import is_told, open_request, reads, sign_in, sign_out, submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_is_rejected_says_why_and_can_be_submitted_again(
    hands: Hands, people: People
) -> None:
    key = a_key()

    sign_in(hands, people.aro)
    request = submit(hands, key)
    sign_out(hands)

    sign_in(hands, people.officer)
    open_request(hands, request)
    hands.press("Decide on this request")
    hands.press("Reject the request")
    is_told(hands, "Enter why the request is rejected.")
    hands.fill("Reason for rejecting the request", "It names the wrong MPID.")
    hands.press("Reject the request")
    is_told(hands, f"Request {request.reference} has been rejected.")
    sign_out(hands)

    sign_in(hands, people.aro)
    open_request(hands, request)
    reads(hands, "Why it was rejected")
    reads(hands, "It names the wrong MPID.")
    hands.press("Home")
    again = submit(hands, key)
    assert again.reference != request.reference
    is_at(hands, f"Request {again.reference}")
