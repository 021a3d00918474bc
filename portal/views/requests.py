"""Certificate signing requests: the list, the page of each, withdrawing."""

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.requests import RequestFilterForm, SeenForm
from portal.gate import opens_for, require_for_page
from portal.pages import Trouble, render_page
from portal.presenters.certificate_names import name_of
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.histories import history_lines
from portal.presenters.paging import page_of
from portal.presenters.readings import request_rows
from portal.presenters.requests import requests_table, state_tag_of, steps_of, stored_checks
from portal.presenters.words import counted
from portal.problems import PageProblem, problem_of
from registry import access
from registry.certificates.acts.certificate_requests import withdraw_request
from registry.certificates.acts.request_moves import request_subject
from registry.certificates.reads.certificate_requests import (
    checks_of,
    given_up_at,
    request_visible_to,
    requests_visible_to,
)
from registry.errors import ConflictError
from registry.evidence.events import events_about
from rules.certificates.reading import read_request
from rules.duties import Act, Sight, may
from rules.workflow import OPEN_STATES, IllegalMoveError, RequestMove, RequestState, may_move

if TYPE_CHECKING:
    from registry.models import CertificateRequest, OrganisationCertificate, Person

_USUAL_WAIT = timedelta(minutes=1)
"""For a certificate after an approval; then the page says that it takes longer."""


@opens_for(Sight.REGISTER)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the requests that the person may see, the newest first."""
    person = person_of(request)
    form = RequestFilterForm(request.GET)
    paging = page_of(requests_visible_to(person, states=form.states()), request)
    return render_page(
        request,
        "requests/index.html",
        heading="Certificate signing requests",
        crumbs=(home_crumb(),),
        form=form,
        troubles=form.troubles(),
        paging=paging,
        count=counted(paging.total, "request"),
        table=requests_table(
            paging.items,
            reader=person,
            caption="Certificate signing requests",
            empty="There is no such request."
            if form.has_changed()
            else "There is no request yet.",
            is_caption_hidden=True,
        ),
        may_request=may(person.person_role, Act.SUBMIT_REQUEST),
    )


@opens_for(Sight.REGISTER)
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request: where it stands, what it says, its checks and its history."""
    person = person_of(request)
    shown = request_visible_to(person, reference)
    events = events_about(request_subject(shown.reference))
    state = shown.request_state
    is_being_issued = state in {RequestState.APPROVED, RequestState.SENT}
    certificate = _certificate_for(person, shown)
    return render_page(
        request,
        "requests/page.html",
        heading=f"Request {shown.reference}",
        crumbs=(home_crumb(), crumb("Requests", "requests")),
        shown=shown,
        tag=state_tag_of(shown),
        steps=steps_of(shown, events),
        rows=request_rows(read_request(bytes(shown.der)), party=shown.party),
        checks=stored_checks(checks_of(shown), reader=person),
        history=history_lines(events, reader=person),
        is_being_issued=is_being_issued,
        given_up_at=given_up_at(shown) if is_being_issued else None,
        may_see_background_work=may(person.person_role, Sight.BACKGROUND_WORK),
        may_be_issued=state in OPEN_STATES - {RequestState.UNRECORDED},
        is_sent=state is RequestState.SENT,
        is_late=moment_of(request) - shown.state_changed_at > _USUAL_WAIT,
        is_rejected=state is RequestState.REJECTED,
        is_stopped=state is RequestState.STOPPED,
        is_unrecorded=state is RequestState.UNRECORDED,
        is_anomaly=state is RequestState.ANOMALY,
        may_withdraw=may_withdraw(person, shown),
        may_decide=person.is_officer and may_move(state, RequestMove.REJECT),
        certificate=certificate,
        name=name_of(certificate, reader=person) if certificate is not None else None,
        is_withheld=hasattr(shown, "certificate"),
        is_for_staff=person.is_staff_of_dcc,
    )


@opens_for(Act.WITHDRAW_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask whether to withdraw a request, and withdraw it."""
    person = person_of(request)
    shown = request_visible_to(person, reference)
    require_for_page(request, Act.WITHDRAW_REQUEST, party=shown.party)
    if request.method != "POST":
        return _withdraw_page(request, shown)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return _withdraw_page(request, shown, troubles=form.troubles())
    try:
        withdraw_request(
            reference,
            actor=person,
            seen_version=form.cleaned_data["version"],
            at=moment_of(request),
        )
    except (ConflictError, IllegalMoveError) as error:
        return _withdraw_page(
            request, request_visible_to(person, reference), problem=problem_of(error)
        )
    messages.success(request, f"Request {shown.reference} has been withdrawn.")
    return redirect("request", shown.reference)


def _certificate_for(
    person: "Person", shown: "CertificateRequest"
) -> "OrganisationCertificate | None":
    """Return the certificate to lead to; one that is withheld only for staff, who deal with it."""
    certificate: OrganisationCertificate | None = getattr(shown, "certificate", None)
    if certificate is None or (certificate.is_withheld and not person.is_staff_of_dcc):
        return None
    return certificate


def may_withdraw(person: "Person", shown: "CertificateRequest") -> bool:
    """Tell whether to offer a person to withdraw a request; the service decides."""
    return (
        may(person.person_role, Act.WITHDRAW_REQUEST)
        and access.acts_for(person, shown.party)
        and may_move(shown.request_state, RequestMove.WITHDRAW)
    )


def _withdraw_page(
    request: HttpRequest,
    shown: "CertificateRequest",
    *,
    troubles: tuple[Trouble, ...] = (),
    problem: PageProblem | None = None,
) -> HttpResponse:
    if problem is not None:
        troubles = problem.troubles()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK
    return render_page(
        request,
        "requests/withdraw.html",
        heading=f"Withdraw request {shown.reference}",
        crumbs=(
            home_crumb(),
            crumb("Requests", "requests"),
            crumb(shown.reference, "request", shown.reference),
        ),
        shown=shown,
        tag=state_tag_of(shown),
        may_withdraw=may_withdraw(person_of(request), shown),
        troubles=troubles,
        status=problem.status if problem is not None else status,
    )
