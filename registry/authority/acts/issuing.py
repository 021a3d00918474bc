"""Having an approved request certified: outward by the outbox, and what came back held to it."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry.certificates.acts.keys import lock_key
from registry.certificates.acts.recording import record_certificate, unrecordable
from registry.certificates.acts.request_checks import check_again, store_check
from registry.certificates.acts.request_moves import move_request, request_subject
from registry.evidence import history
from registry.gateways.certification_authority import (
    CertificationRefusedError,
    certification_authority,
)
from registry.models import CertificateRequest, OrganisationCertificate
from registry.notifications.acts.notifications import notify_with_request
from registry.parties.acts.mpid_claims import lock_mpids
from rules.certificates.issued import IssuedFacts, check_issued, read_certificate
from rules.certificates.reading import read_request
from rules.duties import Act
from rules.findings import Finding, Report
from rules.stored_findings import restored
from rules.workflow import IllegalMoveError, RequestMove, RequestState, moved

logger = logging.getLogger(__name__)


def issue_certificate(key: str, _payload: Mapping[str, Any], at: datetime) -> None:
    """Have one approved request certified and record what came back. Idempotent.

    Killed anywhere, it can be run again: the request is checked and marked as sent, or as
    stopped, in one transaction before the OCA is asked, the OCA answers a reference always with
    the same certificate, and recording it is one transaction.

    Raises:
        CertificationAuthorityError: The OCA did not answer; to be tried again.
    """
    reference, _, _ = key.partition("/")
    try:
        if not _mark_as_sent(reference, at=at):
            return
    except IllegalMoveError:
        # Withdrawn or rejected while this waited for it; the evidence has that it was not sent.
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
    """Check the request again and mark it as being with the OCA, or as stopped.

    Tells whether it is there to be asked about. What blocked it may have come into the register
    after its approval; the locks are those of the approval, in the same order.
    """
    if _request(reference).request_state is not RequestState.APPROVED:
        # Sent already by a worker that was killed, or stopped, rejected or withdrawn meanwhile.
        return _request(reference).request_state is RequestState.SENT
    with history.acting(
        Act.SEND_REQUEST, actor=None, at=at, subject=request_subject(reference)
    ) as act:
        request = _request(reference, lock=True)
        if request.request_state is RequestState.SENT:
            act.done(request, repeated=True)
            return True
        moved(request.request_state, RequestMove.SEND)
        lock_mpids([*request.mpids, *request.name_tokens])
        lock_key(request.key_x)
        # By a clock that was set back, what ended before the approval would seem not to have.
        checked = check_again(request, at=max(at, request.decided_at or at))
        given = _acknowledged_at_approval(request, checked.report)
        store_check(request, checked, stage="sent", at=at, acknowledgements=given)
        against = _against_sending(checked.report, given)
        if against:
            _stop(act, request, against, at=at)
            return False
        move_request(request, RequestMove.SEND, at=at)
        act.done(request, facts_sha256=checked.facts_sha256)
    return True


def _acknowledged_at_approval(request: CertificateRequest, report: Report) -> dict[str, str]:
    """Return the officer's reason for each warning, as of the approval that is being sent.

    A warning that is about something else by now, another MPID or name, no officer has let
    stand; nor one of an approval from before findings had values, which cannot be compared. What
    an approval let stand it recorded, so that a warning is seldom there again.
    """
    approval = request.checks.filter(stage="approved").order_by("pk").last()
    if approval is None:
        return {}
    reasons: dict[str, str] = approval.acknowledgements
    stood = [restored(finding) for finding in approval.findings]
    still = {
        warning.reason
        for warning in report.warnings
        if any(warning.matches(finding) for finding in stood)
    }
    return {reason: words for reason, words in reasons.items() if reason in still}


def _against_sending(report: Report, given: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what blocks, and each warning that no officer has let stand."""
    unseen = (warning for warning in report.warnings if warning.reason not in given)
    return (*report.blocking, *unseen)


def _stop(
    act: history.ActRecord,
    request: CertificateRequest,
    against: tuple[Finding, ...],
    *,
    at: datetime,
) -> None:
    note = " ".join(finding.says for finding in against)
    move_request(request, RequestMove.STOP, at=at, note=note)
    act.kind = Act.STOP_REQUEST
    act.done(
        request,
        reasons=[finding.reason for finding in against],
        findings=[finding.as_dict() for finding in against],
    )


def _record_refusal(reference: str, says: str, *, at: datetime) -> None:
    with history.acting(
        Act.ISSUE_CERTIFICATE, actor=None, at=at, subject=request_subject(reference)
    ) as act:
        request = _request(reference, lock=True)
        if request.request_state is not RequestState.SENT:
            act.done(request, repeated=True)
            return
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
            recorded = OrganisationCertificate.objects.filter(request=request, der=der)
            # An authority that contradicts itself: what it made must at least be known of.
            unknown = {} if recorded.exists() else {"returned": der.hex()}
            act.done(request, repeated=True, **unknown)
            return
        report = _compared(request, der, issuing_certificate=issuing_certificate, at=at)
        returned = read_certificate(der)
        lock_mpids(
            [
                *(*request.mpids, *request.name_tokens),
                *(*returned.mpids, *returned.name_tokens),
            ]
        )
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
            if request.notify_when_issued:
                notify_with_request(request, certificate, at=at)
            act.done(request, issuer=certificate.issuer, serial=certificate.serial_number)
            return
        if certificate is None:
            _keep_unrecorded(act, request, der, report, at=at)
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


def _keep_unrecorded(
    act: history.ActRecord,
    request: CertificateRequest,
    der: bytes,
    report: Report,
    *,
    at: datetime,
) -> None:
    """Keep the MPIDs reserved: there may be a certificate that the register cannot take."""
    why = unrecordable(der)
    if why is None:
        raise RuntimeError("a certificate that can be recorded was not")
    move_request(request, RequestMove.REPORT_UNRECORDED, at=at, note=why.says)
    act.done(
        request,
        anomaly="answer-not-recorded",
        reasons=[why.code, *report.reasons],
        says=why.says,
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
