"""Forms that were tampered with, sent twice, or are of a kind that no browser sends.

After each: a clear answer, and of the rows either exactly what one act leaves or none.
"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from registry.certificates.acts.certificate_requests import submit_request
from registry.models import CertificateRequest, Event
from rules.duties import Act
from rules.workflow import RequestState
from tests.attacks.stored import counts, grown
from tests.factories import a_certificate, a_notification
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import serial_end

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EVIDENCE = {"registry_event", "registry_eventchainhead"}
PASSING = {"registry_passingthing"}
"""What is kept for the person alone, for half an hour."""

NOT_A_NUMBER = ["", " ", "x", "-1", "1e9", "9" * 30, "9" * 5_000, "0x1", "\u0661\u0662", "\0"]


@pytest.fixture
def request_of_north(north) -> CertificateRequest:
    return submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())


@pytest.fixture
def certificate(north):
    return a_certificate(north.user_id)


@pytest.fixture
def browser_of_officer(officer, signed_in):
    return signed_in(officer)


@pytest.fixture
def browser_of_aro(north, signed_in):
    return signed_in(north.aro)


def hidden(page: str, action: str) -> dict[str, str]:
    """Return what a form of a page holds in hidden fields, but for the proof of its origin."""
    form = page[page.index(f'{action}"') :]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value for name, value in fields[:3] if name != "csrfmiddlewaretoken"}


def acts(kind: Act) -> list[str]:
    return [e.result for e in Event.objects.filter(kind=kind).order_by("position")]


# --- deciding ----------------------------------------------------------------------------------


def held(browser, request) -> dict[str, str]:
    return hidden(browser.get(f"/requests/{request}/decision").content.decode(), "/approve")


@pytest.mark.parametrize("version", [*NOT_A_NUMBER, "0", "99"])
@pytest.mark.parametrize("act", ["approve", "reject"])
def test_another_version_decides_nothing(
    act, version, browser_of_officer, request_of_north
) -> None:
    seen = {**held(browser_of_officer, request_of_north), "note": "Not ours.", "version": version}
    before = counts()
    answer = browser_of_officer.post(f"/requests/{request_of_north}/{act}", seen)
    assert answer.status_code in {409, 422}
    assert "There is a problem" in answer.content.decode()
    assert set(grown(before)) <= EVIDENCE
    request_of_north.refresh_from_db()
    assert request_of_north.request_state is RequestState.ACCEPTED


@pytest.mark.parametrize("facts", ["", "0" * 64, "x", "A" * 65, "\0", "0" * 5_000, "[]", "\ud7ff"])
def test_other_facts_approve_nothing(facts, browser_of_officer, request_of_north) -> None:
    seen = {**held(browser_of_officer, request_of_north), "facts": facts}
    answer = browser_of_officer.post(f"/requests/{request_of_north}/approve", seen)
    assert answer.status_code in {409, 422}
    request_of_north.refresh_from_db()
    assert request_of_north.request_state is RequestState.ACCEPTED


def test_the_facts_of_another_request_approve_nothing(
    browser_of_officer, request_of_north, south
) -> None:
    other = submit_request(a_csr(south.user_id), actor=south.aro, at=timezone.now())
    seen = held(browser_of_officer, other)
    answer = browser_of_officer.post(f"/requests/{request_of_north}/approve", seen)
    assert answer.status_code == 409
    assert "has changed since" in answer.content.decode()
    assert acts(Act.APPROVE_REQUEST) == ["refused"]


def test_a_warning_cannot_be_left_out_or_acknowledged_by_another_name(
    browser_of_officer, north
) -> None:
    request = submit_request(
        a_csr(north.user_id, common_name="ABCD"), actor=north.aro, at=timezone.now()
    )
    seen = held(browser_of_officer, request)
    for more in (
        {},
        {"reason-": "x"},
        {"reason-other": "x"},
        {"reason-mpid-not-recorded": " "},
        {"reason-mpid-not-recorded": "x" * 2_001},
        {"reason-mpid-not-recorded": "\0"},
        {"acknowledgements": '{"mpid-not-recorded": "x"}'},
    ):
        answer = browser_of_officer.post(f"/requests/{request}/approve", {**seen, **more})
        assert answer.status_code == 422
    # Control: with a reason it is approved.
    good = {**seen, "reason-mpid-not-recorded": "Their letter."}
    assert browser_of_officer.post(f"/requests/{request}/approve", good).status_code == 302


@pytest.mark.parametrize("note", ["", " \r\n\t", "\0", "x" * 2_001, "x" * 2_000_000])
def test_a_note_that_is_none_rejects_nothing(note, browser_of_officer, request_of_north) -> None:
    seen = {**held(browser_of_officer, request_of_north), "note": note}
    answer = browser_of_officer.post(f"/requests/{request_of_north}/reject", seen)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    request_of_north.refresh_from_db()
    assert request_of_north.request_state is RequestState.ACCEPTED


@pytest.mark.parametrize(
    "note", ["<script>alert(1)</script>", "'; DROP TABLE x;--", "{0} %s", "\u202eabc", "a\ufffe"]
)
def test_a_note_of_any_characters_is_kept_as_it_is(
    note, browser_of_officer, browser_of_aro, request_of_north
) -> None:
    seen = {**held(browser_of_officer, request_of_north), "note": note}
    answer = browser_of_officer.post(f"/requests/{request_of_north}/reject", seen)
    assert answer.status_code == 302
    request_of_north.refresh_from_db()
    assert request_of_north.decision_note == note
    page = browser_of_aro.get(f"/requests/{request_of_north}").content.decode()
    assert "<script>alert" not in page


def test_octets_that_are_not_utf_8_are_replaced_and_break_nothing(
    browser_of_officer, request_of_north
) -> None:
    seen = held(browser_of_officer, request_of_north)
    body = b"note=caf%E9%ff%ed%a0%80&version=" + seen["version"].encode()
    answer = browser_of_officer.generic(
        "POST",
        f"/requests/{request_of_north}/reject",
        body,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 302
    request_of_north.refresh_from_db()
    assert request_of_north.decision_note.startswith("caf\ufffd")


# --- every act sent twice ----------------------------------------------------------------------


def test_each_form_sent_twice_acts_once_and_says_so(
    browser_of_officer, browser_of_aro, request_of_north, certificate, north
) -> None:
    seen = held(browser_of_officer, request_of_north)
    notified = a_notification(certificate, notified_by=north.aro)
    other = a_certificate(north.user_id)
    steps = [
        (browser_of_aro, f"/notifications/{notified.pk}/withdraw", {}, Act.WITHDRAW_NOTIFICATION),
        (
            browser_of_aro,
            f"/user-ids/{north.user_id.eui64}/notify",
            {"certificate": str(other.pk)},
            Act.NOTIFY_CERTIFICATE,
        ),
        (
            browser_of_officer,
            f"/certificates/{certificate.pk}/revoke",
            {"reason": "key-compromise", "note": "Lost."},
            Act.REVOKE_CERTIFICATE,
        ),
        (browser_of_officer, f"/requests/{request_of_north}/approve", seen, Act.APPROVE_REQUEST),
    ]
    for browser, address, fields, kind in steps:
        first = browser.post(address, fields)
        assert first.status_code == 302, (address, first.content.decode()[-2000:])
        again = browser.post(address, fields)
        assert again.status_code in {409, 422}, address
        assert "There is a problem" in again.content.decode()
        assert acts(kind)[0] == "done", kind
        assert acts(kind).count("done") == 1, kind


@pytest.mark.parametrize("act", ["withdraw", "reject"])
def test_an_end_that_is_sent_twice_is_one(
    act, browser_of_officer, browser_of_aro, request_of_north
) -> None:
    browser = browser_of_aro if act == "withdraw" else browser_of_officer
    fields = {"version": str(request_of_north.version), "note": "Not ours."}
    assert browser.post(f"/requests/{request_of_north}/{act}", fields).status_code == 302
    again = browser.post(f"/requests/{request_of_north}/{act}", fields)
    assert again.status_code == 409
    kind = Act.WITHDRAW_REQUEST if act == "withdraw" else Act.REJECT_REQUEST
    assert acts(kind) == ["done", "refused"]


# --- choosing what is not offered --------------------------------------------------------------


@pytest.mark.parametrize("choice", [*NOT_A_NUMBER, "0", "999999", "1 OR 1=1"])
def test_a_certificate_that_is_not_offered_is_not_notified(
    choice, browser_of_aro, north, certificate
) -> None:
    assert certificate
    before = counts()
    answer = browser_of_aro.post(
        f"/user-ids/{north.user_id.eui64}/notify", {"certificate": choice}
    )
    assert answer.status_code == 422
    assert grown(before) == {}


def test_another_partys_certificate_is_not_notified(browser_of_aro, north, south) -> None:
    theirs = a_certificate(south.user_id)
    before = counts()
    answer = browser_of_aro.post(
        f"/user-ids/{north.user_id.eui64}/notify", {"certificate": str(theirs.pk)}
    )
    assert answer.status_code == 422
    assert grown(before) == {}
    assert serial_end(theirs) not in answer.content.decode()


@pytest.mark.parametrize("reason", ["", "x", "keyCompromise", "0", "\0", "<b>", "x" * 5_000])
def test_a_certificate_is_not_revoked_for_another_reason(
    reason, browser_of_officer, certificate
) -> None:
    before = counts()
    answer = browser_of_officer.post(
        f"/certificates/{certificate.pk}/revoke", {"reason": reason, "note": "Lost."}
    )
    assert answer.status_code == 422
    assert grown(before) == {}


# --- bodies of odd shapes ----------------------------------------------------------------------

ADDRESSES = ["/requests/check", "/requests/submit", "/messages/check"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_more_fields_and_files_than_are_read_are_refused(address, browser_of_aro) -> None:
    before = counts()
    fields = {f"a{i}": "1" for i in range(1_500)}
    files = {f"f{i}": SimpleUploadedFile("x", b"x") for i in range(50)}
    for sent in (fields, files):
        answer = browser_of_aro.post(address, sent)
        assert answer.status_code == 400
        assert "could not be read" in answer.content.decode()
    assert grown(before) == {}


_NO_BASE64 = b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--B--\r\n"
_ANYTHING = b"\r\n\r\nx\r\n--B--\r\n"

BODIES = {
    "no boundary": (b"x", "multipart/form-data"),
    "an empty boundary": (b"x", "multipart/form-data; boundary="),
    "a long boundary": (b"x", f"multipart/form-data; boundary={'b' * 500}"),
    "no parts": (b"--B--\r\n", "multipart/form-data; boundary=B"),
    "a part cut off": (
        b'--B\r\nContent-Disposition: form-data; name="text',
        "multipart/form-data; boundary=B",
    ),
    "a part without a name": (b"--B\r\n\r\nx\r\n--B--\r\n", "multipart/form-data; boundary=B"),
    "a long header": (
        b"--B\r\nContent-Disposition: form-data; name=" + b"x" * 9_000 + b"\r\n\r\nx\r\n--B--\r\n",
        "multipart/form-data; boundary=B",
    ),
    "a part in base64 that is none": (
        b'--B\r\nContent-Disposition: form-data; name="text"\r\n' + _NO_BASE64,
        "multipart/form-data; boundary=B",
    ),
    "a file in base64 that is none": (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n' + _NO_BASE64,
        "multipart/form-data; boundary=B",
    ),
    "a file with a path for a name": (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="../../etc/x"' + _ANYTHING,
        "multipart/form-data; boundary=B",
    ),
    "many line breaks": (b"\r\n" * 1_000_000 + b"--B--", "multipart/form-data; boundary=B"),
    "many boundaries": (b"--B\r\n\r\n" * 200_000, "multipart/form-data; boundary=B"),
    "JSON": (b'{"text": "x"}', "application/json"),
    "XML": (b"<a/>", "application/xml"),
    "text": (b"text=x", "text/plain"),
    "nothing at all": (b"", ""),
    "many ampersands": (b"&" * 2_000_000, "application/x-www-form-urlencoded"),
    "one field of 20 MB": (b"a=" + b"x" * 20_000_000, "application/x-www-form-urlencoded"),
    "octets that are no text": (bytes(range(256)) * 9, "application/x-www-form-urlencoded"),
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kind", BODIES)
def test_a_body_of_an_odd_shape_is_answered(kind, address, browser_of_aro) -> None:
    body, content_type = BODIES[kind]
    before = counts()
    answer = browser_of_aro.generic("POST", address, body, content_type=content_type)
    if answer.status_code == 302:
        assert "/checked/" in answer.headers["Location"]
        answer = browser_of_aro.get(answer.headers["Location"])
    assert answer.status_code in {200, 400, 422}
    assert set(grown(before)) <= EVIDENCE | PASSING
