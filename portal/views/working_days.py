"""Working Days: the days off of a year, the time limits, a day off added or taken back."""

from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.working_days import CountForm, DayOffForm, TakeBackForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.working_days import (
    day_off_rows,
    day_words,
    days_off_table,
    limits_table,
    year_links,
)
from portal.problems import problem_of
from registry.errors import ConflictError, RefusedActError
from registry.working_days.acts.days_off import add_day_off, take_back_day_off
from registry.working_days.reads.days_off import day_off, days_off_of, known_years
from registry.working_days.reads.limits import calendar, limits, runs_out_with
from rules.duties import Act, Sight, may
from rules.working_days import YearUnknownError, day_of, is_weekend, last_day

if TYPE_CHECKING:
    from registry.models import DayOff


@opens_for(Sight.WORKING_DAYS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show a year's days off, count Working Days where asked, and list the time limits."""
    at = moment_of(request)
    today = day_of(at)
    year = _year(request, otherwise=today.year)
    is_asked = "since" in request.GET or "days" in request.GET
    form = CountForm(
        request.GET if is_asked else None, initial={"since": today.isoformat(), "days": 5}
    )
    may_change = may(person_of(request).person_role, Act.ADD_DAY_OFF)
    return render_page(
        request,
        "working_days/index.html",
        heading="Working Days",
        title=f"Working Days {year}",
        crumbs=(home_crumb(), crumb("Background work", "background-work")),
        years=year_links(known_years() | {today.year}, shown=year),
        days_off=days_off_table(days_off_of(year), year=year, may_take_back=may_change),
        limits=limits_table(limits()),
        form=form,
        counted=_counted(form),
        troubles=form.troubles(),
        runs_out_with=runs_out_with(at=at),
        may_change=may_change,
    )


def _year(request: HttpRequest, *, otherwise: int) -> int:
    """Return the year that the query asks for; the present one where it names none that is."""
    asked = request.GET.get("year", "")
    is_year = asked.isascii() and asked.isdigit() and len(asked) == len("2026")
    return int(asked) if is_year and int(asked) > 0 else otherwise


def _counted(form: CountForm) -> str:
    """Return the answer to what was asked; empty where nothing was, or it cannot be answered."""
    if not form.is_bound or not form.is_valid():
        return ""
    since, days = form.cleaned_data["since"], form.cleaned_data["days"]
    try:
        end = last_day(calendar(), since=since, working_days=days)
    except YearUnknownError as fault:
        form.add_error("since", str(fault))
        return ""
    except OverflowError:  # after the year 9999
        form.add_error("since", "This is later than can be counted.")
        return ""
    number = "1 Working Day" if days == 1 else f"{days} Working Days"
    return f"{number} from {day_words(since)} end on {day_words(end)}."


@opens_for(Act.ADD_DAY_OFF)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Ask which day was proclaimed, and record it."""
    form = DayOffForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _add_page(request, form, troubles=form.troubles())
    try:
        added = add_day_off(**form.cleaned_data, actor=person_of(request), at=moment_of(request))
    except (ConflictError, RefusedActError) as error:
        problem = problem_of(error)
        return _add_page(
            request, form, troubles=problem.troubles("#id_day"), status=problem.status
        )
    messages.success(request, f"{day_words(added.day)} is recorded as a day off.")
    return _to_year(added.day)


def _add_page(
    request: HttpRequest,
    form: DayOffForm,
    *,
    troubles: tuple[Trouble, ...],
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    return render_page(
        request,
        "working_days/add.html",
        heading="Add a day off",
        crumbs=(
            home_crumb(),
            crumb("Background work", "background-work"),
            crumb("Working Days", "working-days"),
        ),
        form=form,
        troubles=troubles,
        status=status if troubles else HTTPStatus.OK,
    )


@opens_for(Act.TAKE_BACK_DAY_OFF)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, day_off_id: int) -> HttpResponse:
    """Ask why a day is not off after all, and take it back."""
    shown = day_off(day_off_id)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _take_back_page(request, shown, form, troubles=form.troubles())
    try:
        taken = take_back_day_off(
            day_off_id,
            actor=person_of(request),
            reason=form.cleaned_data["reason"],
            at=moment_of(request),
        )
    except (ConflictError, RefusedActError) as error:
        problem = problem_of(error)
        return _take_back_page(
            request,
            day_off(day_off_id),
            form,
            troubles=problem.troubles("#id_reason" if isinstance(error, RefusedActError) else ""),
            status=problem.status,
        )
    day = day_words(taken.day)
    messages.success(
        request,
        f"The day off is taken back. {day} is still not a Working Day, since it is in a weekend."
        if is_weekend(taken.day)
        else f"The day off is taken back: {day} is a Working Day again.",
    )
    return _to_year(taken.day)


def _take_back_page(
    request: HttpRequest,
    shown: "DayOff",
    form: TakeBackForm,
    *,
    troubles: tuple[Trouble, ...],
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    return render_page(
        request,
        "working_days/take_back.html",
        heading="Take back a day off",
        title=f"Take back a day off, {day_words(shown.day)}",
        crumbs=(
            home_crumb(),
            crumb("Background work", "background-work"),
            crumb("Working Days", "working-days"),
        ),
        shown=shown,
        rows=day_off_rows(shown),
        form=form,
        troubles=troubles,
        status=status if troubles else HTTPStatus.OK,
    )


def _to_year(day: date) -> HttpResponse:
    return redirect(reverse("working-days", query={"year": str(day.year)}))
