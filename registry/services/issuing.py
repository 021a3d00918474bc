"""Having an approved request certified: outward by the outbox, and what came back held to it."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry import history, outbox
from registry.gateways.certification_authority import (
    CertificationRefusedError,
    certification_authority,
)
from registry.models import CertificateRequest
from registry.mpid_claims import lock_mpids
from registry.services.recording import record_certificate
from registry.services.request_moves import move_request, request_subject
from registry.wake import wake_outbox
from rules.certificates.issued import IssuedFacts, check_issued, read_certificate
from rules.certificates.reading import read_request
from rules.duties import Act
from rules.findings import Report
from rules.workflow import RequestMove, RequestState

logger = logging.getLogger(__name__)

ISSUE = "certificate.issue"
"""The outbox message that has one approved request certified; its key is the reference."""


def ask_for_issue(request: CertificateRequest, *, at: datetime) -> None:
    """Ask, in the approval's transaction, that the request be certified."""
    outbox.ask(ISSUE, key=request.reference, at=at, wake=wake_outbox)


def issue_certificate(reference: str, _payload: Mapping[str, Any], at: datetime) -> None:
    """Have one approved request certified and record what came back. Idempotent.

    Killed anywhere, it can be run again: the request is marked as sent before the OCA is asked,
    the OCA answers a reference always with the same certificate, and recording it is one
    transaction.

    Raises:
        CertificationAuthorityError: The OCA did not answer; to be tried again.
    """
    if not _mark_as_sent(reference, at=at):
        return
    request = _request(reference)
    authority = certification_authority()
    try:
        der = authority.issue(bytes(request.der), reference=reference)
    except CertificationRefusedError as refusal:
        _record_refusal(reference, str(refusal), at=at)
        return
    _record_answer(reference, der, issuing_certificate=authority.issuing_certificate(), at=at)


def _request(reference: str, *, lock: bool = False) -> CertificateRequest:
    rows = CertificateRequest.objects.select_related("party")
    if lock:
        rows = CertificateRequest.objects.select_for_update(no_key=True)
    return rows.get(pk=int(reference.removeprefix("CSR-")))


def _mark_as_sent(reference: str, *, at: datetime) -> bool:
    """Mark the request as being with the OCA; tell whether it is there to be asked about."""
    if _request(reference).request_state is not RequestState.APPROVED:
        # Sent already by a worker that was killed, or rejected or withdrawn in the meantime.
        return _request(reference).request_state is RequestState.SENT
    with history.acting(
        Act.SEND_REQUEST, actor=None, at=at, subject=request_subject(reference)
    ) as act:
        request = _request(reference, lock=True)
        if request.request_state is RequestState.SENT:
            act.done(request, repeated=True)
            return True
        move_request(request, RequestMove.SEND, at=at)
        act.done(request)
    return True


def _record_refusal(reference: str, says: str, *, at: datetime) -> None:
    with history.acting(
        Act.ISSUE_CERTIFICATE, actor=None, at=at, subject=request_subject(reference)
    ) as act:
        request = _request(reference, lock=True)
        note = f"The certification authority refused the request: {says}"
        move_request(request, RequestMove.REPORT_ANOMALY, at=at, note=note)
        act.done(request, anomaly="refused-by-authority", says=says)


def _record_answer(
    reference: str, der: bytes, *, issuing_certificate: bytes, at: datetime
) -> None:
    """Record the certificate that came back; one unlike its request is kept but withheld."""
    with history.acting(
        Act.ISSUE_CERTIFICATE, actor=None, at=at, subject=request_subject(reference)
    ) as act:
        request = _request(reference, lock=True)
        if request.request_state is not RequestState.SENT:
            act.done(request, repeated=True)
            return
        report = _compared(request, der, issuing_certificate=issuing_certificate, at=at)
        lock_mpids([*request.mpids, *read_certificate(der).mpids])
        certificate = record_certificate(
            der,
            party=request.party,
            request=request,
            # It takes over the MPIDs that its request reserved. By a clock that was set back it
            # would hold them from before then, when they may have been somebody else's.
            at=max(at, request.decided_at or at),
            is_withheld=not report.is_clear,
        )
        if report.is_clear and certificate is not None:
            move_request(request, RequestMove.ISSUE, at=at)
            act.done(request, issuer=certificate.issuer, serial=certificate.serial_number)
            return
        note = "What the certification authority returned does not match the request: " + " ".join(
            finding.says for finding in report.blocking
        )
        move_request(request, RequestMove.REPORT_ANOMALY, at=at, note=note)
        act.done(
            request,
            anomaly="not-consistent-with-request",
            reasons=list(report.reasons),
            returned=der.hex(),
        )


def _compared(
    request: CertificateRequest, der: bytes, *, issuing_certificate: bytes, at: datetime
) -> Report:
    return check_issued(
        IssuedFacts(
            certificate=read_certificate(der),
            request=read_request(bytes(request.der)),
            issuing_certificate=read_certificate(issuing_certificate),
            at=at,
        )
    )
