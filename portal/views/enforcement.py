"""From when MP104 is enforced: what is set, and proposing another moment."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from portal.asker import moment_of, person_of
from portal.forms.proposals import EnforcementForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.cells import moment, row
from portal.presenters.frame import crumb, home_crumb
from portal.problems import problem_of
from registry.arrangements.acts.enforcement import postponing_enforcement, setting_enforcement
from registry.errors import ConflictError, RefusedActError
from registry.feed.reads.snapshot_rows import enforced_from
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.kinds import Part
from registry.pairs.proposing import act_alone, propose
from rules.duties import Act
from rules.findings import RefusedError


@opens_for(Act.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show from when MP104 is enforced, and propose another moment or act alone."""
    if request.method != "POST":
        return _page(request, EnforcementForm())
    form = EnforcementForm(request.POST)
    if not form.is_valid():
        return _page(request, form, troubles=form.troubles())
    is_alone = form.cleaned_data["how"] == EnforcementForm.ALONE
    begin = act_alone if is_alone else propose
    try:
        made = begin(
            [_part(form)],
            actor=person_of(request),
            note=form.cleaned_data["note"],
            kinds=PAIRED_ACTS,
            at=moment_of(request),
        )
    except (ConflictError, RefusedActError, RefusedError) as refusal:
        problem = problem_of(refusal)
        return _page(request, form, troubles=problem.troubles("#id_what_0"), status=problem.status)
    messages.success(
        request,
        "It is done. Another officer now has to review it."
        if is_alone
        else "You have made the proposal. Another officer now has to confirm it.",
    )
    return redirect("proposal", made.pk)


def _part(form: EnforcementForm) -> Part:
    if form.cleaned_data["what"] == EnforcementForm.SET:
        return setting_enforcement(form.cleaned_data["moment"])
    return postponing_enforcement(form.cleaned_data["moment"])


def _page(
    request: HttpRequest,
    form: EnforcementForm,
    *,
    troubles: tuple[Trouble, ...] = (),
    status: HTTPStatus | None = None,
) -> HttpResponse:
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK
    return render_page(
        request,
        "proposals/enforcement.html",
        heading="Go-live of MP104",
        crumbs=(home_crumb(), crumb("Decisions for two people", "proposals")),
        rows=(
            row(
                "Enforced from",
                moment(enforced_from(), otherwise="Not set: messages are monitored"),
            ),
        ),
        form=form,
        troubles=troubles,
        status=status or wrong,
    )
