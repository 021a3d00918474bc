"""Asking for a certificate: paste or upload, every check, submit."""

import base64
import re

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from registry.models import CertificateRequest, Event
from rules.certificates.requests import REQUEST_RULES
from tests.approving import approve
from tests.factories import a_certificate, a_key
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import text_of
from tests.portal.pages.reading import page_of
from tests.rules.certificates import builders as b
from tests.rules.certificates.vectors_request_key import RSA

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-CSR")]


@pytest.fixture
def browser(north, signed_in) -> Client:
    return signed_in(north.aro)


def pem_of(der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n"


def check(browser: Client, text: str = "", **more):
    return browser.post("/requests/check", {"text": text, **more}, follow=True)


def carried(response) -> str:
    found = re.search(r'name="request" value="([^"]*)"', page_of(response))
    return found[1] if found else ""


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("request.csr", content)


def test_the_form_says_for_whom_and_how_a_request_is_made(browser) -> None:
    page = page_of(browser.get("/requests/new"))
    assert "Northwind Energy" in page
    assert "make_csr" in page
    assert "openssl req" in page
    assert "It comes with the software of this portal" in page
    assert "on a machine of your own, so that the key is made there and stays there" in page


def test_the_form_says_what_a_check_leaves_behind(browser, south) -> None:
    page = page_of(browser.get("/requests/new"))
    assert "We check it and show you the results before you submit." in page
    assert "If a check fails we record who you are, the time, the reasons" in page
    check(browser, pem_of(a_csr(south.user_id)))
    assert CertificateRequest.objects.count() == 0
    assert Event.objects.get().result == "refused"


def test_a_request_that_fails_leads_to_how_one_is_made(browser, south) -> None:
    page = page_of(check(browser, pem_of(a_csr(south.user_id))))
    assert "Correct what failed and check it again. You can keep the same key pair." in text_of(
        page
    )
    assert 'href="/requests/new#how"' in page
    assert 'id="how"' in page_of(browser.get("/requests/new"))


def test_the_check_page_shows_what_the_request_says_beside_every_check(browser, north) -> None:
    response = check(browser, pem_of(a_csr(north.user_id)))
    page = page_of(response)
    assert response.status_code == 200
    for said in (
        north.user_id.eui64,
        "xmlSign (87)",
        "digitalSignature (critical)",
        "Elliptic curve, P-256",
        "ecdsa-with-SHA256, verifies under this key",
        "This certificate will not let you act for any MPID.",
    ):
        assert said in page
    assert "36 checks: 34 passed, 2 not applicable." in page
    assert carried(response)
    assert CertificateRequest.objects.count() == 0
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    "form",
    [
        pem_of,
        lambda der: pem_of(der).replace("\n", "\r\n"),
        lambda der: pem_of(der).replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
        lambda der: base64.b64encode(der).decode(),
    ],
    ids=["PEM", "CR LF", "NEW", "one line"],
)
def test_every_form_of_a_request_can_be_pasted(browser, north, form) -> None:
    assert carried(check(browser, form(a_csr(north.user_id))))


@pytest.mark.parametrize("form", [lambda der: der, lambda der: pem_of(der).encode()])
def test_a_request_can_be_uploaded_as_der_and_as_pem(browser, north, form) -> None:
    response = check(browser, file=uploaded(form(a_csr(north.user_id))))
    assert carried(response)


def test_what_is_absent_is_none_and_not_what_could_not_be_read(browser) -> None:
    page = page_of(check(browser, pem_of(b.request(subject=b.name(b.common_name())))))
    assert "the request has no EUI-64 (x500UniqueIdentifier)" in page
    assert "the request has no Remote Party Role (organizationalUnitName)" in page
    assert "could not be read" not in page


def test_a_new_key_pair_is_asked_for_where_the_key_itself_failed(browser) -> None:
    page = text_of(page_of(check(browser, pem_of(b.request(public_key=RSA)))))
    assert "The key itself failed: make a new key pair" in page
    assert "You can keep the same key pair" not in page


def test_nothing_is_said_of_the_key_of_what_could_not_be_read(browser) -> None:
    page = text_of(page_of(check(browser, "This is not a request.")))
    assert "Correct what failed and check it again." in page
    verdict = page[page.index("cannot be submitted") : page.index("Details in the request")]
    assert "key pair" not in verdict


