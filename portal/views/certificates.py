"""The register of Organisation Certificates: list, page, download, revocation."""

from http import HTTPStatus
from ssl import DER_cert_to_PEM_cert
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.certificates import CertificateFilterForm, RevokeForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.certificate_names import name_of
from portal.presenters.certificates import (
    certificate_rows,
    certificate_tags,
    certificates_table,
    published_source,
    revocation_rows,
)
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.histories import history_lines
from portal.presenters.paging import page_of
from portal.presenters.user_ids import notifications_of_certificate_table
from portal.presenters.what_stops import Effect, effects_of
from portal.presenters.words import counted
from portal.problems import problem_of
from registry import access
from registry.certificates.acts.certificates import revoke_certificate
from registry.certificates.reads.certificates import (
    CertificateStatus,
    certificate_visible_to,
    certificates_visible_to,
    not_notified,
    notifications_of_certificate,
    parties,
    status_of,
)
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.evidence.events import events_about
from registry.notifications.reads.what_stops import what_a_revocation_stops
from rules.duties import Act, Sight, may
from rules.periods import ALL_TIME

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate

_CONTENT_TYPES = {
    "pem": "application/x-pem-file",
    # RFC 2585, 4.1.
    "der": "application/pkix-cert",
}


@opens_for(Sight.REGISTER)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the certificates that the person may see, the newest first."""
    person, at = person_of(request), moment_of(request)
    form = CertificateFilterForm(request.GET, parties=parties() if person.is_staff_of_dcc else ())
    paging = page_of(certificates_visible_to(person, form.wanted(), at=at), request)
    return render_page(
        request,
        "certificates/index.html",
        heading="Certificates",
        crumbs=(home_crumb(),),
        form=form,
        troubles=form.troubles(),
        paging=paging,
        count=counted(paging.total, "certificate"),
        table=certificates_table(
            paging.items,
            reader=person,
            at=at,
            caption="Certificates",
            empty="There is no such certificate."
            if form.has_changed()
            else "There is no certificate yet.",
            is_caption_hidden=True,
        ),
    )


@opens_for(Sight.REGISTER)
@require_safe
def page(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Show one certificate with all that is known of it."""
    person = person_of(request)
    shown = certificate_visible_to(person, certificate_id)
    name = name_of(shown, reader=person)
    notifications = notifications_of_certificate(shown)
    return render_page(
        request,
        "certificates/page.html",
        heading=f"Certificate {name.short}",
        title=name.title,
        crumbs=(home_crumb(), crumb("Certificates", "certificates")),
        shown=shown,
        tags=certificate_tags(shown, at=moment_of(request)),
        rows=certificate_rows(shown),
        revocation=revocation_rows(shown, reader=person),
        notifications=notifications_of_certificate_table(
            notifications,
            of=shown,
            reader=person,
            at=moment_of(request),
        ),
        history=history_lines(events_about(_subject(shown)), reader=person),
        notify_for=_notify_for(request, shown),
        may_revoke=person.is_officer and shown.revoked_at is None,
        may_ask_to_revoke=_may_ask_to_revoke(request, shown),
        published_in=published_source(shown),
        withdrawals=[n for n in notifications if n.withdrawn_at is None],
    )


@opens_for(Sight.REGISTER)
@require_safe
def download(request: HttpRequest, certificate_id: int, form: str) -> HttpResponse:
    """Return the certificate as a file; one that is withheld is not there.

    Raises:
        NotFoundError: There is none, it is not the person's to see, or it is withheld.
    """
    shown = certificate_visible_to(person_of(request), certificate_id)
    if shown.is_withheld:
        raise NotFoundError("certificate")
    der = bytes(shown.der)
    # Armour alone: what is not as a library reads it is given out as it is, too.
    content = der if form == "der" else DER_cert_to_PEM_cert(der).encode()
    name = f"certificate-{shown.eui64}-{int(shown.serial_number):x}.{form}"
    return HttpResponse(
        content,
        content_type=_CONTENT_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@opens_for(Act.REVOKE_CERTIFICATE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Ask why a certificate is revoked, and revoke it."""
    person = person_of(request)
    shown = certificate_visible_to(person, certificate_id)
    if request.method != "POST":
        return _revoke_page(request, shown, RevokeForm())
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _revoke_page(request, shown, form, troubles=form.troubles())
    try:
        revoked = revoke_certificate(
            certificate_id,
            actor=person,
            reason=form.revocation_reason(),
            note=form.cleaned_data["note"],
            at=moment_of(request),
        )
    except (ConflictError, RefusedActError) as error:
        problem = problem_of(error)
        again = certificate_visible_to(person, certificate_id)
        return _revoke_page(
            request, again, form, troubles=problem.troubles(), status=problem.status
        )
    messages.success(
        request,
        f"Certificate {name_of(revoked, reader=person).short} has been revoked. From this moment "
        "the DCC processes no message signed with it.",
    )
    return redirect("certificate", shown.pk)


def _revoke_page(
    request: HttpRequest,
    shown: "OrganisationCertificate",
    form: RevokeForm,
    *,
    troubles: tuple[Trouble, ...] = (),
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    name = name_of(shown, reader=person_of(request))
    return render_page(
        request,
        "certificates/revoke.html",
        heading=f"Revoke certificate {name.short}",
        title=f"Revoke certificate {name.short}, {name.holder}",
        crumbs=(
            home_crumb(),
            crumb("Certificates", "certificates"),
            crumb(name.short, "certificate", shown.pk),
        ),
        shown=shown,
        tags=certificate_tags(shown, at=moment_of(request)),
        rows=certificate_rows(shown),
        form=form,
        may_revoke=shown.revoked_at is None,
        effects=_effects(request, shown),
        troubles=troubles,
        status=status if troubles else HTTPStatus.OK,
    )


def _effects(request: HttpRequest, shown: "OrganisationCertificate") -> tuple[Effect, ...]:
    if shown.revoked_at is not None:
        return ()
    found = what_a_revocation_stops([shown], person=person_of(request), at=moment_of(request))
    return effects_of(found, reader=person_of(request))


def _notify_for(request: HttpRequest, shown: "OrganisationCertificate") -> str:
    """Return the User ID to offer it for as the next step; empty where there is none to take."""
    person = person_of(request)
    is_offered = (
        may(person.person_role, Act.NOTIFY_CERTIFICATE)
        and access.acts_for(person, shown.party)
        and not_notified(person, at=moment_of(request)).filter(pk=shown.pk).exists()
    )
    return shown.eui64 if is_offered else ""


def _may_ask_to_revoke(request: HttpRequest, shown: "OrganisationCertificate") -> bool:
    """Tell whether to say what its Party does when the key is compromised: it can still sign."""
    person = person_of(request)
    status = status_of(shown, at=moment_of(request), known_by=ALL_TIME)
    is_usable = status in {CertificateStatus.LIVE, CertificateStatus.NOT_YET_VALID}
    is_subscriber = may(person.person_role, Act.WITHDRAW_NOTIFICATION) and not person.is_officer
    return is_usable and is_subscriber and access.acts_for(person, shown.party)


def _subject(shown: "OrganisationCertificate") -> str:
    return f"organisationcertificate:{shown.pk}"
