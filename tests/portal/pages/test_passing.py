"""What was sent has a page of its own: Back and reload do what people expect."""

import re
from base64 import encodebytes
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from registry.models import Event, PassingThing
from registry.passing.acts.keeping import forget_passed
from rules.certificates.making import build_request
from rules.duties import Act
from rules.identifiers import Eui64
from tests.factories import a_key
from tests.portal.pages.reading import page_of
from tests.portal.pages.signed_messages import enforce, signed_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _register() -> None:
    enforce()


def send(browser, message: bytes = b"", **said: str):
    """Send the form of a message without following where it leads."""
    file = {"file": SimpleUploadedFile("message.xml", message)} if message else {}
    return browser.post("/messages/check", {**file, "generation": "SMETS2+", **said})


def test_a_message_leads_to_a_page_that_can_be_opened_again(north, signed_in) -> None:
    browser = signed_in(north.aro)
    answer = send(browser, signed_message(north), registered_user_ids=north.user_id.eui64)
    assert answer.status_code == 302
    for _ in range(2):
        shown = browser.get(answer.headers["Location"])
        assert shown.status_code == 200
        assert "The DCC would process this message." in page_of(shown)


def test_it_is_checked_again_with_one_fact_more_and_not_sent_again(north, signed_in) -> None:
    browser = signed_in(north.aro)
    message = signed_message(north)
    first = browser.get(send(browser, message).headers["Location"])
    assert "registration-not-supplied" in page_of(first)
    again = page_of(first).partition('href="/messages/check?again=')[2].partition('"')[0]
    form = page_of(browser.get(f"/messages/check?again={again}"))
    assert f"The message that you sent ({len(message):,} bytes) is still here." in form
    assert f'name="kept" value="{again}"' in form
    then = send(browser, kept=again, registered_user_ids=north.user_id.eui64)
    page = page_of(browser.get(then.headers["Location"]))
    assert "The DCC would process this message." in page
    assert f"{len(message):,}" in page


def test_what_was_said_of_it_stands_in_the_form_again(north, signed_in) -> None:
    browser = signed_in(north.aro)
    answer = send(browser, signed_message(north), generation="SMETS1", s1sp="ALPHA")
    token = answer.headers["Location"].rpartition("/")[2]
    form = page_of(browser.get(f"/messages/check?again={token}"))
    assert 'value="ALPHA"' in form
    assert 'value="SMETS1"' in form.partition("checked")[0][-200:]


def test_with_a_mistake_beside_it_the_message_need_not_be_sent_again(north, signed_in) -> None:
    browser = signed_in(north.aro)
    message = signed_message(north)
    answer = send(browser, message, registered_user_ids="Northwind")
    page = page_of(answer)
    assert answer.status_code == 422
    assert "write an EUI-64 such as" in page
    assert "is still here" in page
    token = page.partition('name="kept" value="')[2].partition('"')[0]
    then = send(browser, kept=token, registered_user_ids=north.user_id.eui64)
    assert "would process this message" in page_of(browser.get(then.headers["Location"]))


def test_another_message_takes_its_place(north, signed_in) -> None:
    browser = signed_in(north.aro)
    token = send(browser, signed_message(north)).headers["Location"].rpartition("/")[2]
    then = send(browser, b"<a>", kept=token)
    assert "xml-not-well-formed" in page_of(browser.get(then.headers["Location"]))


def test_after_half_an_hour_it_is_gone_and_the_page_says_so(north, signed_in) -> None:
    browser = signed_in(north.aro)
    address = send(browser, signed_message(north)).headers["Location"]
    forget_passed(at=timezone.now() + timedelta(minutes=30))
    gone = browser.get(address)
    assert gone.status_code == 410
    assert "A message that was checked is kept for half an hour" in page_of(gone)
    assert 'href="/messages/check"' in page_of(gone)
    token = address.rpartition("/")[2]
    answer = send(browser, kept=token)
    assert answer.status_code == 422
    assert "The message that you sent before is no longer kept." in page_of(answer)


def test_nobody_else_sees_it_not_even_of_the_same_party(north, officer, signed_in) -> None:
    browser = signed_in(north.aro)
    address = send(browser, signed_message(north)).headers["Location"]
    token = address.rpartition("/")[2]
    for other in (north.sro, officer):
        theirs = signed_in(other)
        assert theirs.get(address).status_code == 410
        assert "is still here" not in page_of(theirs.get(f"/messages/check?again={token}"))
        assert send(theirs, kept=token).status_code == 422


