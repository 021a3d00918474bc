"""Documents: the list, one of them, its file, and filing one with a hold on an MPID."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.documents import HoldDocumentForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.documents import document_rows, documents_table
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.paging import page_of
from portal.presenters.words import counted
from portal.problems import problem_of
from registry.documents.acts.filing import RefusedDocumentError
from registry.documents.reads.documents import (
    content_of,
    document_visible_to,
    documents_visible_to,
)
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.parties.acts.hold_documents import file_with_hold
from registry.parties.reads.mpid_transfer_holds import holds_in_force, names_of_holds
from rules.duties import Act, Sight, may

_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What was uploaded runs nothing and stands in no frame, should a browser open it all the same."""


@opens_for(Sight.DOCUMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what is filed, the newest first."""
    person = person_of(request)
    paging = page_of(documents_visible_to(person), request)
    return render_page(
        request,
        "documents/index.html",
        heading="Documents",
        crumbs=(home_crumb(), crumb("Background work", "background-work")),
        paging=paging,
        count=counted(paging.total, "document"),
        table=documents_table(paging.items, subjects=names_of_holds()),
        may_file=may(person.person_role, Act.FILE_DOCUMENT),
    )


@opens_for(Sight.DOCUMENTS)
@require_safe
def page(request: HttpRequest, document_id: int) -> HttpResponse:
    """Show what is known of one document."""
    shown = document_visible_to(person_of(request), document_id)
    return render_page(
        request,
        "documents/page.html",
        heading=shown.title,
        title=f"{shown.title} (document {shown.pk})",
        crumbs=(
            home_crumb(),
            crumb("Background work", "background-work"),
            crumb("Documents", "documents"),
        ),
        shown=shown,
        rows=document_rows(shown, subjects=names_of_holds()),
        may_download=not shown.faults and shown.cleared_at is None,
    )


@opens_for(Sight.DOCUMENTS)
@require_safe
def download(request: HttpRequest, document_id: int) -> HttpResponse:
    """Return the file of a document, for the browser to keep and not to show."""
    document, octets = content_of(person_of(request), document_id)
    response = HttpResponse(
        octets,
        content_type=document.media_type,
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=document.file_name
            )
            or "attachment",
            "Content-Security-Policy": _SANDBOX,
        },
    )
    # The policy of our pages would take the place of this one.
    response._csp_exempt = True  # type: ignore[attr-defined]  # noqa: SLF001 -- as django-csp marks it
    return response


@opens_for(Act.FILE_DOCUMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Ask for a document and the hold on an MPID that it belongs to, and file it."""
    holds = tuple(holds_in_force(at=moment_of(request)))
    if request.method != "POST":
        return _add_page(request, HoldDocumentForm(holds=holds))
    form = HoldDocumentForm(request.POST, request.FILES, holds=holds)
    if not form.is_valid():
        return _add_page(request, form, troubles=form.troubles())
    try:
        filed = file_with_hold(
            form.cleaned_data["hold"],
            form.octets(),
            name=form.file_name(),
            title=form.cleaned_data["title"],
            actor=person_of(request),
            at=moment_of(request),
        )
    except RefusedDocumentError as refused:
        for fault in refused.faults:
            form.add_error("file", fault.says)
        return _add_page(request, form, troubles=form.troubles())
    except (ConflictError, NotFoundError, RefusedActError) as error:
        problem = problem_of(error)
        return _add_page(
            request, form, troubles=problem.troubles("#id_hold"), status=problem.status
        )
    messages.success(request, f"The document “{filed.title}” is filed.")
    return redirect("document", filed.pk)


def _add_page(
    request: HttpRequest,
    form: HoldDocumentForm,
    *,
    troubles: tuple[Trouble, ...] = (),
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    return render_page(
        request,
        "documents/add.html",
        heading="File a document",
        crumbs=(
            home_crumb(),
            crumb("Background work", "background-work"),
            crumb("Documents", "documents"),
        ),
        form=form,
        has_holds=len(form.fields["hold"].choices) > 1,  # type: ignore[attr-defined]
        troubles=troubles,
        status=status if troubles else HTTPStatus.OK,
    )
