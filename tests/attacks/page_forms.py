"""Every form of every page, as a browser reads it from the page and sends it.

`FORMS` says of each form where it stands, who sends it and what a person enters. That none is
missing, `pages/test_every_form.py` shows by the routes.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from lxml import html

from portal.forms import PageForm
from portal.forms.certificates import CertificateFilterForm, RevokeForm
from portal.forms.documents import HoldDocumentForm
from portal.forms.evidence import EventFilterForm
from portal.forms.messages import MessageForm
from portal.forms.proposals import (
    CloseForm,
    EnforcementForm,
    RefuseProposalForm,
    ReviewForm,
    SeenProposalForm,
)
from portal.forms.reasons import ReasonFilterForm
from portal.forms.requests import (
    ApproveForm,
    CarriedForm,
    RejectForm,
    RequestFilterForm,
    SeenForm,
    SubmissionForm,
)
from portal.forms.sign_in import CodeForm, SignInForm
from portal.forms.user_ids import NotifyForm
from portal.forms.working_days import CountForm, DayOffForm, TakeBackForm
from registry.certificates.acts.certificate_requests import submit_request
from registry.models import CertificateRequest, OrganisationCertificate, Person, Proposal
from registry.working_days.acts.days_off import load_computed_days
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.identifiers import Eui64
from tests.arranging import set_enforcement
from tests.factories import (
    AT,
    a_certificate,
    a_day_off,
    a_document,
    a_given_up_effect,
    a_hold,
    a_job,
    a_key,
    a_mail,
    a_notification,
    a_person,
)
from tests.proposing import a_proposal, a_wrong_one, an_emergency
from tests.uploads import a_png

PASSWORD = "correct horse battery staple"
TOKEN = "csrfmiddlewaretoken"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A form on a page."""

    action: str
    method: str
    is_multipart: bool
    values: Mapping[str, str]
    """What a browser sends of it where nobody enters anything, with its token."""
    names: frozenset[str]
    """Every field of it but its token."""

    @property
    def route(self) -> str:
        return resolve(self.action).url_name or ""


def forms_on(page: HttpResponse, address: str) -> list[Found]:
    """Return the forms of a page that was opened at an address."""
    document = html.fromstring(page.content.decode())
    return [
        Found(
            action=(form.get("action") or address).partition("?")[0],
            method=form.method,
            is_multipart=form.get("enctype") == "multipart/form-data",
            values=dict(form.form_values()),
            names=frozenset(name for name in form.inputs.keys() if name) - {TOKEN},  # noqa: SIM118
        )
        for form in document.forms
    ]


@dataclass(frozen=True)
class Scene:
    """Whom and what the forms are about: two Parties of which one is asked for, and staff."""

    side: Any
    officer: Person
    request: CertificateRequest
    """With a warning, so that its approval asks for a reason."""
    certificate: OrganisationCertificate
    notification: int
    day_off: int
    proposal: Proposal
    emergency: Proposal
    wrong: Proposal
    """An emergency that should not have been."""
    job: int
    """Under way."""
    given_up: int
    """Background work that was."""
    mail: int
    document: int
    hold: int
    browsers: Mapping[str, Callable[[], Client]]

    @property
    def things(self) -> dict[str, object]:
        """What the addresses of the pages name; a new argument must be added here."""
        return {
            "reference": self.request.reference,
            "certificate_id": self.certificate.pk,
            "eui64": self.side.user_id.eui64,
            "notification_id": self.notification,
            "day_off_id": self.day_off,
            "document_id": self.document,
            "position": 1,
            "proposal_id": self.proposal.pk,
            "job_id": self.job,
            "message_id": self.given_up,
            "mail_id": self.mail,
            "token": "of-nothing-that-is-kept".ljust(43, "-"),
        }

    def csr(self) -> str:
        der = build_request(a_key(), eui64=Eui64(self.side.user_id.eui64), remote_party_role="87")
        return b64encode(der).decode()


Entered = Callable[[Scene], Mapping[str, str]]


def _nothing(scene: Scene) -> Mapping[str, str]:
    del scene
    return {}


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """One form: where it stands, who opens it, and what a person enters into it."""

    form: type[PageForm] | None
    """What reads it; None where it has no fields."""
    page: Callable[[Scene], str]
    who: str = "aro"
    enters: Entered = _nothing
    method: str = "POST"
    more: frozenset[str] = field(default_factory=frozenset)
    """Fields that the form has only here."""
    before: Callable[[Client, Scene], HttpResponse] | None = None
    """Opens the page where that takes more than its address."""

    @property
    def names(self) -> frozenset[str]:
        fields = self.form.base_fields if self.form is not None else {}
        return frozenset(fields) | self.more


