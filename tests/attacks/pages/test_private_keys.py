"""A private key that is sent by mistake: its owner is told, and nothing of it is kept anywhere.

Not in the database (rows, evidence, sessions), not in the log, not in the page, not in a file.
"""

import tempfile
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.models import CertificateRequest
from tests.attacks.pages.keys import KEY, SILENT, TOLD, others, traces
from tests.attacks.pages.submissions import in_base64
from tests.attacks.stored import everything_stored

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TELLS = "You sent a private key"


@pytest.fixture
def browser(north, signed_in):
    return signed_in(north.aro)


def ways(browser, sent: bytes):
    """Send it in every way there is; yields what it was, and the answer."""
    yield (
        "uploaded",
        browser.post(
            "/requests/check", {"file": SimpleUploadedFile("key.pem", sent)}, follow=True
        ),
    )
    yield (
        "uploaded under a telling name",
        browser.post(
            "/requests/check",
            {"file": SimpleUploadedFile("private.key", sent, "application/pkcs8")},
            follow=True,
        ),
    )
    yield "in the hidden field", browser.post("/requests/submit", {"request": in_base64(sent)})
    text = _as_text(sent)
    if text is not None:
        yield "pasted", browser.post("/requests/check", {"text": text}, follow=True)
        yield "in the hidden field as text", browser.post("/requests/submit", {"request": text})


def _as_text(sent: bytes) -> str | None:
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def nothing_is_kept(sent: bytes, pages: list[str], logged: str) -> None:
    kept = everything_stored()
    sessions = repr([session.get_decoded() for session in Session.objects.all()])
    for trace in traces(sent):
        assert trace not in kept
        assert trace not in sessions
        assert trace not in logged
        assert not any(trace in page for page in pages)
    assert CertificateRequest.objects.count() == 0


@pytest.mark.parametrize("sent", TOLD.values(), ids=TOLD)
def test_its_owner_is_told_and_nothing_is_kept(sent, browser, caplog) -> None:
    caplog.set_level("DEBUG")
    pages = []
    for way, response in ways(browser, sent):
        page = response.content.decode()
        pages.append(page)
        assert response.status_code in {200, 422}, way
        if "hidden field" not in way:
            assert TELLS in page, way
        assert "There is a problem" in page
    nothing_is_kept(sent, pages, caplog.text)


@pytest.mark.parametrize("kind", others())
def test_a_key_of_another_kind_is_told_just_so(kind, browser, caplog) -> None:
    sent = others()[kind]
    pages = [response.content.decode() for _way, response in ways(browser, sent)]
    assert TELLS in pages[0]
    nothing_is_kept(sent, pages, caplog.text)


@pytest.mark.parametrize("sent", SILENT.values(), ids=SILENT)
def test_what_cannot_be_known_for_a_key_is_refused_and_kept_nowhere_either(
    sent, browser, caplog
) -> None:
    caplog.set_level("DEBUG")
    pages = []
    for way, response in ways(browser, sent):
        pages.append(response.content.decode())
        if "behind a request" not in way:
            assert response.status_code in {200, 302, 422}, way
    kept = everything_stored()
    for trace in traces(sent):
        assert trace not in kept
        assert trace not in caplog.text


def test_a_large_upload_is_never_in_a_file_which_would_outlive_a_killed_process(
    browser, settings
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere/at/all"
    sent = TOLD["PKCS#8 in PEM"] + b"\n" * 20_000_000
    for address in ("/requests/check", "/messages/check"):
        response = browser.post(
            address, {"file": SimpleUploadedFile("key.pem", sent), "generation": "SMETS1"}
        )
        assert response.status_code in {200, 422}, address
    assert list(Path(tempfile.gettempdir()).glob("*.upload.*")) == []


def test_a_key_with_the_name_of_the_file_or_in_another_field_is_not_kept(browser, caplog) -> None:
    caplog.set_level("DEBUG")
    pem = TOLD["PKCS#8 in PEM"].decode()
    line = pem.splitlines()[1]
    answers = [
        browser.post("/requests/check", {"file": SimpleUploadedFile(line, b"x")}, follow=True),
        browser.post("/requests/check", {"note": pem, "text": ""}, follow=True),
        browser.post("/requests/submit", {"key": pem}),
        browser.get("/requests/new", {"text": pem}),
        browser.post("/messages/check", {"text": pem, "generation": "SMETS1"}, follow=True),
        browser.post("/sign-in", {"email": pem, "password": "x"}),
    ]
    assert all(answer.status_code < 500 for answer in answers)
    kept = everything_stored()
    assert line not in kept
    assert line.encode().hex() not in kept
    assert line not in caplog.text
    for answer in answers[:3] + answers[4:]:
        assert line not in answer.content.decode()
    assert KEY
