"""Checking a signed message for a person: the same decision as the API's, and nothing counts."""

from codecs import BOM_UTF8
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.messages import MessageForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.certificate_names import CertificateName, name_of
from portal.presenters.decisions import decision_view
from portal.presenters.frame import Crumb, crumb, home_crumb
from portal.presenters.responses import response_view
from portal.views.passing import gone_page, kept_here, lead_to_kept
from registry.certificates.reads.certificates import certificate_named
from registry.certificates.reads.dcc_certificates import dcc_register
from registry.feed.reads.snapshot_holder import SnapshotStaleError
from registry.gateways.duis_schema import duis_schema
from registry.observations.acts.deciding import decide_message
from registry.passing.acts.keeping import keep
from registry.passing.reads.kept import Kept, PassingKind
from rules.certificates.private_keys import is_told_by_words
from rules.duties import Sight
from rules.messages.examining import request_octets
from rules.messages.reading import Header
from rules.messages.signature_form import SignatureForm
from rules.responses.reading import is_response
from rules.responses.verifying import examine_response
from rules.service_requests.decision import Signer
from rules.service_requests.question import Generation, Purpose
from rules.service_requests.questions import UnreadableQuestionError, read_question

_HEADING = "Result of the check"


@opens_for(Sight.MESSAGE_CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Take a signed message, and lead to the page that says what the check found."""
    if request.method != "POST":
        return _form_page(request, _blank_form(request))
    earlier = kept_here(request, PassingKind.MESSAGE, request.POST.get("kept", ""))
    form = MessageForm(
        request.POST, request.FILES, earlier=None if earlier is None else earlier.octets
    )
    if form.is_valid() and _is_readable(form, at=moment_of(request)):
        if not _may_be_kept(form.cleaned_data["message"]):
            return _result_page(request, form)
        return lead_to_kept(
            request,
            "message-checked",
            PassingKind.MESSAGE,
            fields=form.as_taken(),
            octets=form.cleaned_data["message"],
        )
    return _form_page(request, _with_message_kept(request, form))


@opens_for(Sight.MESSAGE_CHECK)
@require_safe
def checked(request: HttpRequest, token: str) -> HttpResponse:
    """Show the decision on a message that was sent, or whether a Response is good, and why.

    It is decided when the page is opened, by the register of that moment.
    """
    kept = kept_here(request, PassingKind.MESSAGE, token)
    if kept is None:
        return gone_page(
            request,
            what="A message that was checked",
            again="message-check",
            link="Check a message",
        )
    form = MessageForm({**kept.fields, "kept": token}, earlier=kept.octets)
    if not (form.is_valid() and _is_readable(form, at=moment_of(request))):
        return _form_page(request, form)
    return _result_page(request, form, kept)


def _result_page(
    request: HttpRequest, form: MessageForm, kept: Kept | None = None
) -> HttpResponse:
    """Say what the check finds, by the register of now; of what is not kept, only this once."""
    message: bytes = form.cleaned_data["message"]
    if is_response(message, size_limit=settings.MESSAGE_SIZE_LIMIT):
        return _response_page(request, form, kept)
    question = read_question(
        message, form.said(), at=moment_of(request), purpose=Purpose.DIAGNOSIS
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
        heading=_HEADING,
        title=_title(message, decided.decision.header),
        crumbs=_crumbs(),
        kept=kept,
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


def _may_be_kept(message: bytes) -> bool:
    """Tell whether it looks like a message; a private key sent by mistake is kept nowhere."""
    is_xml = message.removeprefix(BOM_UTF8).lstrip()[:1] == b"<"
    is_too_large = len(message) > settings.MESSAGE_SIZE_LIMIT
    return is_xml and not is_too_large and not is_told_by_words(message)


def _title(message: bytes, header: Header | None) -> str:
    """Return a title that no other message's page has: its RequestID, or else its digest."""
    digest = sha256(message).hexdigest()[:8]
    named = f"of SHA-256 {digest}…" if header is None else header.request_id_text
    return f"{_HEADING} of the message {named}"


def _crumbs() -> tuple[Crumb, ...]:
    return (home_crumb(), crumb("Check a message", "message-check"))


def _blank_form(request: HttpRequest) -> MessageForm:
    """Return the form to fill in; with what was sent before where that is checked again."""
    again = kept_here(request, PassingKind.MESSAGE, request.GET.get("again", ""))
    if again is None:
        return MessageForm(initial={"generation": Generation.SMETS2_PLUS})
    return MessageForm(initial={**again.fields, "kept": again.token}, earlier=again.octets)


def _is_readable(form: MessageForm, *, at: datetime) -> bool:
    """Tell whether what is said of the message can be read; where not, the form says so."""
    message: bytes = form.cleaned_data["message"]
    if is_response(message, size_limit=settings.MESSAGE_SIZE_LIMIT):
        return True
    try:
        read_question(message, form.said(), at=at, purpose=Purpose.DIAGNOSIS)
    except UnreadableQuestionError as error:
        form.refuse(error.faults)
        return False
    return True


def _with_message_kept(request: HttpRequest, form: MessageForm) -> MessageForm:
    """Return a form that is shown again, so that the message need not be sent again."""
    message: bytes | None = form.cleaned_data.get("message")
    if message is None or message == form.earlier or not _may_be_kept(message):
        return form
    token = keep(
        person_of(request),
        PassingKind.MESSAGE,
        fields=form.as_taken(),
        octets=message,
        at=moment_of(request),
    )
    again = MessageForm({**form.as_sent(), "kept": token}, earlier=message)
    if again.is_valid():
        _is_readable(again, at=moment_of(request))
    return again


def _name_of_signer(
    request: HttpRequest, signer: Signer | SignatureForm | None
) -> CertificateName | None:
    """Return the name of the certificate that a signature names, where the person sees it."""
    if signer is None:
        return None
    person = person_of(request)
    found = certificate_named(person, signer.issuer, signer.serial)
    return None if found is None else name_of(found, reader=person)


def _response_page(request: HttpRequest, form: MessageForm, kept: Kept | None) -> HttpResponse:
    message: bytes = form.cleaned_data["message"]
    received_at: datetime | None = form.cleaned_data["received_at"]
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
        heading=_HEADING,
        title=_title(message, None),
        crumbs=_crumbs(),
        kept=kept,
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
    status: HTTPStatus | None = None,
) -> HttpResponse:
    troubles = troubles or form.troubles()
    return render_page(
        request,
        "messages/check.html",
        heading="Check a message",
        crumbs=(home_crumb(),),
        form=form,
        troubles=troubles,
        status=status or (HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK),
    )