def found_form(browser: Client, prepared: Prepared, route: str, scene: Scene) -> Found:
    """Open the page in a browser and return its form to a route."""
    address = prepared.page(scene)
    page = prepared.before(browser, scene) if prepared.before else browser.get(address)
    assert page.status_code == 200, (address, page.status_code)
    (found,) = [
        form
        for form in forms_on(page, address)
        # The one to sign out stands in the head of every page.
        if form.route == route and (form.names or route != "sign-out" or form.values)
    ][:1]
    return found


def send(
    browser: Client, found: Found, entered: Mapping[str, object], **more: Any
) -> HttpResponse:
    """Send a form as a browser does: what the page holds, and what somebody entered."""
    values: dict[str, object] = {**found.values, **entered}
    for each in values.values():
        if isinstance(each, SimpleUploadedFile):
            each.seek(0)  # it may have been sent before
    if found.method.upper() == "GET":
        return browser.get(found.action, values, **more)
    return browser.post(found.action, values, **more)


def _checked(browser: Client, scene: Scene) -> HttpResponse:
    form = found_form(browser, FORMS["request-check"], "request-check", scene)
    return send(browser, form, {"text": scene.csr()}, follow=True)


def _code(scene: Scene) -> Mapping[str, str]:
    del scene
    device = TOTPDevice.objects.order_by("-pk")[0]
    return {"code": f"{totp(device.bin_key):06d}"}


def _sign_in(scene: Scene) -> Mapping[str, str]:
    return {"email": scene.side.aro.email, "password": PASSWORD}


FORMS: dict[str, Prepared] = {
    "sign-in": Prepared(form=SignInForm, page=lambda _: "/sign-in", who="nobody", enters=_sign_in),
    "second-factor": Prepared(
        form=CodeForm, page=lambda _: "/sign-in/code", who="half", enters=_code
    ),
    "set-up-second-factor": Prepared(
        form=CodeForm, page=lambda _: "/sign-in/set-up", who="new", enters=_code
    ),
    "sign-out": Prepared(form=None, page=lambda _: "/sign-out"),
    "request-check": Prepared(
        form=SubmissionForm,
        page=lambda _: "/requests/new",
        enters=lambda scene: {"text": scene.csr()},
    ),
    "request-submit": Prepared(
        form=CarriedForm,
        page=lambda _: "/requests/check",
        before=_checked,
        enters=lambda _: {"notify": "on"},
    ),
    "request-withdraw": Prepared(
        form=SeenForm, page=lambda scene: f"/requests/{scene.request}/withdraw"
    ),
    "request-approve": Prepared(
        form=ApproveForm,
        page=lambda scene: f"/requests/{scene.request}/decision",
        who="officer",
        more=frozenset({"reason-mpid-not-recorded"}),
        enters=lambda _: {"reason-mpid-not-recorded": "Their letter of 3 November."},
    ),
    "request-reject": Prepared(
        form=RejectForm,
        page=lambda scene: f"/requests/{scene.request}/decision",
        who="officer",
        enters=lambda _: {"note": "The key is not theirs."},
    ),
    "certificate-revoke": Prepared(
        form=RevokeForm,
        page=lambda scene: f"/certificates/{scene.certificate.pk}/revoke",
        who="officer",
        enters=lambda _: {"reason": "key-compromise", "note": "The laptop was stolen."},
    ),
    "user-id-notify": Prepared(
        form=NotifyForm,
        page=lambda scene: f"/user-ids/{scene.side.user_id.eui64}/notify",
        enters=lambda scene: {
            "certificate": str(scene.certificate.pk),
            "counts_from": "",
        },
    ),
    "notification-withdraw": Prepared(
        form=None, page=lambda scene: f"/notifications/{scene.notification}/withdraw"
    ),
    "message-check": Prepared(
        form=MessageForm,
        page=lambda _: "/messages/check",
        enters=lambda _: {"text": "<a>no message</a>", "generation": "SMETS1"},
    ),
    "document-add": Prepared(
        form=HoldDocumentForm,
        page=lambda _: "/documents/add",
        who="officer",
        enters=lambda scene: {
            "hold": str(scene.hold),
            "title": "Decision 12 of the SMKI PMA",
            "file": SimpleUploadedFile("decision.png", a_png()),
        },
    ),
    "working-days": Prepared(
        form=CountForm, page=lambda _: "/working-days", who="officer", method="GET"
    ),
    "day-off-add": Prepared(
        form=DayOffForm,
        page=lambda _: "/working-days/add",
        who="officer",
        enters=lambda _: {
            "day": "2026-09-16",
            "name": "Coronation",
            "reason": "Proclamation in The Gazette.",
        },
    ),
    "day-off-take-back": Prepared(
        form=TakeBackForm,
        page=lambda scene: f"/working-days/{scene.day_off}/take-back",
        who="officer",
        enters=lambda _: {"reason": "It was moved."},
    ),
    "proposal-confirm": Prepared(
        form=SeenProposalForm,
        page=lambda scene: f"/proposals/{scene.proposal.pk}",
        who="officer",
    ),
    "proposal-refuse": Prepared(
        form=RefuseProposalForm,
        page=lambda scene: f"/proposals/{scene.proposal.pk}",
        who="officer",
        enters=lambda _: {"note": "It is too early."},
    ),
    "proposal-withdraw": Prepared(
        form=SeenProposalForm,
        page=lambda scene: f"/proposals/{scene.proposal.pk}",
        who="proposer",
    ),
    "proposal-review": Prepared(
        form=ReviewForm,
        page=lambda scene: f"/proposals/{scene.emergency.pk}",
        who="officer",
        enters=lambda _: {"verdict": "let-stand", "note": "It had to be."},
    ),
    "proposal-close": Prepared(
        form=CloseForm,
        page=lambda scene: f"/proposals/{scene.wrong.pk}",
        who="officer",
        enters=lambda _: {"note": "They were told."},
    ),
    "enforcement": Prepared(
        form=EnforcementForm,
        page=lambda _: "/enforcement",
        who="officer",
        enters=lambda _: {
            "what": "postpone",
            "moment": "2096-12-15T09:00",
            "note": "Users are not ready.",
            "how": "alone",
        },
    ),
    "evidence-prove": Prepared(form=None, page=lambda _: "/evidence", who="officer"),
    "job-cancel": Prepared(form=None, page=lambda scene: f"/jobs/{scene.job}", who="officer"),
    "background-work-retry": Prepared(form=None, page=lambda _: "/background-work", who="officer"),
    "requests": Prepared(form=RequestFilterForm, page=lambda _: "/requests", method="GET"),
    "certificates": Prepared(
        form=CertificateFilterForm,
        page=lambda _: "/certificates",
        who="officer",
        method="GET",
    ),
    "evidence": Prepared(
        form=EventFilterForm, page=lambda _: "/evidence", who="officer", method="GET"
    ),
    "reasons": Prepared(form=ReasonFilterForm, page=lambda _: "/reasons", method="GET"),
}
"""Every form, by the route that it is sent to."""


