"""Checking a signed message for a person: the same decision as the API's, and nothing is kept."""

from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from portal.asker import moment_of, person_of
from portal.forms.messages import MessageForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.certificate_names import CertificateName, name_of
from portal.presenters.decisions import decision_view
from portal.presenters.frame import home_crumb
from portal.presenters.responses import response_view
from registry.certificates.reads.certificates import certificate_named
from registry.certificates.reads.dcc_certificates import dcc_register
from registry.feed.reads.snapshot_holder import SnapshotStaleError
from registry.gateways.duis_schema import duis_schema
from registry.observations.acts.deciding import decide_message
from rules.duties import Sight
from rules.messages.examining import request_octets
from rules.messages.signature_form import SignatureForm
from rules.responses.reading import is_response
from rules.responses.verifying import examine_response
from rules.service_requests.decision import Signer
from rules.service_requests.question import Generation, Purpose
from rules.service_requests.questions import UnreadableQuestionError, read_question


@opens_for(Sight.MESSAGE_CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Take a signed message and show its decision, or whether a Response is good, and why."""
    if request.method != "POST":
        return _form_page(request, MessageForm(initial={"generation": Generation.SMETS2_PLUS}))
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(
            request,
            form,
            troubles=form.troubles(),
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    message: bytes = form.cleaned_data["message"]
    if is_response(message, size_limit=settings.MESSAGE_SIZE_LIMIT):
        return _response_page(request, message, received_at=form.cleaned_data["received_at"])
    try:
        question = read_question(
            message, form.said(), at=moment_of(request), purpose=Purpose.DIAGNOSIS
        )
    except UnreadableQuestionError as error:
        form.refuse(error.faults)
        return _form_page(
            request,
            form,
            troubles=form.troubles(),
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    try:
        decided = decide_message(question)
    except SnapshotStaleError as error:
        return _form_page(
            request,
            form,
            troubles=(Trouble(says=error.says),),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    return render_page(
        request,
        "messages/decision.html",
        heading="What the check says",
        crumbs=(home_crumb(),),
        view=decision_view(
            decided,
            reader=person_of(request),
            at=moment_of(request),
            name=_name_of_signer(request, decided.decision.signer),
            octets=request_octets(message, size_limit=settings.MESSAGE_SIZE_LIMIT),
            size=len(message),
            digest=sha256(message).hexdigest(),
            generation=form.cleaned_data["generation"],
            labels=MessageForm.labels(),
        ),
    )


def _name_of_signer(
    request: HttpRequest, signer: Signer | SignatureForm | None
) -> CertificateName | None:
    """Return the name of the certificate that a signature names, where the person sees it."""
    if signer is None:
        return None
    person = person_of(request)
    found = certificate_named(person, signer.issuer, signer.serial)
    return None if found is None else name_of(found, reader=person)


def _response_page(
    request: HttpRequest, message: bytes, *, received_at: datetime | None
) -> HttpResponse:
    at = moment_of(request) if received_at is None else received_at
    verification = examine_response(
        message,
        dcc_register(),
        at=at,
        is_about_now=received_at is None,
        size_limit=settings.MESSAGE_SIZE_LIMIT,
        schema=duis_schema(),
    )
    return render_page(
        request,
        "messages/response.html",
        heading="What the check says",
        crumbs=(home_crumb(),),
        view=response_view(
            verification,
            name=_name_of_signer(request, verification.facts.form),
            size=len(message),
            digest=sha256(message).hexdigest(),
            received_at=at,
        ),
    )


def _form_page(
    request: HttpRequest,
    form: MessageForm,
    *,
    troubles: tuple[Trouble, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    return render_page(
        request,
        "messages/check.html",
        heading="Check a message",
        crumbs=(home_crumb(),),
        form=form,
        troubles=troubles,
        status=status,
    )
