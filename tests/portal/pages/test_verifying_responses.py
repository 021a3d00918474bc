"""Verifying a Response at the page for messages: step by step, with its bytes; nothing is kept."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.certificates.acts.dcc_certificates import publish_dcc_certificate
from registry.models import Event
from rules.responses.kinds import SigningPurpose
from rules.responses.verifying import RESPONSE_BOOK
from rules.roles import PartyCategory
from tests.factories import ISSUER, a_certificate, a_key, a_party, a_user_id
from tests.portal.pages.reading import page_of
from tests.portal.pages.signed_messages import signed_message
from tests.rules.responses.world import PRE_COMMAND, response_message, signed, unsigned

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-DCC")]

PRE_COMMANDS = response_message(PRE_COMMAND, srv="1.6")
EARLIER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def dcc_signs():
    """Return what signs a Response with a key that the DCC has published for a purpose."""
    dcc = a_user_id(a_party("The DCC", category=PartyCategory.DCC), user_roles=())

    def made(purpose, body=PRE_COMMANDS):
        key = a_key()
        certificate = a_certificate(dcc, key=key, remote_party_role="89")
        publish_dcc_certificate(
            issuer=ISSUER, serial=certificate.serial_number, purpose=purpose, at=EARLIER
        )
        return signed(body, key=key, serial=int(certificate.serial_number))

    return made


def ask(browser, message, **fields):
    return browser.post(
        "/messages/check",
        {
            "file": SimpleUploadedFile("response.xml", message),
            "generation": "SMETS2+",
            "received_at": "2026-11-20T09:00:00Z",
            **fields,
        },
        follow=True,
    )


@pytest.mark.parametrize("who", ["sro", "aro"])
def test_a_good_response_is_said_to_be_good_with_every_step(
    north, signed_in, dcc_signs, who
) -> None:
    response = ask(signed_in(getattr(north, who)), dcc_signs(SigningPurpose.TRANSFORM))
    page = page_of(response)
    assert response.status_code == 200
    assert "The DCC signed this Response with its Transform key" in page
    for number, rule in enumerate(RESPONSE_BOOK.rules, start=1):
        assert f'id="{rule.id}"' in page
        assert re.search(rf"> ?{number}\. ", page)
    # The schema is not asked where none is supplied.
    assert f"{len(RESPONSE_BOOK.rules) - 1} passed" in page


def test_the_bytes_that_matter_are_shown(north, signed_in, dcc_signs) -> None:
    good = dcc_signs(SigningPurpose.TRANSFORM)
    page = page_of(ask(signed_in(north.aro), good))
    assert "&lt;ds:SignedInfo" in page
    assert ">Equal<" in page
    changed = page_of(ask(signed_in(north.aro), good.replace(b">I0<", b">I1<")))
    assert ">Different<" in changed
    assert "Do not rely on this Response." in changed
    assert "response-digest-mismatch" in changed


def test_the_wrong_key_is_named_with_the_clause(north, signed_in, dcc_signs) -> None:
    message = dcc_signs(SigningPurpose.ACCESS_CONTROL_BROKER)
    page = page_of(ask(signed_in(north.aro), message))
    assert "Do not rely on this Response." in page
    assert "only the Transform key (DUIS 3.3.2) may sign" in page
    assert "response-not-signed-by-transform" in page


def test_an_unsigned_response_has_no_bytes_to_show(north, signed_in) -> None:
    page = page_of(ask(signed_in(north.aro), unsigned(PRE_COMMANDS).encode()))
    assert "response-signature-missing" in page
    assert "How the signature was checked" not in page
    # What was not checked is one line that opens, in which each step has its own number too.
    for number in range(1, len(RESPONSE_BOOK.rules) + 1):
        assert re.search(rf"> ?{number}\. ", page)


def test_a_response_is_verified_as_of_when_it_was_received(north, signed_in, dcc_signs) -> None:
    message = dcc_signs(SigningPurpose.TRANSFORM)
    early = (EARLIER - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    page = page_of(ask(signed_in(north.aro), message, received_at=early))
    assert "response-certificate-not-published" in page
    wrong = ask(signed_in(north.aro), message, received_at="yesterday")
    assert wrong.status_code == 422
    says = '“When a Response was received, in UTC” is <code class="app-id">yesterday</code>'
    assert says in page_of(wrong)


def test_a_response_may_be_pasted_and_needs_no_snapshot(
    north, signed_in, dcc_signs, settings
) -> None:
    settings.SNAPSHOT_REFUSED_AFTER = -1
    text = dcc_signs(SigningPurpose.TRANSFORM).decode().replace("\n", "\r\n")
    response = signed_in(north.aro).post(
        "/messages/check",
        {"text": text, "generation": "SMETS2+", "received_at": "2026-11-20T09:00:00Z"},
        follow=True,
    )
    assert "The DCC signed this Response" in page_of(response)


def test_nothing_of_a_response_is_kept(north, signed_in, dcc_signs) -> None:
    message = dcc_signs(SigningPurpose.TRANSFORM)
    before = Event.objects.count()
    ask(signed_in(north.aro), message)
    assert Event.objects.count() == before


def test_what_a_response_says_is_escaped(north, signed_in) -> None:
    evil = "<![CDATA[<script>alert(1)</script>]]>"
    message = unsigned(PRE_COMMANDS).replace("<sr:ResponseCode>I0<", f"<sr:ResponseCode>{evil}<")
    page = page_of(ask(signed_in(north.aro), message.encode()))
    assert "It could not be read" in page
    assert "<script>alert" not in page


def test_a_message_of_ones_own_has_its_bytes_too(north, signed_in) -> None:
    page = page_of(ask(signed_in(north.aro), signed_message(north)))
    assert "How the signature was checked" in page
    assert ">Equal<" in page
    changed = signed_message(north).replace(b":1000<", b":1001<")
    assert ">Different<" in page_of(ask(signed_in(north.aro), changed))
