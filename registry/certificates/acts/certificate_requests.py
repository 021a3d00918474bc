"""What people do with certificate signing requests: check, submit, withdraw, decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from registry import access
from registry.certificates.acts.asking_for_issue import ask_for_issue
from registry.certificates.acts.keys import lock_key
from registry.certificates.acts.request_checks import (
    CheckedRequest,
    check,
    check_again,
    store_check,
)
from registry.certificates.acts.request_moves import move_request, request_subject
from registry.errors import ConflictError, RefusedActError
from registry.evidence import history
from registry.models import CertificateRequest, Party, Person, UserId
from registry.parties.acts.mpid_claims import lock_mpids
from registry.parties.acts.mpid_warnings import record_let_stand
from registry.written import written_reason
from rules.certificates.reading import RequestReading, read_request
from rules.duties import Act
from rules.findings import RefusedError, Report
from rules.roles import XML_SIGN, PartyCategory
from rules.workflow import OPEN_STATES, RequestMove, moved

Value = TypeVar("Value")


def check_submission(
    submission: bytes, *, actor: Person, at: datetime, is_recorded: bool = False
) -> CheckedRequest:
    """Check a submission for the Party the person acts for; only a refusal is recorded.

    What fails cannot be submitted, so this is where the Party is refused: the error is logged and
    shown (SEC Appendix M, 2.3.1.2). `is_recorded` tells that it was just now.

    Raises:
        NotPermittedError: The person may not submit certificate signing requests.
    """
    party = access.party_acted_for(actor)
    access.require(actor, Act.SUBMIT_REQUEST, party=party)
    checked = check(read_request(submission), party=party, at=at)
    if not checked.report.is_clear and not is_recorded:
        with transaction.atomic(durable=True):
            history.append(
                kind=Act.SUBMIT_REQUEST,
                actor=actor,
                at=at,
                subject=history.subject_of(party),
                result="refused",
                details={
                    "submission_sha256": checked.reading.der_sha256,
                    **history.refusal_details(RefusedError(checked.report), quotes_nothing=True),
                },
            )
    return checked


def submit_request(
    submission: bytes, *, actor: Person, at: datetime, notify_when_issued: bool = False
) -> CertificateRequest:
    """Submit a certificate signing request, which is accepted when every rule holds.

    `notify_when_issued` notifies its certificate with it, to count from the issue on; where the
    request ends without one, that ends with it.

    The same bytes submitted again while their request is open return that request, so that a
    form posted twice makes one.

    Raises:
        NotPermittedError: The person may not submit certificate signing requests.
        RefusedError: A rule refuses it; the report has every finding.
        RefusedActError: Its certificate could not be notified (`notification-not-xmlsign`).
    """
    reading = read_request(submission)
    # Until it is known for which Party.
    subject = f"person:{actor.pk}"
    with history.acting(Act.SUBMIT_REQUEST, actor=actor, at=at, subject=subject) as act:
        party = access.party_acted_for(actor)
        act.subject = history.subject_of(party)
        access.require(actor, Act.SUBMIT_REQUEST, party=party)
        # Requests for one key come one after the other, so that the later sees the earlier.
        lock_key(reading.key_x)
        same = _open_with_same_bytes(reading, party=party)
        if same is not None:
            act.done(same, repeated=True)
            return same
        # The digest alone: evidence must never hold what somebody pasted by mistake.
        act.quotes_nothing = True
        act.details["submission_sha256"] = reading.der_sha256
        checked = check(reading, party=party, at=at)
        checked.report.require_clear()
        if notify_when_issued:
            access.require(actor, Act.NOTIFY_CERTIFICATE, party=party)
            _require_xml_sign(reading)
        request = _store(
            reading, party=party, actor=actor, at=at, notify_when_issued=notify_when_issued
        )
        store_check(request, checked, stage="submitted", at=at)
        act.done(request, **_summary(request))
        return request


def withdraw_request(
    reference: str, *, actor: Person, seen_version: int, at: datetime
) -> CertificateRequest:
    """Withdraw a request that the certification authority does not hold yet.

    Raises:
        NotFoundError: There is no such request for this person.
        NotPermittedError: The person does not act for its Party.
        ConflictError: It has changed since it was shown.
        IllegalMoveError: Its state does not allow it.
    """
    subject = request_subject(reference)
    with history.acting(Act.WITHDRAW_REQUEST, actor=actor, at=at, subject=subject) as act:
        request = _locked_as_seen(actor, reference, seen_version)
        access.require(actor, Act.WITHDRAW_REQUEST, party=request.party)
        move_request(request, RequestMove.WITHDRAW, at=at)
        act.done(request)
        return request


def approve_request(
    reference: str,
    *,
    actor: Person,
    seen_version: int,
    seen_facts: str,
    acknowledgements: Mapping[str, str],
    at: datetime,
) -> CertificateRequest:
    """Approve a request as one officer: check it again under lock, reserve MPIDs, have it issued.

    It records the Party's MPIDs that were not, and decides of which tokens in names that they are
    words, where the officer gives the reason for the warnings of those.

    `seen_facts` is the digest of the facts that the officer was shown. `acknowledgements` has a
    reason in words for each warning, by its reason code.

    Raises:
        NotFoundError: There is no such request.
        NotPermittedError: The person is no officer.
        ConflictError: The request or the facts have changed since they were shown
            (`request-changed`, `facts-changed`).
        RefusedActError: The officer submitted it (`own-submission`), or a warning has no reason
            (`warning-not-acknowledged`) or one that is too long (`reason-too-long`).
        RefusedError: A rule refuses it now.
        IllegalMoveError: Its state does not allow it.
    """
    subject = request_subject(reference)
    with history.acting(Act.APPROVE_REQUEST, actor=actor, at=at, subject=subject) as act:
        access.require(actor, Act.APPROVE_REQUEST)
        request = _locked_as_seen(actor, reference, seen_version)
        if request.submitted_by_id == actor.pk:
            raise RefusedActError(
                "own-submission",
                "You submitted this request, so another officer must decide on it.",
            )
        moved(request.request_state, RequestMove.APPROVE)
        lock_mpids([*request.mpids, *request.name_tokens])
        lock_key(request.key_x)
        checked = check_again(request, at=at)
        checked.report.require_clear()
        if checked.facts_sha256 != seen_facts:
            raise ConflictError(
                "facts-changed",
                "What the register knows about this request has changed since you opened the "
                "page. Read the checks again before you decide.",
            )
        given = _acknowledged(checked.report, acknowledgements)
        store_check(request, checked, stage="approved", at=at, acknowledgements=given)
        recorded = record_let_stand(request, given, actor=actor, at=at)
        # The move itself reserves the MPIDs: a trigger writes the uses (docs/decisions/0004).
        move_request(request, RequestMove.APPROVE, at=at, decided_by=actor)
        ask_for_issue(request, at=at)
        act.done(request, acknowledgements=given, facts_sha256=checked.facts_sha256, **recorded)
        return request


def reject_request(
    reference: str, *, actor: Person, seen_version: int, note: str, at: datetime
) -> CertificateRequest:
    """Reject a request as an officer, with the reason that its Party will read.

    Raises:
        NotFoundError: There is no such request.
        NotPermittedError: The person is no officer.
        RefusedActError: There is no reason (`reason-missing`), or one that is too long
            (`reason-too-long`).
        ConflictError: It has changed since it was shown.
        IllegalMoveError: Its state does not allow it.
    """
    subject = request_subject(reference)
    with history.acting(Act.REJECT_REQUEST, actor=actor, at=at, subject=subject) as act:
        access.require(actor, Act.REJECT_REQUEST)
        request = _locked_as_seen(actor, reference, seen_version)
        words = written_reason(note, missing="Enter why the request is rejected.")
        move_request(request, RequestMove.REJECT, at=at, decided_by=actor, note=words)
        act.done(request, note=words)
        return request


def _locked_as_seen(actor: Person, reference: str, seen_version: int) -> CertificateRequest:
    request = access.find(actor, CertificateRequest, reference, lock=True)
    if request.version != seen_version:
        raise ConflictError(
            "request-changed",
            "This request has changed since you opened the page. Read it again before you decide.",
        )
    return request


def _open_with_same_bytes(reading: RequestReading, *, party: Party) -> CertificateRequest | None:
    return CertificateRequest.objects.filter(
        party=party, der_sha256=reading.der_sha256, state__in=OPEN_STATES
    ).first()


def _require_xml_sign(reading: RequestReading) -> None:
    if reading.remote_party_role != XML_SIGN:
        raise RefusedActError(
            "notification-not-xmlsign",
            "Only an xmlSign (87) certificate can be notified, and this request is for one of "
            f"another Remote Party Role, `{reading.remote_party_role}`: submit it without.",
        )


def _store(
    reading: RequestReading,
    *,
    party: Party,
    actor: Person,
    at: datetime,
    notify_when_issued: bool,
) -> CertificateRequest:
    # Of any role: what its certificate will have in its name may be an MPID (MP104 2.1).
    is_supplier = party.party_category is PartyCategory.SUPPLIER
    return CertificateRequest.objects.create(
        party=party,
        user_id=UserId.objects.get(eui64=_read(reading.eui64)),
        submitted_by=actor,
        submitted_at=at,
        der=_read(reading.der),
        der_sha256=_read(reading.der_sha256),
        spki_sha256=_read(reading.spki_sha256),
        key_x=_read(reading.key_x),
        eui64=_read(reading.eui64),
        remote_party_role=_read(reading.remote_party_role),
        key_usage=_read(reading.key_usage_name),
        common_name=reading.common_name or "",
        mpids=list(reading.mpids) if is_supplier else [],
        name_tokens=list(reading.name_tokens) if is_supplier else [],
        state_changed_at=at,
        notify_when_issued=notify_when_issued,
    )


def _read(value: Value | None) -> Value:
    """Return a part of a reading that every rule passed, which therefore has been read."""
    if value is None:
        raise RuntimeError("every rule passed on a request that could not be read whole")
    return value


def _acknowledged(report: Report, acknowledgements: Mapping[str, str]) -> dict[str, str]:
    given = {}
    for warning in report.warnings:
        given[warning.reason or ""] = written_reason(
            acknowledgements.get(warning.reason or "", ""),
            missing=f"Enter why the request may go on although: {warning.says}",
            code="warning-not-acknowledged",
        )
    return given


def _summary(request: CertificateRequest) -> dict[str, object]:
    return {
        "eui64": request.eui64,
        "remote_party_role": request.remote_party_role,
        "mpids": request.mpids,
        "notify_when_issued": request.notify_when_issued,
        "der_sha256": request.der_sha256,
        "spki_sha256": request.spki_sha256,
    }
