"""An officer's decision on a request: what was checked just now, then approve or reject."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.requests import ApproveForm, RejectForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.findings import report_view
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.holds import holds_table
from portal.presenters.readings import request_rows
from portal.presenters.requests import state_tag_of
from portal.presenters.words import counted
from portal.problems import problem_of
from registry.certificates.acts.certificate_requests import (
    approve_request,
    reject_request,
)
from registry.certificates.acts.request_checks import CheckedRequest, check_again
from registry.certificates.reads.certificate_requests import blocking_holds, request_visible_to
from registry.errors import ConflictError, RefusedActError
from rules.duties import Act
from rules.findings import RefusedError, Report
from rules.workflow import IllegalMoveError, RequestMove, RequestState, may_move

if TYPE_CHECKING:
    from registry.models import CertificateRequest

_REFUSALS = (ConflictError, RefusedActError, RefusedError, IllegalMoveError)


@opens_for(Act.APPROVE_REQUEST, Act.REJECT_REQUEST)
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show exactly what is checked now, and take a decision."""
    shown = request_visible_to(person_of(request), reference)
    if shown.request_state is RequestState.ISSUED:
        # There is nothing left to decide, and its own certificate would fail the checks.
        return redirect("request", shown.reference)
    return _decision_page(request, shown)


@opens_for(Act.APPROVE_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve the request as it was shown."""
    person = person_of(request)
    shown = request_visible_to(person, reference)
    if request.method != "POST":
        return redirect("request-decision", shown.reference)
    checked = check_again(shown, at=moment_of(request))
    form = ApproveForm(request.POST, warnings=checked.report.warnings)
    if not form.is_valid():
        return _decision_page(request, shown, checked=checked, approving=form)
    try:
        approve_request(
            reference,
            actor=person,
            seen_version=form.cleaned_data["version"],
            seen_facts=form.cleaned_data["facts"],
            acknowledgements=form.acknowledgements(),
            at=moment_of(request),
        )
    except _REFUSALS as refusal:
        return _decision_page(
            request, request_visible_to(person, reference), approving=form, refusal=refusal
        )
    messages.success(
        request,
        f"Request {shown.reference} has been approved. The certificate is being issued.",
    )
    return redirect("request", shown.reference)


@opens_for(Act.REJECT_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, reference: str) -> HttpResponse:
    """Reject the request with a reason."""
    person = person_of(request)
    shown = request_visible_to(person, reference)
    if request.method != "POST":
        return redirect("request-decision", shown.reference)
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _decision_page(request, shown, rejecting=form)
    try:
        reject_request(
            reference,
            actor=person,
            seen_version=form.cleaned_data["version"],
            note=form.cleaned_data["note"],
            at=moment_of(request),
        )
    except _REFUSALS as refusal:
        return _decision_page(
            request, request_visible_to(person, reference), rejecting=form, refusal=refusal
        )
    messages.success(request, f"Request {shown.reference} has been rejected.")
    return redirect("request", shown.reference)


def _decision_page(
    request: HttpRequest,
    shown: "CertificateRequest",
    *,
    checked: CheckedRequest | None = None,
    approving: ApproveForm | None = None,
    rejecting: RejectForm | None = None,
    refusal: Exception | None = None,
) -> HttpResponse:
    checked = checked or check_again(shown, at=moment_of(request))
    person = person_of(request)
    move = _move_too_late(shown, approving, rejecting)
    if move is not None:
        # Neither what was typed nor another reading of the page can fix that.
        refusal = IllegalMoveError(shown.request_state, move)
    problem = problem_of(refusal) if refusal is not None else None
    troubles: tuple[Trouble, ...] = (
        problem.troubles("#checks" if move is None else "#decide") if problem is not None else ()
    )
    for form in (approving, rejecting) if move is None else ():
        troubles += form.troubles() if form is not None else ()
    seen = {"version": shown.version, "facts": checked.facts_sha256}
    holds = blocking_holds(shown, person=person, at=moment_of(request))
    return render_page(
        request,
        "requests/decision.html",
        heading=f"Decide on request {shown.reference}",
        crumbs=(
            home_crumb(),
            crumb("Requests", "requests"),
            crumb(shown.reference, "request", shown.reference),
        ),
        shown=shown,
        tag=state_tag_of(shown),
        rows=request_rows(checked.reading, party=shown.party),
        findings=report_view(checked.report),
        facts=checked.facts_sha256,
        catalogue=checked.report.catalogue,
        at=moment_of(request),
        holds=holds_table(holds, reader=person_of(request)) if holds else None,
        approve_form=_as_shown(approving, checked, seen),
        reject_form=_reject_form(rejecting, seen),
        seen=seen,
        warnings=_warnings(checked.report),
        is_stopped=shown.request_state is RequestState.STOPPED,
        is_unrecorded=shown.request_state is RequestState.UNRECORDED,
        is_own=shown.submitted_by_id == person.pk,
        may_approve=may_move(shown.request_state, RequestMove.APPROVE),
        may_reject=may_move(shown.request_state, RequestMove.REJECT),
        troubles=troubles,
        status=_status(problem.status if problem is not None else None, troubles),
    )


def _move_too_late(
    shown: "CertificateRequest", approving: ApproveForm | None, rejecting: RejectForm | None
) -> RequestMove | None:
    """Return what was tried on a request on which there is nothing left to decide."""
    if any(may_move(shown.request_state, m) for m in (RequestMove.APPROVE, RequestMove.REJECT)):
        return None
    if approving is not None:
        return RequestMove.APPROVE
    return RequestMove.REJECT if rejecting is not None else None


def _warnings(report: Report) -> str:
    """Return how many warnings an approval must give a reason for; empty where it needs none."""
    if not report.is_clear or not report.warnings:
        return ""
    return counted(len(report.warnings), "warning")


def _as_shown(
    approving: ApproveForm | None, checked: CheckedRequest, seen: dict[str, object]
) -> ApproveForm:
    """Return the approval form for what is shown now, with what was typed into the last one."""
    if approving is not None and not approving.is_valid():
        # Bound again, to the version and the facts that this page shows.
        shown_now = {name: str(value) for name, value in seen.items()}
        data = QueryDict(mutable=True)
        data.update({**dict(approving.data.items()), **shown_now})
        return ApproveForm(data, warnings=checked.report.warnings)
    typed = dict(approving.cleaned_data) if approving is not None else {}
    return ApproveForm(warnings=checked.report.warnings, initial={**typed, **seen})


def _reject_form(rejecting: RejectForm | None, seen: dict[str, object]) -> RejectForm:
    """Likewise for the rejection."""
    if rejecting is not None and not rejecting.is_valid():
        return rejecting
    typed = dict(rejecting.cleaned_data) if rejecting is not None else {}
    return RejectForm(initial={**typed, **seen})


def _status(status: HTTPStatus | None, troubles: tuple[Trouble, ...]) -> HTTPStatus:
    if status is not None:
        return status
    return HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK
