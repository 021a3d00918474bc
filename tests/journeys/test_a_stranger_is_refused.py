"""Whoever is not signed in comes to the sign-in; another Party's ARO finds nothing."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Hands, is_at
from tests.factories import a_key
from tests.journeys.conftest import USER_ID, People
from tests.journeys.steps import give_both_factors, open_request, sign_in, sign_out, submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_an_address_that_was_passed_on_opens_nothing_to_another_party(
    hands: Hands, people: People
) -> None:
    sign_in(hands, people.aro)
    request = submit(hands, a_key())
    open_request(hands, request)
    address = hands.page.url
    sign_out(hands)

    # First nobody must say who they are, and then somebody for whom it is not there.
    hands.page.goto(address)
    is_at(hands, "Sign in")
    give_both_factors(hands, people.stranger)
    is_at(hands, "Page not found")
    expect(hands.page.get_by_text(request.user_id.party.name)).to_have_count(0)
    hands.page.goto(f"/user-ids/{USER_ID}")
    is_at(hands, "Page not found")
    hands.page.goto("/requests")
    expect(hands.page.get_by_text(request.reference)).to_have_count(0)
    hands.page.goto("/evidence")
    is_at(hands, "You cannot open this page")
    sign_out(hands)

    # It was there all the time.
    sign_in(hands, people.aro)
    open_request(hands, request)