def test_what_was_not_checked_is_one_line_that_says_why(browser) -> None:
    page = page_of(check(browser, "This is not a request."))
    lines = re.findall(r'<li id="([^"]*)"\s+class="app-finding[^>]*>', page)
    assert lines == ["APPM-F-encoding", "not-checked", "APPM-F-size", "APPM-2.3.1-subscriber"]
    assert "36 checks: 1 failed, 33 not made, 2 passed." in page
    says = "33 checks were not made, because the submission could not be read."
    assert text_of(page).count(says) == 1
    # Opened, it names each of them.
    for rule in REQUEST_RULES:
        assert page.count(f'id="{rule.id}"') == 1, rule.id


def test_checks_that_were_not_made_for_several_causes_are_one_line_too(browser) -> None:
    page = page_of(check(browser, pem_of(b.request(subject=b.name(b.common_name())))))
    line = "10 checks were not made, because something that they need failed or is not there."
    assert text_of(page).count(line) == 1


def test_submitting_makes_one_accepted_request_however_often_it_is_sent(browser, north) -> None:
    request = carried(check(browser, pem_of(a_csr(north.user_id))))
    first = browser.post("/requests/submit", {"request": request})
    again = browser.post("/requests/submit", {"request": request})
    stored = CertificateRequest.objects.get()
    assert first.headers["Location"] == again.headers["Location"] == f"/requests/{stored}"
    assert stored.submitted_by == north.aro
    page = page_of(browser.get(first.headers["Location"]))
    assert f"Request {stored} submitted." in page
    assert "Awaiting decision" in page
    # The banner is shown once.
    assert "submitted. A DCC" not in page_of(browser.get(f"/requests/{stored}"))


def test_a_form_sent_again_after_the_request_went_on_says_how_it_stands(
    browser, north, officer
) -> None:
    request = carried(check(browser, pem_of(a_csr(north.user_id))))
    browser.post("/requests/submit", {"request": request}, follow=True)
    stored = CertificateRequest.objects.get()
    approve(stored, officer, at=timezone.now())
    again = browser.post("/requests/submit", {"request": request}, follow=True)
    page = page_of(again)
    assert f"This was submitted before, as request {stored}, which is approved." in page
    assert "A DCC officer will review it" not in page


def test_all_findings_come_at_once_what_fails_first_and_nothing_can_be_submitted(
    browser, south
) -> None:
    a_certificate(south.user_id, mpids=("SGPW",))
    response = check(browser, pem_of(a_csr(south.user_id, role="02", common_name="SGPW")))
    page = page_of(response)
    verdicts = re.findall(r'app-finding__verdict"><strong class="[^"]*">([^<]+)<', page)
    assert verdicts[0] == "Failed"
    assert verdicts == sorted(
        verdicts, key=["Failed", "Warning", "Not checked", "Passed", "Not applicable"].index
    )
    assert len(verdicts) == 36
    assert "is not registered as a User ID of Northwind Energy" in page
    assert "Southgate" not in page
    assert carried(response) == ""
    assert "/requests/submit" not in page
    assert "There is a problem" in page


def test_an_mpid_that_another_party_holds_is_named_but_not_its_holder(
    browser, north, south
) -> None:
    a_certificate(south.user_id, mpids=("SGPW",))
    page = page_of(check(browser, pem_of(a_csr(north.user_id, common_name="SGPW"))))
    assert "Another Supplier Party holds the MPID SGPW until" in page
    assert south.party.name not in page
    assert south.user_id.eui64 not in page


def test_a_request_that_no_longer_passes_is_refused_when_it_is_submitted(
    browser, north, south
) -> None:
    request = carried(check(browser, pem_of(a_csr(north.user_id, common_name="SGPW"))))
    assert request
    a_certificate(south.user_id, mpids=("SGPW",))
    response = browser.post("/requests/submit", {"request": request})
    assert response.status_code == 422
    assert "holds the MPID SGPW" in page_of(response)
    assert CertificateRequest.objects.count() == 0
    assert Event.objects.get().result == "refused"


@pytest.mark.parametrize(
    "submission", ["", "no base64 at all!", "AAAA", "-----BEGIN X-----", "é" * 40, "\x01\x02"]
)
def test_nonsense_is_answered_with_a_finding_and_never_shown_again(browser, submission) -> None:
    response = check(browser, submission)
    page = page_of(response)
    assert response.status_code in {200, 422}
    assert "There is a problem" in page
    assert carried(response) == ""
    if len(submission) > 4:
        assert submission not in page


def test_a_submission_of_nothing_names_the_field(browser) -> None:
    response = check(browser)
    assert response.status_code == 422
    page = page_of(response)
    assert '<a href="#id_text">Paste a certificate signing request or upload a file.</a>' in page


