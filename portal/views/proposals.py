"""What needs two persons: what waits for the second, one proposal, and what becomes of it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from portal.asker import moment_of, person_of
from portal.forms.proposals import CloseForm, RefuseProposalForm, ReviewForm, SeenProposalForm
from portal.gate import opens_for
from portal.pages import Trouble, render_page
from portal.presenters.frame import crumb, home_crumb
from portal.presenters.histories import history_lines
from portal.presenters.paging import page_of
from portal.presenters.proposals import (
    differences_now,
    differences_stored,
    ended_table,
    left_out,
    parts_of,
    people_rows,
    proposal_tags,
    waiting_table,
)
from portal.presenters.words import counted
from portal.problems import problem_of
from registry import access
from registry.errors import ConflictError, RefusedActError
from registry.evidence.events import events_about
from registry.evidence.history import subject_of
from registry.paired_acts import PAIRED_ACTS
from registry.pairs import confirming, ending
from registry.pairs.kinds import read_parts
from registry.pairs.waiting import changed_since, ended, proposal_at, state_at, waiting
from registry.pairs.wording import title_of
from rules.duties import Act, Sight, may
from rules.findings import RefusedError
from rules.pairs.life import ProposalState

if TYPE_CHECKING:
    from registry.models import Person, Proposal

_REFUSALS = (ConflictError, RefusedActError, RefusedError)
_METHODS = ["GET", "HEAD", "POST"]


@opens_for(Sight.PROPOSALS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person, late reviews first, and what has ended."""
    at = moment_of(request)
    found = tuple(waiting(at=at))
    paging = page_of(ended(at=at), request)
    return render_page(
        request,
        "proposals/index.html",
        heading="Decisions for two people",
        crumbs=(home_crumb(),),
        waiting=waiting_table(found, at=at),
        ended=ended_table(paging.items, at=at),
        paging=paging,
        count=counted(paging.total, "proposal"),
        may_propose=may(person_of(request).person_role, Act.PROPOSE),
    )


