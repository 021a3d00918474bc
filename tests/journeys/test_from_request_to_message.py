"""An ARO requests a certificate, an officer approves it, the ARO notifies it and signs with it."""

import pytest

from registry.tasks import drain_outbox
from tests.browser.conftest import shoot
from tests.browser.hands import Hands, is_at
from tests.factories import a_key
from tests.journeys.conftest import People
from tests.journeys.steps import (
    check_a_message,
    is_told,
    notify,
    open_request,
    reads,
    sign_in,
    sign_out,
    submit,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_request_becomes_a_certificate_whose_messages_are_processed(
    hands: Hands, people: People
) -> None:
    key = a_key()

    sign_in(hands, people.aro)
    # One of the MPIDs is not known as the Party's, which an officer may let pass.
    request = submit(hands, key, mpids="NWEL ABCD")
    sign_out(hands)

    sign_in(hands, people.officer)
    open_request(hands, request)
    hands.press("Decide on this request")
    hands.press("Approve the request")
    is_told(hands, "Say why you accept this warning")
    hands.fill("Why do you accept this warning?", "Their letter of 3 November.")
    hands.press("Approve the request")
    is_at(hands, f"Request {request.reference}")
    reads(hands, "The certificate is being issued")
    sign_out(hands)
    drain_outbox()

    sign_in(hands, people.aro)
    certificate = notify(hands, request)
    check_a_message(hands, key, certificate)
    reads(hands, "The DCC would process this message.")
    shoot(hands.page, f"journey-decided-{type(hands).__name__}")
