"""Background work for officers and auditors: what waits, what failed, and what was given up."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.effects import failed_table, given_up, lanes_table
from portal.presenters.frame import home_crumb
from portal.presenters.paging import PER_PAGE, page_of
from portal.problems import problem_of
from registry.effects.acts.retrying import retry_effect
from registry.effects.reads.waiting import failed_effects, given_up_effects, lane_states
from registry.errors import ConflictError
from rules.duties import Act, Sight, may


@opens_for(Sight.BACKGROUND_WORK)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show how each lane stands, what failed and what was given up."""
    return _page(request)


@opens_for(Act.RETRY_EFFECT)
@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: HttpRequest, message_id: int) -> HttpResponse:
    """Have one that was given up tried again."""
    if request.method != "POST":
        return redirect("background-work")
    try:
        retry_effect(message_id, actor=person_of(request), at=moment_of(request))
    except ConflictError as error:
        problem = problem_of(error)
        return _page(request, troubles=problem.troubles(), status=problem.status)
    messages.success(request, "It will be tried again now.")
    return redirect("background-work")


def _page(
    request: HttpRequest,
    *,
    troubles: tuple[Trouble, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    paging = page_of(given_up_effects(), request)
    failed = failed_effects()
    return render_page(
        request,
        "effects/index.html",
        heading="Background work",
        crumbs=(home_crumb(),),
        troubles=troubles,
        status=status,
        table=lanes_table(lane_states(at=moment_of(request))),
        failed=failed_table(failed[:PER_PAGE]),
        not_shown=max(0, failed.count() - PER_PAGE),
        paging=paging,
        given_up=tuple(given_up(message) for message in paging.items),
        may_retry=may(person_of(request).person_role, Act.RETRY_EFFECT),
    )
