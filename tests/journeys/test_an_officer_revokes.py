"""An officer revokes a certificate that is in use; its ARO reads why, and its messages cease."""

import pytest

from tests.browser.hands import Hands, is_at
from tests.factories import a_key
from tests.journeys.conftest import People
from tests.journeys.steps import (
    approve,
    check_a_message,
    is_told,
    notify,
    open_certificate,
    reads,
    sign_in,
    sign_out,
    submit,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_is_revoked_says_why_and_no_message_signed_with_it_is_processed(
    hands: Hands, people: People
) -> None:
    key = a_key()

    sign_in(hands, people.aro)
    request = submit(hands, key)
    sign_out(hands)
    sign_in(hands, people.officer)
    approve(hands, request)
    sign_out(hands)
    sign_in(hands, people.aro)
    certificate = notify(hands, request)
    check_a_message(hands, key, certificate)
    reads(hands, "The DCC would process this message.")
    sign_out(hands)

    sign_in(hands, people.officer)
    open_certificate(hands, request)
    hands.press("Revoke this certificate")
    hands.press("Revoke the certificate")
    is_told(hands, "Choose why the certificate is revoked.")
    hands.choose("Key compromise")
    hands.fill("What happened", "The laptop with the key was stolen.")
    hands.press("Revoke the certificate")
    is_at(hands, "Certificate")
    is_told(hands, "has been revoked")
    sign_out(hands)

    sign_in(hands, people.aro)
    open_certificate(hands, request)
    reads(hands, "The laptop with the key was stolen.")
    check_a_message(hands, key, certificate)
    reads(hands, "certificate-revoked")
