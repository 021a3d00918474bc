"""From a key to a notified certificate for each User ID, by the services behind our own pages."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from registry.certificates.acts.certificate_requests import approve_request, submit_request
from registry.certificates.acts.request_checks import check_again
from registry.models import OrganisationCertificate, Person
from registry.notifications.acts.notifications import notify_certificate
from registry.tasks import drain_outbox
from rules.certificates.making import build_request
from rules.identifiers import Eui64

SUBMITTERS: dict[str, str] = {
    # Who submits for each User ID that the templates come from; officers act for the DCC.
    "90-B3-D5-1F-30-01-00-00": "aro@northwind.example",
    "90-B3-D5-1F-30-02-00-00": "aro@grid.example",
    "90-B3-D5-1F-30-03-00-00": "sro@southgate.example",
    "90-B3-D5-1F-30-00-00-02": "officer1@dcc.example",
    "90-B3-D5-1F-30-01-00-08": "aro@loadcontrol.example",
}
APPROVER = "officer2@dcc.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A User ID with its notified certificate, as files for the tool."""

    eui64: Eui64
    certificate_id: int
    issuer: str
    serial: int
    certificate_file: Path
    key_file: Path


def subscribe(eui64: Eui64, *, folder: Path, at: datetime) -> Subscriber:
    """Make a key, submit its request, have it approved and issued, and notify the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    submitter = Person.objects.get(email=SUBMITTERS[eui64])
    request = submit_request(
        build_request(key, eui64=eui64, remote_party_role="87"), actor=submitter, at=at
    )
    checked = check_again(request, at=at)
    approve_request(
        request.reference,
        actor=Person.objects.get(email=APPROVER),
        seen_version=request.version,
        seen_facts=checked.facts_sha256,
        acknowledgements={},
        at=at,
    )
    drain_outbox()
    certificate = OrganisationCertificate.objects.get(request=request)
    notify_certificate(eui64, certificate.pk, actor=submitter, at=at)
    certificate_file, key_file = folder / f"{eui64}.pem", folder / f"{eui64}.key"
    certificate_file.write_bytes(
        x509.load_der_x509_certificate(bytes(certificate.der)).public_bytes(
            serialization.Encoding.PEM
        )
    )
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Subscriber(
        eui64=eui64,
        certificate_id=certificate.pk,
        issuer=certificate.issuer,
        serial=int(certificate.serial_number),
        certificate_file=certificate_file,
        key_file=key_file,
    )
