"""Every page, on a desk and on a phone: accessible, inside its width, without a complaint."""

from base64 import b64encode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page

from rules.duties import PersonRole
from tests.attacks.routes import page_routes
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, can_sign_in, shoot, sign_in
from tests.browser.world import World, a_csr, a_world
from tests.factories import a_person
from tests.rules.responses.world import (
    DCC_ALERT,
    PRE_COMMAND,
    response_message,
    signed,
    unsigned,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROWEST = {"width": 320, "height": 640}
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def addresses(world: World, who: str) -> dict[str, str]:
    everybody = {
        "home": "/",
        "cannot-send": "/cannot-send",
        "requests": "/requests",
        "request-accepted": f"/requests/{world.accepted.reference}",
        "request-approved": f"/requests/{world.approved.reference}",
        "request-issued": f"/requests/{world.issued.reference}",
        "request-rejected": f"/requests/{world.rejected.reference}",
        "request-stopped": f"/requests/{world.stopped.reference}",
        "request-unrecorded": f"/requests/{world.unrecorded.reference}",
        "request-anomaly": f"/requests/{world.anomaly.reference}",
        "certificates": "/certificates",
        "certificate": f"/certificates/{world.certificate.pk}",
        "certificate-revoked": f"/certificates/{world.revoked.pk}",
        "certificate-withheld": f"/certificates/{world.anomaly.certificate.pk}",
        "user-ids": "/user-ids",
        "user-id": f"/user-ids/{world.user_id}",
        "reasons-some": "/reasons?text=mpid",
        "reasons-none": "/reasons?text=no-such-code",
        "not-found": "/nothing/here",
        "filter-wrong": "/certificates?eui64=nonsense&serial=xyz",
    }
    subscribers = {
        "request-new": "/requests/new",
        "request-withdraw": f"/requests/{world.accepted.reference}/withdraw",
        "user-id-notify": f"/user-ids/{world.user_id}/notify",
        "notification-withdraw": f"/notifications/{world.notification_id}/withdraw",
        "message-check": "/messages/check",
    }
    officers = {
        "request-decision": f"/requests/{world.accepted.reference}/decision",
        "request-decision-contested": f"/requests/{world.contested.reference}/decision",
        "request-decision-stopped": f"/requests/{world.stopped.reference}/decision",
        "request-decision-unrecorded": f"/requests/{world.unrecorded.reference}/decision",
        "message-check": "/messages/check",
        "certificate-revoke": f"/certificates/{world.certificate.pk}/revoke",
        "enforcement": "/enforcement",
        "document-add": "/documents/add",
        "day-off-add": "/working-days/add",
        "day-off-take-back": f"/working-days/{world.day_off_id}/take-back",
    }
    staff = {
        "evidence": "/evidence",
        "event": "/evidence/1",
        "documents": "/documents",
        "document": f"/documents/{world.document_id}",
        "working-days": "/working-days?since=2026-12-23&days=5",
        "working-days-unknown": "/working-days?since=2199-12-23&days=5",
        "proposals": "/proposals",
        "proposal": f"/proposals/{world.proposal.pk}",
        "proposal-void": f"/proposals/{world.void.pk}",
        "proposal-emergency": f"/proposals/{world.emergency.pk}",
        "evidence-proof": "/evidence/proof",
        "jobs": "/jobs",
        "job-under-way": f"/jobs/{world.job.pk}?still",
        "job-done": f"/jobs/{world.proof.pk}",
        "job-failed": f"/jobs/{world.failed_job.pk}",
        "background-work": "/background-work",
        "mail": "/mail",
        "mail-message": f"/mail/{world.mail}",
    }
    # The whole list is the same for everybody, and takes as long as all other pages together.
    auditors = {**staff, "reasons": "/reasons", "forbidden": "/requests/new"}
    return {
        "aro": {**everybody, **subscribers},
        "officer": {**everybody, **officers, **staff},
        "auditor": {**everybody, **auditors},
        "auditor-alone": auditors,
    }[who]


@pytest.mark.parametrize(
    ("who", "which", "viewport"),
    [
        pytest.param("aro", "aro", DESKTOP, id="aro-desk"),
        pytest.param("aro", "aro", PHONE, id="aro-phone"),
        pytest.param("officer", "officer", DESKTOP, id="officer-desk"),
        pytest.param("officer", "officer", PHONE, id="officer-phone"),
        # Of everybody's pages an officer sees all that an auditor does.
        pytest.param("auditor", "auditor-alone", DESKTOP, id="auditor-alone-desk"),
        pytest.param("auditor", "auditor-alone", PHONE, id="auditor-alone-phone"),
        pytest.param("auditor", "auditor", DESKTOP, id="auditor-desk", marks=pytest.mark.long),
    ],
)
def test_every_page_that_a_role_opens_is_sound(opened, who, which, viewport) -> None:
    world = a_world()
    page = opened(viewport=viewport)
    sign_in(page, getattr(world, who))
    faults = []
    for name, address in addresses(world, which).items():
        page.goto(address)
        shoot(page, f"{who}-{name}-{viewport['width']}")
        faults += faults_of(page, name)
    assert faults == []


# Answer no page of their own: a download, a probe, what a form is sent to.
NO_PAGES = {
    *("document-file", "certificate-pem", "certificate-der", "healthz", "readyz", "readyz-checks"),
    *("request-check", "request-submit", "request-approve", "request-reject"),
    *("proposal-confirm", "proposal-withdraw", "proposal-refuse", "proposal-review"),
    "proposal-close",
    *("evidence-prove", "job-cancel"),
    "background-work-retry",
}
# Looked at on the way in and out, and as the answer to a form.
ON_THE_WAY = {
    *("sign-in", "second-factor", "set-up-second-factor", "sign-out"),
    *("message-checked", "request-checked"),
}


def test_every_route_that_has_a_page_is_looked_at() -> None:
    world = a_world()
    looked_at = {
        resolve(address.partition("?")[0]).url_name
        for who in ("aro", "officer", "auditor")
        for name, address in addresses(world, who).items()
        if name != "not-found"
    }
    assert looked_at | NO_PAGES | ON_THE_WAY == {route.name for route in page_routes()}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_what_answers_an_officers_form_is_sound(opened, viewport) -> None:
    world = a_world()
    page = opened(viewport=viewport)
    sign_in(page, world.officer)
    decision = f"/requests/{world.contested.reference}/decision"
    revoke = f"/certificates/{world.certificate.pk}/revoke"
    faults = []
    for name, address, button in (
        ("proof", "/evidence", "Check that nothing was altered"),
        ("reject-empty", decision, "Reject the request"),
        ("end-empty", f"/requests/{world.unrecorded.reference}/decision", "Reject the request"),
        ("approve-again", f"/requests/{world.stopped.reference}/decision", "Approve the request"),
        ("revoke-empty", revoke, "Revoke the certificate"),
        ("propose-empty", "/enforcement", "Propose, or do it now"),
        ("refuse-empty", f"/proposals/{world.proposal.pk}", "Refuse"),
        ("review-empty", f"/proposals/{world.emergency.pk}", "Record the review"),
        ("confirmed", f"/proposals/{world.proposal.pk}", "Confirm"),
        ("signed-out", "/", "Sign out"),
    ):
        page.goto(address)
        page.get_by_role("button", name=button).click()
        shoot(page, f"officers-{name}-{viewport['width']}")
        faults += faults_of(page, name)
    assert faults == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_setting_up_a_second_factor_is_sound(opened, viewport) -> None:
    person = can_sign_in(a_person(PersonRole.OFFICER))
    TOTPDevice.objects.filter(user=person).delete()
    page = opened(viewport=viewport)
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    shoot(page, f"set-up-{viewport['width']}")
    assert page.url.endswith("/sign-in/set-up")
    faults = faults_of(page, "set-up")
    page.get_by_label("One-time code").fill("000000")
    page.get_by_role("button", name="Confirm and sign in").click()
    faults += faults_of(page, "set-up-wrong")
    assert faults == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_what_answers_a_form_is_sound(opened, viewport) -> None:
    world = a_world()
    page = opened(viewport=viewport)
    faults = []

    def look(name: str) -> None:
        shoot(page, f"answer-{name}-{viewport['width']}")
        faults.extend(faults_of(page, name))

    page.goto("/sign-in")
    look("sign-in")
    page.get_by_role("button", name="Continue").click()
    look("sign-in-empty")
    sign_in(page, world.aro)
    page.goto("/requests/new")
    page.get_by_role("button", name="Check the request").click()
    look("request-empty")
    for name, submission in submissions(world).items():
        page.goto("/requests/new")
        page.get_by_label("Paste the request").fill(submission)
        page.get_by_role("button", name="Check the request").click()
        look(f"check-{name}")
    page.goto("/messages/check")
    page.get_by_label("Or paste it").fill("<a><!-- no message at all --></a>")
    page.get_by_role("button", name="Check the message").click()
    look("message-unreadable")
    for name, response in responses(world).items():
        page.goto("/messages/check")
        page.get_by_label("Or paste it").fill(response)
        page.get_by_role("button", name="Check the message").click()
        look(f"response-{name}")
    assert faults == []


def responses(world: World) -> dict[str, str]:
    body = response_message(PRE_COMMAND, srv="1.6")
    serial = int(world.transform.serial_number)
    good = signed(body, key=world.transform_key, serial=serial).decode()
    return {
        "good": good,
        "changed": good.replace(">I0<", ">I1<"),
        "wrong-key": signed(DCC_ALERT, key=world.transform_key, serial=serial).decode(),
        "unknown": signed(body).decode(),
        "unsigned": unsigned(body),
        "malformed": unsigned(body).replace("sr:ResponseCode", "sr:Code"),
    }


def submissions(world: World) -> dict[str, str]:
    return {
        "clear": _base64(a_csr(world.user_id)),
        "warned": _base64(a_csr(world.user_id, mpids="ABCD NWEL")),
        "foreign": _base64(a_csr("90-B3-D5-1F-30-03-00-00", mpids="SGPW")),
        "nonsense": "this is no request",
    }


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode()


def overflows(page: Page, name: str) -> list[str]:
    """Return where a page is wider than its window, also at 320 pixels (WCAG 1.4.10)."""
    before = page.viewport_size
    faults = []
    for size in (before, NARROWEST) if before == PHONE else (before,):
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if width > 0:
            faults.append(f"{name}: {width} pixels wider than a window of {size['width']}")
    page.set_viewport_size(before)
    return faults


def faults_of(page: Page, name: str) -> list[str]:
    """Return what is wrong with the page that is open."""
    options = {"runOnly": {"type": "tag", "values": WCAG_22_AA}, "resultTypes": ["violations"]}
    results = Axe().run(page, options=options)
    faults = [
        f"{name}: {violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in results.response["violations"]
    ]
    faults += overflows(page, name)
    heading = page.locator("h1").inner_text()
    title = page.title().removeprefix("Error: ")
    if not title.startswith(heading.split("\n")[0].strip()[:12]):
        faults.append(f"{name}: the title `{title}` does not start with `{heading}`")
    return faults
