"""The main job in a real browser: by the keyboard alone, and without any script.

A person submits a request, an officer approves it, the certificate is issued, notified for a
User ID, and a message signed with its key is checked.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from cryptography import x509
from playwright.sync_api import expect

from registry.models import (
    CertificateRequest,
    EnforcementMoment,
    PartyMpid,
    Person,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
)
from registry.tasks import drain_outbox
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.identifiers import Eui64
from rules.messages.signing import sign_message
from rules.roles import PartyCategory, UserRole
from tests.browser.conftest import PASSWORD, can_sign_in, next_code, shoot
from tests.browser.hands import Hands, Keyboard, NoScript, is_at
from tests.factories import a_key, a_party, a_person, a_user_id

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EUI64 = Eui64("90-B3-D5-1F-30-01-00-00")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MESSAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>{EUI64}:00-DB-12-34-56-78-90-A0:1000</sr:RequestID>
    <sr:CommandVariant>1</sr:CommandVariant>
    <sr:ServiceReference>4.1</sr:ServiceReference>
    <sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body><sr:ReadInstantaneousImportRegisters/></sr:Body>
</sr:Request>
"""


@dataclass(frozen=True, kw_only=True)
class People:
    """Who does the main job."""

    aro: Person
    officer: Person


@pytest.fixture
def people() -> People:
    party = a_party("Northwind Energy")
    a_user_id(party, eui64=EUI64)
    a_user_id(a_party("DCC", category=PartyCategory.DCC), user_roles=())
    PartyMpid.objects.create(mpid="NWEL", party=party, recorded_at=LONG_AGO)
    EnforcementMoment.objects.create(enforced_from=LONG_AGO, recorded_at=LONG_AGO)
    ServiceReferenceVariant.objects.create(code="4.1.1", name="Read", is_critical=False)
    ServiceRequestEligibility.objects.create(
        service_reference_variant="4.1.1",
        user_role=UserRole.IMPORT_SUPPLIER.value,
        valid_from=LONG_AGO,
    )
    return People(
        aro=can_sign_in(a_person(PersonRole.ARO, party)),
        officer=can_sign_in(a_person(PersonRole.OFFICER)),
    )


@pytest.mark.parametrize("kind", [Keyboard, NoScript], ids=["keyboard", "no-script"])
def test_the_main_job_can_be_done(opened, people, kind) -> None:
    hands = kind(opened(has_script=kind.has_script))
    key = a_key()
    sign_in(hands, people.aro)
    request = submit(hands, key)
    sign_out(hands)
    sign_in(hands, people.officer)
    approve(hands, request)
    sign_out(hands)
    drain_outbox()
    sign_in(hands, people.aro)
    certificate = notify(hands, request)
    message = sign_message(
        MESSAGE.encode(),
        key,
        issuer_name=certificate.issuer.rfc4514_string(),
        serial=certificate.serial_number,
    )
    check(hands, message)
    shoot(hands.page, f"main-job-decided-{kind.__name__}")


def sign_in(hands: Hands, person: Person) -> None:
    hands.page.goto("/sign-in")
    hands.fill("Email address", person.email)
    hands.fill("Password", PASSWORD)
    hands.press("Continue")
    hands.fill("One-time code", next_code(person))
    hands.press("Sign in")
    is_at(hands, "Home")


def sign_out(hands: Hands) -> None:
    hands.press("Sign out")
    is_at(hands, "Sign in")


def submit(hands: Hands, key) -> CertificateRequest:
    der = build_request(key, eui64=EUI64, remote_party_role="87", common_name="NWEL ABCD")
    hands.press("Request a certificate")
    hands.fill("Paste the request", base64.b64encode(der).decode())
    hands.press("Check the request")
    is_at(hands, "Check your request")
    expect(hands.page.get_by_text("Nothing stands in the way of this request")).to_be_visible()
    hands.press("Submit the request")
    request = CertificateRequest.objects.get()
    is_at(hands, f"Request {request.reference}")
    expect(hands.page.get_by_role("alert")).to_contain_text("has been accepted")
    return request


def approve(hands: Hands, request: CertificateRequest) -> None:
    hands.press(request.reference)
    hands.press("Decide on this request")
    hands.press("Approve the request")
    # The request has a warning, and a warning needs a reason.
    expect(hands.page.get_by_role("alert")).to_contain_text("Enter why the request may go on")
    hands.fill("Why the request may go on all the same", "Their letter of 3 November.")
    hands.press("Approve the request")
    is_at(hands, f"Request {request.reference}")
    expect(hands.page.get_by_text("The certificate is being issued")).to_be_visible()


def notify(hands: Hands, request: CertificateRequest) -> x509.Certificate:
    certificate = CertificateRequest.objects.get(pk=request.pk).certificate
    hands.press(certificate.serial_number)
    is_at(hands, "Certificate")
    with hands.page.expect_download() as download:
        hands.page.get_by_role("button", name="Download as PEM").click()
    pem = download.value.path().read_bytes()
    hands.press("User IDs")
    hands.press(EUI64)
    hands.press("Notify a certificate")
    hands.choose(f"Serial number {certificate.serial_number}")
    hands.press("Notify this certificate")
    is_at(hands, f"User ID {EUI64}")
    expect(hands.page.get_by_role("alert")).to_contain_text("is notified for User ID")
    return x509.load_pem_x509_certificate(pem)


def check(hands: Hands, message: bytes) -> None:
    hands.press("Check a message")
    hands.fill("Or paste it", message.decode())
    hands.fill("Who is registered for the Device", EUI64)
    hands.press("Check the message")
    is_at(hands, "What the check says")
    expect(hands.page.get_by_text("The DCC would process this message.")).to_be_visible()


def test_what_is_wrong_gets_the_focus_and_leads_to_its_field(opened) -> None:
    page = opened()
    page.goto("/sign-in")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter your password.").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    expect(page).to_have_title("Error: Sign in \N{EN DASH} SMKI registration authority")


def test_a_first_sign_in_sets_a_device_up(opened, people) -> None:
    person = people.officer
    person.totpdevice_set.all().delete()
    page = opened()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    shoot(page, "sign-in-set-up")
    page.get_by_label("One-time code").fill(next_code(person))
    page.get_by_role("button", name="Confirm and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")


def test_the_menu_folds_on_a_phone_and_opens_by_its_button(opened, people) -> None:
    page = opened(viewport={"width": 390, "height": 844})
    hands = NoScript(page)
    sign_in(hands, people.aro)
    requests = page.get_by_role("link", name="Requests", exact=True)
    expect(requests).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    requests.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Certificate signing requests")