def test_nor_a_request(north, signed_in) -> None:
    der = build_request(a_key(), eui64=Eui64(north.user_id.eui64), remote_party_role="87")
    file = {"file": SimpleUploadedFile("request.csr", der)}
    browser = signed_in(north.aro)
    request = browser.post("/requests/check", file).headers["Location"]
    assert browser.get(request).status_code == 200
    assert signed_in(north.sro).get(request).status_code == 410


@pytest.mark.parametrize("wrong", ["\0", "9" * 1_000_000], ids=["NUL", "a million characters"])
def test_of_what_cannot_be_read_beside_it_nothing_is_kept(north, signed_in, wrong) -> None:
    answer = send(
        signed_in(north.aro), b"<a/>", registered_user_ids=wrong, s1sp=wrong, received_at=wrong
    )
    assert answer.status_code == 422
    assert PassingThing.objects.get().fields == {
        "generation": "SMETS2+",
        **dict.fromkeys(
            (
                *("checkpoint", "hub_import_supplier_ids", "certificate_owner"),
                "notified_critical_supplier_id",
            ),
            "",
        ),
    }


@pytest.mark.parametrize(
    "sent",
    [
        b"no XML",
        b"<a>\n-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIE\n-----END PRIVATE KEY-----</a>",
        b"<a>" + b" " * 20_000_000,
    ],
    ids=["no message", "a private key", "too large"],
)
def test_what_is_not_a_message_is_answered_at_once_and_not_kept(north, signed_in, sent) -> None:
    for said in ({}, {"registered_user_ids": "Northwind"}):
        answer = send(signed_in(north.aro), sent, **said)
        assert answer.status_code == (422 if said else 200)
        assert said or "Nothing of what you sent was kept." in page_of(answer)
    assert not PassingThing.objects.exists()


def test_a_request_that_was_read_leads_to_its_checks_and_its_refusal_is_one_event(
    north, signed_in
) -> None:
    browser = signed_in(north.aro)
    refused = build_request(
        a_key(), eui64=Eui64("90-B3-D5-1F-FF-FF-FF-FF"), remote_party_role="87"
    )
    sent = {"file": SimpleUploadedFile("request.csr", refused)}
    answer = browser.post("/requests/check", sent)
    assert answer.status_code == 302
    for _ in range(2):
        page = page_of(browser.get(answer.headers["Location"]))
        assert "This request cannot be submitted" in page
        assert "The submission is DER." in page
    assert Event.objects.filter(kind=Act.SUBMIT_REQUEST, result="refused").count() == 1


def test_what_stood_around_a_request_is_not_kept(north, signed_in) -> None:
    sound = build_request(a_key(), eui64=Eui64(north.user_id.eui64), remote_party_role="87")
    browser = signed_in(north.aro)
    armoured = "\n".join(
        (
            "my passphrase is swordfish",
            "-----BEGIN NEW CERTIFICATE REQUEST-----",
            encodebytes(sound).decode().strip(),
            "-----END NEW CERTIFICATE REQUEST-----",
        )
    )
    answer = browser.post("/requests/check", {"text": armoured})
    kept = bytes(PassingThing.objects.get().octets)
    assert b"swordfish" not in kept
    page = page_of(browser.get(answer.headers["Location"]))
    assert "Your request passed all checks" in page
    assert "The submission is PEM." in page


def test_what_cannot_be_read_is_kept_nowhere_and_answered_at_once(north, signed_in) -> None:
    answer = signed_in(north.aro).post("/requests/check", {"text": "-----BEGIN X-----"})
    assert answer.status_code == 200
    assert "This request cannot be submitted" in page_of(answer)
    assert not PassingThing.objects.exists()


def test_each_page_has_a_title_of_its_own(north, signed_in) -> None:
    browser = signed_in(north.aro)
    answers = [send(browser, message) for message in (signed_message(north), b"<a/>", b"<b/>")]
    for _ in range(2):
        der = build_request(a_key(), eui64=Eui64(north.user_id.eui64), remote_party_role="87")
        sent = {"file": SimpleUploadedFile("request.csr", der)}
        answers.append(browser.post("/requests/check", sent))
    pages = [page_of(browser.get(answer.headers["Location"])) for answer in answers]
    titles = {re.search("<title>(.*?)</title>", page)[1] for page in pages}
    assert len(titles) == 5, titles