@pytest.fixture
def scene(north, officer, dcc, signed_in, half_signed_in) -> Scene:
    """Make what every form is about, and who sends them."""
    assert dcc.party.name == "DCC"  # whom officers act for
    load_computed_days(at=AT)
    north.aro.set_password(PASSWORD)
    north.aro.save()
    certificate = a_certificate(north.user_id)
    notified = a_notification(a_certificate(north.user_id), notified_by=north.aro)

    proposer = a_person(PersonRole.OFFICER)
    wrong, emergency = a_wrong_one(proposer), an_emergency(proposer)
    set_enforcement(enforced_from=timezone.now() + timedelta(days=25), at=timezone.now())

    def new() -> Client:
        person = a_person(PersonRole.ARO, north.party)
        browser = half_signed_in(person)
        TOTPDevice.objects.filter(user=person).delete()
        return browser

    return Scene(
        side=north,
        officer=officer,
        request=submit_request(
            build_request(
                a_key(),
                eui64=Eui64(north.user_id.eui64),
                remote_party_role="87",
                common_name="ABCD",
            ),
            actor=north.aro,
            at=timezone.now(),
        ),
        certificate=certificate,
        notification=notified.pk,
        day_off=a_day_off().pk,
        proposal=a_proposal(proposer),
        emergency=emergency,
        wrong=wrong,
        job=a_job(officer).pk,
        given_up=a_given_up_effect().pk,
        mail=a_mail().pk,
        document=a_document(officer).pk,
        hold=a_hold(north.party, officer=officer).pk,
        browsers={
            "nobody": Client,
            "half": lambda: half_signed_in(north.sro),
            "new": new,
            "aro": lambda: signed_in(north.aro),
            "officer": lambda: signed_in(officer),
            "proposer": lambda: signed_in(proposer),
        },
    )