def test_pasting_and_uploading_at_once_is_refused(browser, north) -> None:
    response = check(browser, pem_of(a_csr(north.user_id)), file=uploaded(b"x"))
    assert response.status_code == 422
    assert "not both" in page_of(response)


def test_a_file_that_is_too_large_is_told_so(browser) -> None:
    response = check(browser, file=uploaded(b"A" * 200_000))
    assert "at most 65,536 are read" in page_of(response)


def keys() -> dict[str, str]:
    key = a_key()

    def pem(form: PrivateFormat, encryption) -> str:
        return key.private_bytes(Encoding.PEM, form, encryption).decode()

    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sec1 = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return {
        "PKCS#8": pem(PrivateFormat.PKCS8, NoEncryption()),
        "SEC 1": pem(PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        "encrypted": pem(PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")),
        "bare Base64": base64.encodebytes(plain).decode(),
        "bare SEC 1": base64.b64encode(sec1).decode(),
        "cut off": "\n".join(pem(PrivateFormat.PKCS8, NoEncryption()).splitlines()[:-1]),
    }


@pytest.mark.parametrize("kind", keys())
def test_a_private_key_sent_by_mistake_is_told_and_kept_nowhere(browser, kind) -> None:
    key = keys()[kind]
    lines = [line for line in key.splitlines() if "-----" not in line and len(line) > 20]
    assert lines
    for response in (
        check(browser, key),
        check(browser, file=uploaded(key.encode())),
        browser.post("/requests/submit", {"request": key}),
    ):
        page = page_of(response)
        assert "There is a problem" in page
        assert carried(response) == ""
        assert not any(line in page for line in lines)
    assert not any(line in event.body for event in Event.objects.all() for line in lines)
    assert CertificateRequest.objects.count() == 0
    if kind != "cut off":
        assert "You sent a private key" in page_of(check(browser, key))


def test_a_private_key_beside_a_request_is_told_and_the_request_is_not_taken(
    browser, north
) -> None:
    key = keys()["PKCS#8"]
    response = check(browser, key + pem_of(a_csr(north.user_id)))
    page = page_of(response)
    assert "You sent a private key" in page
    assert "treat it as compromised" in page
    assert "You can keep the same key pair" not in page
    assert key.splitlines()[1] not in page
    assert carried(response) == ""


def test_what_a_request_says_is_escaped(browser, north) -> None:
    name = "<script>alert(1)</script>"
    page = page_of(check(browser, pem_of(a_csr(north.user_id, common_name=name))))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_an_officer_asks_for_the_dcc(signed_in, officer, dcc, north) -> None:
    browser = signed_in(officer)
    assert "DCC" in page_of(browser.get("/requests/new"))
    assert carried(check(browser, pem_of(a_csr(dcc))))
    page = page_of(check(browser, pem_of(a_csr(north.user_id))))
    assert "is not registered as a User ID of DCC" in page


def test_an_officer_without_a_dcc_party_is_told_so(signed_in, officer) -> None:
    response = signed_in(officer).get("/requests/new")
    assert response.status_code == 403
    assert "Your account is not linked to a Party." in page_of(response)


@pytest.mark.parametrize("address", ["/requests/check", "/requests/submit"])
def test_the_steps_cannot_be_opened_as_links(browser, address) -> None:
    assert browser.get(address).headers["Location"] == "/requests/new"


# --- notifying the certificate with the request --------------------------------------------------


def test_the_certificate_can_be_notified_with_its_request(browser, north) -> None:
    page = check(browser, pem_of(a_csr(north.user_id)))
    assert "Notify the DCC of the certificate as soon" in page_of(page)
    submitted = browser.post("/requests/submit", {"request": carried(page), "notify": "on"})
    stored = CertificateRequest.objects.get()
    assert stored.notify_when_issued
    shown = page_of(browser.get(submitted.headers["Location"]))
    assert "as soon as it is issued." in shown
    browser.post(f"/requests/{stored}/withdraw", {"version": stored.version})
    shown = page_of(browser.get(f"/requests/{stored}"))
    assert "that ended with the request." in shown


def test_left_alone_it_is_not(browser, north) -> None:
    page = check(browser, pem_of(a_csr(north.user_id)))
    browser.post("/requests/submit", {"request": carried(page)})
    assert not CertificateRequest.objects.get().notify_when_issued


def test_a_request_for_another_role_is_not_offered_it(browser, north) -> None:
    page = check(browser, pem_of(a_csr(north.user_id, role="02")))
    assert "Notify the DCC of the certificate" not in page_of(page)
    response = browser.post("/requests/submit", {"request": carried(page), "notify": "on"})
    assert response.status_code == 422
    assert CertificateRequest.objects.count() == 0
