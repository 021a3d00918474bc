"""The main job, step by step, each with what it must come to.

From a certificate signing request in the browser to a decided message. It can be played as often
as one likes, on fresh data and on data that was kept: every play makes keys of its own.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.demonstration.engine import Engine
from portal.demonstration.visitor import Page, Visitor
from rules.certificates.making import build_request
from rules.identifiers import Eui64
from rules.messages.signing import sign_message
from rules.roles import XML_SIGN

NORTHWIND = Eui64("90-B3-D5-1F-30-01-00-00")
SOUTHGATE = Eui64("90-B3-D5-1F-30-03-00-00")
MPIDS = "NWEL NWGA"
ISSUED_WITHIN = 30.0
SEEN_WITHIN = 5.0
"""Seconds. A change in the portal reaches every process within one; the rest is a slow machine."""
PAUSE = 0.2

_CERTIFICATE = re.compile(r"/certificates/(\d+)$")


class UnexpectedError(Exception):
    """A step came to something else than it must; says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the play is played, and how its people sign in."""

    base: str
    password: str
    code: Callable[[str], str]
    """A one-time code for a person, by e-mail address."""
    engine: Engine
    tell: Callable[[str], None]


def play(scene: Scene) -> None:
    """Play the main job.

    Raises:
        UnexpectedError: A step came to something else than it must.
        PageError: A page did not answer as it should.
        EngineError: The API did not decide.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    aro = _signed_in(scene, "aro@northwind.example")
    reference = _submit(scene, aro, key)
    _approve(scene, reference)
    certificate_address, certificate = _certificate(scene, aro, reference)
    _refuse_the_same_mpid_to_another(scene)
    message = _signed_message(key, certificate)
    _expect(scene, "Its message, before the certificate is notified", message, "cease",
            "certificate-not-notified")  # fmt: skip
    _notify(scene, aro, certificate_address)
    _expect(scene, "The message again", message, "process", None)
    _expect(scene, "The message for a Device of another Supplier", message, "cease",
            "not-registered-for-device", registered=SOUTHGATE)  # fmt: skip
    changed = message.replace(b":1000<", b":1001<", 1)
    _expect(scene, "The message with one changed digit", changed, "cease", "digest-mismatch")


def _signed_in(scene: Scene, email: str) -> Visitor:
    visitor = Visitor(scene.base)
    home = visitor.sign_in(email, scene.password, lambda: scene.code(email))
    scene.tell(f"{email} signed in with password and one-time code: {home.heading}")
    return visitor


def _check(visitor: Visitor, key: ec.EllipticCurvePrivateKey, eui64: Eui64) -> Page:
    submission = x509.load_der_x509_csr(
        build_request(key, eui64=eui64, remote_party_role=XML_SIGN, common_name=MPIDS)
    ).public_bytes(serialization.Encoding.PEM)
    form = visitor.open("/requests/new")
    return visitor.send(form, "/requests/check", {"text": submission.decode()})


def _submit(scene: Scene, aro: Visitor, key: ec.EllipticCurvePrivateKey) -> str:
    checked = _check(aro, key, NORTHWIND)
    if not checked.has_form("/requests/submit"):
        raise UnexpectedError(f"the request was not clear to submit: {checked.quote}")
    scene.tell(f"A request for {NORTHWIND} with the MPIDs {MPIDS} passed every check")
    submitted = aro.send(checked, "/requests/submit", {})
    found = re.search(r"CSR-\d{6,}", submitted.address)
    if found is None:
        raise UnexpectedError(f"the request was not accepted: {submitted.quote}")
    scene.tell(f"It was submitted and accepted as {found[0]}")
    return found[0]


def _refuse_the_same_mpid_to_another(scene: Scene) -> None:
    rival = _signed_in(scene, "aro@southgate.example")
    checked = _check(rival, ec.generate_private_key(ec.SECP256R1()), SOUTHGATE)
    if checked.has_form("/requests/submit") or "Northwind" in checked.text:
        raise UnexpectedError(f"another Supplier may have the same MPIDs: {checked.quote}")
    scene.tell("Another Supplier's request with the same MPIDs is refused, not saying whose")


def _approve(scene: Scene, reference: str) -> None:
    officer = _signed_in(scene, "officer1@dcc.example")
    shown = officer.open(f"/requests/{reference}/decision")
    approved = officer.send(shown, f"/requests/{reference}/approve", {})
    if not approved.address.endswith(f"/requests/{reference}"):
        raise UnexpectedError(f"{reference} was not approved: {approved.quote}")
    scene.tell(f"An officer read what was checked and approved {reference}")


def _certificate(scene: Scene, aro: Visitor, reference: str) -> tuple[str, x509.Certificate]:
    begun = time.monotonic()
    page = aro.open(f"/requests/{reference}")
    while not page.links(_CERTIFICATE):
        if time.monotonic() - begun > ISSUED_WITHIN:
            raise UnexpectedError(f"{reference} was not issued within {ISSUED_WITHIN:.0f} s")
        time.sleep(PAUSE)
        page = aro.open(page.address)
    address = page.links(_CERTIFICATE)[0]
    pem = aro.open(address).links(re.compile(r"\.pem$"))
    if not pem:
        raise UnexpectedError(f"{address} offers no download")
    certificate = x509.load_pem_x509_certificate(aro.fetch(pem[0]))
    issuer = certificate.issuer.rfc4514_string()
    scene.tell(f"The certificate was issued by {issuer}, compared, and downloaded")
    return address, certificate


def _notify(scene: Scene, aro: Visitor, certificate_address: str) -> None:
    number = _CERTIFICATE.search(certificate_address)
    if number is None:
        raise UnexpectedError(f"{certificate_address} names no certificate")
    page = aro.open(f"/user-ids/{NORTHWIND}/notify")
    notified = aro.send(page, f"/user-ids/{NORTHWIND}/notify", {"certificate": number[1]})
    scene.tell(f"The certificate was notified for {NORTHWIND}: {notified.heading}")


def _signed_message(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    messages = resources.files("portal.demonstration").joinpath("messages")
    unsigned = messages.joinpath("read-import-registers.xml").read_bytes()
    return sign_message(
        unsigned,
        key,
        issuer_name=certificate.issuer.rfc4514_string(),
        serial=certificate.serial_number,
    )


def _expect(
    scene: Scene,
    what: str,
    message: bytes,
    decision: str,
    reason: str | None,
    *,
    registered: Eui64 = NORTHWIND,
) -> None:
    """Ask until the answer is as it must be; a change takes a moment to reach every process."""
    begun = time.monotonic()
    while True:
        answer = scene.engine.ask(message, registered=registered)
        if (answer["decision"], answer["reason"]) == (decision, reason):
            break
        if time.monotonic() - begun > SEEN_WITHIN:
            raise UnexpectedError(
                f"{what}: {answer['decision']} {answer['reason']}, not {decision} {reason}"
            )
        time.sleep(PAUSE)
    words = f"{decision} ({reason})" if reason else decision
    scene.tell(f"{what}: {words}, snapshot {answer['snapshot']}")
