"""User IDs and the certificates that they sign with."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.user_ids import NotifyForm
from portal.gate import opens_for, require_for_page
from portal.pages import Trouble, render_page
from portal.presenters.candidates import ineligible_table
from portal.presenters.certificate_names import CertificateName, name_of
from portal.presenters.certificates import certificate_rows, certificate_tags, why_not_live
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.moments import moment_words
from portal.presenters.paging import page_of
from portal.presenters.sending import Alarm, alarm_for
from portal.presenters.user_ids import (
    current_table,
    ended_table,
    user_ids_table,
    user_roles_words,
)
from portal.presenters.what_stops import Effect, effects_of
from portal.presenters.words import counted
from portal.problems import PageProblem, problem_of
from registry import access
from registry.errors import ConflictError
from registry.notifications.acts.notifications import notify_certificate, withdraw_notification
from registry.notifications.reads.sending import sending_troubles
from registry.notifications.reads.user_ids import (
    candidates_for,
    most_of,
    notification_visible_to,
    notifications_of,
    user_id_visible_to,
    user_ids_visible_to,
)
from registry.notifications.reads.what_stops import what_withdrawing_stops
from rules.duties import Act, Sight, may
from rules.findings import RefusedError

if TYPE_CHECKING:
    from registry.models import Person, SigningNotification, UserId


@opens_for(Sight.REGISTER)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the User IDs that the person may see."""
    person = person_of(request)
    paging = page_of(user_ids_visible_to(person, at=moment_of(request)), request)
    return render_page(
        request,
        "user_ids/index.html",
        heading="User IDs",
        crumbs=(home_crumb(),),
        paging=paging,
        count=counted(paging.total, "User ID"),
        table=user_ids_table(
            paging.items,
            reader=person,
            unable=_unable(person, paging.items, at=moment_of(request)),
            caption="User IDs",
            empty="No User ID is recorded.",
            is_caption_hidden=True,
        ),
    )


@opens_for(Sight.REGISTER)
@require_safe
def page(request: HttpRequest, eui64: str) -> HttpResponse:
    """Show one User ID: its User Roles and what it signs with, now and before."""
    person = person_of(request)
    shown = user_id_visible_to(person, eui64)
    notifications = notifications_of(shown)
    may_notify = _may(person, Act.NOTIFY_CERTIFICATE, shown)
    standing = tuple(n for n in notifications if n.withdrawn_at is None)
    planned = tuple(n for n in standing if n.notified_at > moment_of(request))
    current = tuple(n for n in standing if n not in planned)
    live = tuple(n for n in current if _is_live(n, at=moment_of(request)))
    table = partial(
        current_table,
        reader=person,
        at=moment_of(request),
        may_withdraw=_may(person, Act.WITHDRAW_NOTIFICATION, shown),
    )
    return render_page(
        request,
        "user_ids/page.html",
        heading=f"User ID {shown.eui64}",
        crumbs=(home_crumb(), crumb("User IDs", "user-ids")),
        shown=shown,
        alarm=_alarm(request, shown),
        user_roles=user_roles_words(shown.user_roles),
        current=table(
            live, caption="Notified now", empty="No live certificate is notified for this User ID."
        ),
        is_overlapping=len(live) > 1,
        without_effect=table(
            (n for n in current if n not in live), caption="Notified, but not valid"
        ),
        planned=table(planned, caption="Notified for later"),
        ended=ended_table((n for n in notifications if n.withdrawn_at is not None), reader=person),
        may_notify=may_notify,
    )


@opens_for(Act.NOTIFY_CERTIFICATE)
@require_http_methods(["GET", "HEAD", "POST"])
def notify(request: HttpRequest, eui64: str) -> HttpResponse:
    """Offer the certificates that can be notified for a User ID, and notify one."""
    person = person_of(request)
    shown = user_id_visible_to(person, eui64)
    require_for_page(request, Act.NOTIFY_CERTIFICATE, party=shown.party)
    if request.method != "POST":
        return _notify_page(request, shown)
    form = _notify_form(request, shown)
    if not form.is_valid():
        return _notify_page(request, shown, form=form, troubles=form.troubles())
    try:
        notification = notify_certificate(
            shown.eui64,
            form.cleaned_data["certificate"],
            actor=person,
            at=moment_of(request),
            counts_from=form.cleaned_data["counts_from"],
        )
    except (RefusedError, ConflictError) as error:
        return _notify_page(request, shown, problem=problem_of(error))
    name = name_of(notification.certificate, reader=person)
    messages.success(request, _notified_words(notification, name, at=moment_of(request)))
    return redirect("user-id", shown.eui64)


def _notified_words(
    notification: "SigningNotification", name: CertificateName, *, at: datetime
) -> str:
    said = f"Certificate {name.short} is notified for User ID {notification.eui64}."
    if notification.notified_at > at:
        return f"{said} It can sign messages from {moment_words(notification.notified_at)} on."
    return f"{said} It can sign messages from now on."


