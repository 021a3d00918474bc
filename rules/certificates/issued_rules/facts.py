"""What the rules about an issued certificate are told."""

from dataclasses import dataclass
from datetime import datetime

from rules.certificates.certificate_reading import CertificateReading
from rules.certificates.profiles import named
from rules.certificates.reading import RequestReading
from rules.rule import Outcome, not_checked


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedFacts:
    """A certificate that came back, the request it answers, and who should have issued it."""

    certificate: CertificateReading
    request: RequestReading
    issuing_certificate: CertificateReading
    """The issuing OCA's own certificate."""
    at: datetime
    """When it came."""


def unread(facts: IssuedFacts, what: str) -> Outcome:
    """Return the outcome of a rule on what could not be read; the rule about reading it fails."""
    what = "answer" if facts.certificate.der is None else what
    return not_checked(f"the {what} could not be read")


def unread_extension(facts: IssuedFacts, oid: str) -> Outcome:
    """Return the outcome of a rule on an extension that is absent or could not be read."""
    certificate = facts.certificate
    if certificate.der is not None and all(e.oid != oid for e in certificate.extensions):
        return not_checked(f"the certificate has no {named(oid)}")
    return unread(facts, named(oid))
