"""The home page: what needs attention, for each role."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.asker import moment_of, person_of
from portal.gate import opens_for
from portal.naming import names_in
from portal.pages import render_page
from portal.presenters.cells import Table
from portal.presenters.certificates import certificates_table
from portal.presenters.events import events_table
from portal.presenters.frame import home_crumb
from portal.presenters.requests import requests_table
from portal.presenters.sending import alarm_for
from portal.presenters.user_ids import user_ids_table
from portal.presenters.words import state_tag
from portal.sending import troubles_of
from registry.proofs.reads.proofs import chain_was_broken
from registry.queue.reads.overview import SHOWN, Overview
from registry.working_days.reads.limits import runs_out_with
from rules.duties import Act, PersonRole, Sight, may
from rules.workflow import RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the home page."""

    table: Table
    more: str = ""
    """Words of the link to all of them; empty where all are shown."""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of what waits, and where it is listed."""

    number: int
    label: str
    href: str


@opens_for(Sight.REGISTER)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs the attention of whoever is signed in."""
    person = person_of(request)
    overview = Overview(person, at=moment_of(request))
    sections = {
        PersonRole.SRO: _for_subscriber,
        PersonRole.ARO: _for_subscriber,
        PersonRole.OFFICER: _for_officer,
        PersonRole.AUDITOR: _for_auditor,
    }[person.person_role]
    return render_page(
        request,
        "home.html",
        heading="Home",
        alarm=alarm_for(troubles_of(request), reader=person),
        sections=sections(request, overview),
        counts=_counts(overview, is_officer=person.is_officer) if person.is_staff_of_dcc else (),
        broken_chain=person.is_staff_of_dcc and chain_was_broken(),
        may_request=may(person.person_role, Act.SUBMIT_REQUEST),
        days_off_run_out_with=_days_off_run_out_with(request),
        is_officer=person.is_officer,
        is_auditor=person.person_role is PersonRole.AUDITOR,
    )


def _days_off_run_out_with(request: HttpRequest) -> int | None:
    """Return the last year whose days off are known, where the DCC's staff must be warned."""
    person = person_of(request)
    return runs_out_with(at=moment_of(request)) if person.is_staff_of_dcc else None


def _for_subscriber(request: HttpRequest, overview: Overview) -> tuple[Section, ...]:
    return (
        *_published_keys(request, overview),
        Section(
            table=requests_table(
                overview.open_requests.first,
                reader=person_of(request),
                caption="Open requests",
                empty="No request is open.",
            ),
            **_more(overview.open_requests.total, "requests", "?state=open"),
        ),
        Section(
            table=certificates_table(
                overview.not_notified.first,
                reader=person_of(request),
                at=moment_of(request),
                caption="Certificates that the DCC has not been notified of",
                empty=_nothing_to_notify(request, overview),
            ),
            **_more(overview.not_notified.total, "certificates", "?status=live&role=87"),
        ),
        Section(
            table=user_ids_table(
                overview.user_ids.first,
                reader=person_of(request),
                unable=frozenset(t.found.user.eui64 for t in troubles_of(request)),
                caption="User IDs and what they sign with",
                empty="No User ID is recorded for your Party.",
            ),
            **_more(overview.user_ids.total, "user-ids"),
        ),
    )


def _nothing_to_notify(request: HttpRequest, overview: Overview) -> str:
    if not overview.has_xml_sign:
        return (
            "You have no live xmlSign certificate. The DCC does not process any message you send."
        )
    if troubles_of(request):
        return "No live xmlSign certificate is left to notify."
    return "Every live xmlSign certificate is notified for its User ID."


@opens_for(Sight.REGISTER)
@require_safe
def cannot_send(request: HttpRequest) -> HttpResponse:
    """List every User ID that cannot send, of those that the person may see."""
    return render_page(
        request,
        "cannot_send.html",
        heading="User IDs that cannot send",
        crumbs=(home_crumb(),),
        alarm=alarm_for(troubles_of(request), reader=person_of(request), shown=None),
    )


def _for_officer(request: HttpRequest, overview: Overview) -> tuple[Section, ...]:
    return (
        *_published_keys(request, overview),
        Section(
            table=requests_table(
                overview.awaiting_decision.first,
                reader=person_of(request),
                caption="Requests awaiting a decision, the oldest first",
                empty="No request awaits a decision.",
            ),
            **_more(overview.awaiting_decision.total, "requests", "?state=accepted"),
        ),
        *_to_settle(request, overview),
        Section(
            table=requests_table(
                overview.anomalies.first,
                reader=person_of(request),
                caption="Issuance anomalies",
                empty="There is no issuance anomaly.",
            ),
            **_more(overview.anomalies.total, "requests", "?state=issuance-anomaly"),
        ),
        _recent(request, overview),
    )


def _to_settle(request: HttpRequest, overview: Overview) -> tuple[Section, ...]:
    """Return what an officer must settle and seldom sees: shown only where there is any."""
    tables = (
        (overview.stopped, "Requests stopped before they were sent", RequestState.STOPPED),
        (overview.unrecorded, "Answers that could not be recorded", RequestState.UNRECORDED),
    )
    return tuple(
        Section(
            table=requests_table(
                few.first, reader=person_of(request), caption=caption, empty="There is none."
            ),
            **_more(few.total, "requests", f"?state={state.value}"),
        )
        for few, caption, state in tables
        if few.total
    )


def _for_auditor(request: HttpRequest, overview: Overview) -> tuple[Section, ...]:
    return (*_published_keys(request, overview), _recent(request, overview))


def _published_keys(request: HttpRequest, overview: Overview) -> tuple[Section, ...]:
    """Return the certificates with which anyone can sign; shown only where there is any."""
    few = overview.published_keys
    if not few.total:
        return ()
    table = certificates_table(
        few.first,
        reader=person_of(request),
        at=moment_of(request),
        caption="Certificates whose private key is published: anyone can sign with them",
        empty="There is none.",
    )
    return (Section(table=table, **_more(few.total, "certificates", "?status=live")),)


def _recent(request: HttpRequest, overview: Overview) -> Section:
    return Section(
        table=events_table(
            overview.recent_events,
            names=names_in(overview.recent_events, request),
            caption="Recent events",
            empty="There is no event yet.",
        ),
        more="All the evidence",
        href=reverse("evidence"),
    )


def _more(total: int, route: str, query: str = "") -> dict[str, str]:
    """Return the link to all of something, where the home page shows only the first."""
    if total <= SHOWN:
        return {}
    return {"more": f"See all {total:,}", "href": f"{reverse(route)}{query}"}


def _counts(overview: Overview, *, is_officer: bool) -> tuple[Count, ...]:
    of_two = Count(
        number=overview.proposals,
        label="For you to confirm, review or close"
        if is_officer
        else "Waiting for a second person",
        href=reverse("proposals"),
    )
    return (of_two, *_of_requests(overview))


def _of_requests(overview: Overview) -> tuple[Count, ...]:
    return tuple(
        Count(
            number=number,
            label=state_tag(state)[0],
            href=f"{reverse('requests')}?state={state.value}",
        )
        for state, number in overview.requests_by_state.items()
        if state in _COUNTED
    )


_COUNTED = frozenset(
    {
        RequestState.ACCEPTED,
        RequestState.APPROVED,
        RequestState.STOPPED,
        RequestState.SENT,
        RequestState.UNRECORDED,
        RequestState.ANOMALY,
    }
)