@opens_for(Act.WITHDRAW_NOTIFICATION)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Ask whether to stop using a key, stop it, and say what is to be done next."""
    person = person_of(request)
    shown = notification_visible_to(person, notification_id)
    require_for_page(request, Act.WITHDRAW_NOTIFICATION, party=shown.user_id.party)
    if request.method != "POST":
        return _withdraw_page(request, shown)
    try:
        withdraw_notification(notification_id, actor=person, at=moment_of(request))
    except ConflictError as error:
        again = notification_visible_to(person, notification_id)
        return _withdraw_page(request, again, problem=problem_of(error))
    messages.success(
        request,
        f"The key of certificate {name_of(shown.certificate, reader=person).short} is stopped. "
        "The DCC does not process messages signed with it from now on.",
    )
    # What is to be done next stands there: a revocation, and a new key.
    return redirect("notification-withdraw", shown.pk)


def _alarm(request: HttpRequest, shown: "UserId") -> Alarm | None:
    """Tell staff that the User ID cannot send; its own people see that on every page."""
    person = person_of(request)
    if not person.is_staff_of_dcc:
        return None
    found = sending_troubles(person, at=moment_of(request), among=[shown.eui64])
    return alarm_for(found, reader=person)


def _unable(person: "Person", user_ids: "Iterable[UserId]", *, at: datetime) -> frozenset[str]:
    among = [user_id.eui64 for user_id in user_ids]
    return frozenset(t.found.user.eui64 for t in sending_troubles(person, at=at, among=among))


def _is_live(notification: "SigningNotification", *, at: datetime) -> bool:
    return not why_not_live(notification.certificate, at=at)


def _may(person: "Person", act: Act, user_id: "UserId") -> bool:
    return may(person.person_role, act) and access.acts_for(person, user_id.party)


def _notify_form(request: HttpRequest, shown: "UserId") -> NotifyForm:
    # Every certificate of the Party may be chosen, so that the rules say why one cannot be.
    candidates = candidates_for(shown, at=moment_of(request))
    return NotifyForm(
        request.POST,
        certificates=[c.certificate for c in candidates],
        reader=person_of(request),
    )


def _notify_page(
    request: HttpRequest,
    shown: "UserId",
    *,
    form: NotifyForm | None = None,
    troubles: tuple[Trouble, ...] = (),
    problem: PageProblem | None = None,
) -> HttpResponse:
    candidates = candidates_for(shown, at=moment_of(request))
    eligible = [c.certificate for c in candidates if c.report.is_clear]
    offered = NotifyForm(
        request.POST if form is not None else None,
        certificates=eligible,
        reader=person_of(request),
    )
    if problem is not None:
        troubles = problem.troubles("#id_certificate_0" if eligible else "")
    status = problem.status if problem is not None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(
        request,
        "user_ids/notify.html",
        heading="Notify a certificate",
        title=f"Notify a certificate for User ID {shown.eui64}",
        crumbs=(
            home_crumb(),
            crumb("User IDs", "user-ids"),
            crumb(shown.eui64, "user-id", shown.eui64),
        ),
        shown=shown,
        form=offered,
        has_eligible=bool(eligible),
        most=most_of(candidates),
        ineligible=ineligible_table(
            (c for c in candidates if not c.report.is_clear),
            reader=person_of(request),
            at=moment_of(request),
        ),
        troubles=troubles,
        status=status if troubles else HTTPStatus.OK,
    )


def _effects(request: HttpRequest, shown: "SigningNotification") -> tuple[Effect, ...]:
    if shown.withdrawn_at is not None:
        return ()
    found = what_withdrawing_stops(shown, person=person_of(request), at=moment_of(request))
    return effects_of(found, reader=person_of(request))


def _withdraw_page(
    request: HttpRequest,
    shown: "SigningNotification",
    *,
    problem: PageProblem | None = None,
) -> HttpResponse:
    heading = "Key stopped" if shown.withdrawn_at else "Stop using this key"
    name = name_of(shown.certificate, reader=person_of(request))
    return render_page(
        request,
        "user_ids/withdraw.html",
        heading=heading,
        title=f"{heading}: certificate {name.short}, {name.holder}",
        name=name,
        crumbs=(
            home_crumb(),
            crumb("User IDs", "user-ids"),
            crumb(shown.eui64, "user-id", shown.eui64),
        ),
        shown=shown,
        # That a certificate is live says nothing good beside a key that was stopped.
        tags=()
        if shown.withdrawn_at
        else certificate_tags(shown.certificate, at=moment_of(request)),
        rows=certificate_rows(shown.certificate),
        why_not_live=why_not_live(shown.certificate, at=moment_of(request)),
        may_revoke=may(person_of(request).person_role, Act.REVOKE_CERTIFICATE),
        is_notified_again=shown.certificate.notifications.filter(
            withdrawn_at__isnull=True, notified_at__lte=moment_of(request)
        ).exists(),
        effects=_effects(request, shown),
        troubles=problem.troubles() if problem is not None else (),
        status=problem.status if problem is not None else HTTPStatus.OK,
    )
