"""The evidence for officers and auditors: events, one event, and the proof of the chain."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.evidence import EventFilterForm
from portal.gate import opens_for
from portal.naming import names_in
from portal.pages import render_page
from portal.presenters.cells import identifier, moment, row, tags
from portal.presenters.events import (
    RESULT_TAGS,
    actor_cell,
    events_table,
    kind_cell,
    subject_cell,
)
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.jobs import last_proof_rows, progress_of
from portal.presenters.paging import page_of
from portal.presenters.words import counted
from portal.watching import Watch, watched
from registry.evidence.events import event_at, events
from registry.evidence.history import fault_of
from registry.proofs.acts.proving import ask_for_proof
from registry.proofs.reads.proofs import last_finding, last_proof, proof_under_way, report_of
from rules.duties import Sight


@opens_for(Sight.EVIDENCE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the events, the newest first."""
    form = EventFilterForm(request.GET)
    paging = page_of(events(form.wanted()), request)
    return render_page(
        request,
        "evidence/index.html",
        heading="Evidence",
        crumbs=(home_crumb(),),
        form=form,
        troubles=form.troubles(),
        paging=paging,
        count=counted(paging.total, "event"),
        table=events_table(
            paging.items,
            names=names_in(paging.items, request),
            caption="Events",
            empty="There is no such event.",
            is_caption_hidden=True,
        ),
    )


@opens_for(Sight.EVIDENCE)
@require_safe
def event(request: HttpRequest, position: int) -> HttpResponse:
    """Show one event: who did what, the whole of what was hashed, and the hashes."""
    shown = event_at(position)
    return render_page(
        request,
        "evidence/event.html",
        heading=f"Event {shown.position}",
        crumbs=(home_crumb(), crumb("Evidence", "evidence")),
        rows=(
            row("Kind", kind_cell(shown)),
            row("Result", tags(RESULT_TAGS[shown.result])),
            row("When", moment(shown.at)),
            row("Who", actor_cell(shown)),
            row("On what", subject_cell(shown, names_in((shown,), request))),
            row("Hash", identifier(shown.hash)),
            row("Hash of the event before", identifier(shown.previous_hash)),
        ),
        fault=fault_of(shown),
        body=_set_out(shown.body),
        person=person_of(request),
    )


def _set_out(body: str) -> str:
    """Return an event's body with one member a line; unchanged where it cannot be read as JSON."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


@opens_for(Sight.EVIDENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Ask for a proof of the whole chain, or be led to the one that is under way."""
    if request.method != "POST":
        return redirect("evidence-proof")
    ask_for_proof(actor=person_of(request), at=moment_of(request))
    return redirect("evidence-proof")


@opens_for(Sight.EVIDENCE)
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """Show the proof that is under way, and what the last one found."""
    going, last, found = proof_under_way(), last_proof(), last_finding()
    report = report_of(found) if found is not None else None
    watch = Watch.of(request, is_moving=going is not None)
    page = render_page(
        request,
        "evidence/proof.html",
        heading="Proof of the evidence",
        crumbs=(home_crumb(), crumb("Evidence", "evidence")),
        job=going,
        progress=progress_of(going) if going is not None else None,
        watch=watch,
        unfinished=last if last != found else None,
        report=report,
        rows=last_proof_rows(found, report) if found is not None and report is not None else (),
    )
    return watched(page, watch)
