"""An ARO withdraws a request before an officer decides, who then has nothing left to decide."""

import pytest

from tests.browser.hands import Hands
from tests.factories import a_key
from tests.journeys.conftest import People
from tests.journeys.steps import is_told, open_request, reads, sign_in, sign_out, submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_is_withdrawn_is_not_decided_on(hands: Hands, people: People) -> None:
    sign_in(hands, people.aro)
    request = submit(hands, a_key())
    hands.press("Withdraw the request")
    hands.press("Withdraw the request")
    is_told(hands, f"Request {request.reference} has been withdrawn.")
    sign_out(hands)

    sign_in(hands, people.officer)
    open_request(hands, request)
    reads(hands, "Withdrawn")
    assert hands.page.get_by_role("button", name="Decide on this request").count() == 0
