"""The evidence for officers and auditors: events, one event, and the proof of the chain."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import person_of
from portal.forms.evidence import EventFilterForm
from portal.gate import opens_for
from portal.naming import names_in
from portal.pages import render_page
from portal.presenters.cells import identifier, moment, row, tags, text
from portal.presenters.events import (
    RESULT_TAGS,
    actor_cell,
    events_table,
    kind_cell,
    subject_cell,
)
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.moments import moment_words
from portal.presenters.paging import page_of
from portal.presenters.words import counted
from portal.views.passing import gone_page, kept_here, lead_to_kept
from registry.evidence.events import event_at, events
from registry.evidence.history import fault_of, prove_history
from registry.passing.reads.kept import PassingKind
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
    """Read the whole chain and say whether it holds. Only when asked to, since it may be long."""
    if request.method != "POST":
        return redirect("evidence")
    found = prove_history()
    return lead_to_kept(
        request,
        "evidence-proof",
        PassingKind.PROOF,
        fields={
            "events": str(found.events),
            "head": found.head,
            "break": "" if found.first_break is None else found.first_break.says,
        },
    )


@opens_for(Sight.EVIDENCE)
@require_safe
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a proof found when it was made. To prove it again, the form is sent again."""
    kept = kept_here(request, PassingKind.PROOF, token)
    if kept is None:
        return gone_page(
            request, what="What a proof found", again="evidence", link="Go to the evidence"
        )
    read, head = int(kept.fields["events"]), kept.fields["head"]
    return render_page(
        request,
        "evidence/proof.html",
        heading="Proof of the evidence",
        title=f"Proof of the evidence, {moment_words(kept.kept_at)}",
        crumbs=(home_crumb(), crumb("Evidence", "evidence")),
        first_break=kept.fields["break"],
        has_events=read > 0,
        rows=(
            row("Events read", text(f"{read:,}")),
            row("Position and hash of the last", identifier(f"{read}:{head}")),
            row("Proved at", moment(kept.kept_at)),
        ),
    )
