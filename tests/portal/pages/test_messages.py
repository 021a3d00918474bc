"""Checking a message at the pages: the decision with every finding, and nothing kept."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.feed.reads import snapshot_holder
from registry.models import (
    Event,
    OrganisationCertificate,
    Party,
    UserId,
)
from registry.observations.acts import deciding
from rules.duties import PersonRole
from rules.roles import UserRole
from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.question import Generation
from rules.service_requests.reasons import REASONS
from tests.factories import a_person, a_user_id
from tests.portal.pages.reading import page_of
from tests.portal.pages.signed_messages import MESSAGE, enforce, signed_message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.serves("MP104-1", "MP104-2")]


@pytest.fixture(autouse=True)
def _register() -> None:
    enforce()


def code(text: str) -> str:
    """Return what a page shows for text between backticks."""
    return f'<code class="app-id">{text}</code>'


def ask(browser, message: bytes, **said: str):
    """Ask of a SMETS2+ Device for which whoever sends is registered, unless said otherwise."""
    originator = re.search(rb"RequestID>([0-9A-F-]{23}):", message)
    return browser.post(
        "/messages/check",
        {
            "file": SimpleUploadedFile("message.xml", message),
            "generation": Generation.SMETS2_PLUS.value,
            "registered_user_ids": originator[1].decode() if originator else "",
            **said,
        },
        follow=True,
    )


def test_a_good_message_would_be_processed_and_every_rule_says_so(north, signed_in) -> None:
    message = signed_message(north)
    response = ask(signed_in(north.aro), message)
    page = page_of(response)
    assert response.status_code == 200
    assert "The DCC would process this message." in page
    for said in (
        f"{north.user_id.eui64}:00-DB-12-34-56-78-90-A0:1000",
        "4.1.1",
        "CN=TESTOCA,OU=07",
        north.party.name,
        f"{len(message):,}",
    ):
        assert said in page
    assert f"{len(MESSAGE_RULES)} checks" in page


def test_who_is_registered_is_taken_in_any_usual_spelling_and_its_absence_told(
    north, signed_in
) -> None:
    browser, message = signed_in(north.aro), signed_message(north)
    eui64 = north.user_id.eui64
    for said, says in (
        (eui64.replace("-", "").lower(), "would process this message"),
        (f"90-B3-D5-1F-30-09-00-00,\r\n {eui64}", "would process this message"),
        ("", "registration-not-supplied"),
        ("nobody", "not-registered-for-device"),
        ("90-B3-D5-1F-30-09-00-00", "not-registered-for-device"),
    ):
        assert says in page_of(ask(browser, message, registered_user_ids=said))


def test_every_fact_that_the_api_takes_can_be_said(north, signed_in) -> None:
    response = ask(
        signed_in(north.aro),
        signed_message(north),
        generation="SMETS1",
        checkpoint="s1sp:ALPHA",
        hub_import_supplier_ids="nobody",
        s1sp="ALPHA",
        certificate_owner=north.user_id.eui64,
        notified_critical_supplier_id=north.user_id.eui64,
    )
    assert "would process this message" in page_of(response)


def test_a_fact_that_is_wrong_is_told_at_its_field_with_what_to_write(north, signed_in) -> None:
    response = ask(
        signed_in(north.aro),
        signed_message(north),
        registered_user_ids="Northwind",
        checkpoint="the S1SP",
        certificate_owner="me",
    )
    page = html.unescape(page_of(response))
    assert response.status_code == 422
    for says in (
        f"“Who is registered for the Device” has {code('Northwind')}; write an EUI-64 such as",
        f"“Where it is checked” is {code('the S1SP')}; it is dsp or s1sp:NAME.",
        f"“Whose certificate is held for the Device” has {code('me')}; write an EUI-64 such as",
    ):
        assert says in page
    assert '<details class="govuk-details" open>' in page


def test_a_fact_that_is_missing_is_named_as_the_api_has_it_and_as_the_form_has_it(
    north, signed_in
) -> None:
    browser = signed_in(north.aro)
    page = page_of(ask(browser, signed_message(north), registered_user_ids=""))
    named = code("device.registered_user_ids")
    assert f"was not supplied; give {named}." in page
    assert "Here it is the field “Who is registered for the Device”." in page
    assert "`" not in page
    assert f"In the API {named}." in page_of(browser.get("/messages/check"))


def test_a_message_whose_certificate_is_not_notified_ceases_with_the_reason(
    north, signed_in
) -> None:
    page = page_of(ask(signed_in(north.aro), signed_message(north, notified=False)))
    assert "The DCC would cease processing this message." in page
    assert "certificate-not-notified" in page


@pytest.mark.parametrize(
    ("said", "message", "reason"),
    [
        ({"registered_user_ids": "nobody"}, None, "not-registered-for-device"),
        ({}, b"<Request>", "xml-not-well-formed"),
    ],
    ids=["not registered", "not well-formed"],
)
def test_what_to_do_is_said_beside_the_reason_which_leads_to_the_catalogue(
    north, signed_in, said, message, reason
) -> None:
    browser = signed_in(north.aro)
    page = page_of(ask(browser, message or signed_message(north), **said))
    assert reason in page
    assert "What to do" in page
    assert REASONS[reason].do in html.unescape(page)
    catalogue = browser.get(re.search(f'href="(/reasons[?]text={reason})"', page)[1])
    assert f">{reason}</code>" in page_of(catalogue)


def test_where_nothing_is_wrong_there_is_nothing_to_do(north, signed_in) -> None:
    page = page_of(ask(signed_in(north.aro), signed_message(north)))
    assert "What to do" not in page


def test_a_message_may_be_pasted_though_a_browser_changes_its_line_breaks(
    north, signed_in
) -> None:
    text = signed_message(north).decode().replace("\n", "\r\n")
    response = signed_in(north.aro).post(
        "/messages/check",
        {
            "text": text,
            "generation": "SMETS2+",
            "registered_user_ids": north.user_id.eui64,
        },
        follow=True,
    )
    assert "The DCC would process this message." in page_of(response)


def test_another_partys_message_may_be_checked_but_its_party_is_not_named(
    north, south, signed_in
) -> None:
    other = a_user_id(south.party)
    for message in (
        signed_message(south),
        signed_message(south, as_user=other.eui64),
        signed_message(south, notified=False),
    ):
        page = page_of(ask(signed_in(north.aro), message))
        assert "Another Party" in page
        assert south.party.name not in page
        assert south.party.name in page_of(ask(signed_in(south.aro), message))


@pytest.mark.parametrize("name", ["User ID", "er"])
def test_another_partys_name_is_taken_out_of_no_other_words(name, north, south, signed_in) -> None:
    """A name that stands in the sentences themselves, alone or within a word."""
    Party.objects.filter(pk=south.party.pk).update(name=name)
    eui64, message = south.user_id.eui64, signed_message(south)
    for person, party in ((north.aro, "another Party"), (south.aro, name)):
        page = html.unescape(ask(signed_in(person), message).content.decode())
        assert f"The signer's User ID is {eui64}, of {party}." in page
        assert f"The User ID {eui64} has the User Roles IS." in page


def test_moments_are_those_of_great_britain_and_validity_is_in_utc(north, signed_in) -> None:
    message = signed_message(north)
    revoked_at = datetime(2026, 7, 1, 11, 30, tzinfo=UTC)
    OrganisationCertificate.objects.update(
        revoked_at=revoked_at,
        revocation_reason="key-compromise",
    )
    page = page_of(ask(signed_in(north.aro), message))
    assert "was revoked at 12:30:00 BST on 1 July 2026; sign with" in page
    assert (
        "is valid from 00:00:00 UTC on 1 September 2025 to 23:59:59 UTC on 1 September 2035."
        in page
    )
    assert "2026-07-01 11:30:00" not in page


def test_a_forged_signature_tells_nothing_of_whom_it_names(north, south, signed_in) -> None:
    forged = signed_message(south).replace(b":1000<", b":1001<")
    page = page_of(ask(signed_in(north.aro), forged))
    assert "The DCC would cease processing this message." in page
    assert south.party.name not in page
    assert "Party of the signer" not in page


def test_an_officer_is_told_whose_message_it_is(south, signed_in) -> None:
    officer = a_person(PersonRole.OFFICER)
    assert south.party.name in page_of(ask(signed_in(officer), signed_message(south)))


def test_a_message_that_cannot_be_read_is_a_decision_too(north, signed_in) -> None:
    browser = signed_in(north.aro)
    for message in (b"no XML", b"<!DOCTYPE a><a/>", b"<a>", b"\x00\xff" * 50):
        page = page_of(ask(browser, message))
        assert "The DCC would cease processing this message." in page
        assert "The message could not be read" in page or "It could not be read" in page


def test_what_a_message_says_is_escaped(north, signed_in) -> None:
    evil = "<![CDATA[<script>alert(1)</script>]]>"
    message = MESSAGE.format(eui64=north.user_id.eui64).replace(">4.1.1<", f">{evil}<")
    page = page_of(ask(signed_in(north.aro), message.encode()))
    assert "<script>alert" not in page


def test_nothing_of_a_message_is_kept(north, signed_in) -> None:
    ask(signed_in(north.aro), signed_message(north))
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"generation": "SMETS2+"}, "Upload a signed message or paste it."),
        ({"text": "<a/>"}, "Choose the generation of the Device."),
        ({"text": "<a/>", "generation": "SMETS3"}, "Choose the generation of the Device."),
    ],
)
def test_a_form_that_is_not_filled_in_says_what_is_missing(north, signed_in, sent, says) -> None:
    response = signed_in(north.aro).post("/messages/check", sent, follow=True)
    assert response.status_code == 422
    assert says in page_of(response)


def test_a_register_that_cannot_be_confirmed_decides_nothing(north, signed_in, settings) -> None:
    message = signed_message(north)
    # Whatever is held is too old, as after a minute without a database.
    settings.SNAPSHOT_REFUSED_AFTER = -1
    response = ask(signed_in(north.aro), message)
    page = page_of(response)
    assert response.status_code == 503
    assert "nothing is decided by it" in page
    assert "would process this message" not in page


def test_a_stale_register_decides_all_but_solr_contingency_and_says_since_when(
    north, signed_in, monkeypatch
) -> None:
    message = signed_message(north)
    monkeypatch.setattr(deciding, "age_of", lambda _held: 125.0)
    page = page_of(ask(signed_in(north.aro), message))
    assert "would process this message" in page
    assert "not confirmed for 2 minutes" in page
    monkeypatch.setattr(deciding, "age_of", lambda _held: 7_385.0)
    assert "not confirmed for 2 hours 3 minutes" in page_of(ask(signed_in(north.aro), message))
    monkeypatch.setattr(deciding, "age_of", lambda _held: 125.0)
    UserId.objects.update(user_roles=[UserRole.SOLR_CONTINGENCY.value])
    snapshot_holder.stop_holding()
    response = ask(signed_in(north.aro), message)
    assert response.status_code == 503
    assert "nothing that is sent as SolrContingency is decided" in page_of(response)


def test_the_size_limit_comes_before_reading(north, signed_in, settings) -> None:
    settings.MESSAGE_SIZE_LIMIT = 1000
    page = page_of(ask(signed_in(north.aro), signed_message(north) + b" " * 1000))
    assert "would cease" in page
    assert "1,000" in page


def test_the_eui64_of_a_message_is_not_taken_on_trust(north, south, signed_in) -> None:
    message = signed_message(north, as_user=south.user_id.eui64)
    page = page_of(ask(signed_in(north.aro), message))
    assert "The DCC would cease processing this message." in page