@opens_for(Sight.PROPOSALS)
@require_safe
def page(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Show one proposal exactly as it was made, and take what the reader may do with it."""
    return _page(request, proposal_at(proposal_id))


@opens_for(Act.CONFIRM_PROPOSAL)
@require_http_methods(_METHODS)
def confirm(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Confirm a proposal as it was shown; where it is void, its page says what changed."""

    def act(form: SeenProposalForm) -> str:
        done = confirming.confirm(
            proposal_id,
            actor=person_of(request),
            seen=form.cleaned_data["seen"],
            kinds=PAIRED_ACTS,
            at=moment_of(request),
        )
        is_void = done.proposal_state is ProposalState.VOID
        return "" if is_void else "You have confirmed the proposal."

    return _answer(request, proposal_id, SeenProposalForm(request.POST), act)


@opens_for(Act.WITHDRAW_PROPOSAL)
@require_http_methods(_METHODS)
def withdraw(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Withdraw one's own proposal."""

    def act(form: SeenProposalForm) -> str:
        ending.withdraw(
            proposal_id,
            actor=person_of(request),
            seen=form.cleaned_data["seen"],
            at=moment_of(request),
        )
        return "You have withdrawn the proposal."

    return _answer(request, proposal_id, SeenProposalForm(request.POST), act)


@opens_for(Act.REFUSE_PROPOSAL)
@require_http_methods(_METHODS)
def refuse(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Refuse another's proposal, with a reason."""

    def act(form: SeenProposalForm) -> str:
        ending.refuse(
            proposal_id,
            actor=person_of(request),
            seen=form.cleaned_data["seen"],
            note=form.cleaned_data["note"],
            at=moment_of(request),
        )
        return "You have refused the proposal."

    return _answer(request, proposal_id, RefuseProposalForm(request.POST), act)


@opens_for(Act.REVIEW_PROPOSAL)
@require_http_methods(_METHODS)
def review(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Record the review of what another did alone in an emergency."""
    form = ReviewForm(request.POST)

    def act(form_: SeenProposalForm) -> str:
        ending.review(
            proposal_id,
            form.move(),
            actor=person_of(request),
            seen=form_.cleaned_data["seen"],
            note=form_.cleaned_data["note"],
            kinds=PAIRED_ACTS,
            at=moment_of(request),
        )
        return "You have recorded the review."

    return _answer(request, proposal_id, form, act)


@opens_for(Act.CLOSE_PROPOSAL)
@require_http_methods(_METHODS)
def close(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Record that what should not have been done has been put right."""

    def act(form: SeenProposalForm) -> str:
        ending.close(
            proposal_id,
            actor=person_of(request),
            seen=form.cleaned_data["seen"],
            note=form.cleaned_data["note"],
            at=moment_of(request),
        )
        return "You have recorded that it was put right."

    return _answer(request, proposal_id, CloseForm(request.POST), act)


def _answer(
    request: HttpRequest,
    proposal_id: int,
    form: SeenProposalForm,
    act: Callable[[SeenProposalForm], str],
) -> HttpResponse:
    """Do what was asked and lead back to the proposal, or show it again with what is wrong."""
    shown = proposal_at(proposal_id)
    if request.method != "POST":
        return redirect("proposal", shown.pk)
    if not form.is_valid():
        return _page(request, shown, sent=form)
    try:
        says = act(form)
    except _REFUSALS as refusal:
        return _page(request, proposal_at(proposal_id), sent=form, refusal=refusal)
    if says:
        messages.success(request, says)
    return redirect("proposal", shown.pk)


def _page(
    request: HttpRequest,
    shown: "Proposal",
    *,
    sent: SeenProposalForm | None = None,
    refusal: Exception | None = None,
) -> HttpResponse:
    person, at = person_of(request), moment_of(request)
    state = state_at(shown, at=at)
    is_open = state is ProposalState.OPEN
    changed = changed_since(shown, PAIRED_ACTS, at=at) if is_open else None
    differences = differences_now(changed) if is_open else differences_stored(shown)
    known = read_parts(shown)
    is_known = known is not None
    may_undo = known is not None and all(part.rule.has_inverse for part in known)
    problem = problem_of(refusal) if refusal is not None else None
    troubles: tuple[Trouble, ...] = problem.troubles("#decide") if problem is not None else ()
    if sent is not None and problem is None:
        troubles = sent.troubles()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK
    is_second = person.is_officer and not _is_first(person, shown)
    return render_page(
        request,
        "proposals/page.html",
        heading=title_of(shown),
        title=f"{title_of(shown)} (proposal {shown.pk})",
        crumbs=(home_crumb(), crumb("Decisions for two people", "proposals")),
        shown=shown,
        tags=proposal_tags(shown, at=at),
        parts=parts_of(shown),
        rows=people_rows(shown, at=at),
        differences=differences,
        left_out=left_out(shown),
        is_known=is_known,
        is_open=is_open,
        is_void=state is ProposalState.VOID or (is_open and differences is not None),
        is_own=_is_first(person, shown),
        may_confirm=is_open and is_second and is_known and differences is None,
        may_refuse=is_open and is_second,
        may_withdraw=is_open and person.is_officer and _is_first(person, shown),
        may_review=state is ProposalState.REVIEW_OWED and is_second,
        may_close=state is ProposalState.MAKING_GOOD and is_second,
        waits_for_another=state in _WAITS and _is_first(person, shown),
        refuse_form=_form(RefuseProposalForm, sent, shown),
        review_form=_form(ReviewForm, sent, shown, may_undo=may_undo),
        close_form=_form(CloseForm, sent, shown),
        history=history_lines(events_about(subject_of(shown)), reader=person),
        troubles=troubles,
        status=problem.status if problem is not None else status,
    )


_WAITS = {ProposalState.OPEN, ProposalState.REVIEW_OWED, ProposalState.MAKING_GOOD}


def _is_first(person: "Person", shown: "Proposal") -> bool:
    return access.natural_person(person) == access.natural_person(shown.proposed_by)


def _form(
    kind: type[SeenProposalForm],
    sent: SeenProposalForm | None,
    shown: "Proposal",
    **how: Any,
) -> SeenProposalForm:
    """Return the form for what is shown now, with what was typed into the last one."""
    if sent is not None and type(sent) is kind and not sent.is_valid():
        return sent
    typed = dict(sent.cleaned_data) if sent is not None and type(sent) is kind else {}
    initial = {**typed, "seen": shown.digest}
    return kind(initial=initial, auto_id=f"{kind.__name__.lower()}_%s", **how)
