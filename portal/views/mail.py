"""Mail for officers and auditors: what was sent, to whom and when, with its text and its tries."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.gate import opens_for
from portal.pages import render_page
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.mail import mail_rows, mails_table, tries_table
from portal.presenters.paging import page_of
from portal.presenters.words import counted
from registry.mail.sent import MailState, mail_called, mails, state_of
from rules.duties import Sight


@opens_for(Sight.MAIL)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the mails, the newest first."""
    paging = page_of(mails(), request)
    return render_page(
        request,
        "mails/index.html",
        heading="Mail",
        crumbs=(home_crumb(), crumb("Background work", "background-work")),
        paging=paging,
        count=counted(paging.total, "mail"),
        table=mails_table(paging.items),
    )


@opens_for(Sight.MAIL)
@require_safe
def page(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show one mail with its text and its tries."""
    shown = mail_called(mail_id)
    return render_page(
        request,
        "mails/page.html",
        heading=shown.subject,
        title=f"{shown.subject} (mail {shown.pk})",
        crumbs=(
            home_crumb(),
            crumb("Background work", "background-work"),
            crumb("Mail", "mail"),
        ),
        is_given_up=state_of(shown) in {MailState.GIVEN_UP, MailState.REFUSED},
        rows=mail_rows(shown),
        text=shown.text,
        table=tries_table(shown.tries.order_by("pk")),
    )
