"""Every upload and paste has a limit: taken at it, refused a byte beyond, nothing left behind."""

import re
from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from registry.models import Event
from registry.passing.acts.keeping import forget_passed
from rules.certificates.reading import MAX_SUBMISSION
from tests.attacks.kept import kept
from tests.attacks.page_forms import FORMS, found_form, scene, send
from tests.attacks.stored import counts, grown
from tests.portal.pages.conftest import a_csr

__all__ = ["kept", "scene"]
pytestmark = pytest.mark.django_db

EVIDENCE = {"registry_event", "registry_eventchainhead"}
PASSING = {"registry_passingthing"}
"""What is kept for the person alone, for half an hour."""
WITHOUT = {
    # Limited by what is read of them: as of an upload, below.
    ("request-check", "text"),
    ("request-submit", "request"),
    ("message-check", "text"),
    # An address of ours, or it is not followed.
    ("sign-in", "next"),
    ("second-factor", "next"),
    ("set-up-second-factor", "next"),
}


@pytest.fixture
def browser(scene) -> Client:
    return scene.browsers["aro"]()


def as_file(octets: bytes) -> dict[str, object]:
    return {"file": SimpleUploadedFile("upload", octets), "text": ""}


def as_text(octets: bytes) -> dict[str, object]:
    return {"text": octets.decode("ascii")}


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_field_of_text_has_a_limit_of_its_own() -> None:
    unlimited = {
        (route, name)
        for route, prepared in FORMS.items()
        for name, field in (prepared.form.base_fields if prepared.form else {}).items()
        if type(field) is forms.CharField and field.max_length is None
    }
    assert unlimited == WITHOUT


@pytest.mark.parametrize("entered", [as_file, as_text])
def test_a_request_is_read_up_to_64_kilobytes(entered, browser, scene, kept) -> None:
    found = found_form(browser, FORMS["request-check"], "request-check", scene)
    before = counts()
    # What stands before PEM is no part of it, so a good request can have any length.
    pem = b"-----BEGIN CERTIFICATE REQUEST-----\n%s\n-----END CERTIFICATE REQUEST-----\n"
    good = pem % scene.csr().encode()
    for spare in (0, 1):
        padded = b"zqxj" + b"x" * (MAX_SUBMISSION - len(good) - 5 + spare) + b"\n" + good
        assert len(padded) == MAX_SUBMISSION + spare
        answer = send(browser, found, entered(padded), follow=True)
        is_taken = spare == 0
        assert ("There is a problem" in words(answer)) is not is_taken
        assert ('action="/requests/submit"' in answer.content.decode()) is is_taken
        # A refusal is an event; what could be read is kept for the person alone for a while.
        assert (set(grown(before)) <= PASSING) is is_taken
    assert "The submission has 65,537 bytes; at most 65,536 are read" in words(answer)
    # As of every request that is refused: by its digest and the reason.
    assert set(grown(before)) <= EVIDENCE | PASSING
    assert kept.where("zqxj" + "x" * 60) == []
    assert "submission-too-large" in Event.objects.order_by("-position")[0].body


def test_how_many_bytes_a_far_too_large_request_has_is_said(browser, scene) -> None:
    found = found_form(browser, FORMS["request-check"], "request-check", scene)
    answer = send(browser, found, as_file(b"A" * 10_000_000))
    assert "The submission has 10,000,000 bytes; at most 65,536" in words(answer)


def test_a_request_that_a_page_carries_is_limited_too(browser, scene) -> None:
    found = found_form(browser, FORMS["request-submit"], "request-submit", scene)
    before = counts()
    der = a_csr(scene.side.user_id)
    answer = send(browser, found, {"request": "A" * (4 * len(der)) + "A" * 200_000})
    assert answer.status_code == 422
    assert "at most 65,536 are read" in words(answer)
    assert set(grown(before)) <= EVIDENCE


@pytest.mark.parametrize("entered", [as_file, as_text])
def test_a_message_is_read_up_to_its_limit(entered, browser, scene, kept, settings) -> None:
    found = found_form(browser, FORMS["message-check"], "message-check", scene)
    settings.MESSAGE_SIZE_LIMIT = 3_000
    before = counts()
    for size, is_taken in ((3_000, True), (3_001, False), (90_000, False)):
        message = b"<zqxj>%s</zqxj>" % (b"y" * (size - 13))
        assert len(message) == size
        sent = {**entered(message), "generation": "SMETS1"}
        answer = send(browser, found, sent, follow=True)
        said = rf"The message has {size:,} \w+, more than the limit of 3,000 "
        assert answer.status_code == 200
        assert bool(re.search(said, words(answer))) is not is_taken
    assert set(grown(before)) <= PASSING
    forget_passed(at=timezone.now() + timedelta(minutes=30))
    assert kept.where("y" * 60) == []


@pytest.mark.parametrize("route", ["request-check", "message-check"])
def test_a_form_is_read_up_to_its_limit(route, browser, scene, kept, settings) -> None:
    found = found_form(browser, FORMS[route], route, scene)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000
    before = counts()
    parts = b""
    for name, value in found.values.items():
        parts += b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (
            name.encode(),
            value.encode(),
        )
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    tail = b"\r\n--B--\r\n"
    spare = 6_000 - len(parts) - len(head) - len(tail)
    for more, status in ((0, {200, 302}), (1, {400})):
        body = parts + head + b"\xff" + b"w" * (spare - 1 + more) + tail
        assert len(body) == 6_000 + more
        answer = browser.generic(
            "POST", found.action, body, content_type="multipart/form-data; boundary=B"
        )
        assert answer.status_code in status, words(answer)
    assert "sent 6,001 bytes in one form. At most 6,000 are read" in words(answer)
    assert set(grown(before)) <= EVIDENCE | PASSING
    forget_passed(at=timezone.now() + timedelta(minutes=30))
    assert kept.where("w" * 60) == []


@pytest.mark.parametrize("route", [r for r, form in FORMS.items() if form.method == "POST"])
def test_no_form_is_read_beyond_it(route, scene, settings) -> None:
    browser = scene.browsers[FORMS[route].who]()
    found = found_form(browser, FORMS[route], route, scene)
    entered = FORMS[route].enters(scene)
    before = counts()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000
    answer = send(browser, found, {**entered, "more": "v" * 3_001})
    assert answer.status_code == 400
    assert "At most 3,000 are read" in words(answer)
    assert grown(before) == {}
