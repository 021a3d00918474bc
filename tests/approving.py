"""An officer approves a request as it stands, as whoever has just read its page does."""

from collections.abc import Mapping
from datetime import datetime

from registry.certificates.acts.certificate_requests import approve_request
from registry.certificates.acts.request_checks import check_again
from registry.models import CertificateRequest, Person
from tests.factories import AT


def approve(
    request: CertificateRequest,
    officer: Person,
    *,
    at: datetime = AT,
    acknowledgements: Mapping[str, str] | None = None,
    reason_for_all: str = "",
) -> CertificateRequest:
    """Approve a request, with a reason for each warning by its code, or one for every warning."""
    checked = check_again(request, at=at)
    for_all = {
        warning.reason or "": reason_for_all
        for warning in checked.report.warnings
        if reason_for_all
    }
    return approve_request(
        request.reference,
        actor=officer,
        seen_version=request.version,
        seen_facts=checked.facts_sha256,
        acknowledgements={**for_all, **(acknowledgements or {})},
        at=at,
    )
