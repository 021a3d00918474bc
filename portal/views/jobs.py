"""Jobs for the DCC's staff: what runs, what waits, what came of it, and cancelling one."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.cells import tags
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.jobs import job_rows, jobs_table, progress_of, state_tag
from portal.presenters.paging import page_of
from portal.presenters.words import counted
from portal.problems import problem_of
from portal.watching import Watch, watched
from registry.errors import ConflictError
from registry.job_kinds import JOB_KINDS
from registry.jobs.asking import cancel as cancel_job
from registry.jobs.seeing import job_seen_by, jobs_listed_for, may_cancel
from rules.duties import Sight


@opens_for(Sight.JOBS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the jobs that the person may see: those under way, then the newest first."""
    paging = page_of(jobs_listed_for(person_of(request), JOB_KINDS), request)
    return render_page(
        request,
        "jobs/index.html",
        heading="Jobs",
        crumbs=(home_crumb(), crumb("Background work", "background-work")),
        paging=paging,
        count=counted(paging.total, "job"),
        table=jobs_table(
            paging.items, caption="Jobs", empty="No job waits, runs or has been kept."
        ),
    )


@opens_for(Sight.JOBS)
@require_safe
def page(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show one job: how far it is, and what came of it."""
    return _page(request, job_id)


@opens_for(Sight.JOBS)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancel a job that is under way. It is asked for on the job's page."""
    if request.method != "POST":
        return redirect("job", job_id)
    try:
        job = cancel_job(job_id, actor=person_of(request), kinds=JOB_KINDS, at=moment_of(request))
    except ConflictError as error:
        problem = problem_of(error)
        return _page(request, job_id, troubles=problem.troubles(), status=problem.status)
    messages.success(request, f"Job {job.pk} has been cancelled. It changed nothing.")
    return redirect("job", job_id)


def _page(
    request: HttpRequest,
    job_id: int,
    *,
    troubles: tuple[Trouble, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    person = person_of(request)
    job = job_seen_by(person, job_id, JOB_KINDS)
    watch = Watch.of(request, is_moving=job.is_under_way)
    shown = render_page(
        request,
        "jobs/page.html",
        heading=f"Job {job.pk}",
        title=f"Job {job.pk}: {job.called}",
        crumbs=(
            home_crumb(),
            crumb("Background work", "background-work"),
            crumb("Jobs", "jobs"),
        ),
        job=job,
        progress=progress_of(job),
        watch=watch,
        tags=tags(state_tag(job)).tags,
        rows=job_rows(job),
        may_cancel=job.is_under_way and may_cancel(person, job, JOB_KINDS),
        troubles=troubles,
        status=status,
    )
    return watched(shown, watch)
