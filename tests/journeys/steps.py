"""The steps of which the journeys are made, each as a person takes it and with what it shows."""

import base64

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from registry.models import CertificateRequest, Person
from registry.tasks import drain_outbox
from rules.certificates.making import build_request
from rules.messages.signing import sign_message
from tests.browser.conftest import PASSWORD, next_code
from tests.browser.hands import Hands, is_at
from tests.journeys.conftest import USER_ID
from tests.portal.pages.names import serial_end

MESSAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>{USER_ID}:00-DB-12-34-56-78-90-A0:1000</sr:RequestID>
    <sr:CommandVariant>1</sr:CommandVariant>
    <sr:ServiceReference>4.1</sr:ServiceReference>
    <sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body><sr:ReadInstantaneousImportRegisters/></sr:Body>
</sr:Request>
"""


def sign_in(hands: Hands, person: Person) -> None:
    hands.page.goto("/sign-in")
    give_both_factors(hands, person)
    is_at(hands, "Home")


def give_both_factors(hands: Hands, person: Person) -> None:
    # Nobody waits half a minute here for the device's next code: it counts as not used before.
    TOTPDevice.objects.filter(user=person).update(last_t=-1, drift=0)
    hands.fill("Email address", person.email)
    hands.fill("Password", PASSWORD)
    hands.press("Continue")
    hands.fill("One-time code", next_code(person))
    hands.press("Sign in")


def sign_out(hands: Hands) -> None:
    hands.press("Sign out")
    is_at(hands, "Sign in")


def is_told(hands: Hands, words: str) -> None:
    """Hold that the page that is open tells what has just been done, or what is wrong."""
    expect(hands.page.get_by_role("alert")).to_contain_text(words)


def reads(hands: Hands, words: str) -> None:
    """Hold that these words are on the page that is open."""
    expect(hands.page.get_by_text(words).first).to_be_visible()


def submit(
    hands: Hands, key: ec.EllipticCurvePrivateKey, *, mpids: str = "NWEL"
) -> CertificateRequest:
    """Have a request checked, read that nothing stands in its way, and submit it."""
    der = build_request(key, eui64=USER_ID, remote_party_role="87", common_name=mpids)
    hands.press("Request a certificate")
    hands.fill("Paste the request", base64.b64encode(der).decode())
    hands.press("Check the request")
    is_at(hands, "Check your request")
    reads(hands, "Your request passed all checks")
    hands.press("Submit the request")
    is_told(hands, "A DCC officer will review it")
    request = CertificateRequest.objects.latest("pk")
    is_at(hands, f"Request {request.reference}")
    return request


def open_request(hands: Hands, request: CertificateRequest) -> None:
    hands.press("Requests")
    hands.press(request.reference)
    is_at(hands, f"Request {request.reference}")


def approve(hands: Hands, request: CertificateRequest) -> None:
    """Approve a request against which nothing speaks; the worker then has it issued."""
    open_request(hands, request)
    hands.press("Decide on this request")
    hands.press("Approve the request")
    is_at(hands, f"Request {request.reference}")
    reads(hands, "The certificate is being issued")
    drain_outbox()


def open_certificate(hands: Hands, request: CertificateRequest) -> None:
    open_request(hands, request)
    hands.press("Open the certificate")
    is_at(hands, "Certificate")


def download(hands: Hands) -> x509.Certificate:
    """Download the certificate that is open."""
    with hands.page.expect_download() as download:
        hands.page.get_by_role("button", name="Download as PEM").click()
    return x509.load_pem_x509_certificate(download.value.path().read_bytes())


def notify(hands: Hands, request: CertificateRequest) -> x509.Certificate:
    """Download the certificate of a request and notify it for the User ID."""
    open_certificate(hands, request)
    certificate = download(hands)
    hands.press("User IDs")
    hands.press(USER_ID)
    hands.press("Notify a certificate")
    issued = CertificateRequest.objects.get(pk=request.pk).certificate
    hands.choose(f"xmlSign (87) {serial_end(issued)}")
    hands.press("Notify this certificate")
    is_at(hands, f"User ID {USER_ID}")
    is_told(hands, "is notified for User ID")
    return certificate


def check_a_message(
    hands: Hands, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> None:
    """Ask whether a message that is signed with a key would be processed."""
    message = sign_message(
        MESSAGE.encode(),
        key,
        issuer_name=certificate.issuer.rfc4514_string(),
        serial=certificate.serial_number,
    )
    hands.press("Check a message")
    hands.fill("Or paste it", message.decode())
    hands.fill("Who is registered for the Device", USER_ID)
    hands.press("Check the message")
    is_at(hands, "Result of the check")
