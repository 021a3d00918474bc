"""Asking the rule book about a certificate signing request, and keeping what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.certificates.reads.facts import facts_digest, request_facts
from registry.models import CertificateRequest, Party, RequestCheck
from rules.certificates.reading import RequestReading, read_request
from rules.certificates.requests import check_request
from rules.findings import Report
from rules.stored_findings import stored


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRequest:
    """What a submission says, what every rule says of it, and which facts they saw."""

    reading: RequestReading
    report: Report
    facts_sha256: str


def check(
    reading: RequestReading,
    *,
    party: Party,
    at: datetime,
    own: CertificateRequest | None = None,
) -> CheckedRequest:
    """Check what a submission says by the facts of this moment. Stores nothing.

    `own` is the stored request itself, where it is checked again.
    """
    facts = request_facts(reading, party=party, at=at, own=own)
    return CheckedRequest(
        reading=reading, report=check_request(facts), facts_sha256=facts_digest(facts)
    )


def check_again(request: CertificateRequest, *, at: datetime) -> CheckedRequest:
    """Check a stored request by the facts of this moment. Stores nothing."""
    return check(read_request(bytes(request.der)), party=request.party, at=at, own=request)


def store_check(
    request: CertificateRequest,
    checked: CheckedRequest,
    *,
    stage: str,
    at: datetime,
    acknowledgements: Mapping[str, str] | None = None,
) -> None:
    """Keep with a request what was asked and said at one stage of its life."""
    RequestCheck.objects.create(
        request=request,
        stage=stage,
        checked_at=at,
        catalogue=checked.report.catalogue,
        facts_sha256=checked.facts_sha256,
        findings=[stored(finding) for finding in checked.report.findings],
        acknowledgements=dict(acknowledgements or {}),
    )
