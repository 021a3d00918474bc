"""Asking for a certificate: paste or upload, see every check, submit."""

import base64
from http import HTTPStatus
from typing import TYPE_CHECKING

from asn1crypto import pem
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.requests import CarriedForm, SubmissionForm
from portal.gate import opens_for, party_for_page
from portal.pages import Trouble, render_page
from portal.presenters.findings import finding_words, report_view
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.readings import request_rows
from portal.presenters.words import counted, state_words
from portal.views.passing import gone_page, kept_here, lead_to_kept
from registry.certificates.acts import certificate_requests
from registry.certificates.acts.request_checks import CheckedRequest
from registry.passing.reads.kept import PassingKind
from rules.certificates.containers import PRIVATE_KEY
from rules.certificates.requests import KEY_FAULTS
from rules.certificates.structures import Container
from rules.duties import Act
from rules.findings import RefusedError
from rules.roles import XML_SIGN
from rules.workflow import RequestState

if TYPE_CHECKING:
    from registry.models import CertificateRequest

_CRUMBS = (home_crumb, lambda: crumb("Requests", "requests"))


@opens_for(Act.SUBMIT_REQUEST)
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for a certificate signing request."""
    return _form_page(request, SubmissionForm())


@opens_for(Act.SUBMIT_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Take a request, and lead to the page that shows what it says beside every check.

    What could not be read, or came with a private key, is kept nowhere: its page is the answer.
    """
    if request.method != "POST":
        return redirect("request-new")
    form = SubmissionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, troubles=form.troubles())
    party_for_page(request)
    checked = _checked(request, form.cleaned_data["submission"])
    if checked.reading.problems:
        return _check_page(request, checked)
    return lead_to_kept(
        request, "request-checked", PassingKind.REQUEST, fields={}, octets=_as_read(checked)
    )


@opens_for(Act.SUBMIT_REQUEST)
@require_safe
def checked(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a request says, beside every check, by the register of now."""
    kept = kept_here(request, PassingKind.REQUEST, token)
    if kept is None:
        return gone_page(
            request,
            what="A request that was checked and not submitted",
            again="request-new",
            link="Request a certificate",
        )
    return _check_page(request, _checked(request, kept.octets, is_recorded=True))


@opens_for(Act.SUBMIT_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Submit the request that the check page showed."""
    if request.method != "POST":
        return redirect("request-new")
    form = CarriedForm(request.POST)
    form.is_valid()
    submission = form.submission()
    try:
        stored = certificate_requests.submit_request(
            submission,
            actor=person_of(request),
            at=moment_of(request),
            notify_when_issued=form.cleaned_data["notify"],
        )
    except RefusedError:
        again = _checked(request, submission, is_recorded=True)
        return _check_page(request, again, was_submitted=True)
    messages.success(request, _accepted(stored))
    return redirect("request", stored.reference)


def _accepted(stored: "CertificateRequest") -> str:
    """Say that a request was accepted; where it was before, on another page, how it stands now."""
    if stored.request_state is RequestState.ACCEPTED:
        return f"Request {stored.reference} submitted. A DCC officer will review it."
    state = state_words(stored.request_state)
    return f"This was submitted before, as request {stored.reference}, which is {state}."


def _form_page(
    request: HttpRequest, form: SubmissionForm, *, troubles: tuple[Trouble, ...] = ()
) -> HttpResponse:
    return render_page(
        request,
        "requests/new.html",
        heading="Request a certificate",
        crumbs=tuple(made() for made in _CRUMBS),
        form=form,
        party=party_for_page(request),
        troubles=troubles,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK,
    )


def _checked(
    request: HttpRequest, submission: bytes, *, is_recorded: bool = False
) -> CheckedRequest:
    return certificate_requests.check_submission(
        submission,
        actor=person_of(request),
        at=moment_of(request),
        is_recorded=is_recorded,
    )


def _check_page(
    request: HttpRequest, checked: CheckedRequest, *, was_submitted: bool = False
) -> HttpResponse:
    party = party_for_page(request)
    return render_page(
        request,
        "requests/check.html",
        heading="Check your request",
        title=f"Check your request {_named(checked)}".strip(),
        crumbs=(*(made() for made in _CRUMBS), crumb("Request a certificate", "request-new")),
        rows=request_rows(checked.reading, party=party),
        findings=report_view(checked.report),
        is_readable=checked.reading.der is not None,
        private_key_seen=any(p.kind == PRIVATE_KEY for p in checked.reading.problems),
        key_failed=not KEY_FAULTS.isdisjoint(checked.report.reasons),
        warnings=_warnings(len(checked.report.warnings)),
        carried=_carried(checked),
        notify_for=_notify_for(checked),
        troubles=_troubles(checked),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if was_submitted else HTTPStatus.OK,
    )


def _troubles(checked: CheckedRequest) -> tuple[Trouble, ...]:
    return tuple(
        Trouble(says=finding_words(finding), href=f"#{finding.rule}")
        for finding in checked.report.blocking
    )


def _carried(checked: CheckedRequest) -> str:
    """Return what the page carries to the next step: the request alone, as it was read.

    Never what was typed: that may hold a private key, which must not be written into a page.
    """
    if checked.reading.der is None or not checked.report.is_clear:
        return ""
    return base64.b64encode(checked.reading.der).decode()


def _as_read(checked: CheckedRequest) -> bytes:
    """Return a request without anything that stood around it, wrapped as it came."""
    der = checked.reading.der or b""
    match checked.reading.container:
        case Container.PEM:
            return bytes(pem.armor("CERTIFICATE REQUEST", der))
        case Container.BASE64:
            return base64.b64encode(der)
        case _:
            return der


def _named(checked: CheckedRequest) -> str:
    """Return what tells a request from others of one User ID; nothing where it is unread."""
    digest = checked.reading.der_sha256
    return "" if digest is None else f"of SHA-256 {digest[:8]}…"


def _notify_for(checked: CheckedRequest) -> str:
    """Return the User ID that the certificate can be notified for with the request."""
    reading = checked.reading
    return reading.eui64 or "" if reading.remote_party_role == XML_SIGN else ""


def _warnings(count: int) -> str:
    """Return how many warnings there are, as a sentence goes on after "There"."""
    return f"{'is' if count == 1 else 'are'} {counted(count, 'warning')}" if count else ""
