"""Proposals of what needs two persons: as a list, and one of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from portal.presenters.cells import (
    NOTHING,
    Cell,
    Row,
    Table,
    Tag,
    link,
    moment,
    row,
    tags,
    text,
)
from portal.presenters.moments import moment_words
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.content import Comparison, shown_words
from registry.pairs.kinds import Line
from registry.pairs.waiting import can_be_confirmed_until, state_at
from registry.pairs.wording import fact_called, fact_value, title_of
from rules.pairs.life import ProposalState
from rules.working_days import is_overdue

if TYPE_CHECKING:
    from registry.models import Person, Proposal

STATE_TAGS = {
    ProposalState.OPEN: Tag(words="To confirm", colour="yellow"),
    ProposalState.APPLIED: Tag(words="Confirmed", colour="green"),
    ProposalState.WITHDRAWN: Tag(words="Withdrawn", colour="grey"),
    ProposalState.REFUSED: Tag(words="Refused", colour="red"),
    ProposalState.VOID: Tag(words="Void", colour="grey"),
    ProposalState.EXPIRED: Tag(words="Expired", colour="grey"),
    ProposalState.REVIEW_OWED: Tag(words="To review", colour="yellow"),
    ProposalState.STANDS: Tag(words="Reviewed: stands", colour="green"),
    ProposalState.UNDONE: Tag(words="Reviewed: undone", colour="grey"),
    ProposalState.MAKING_GOOD: Tag(words="Being put right", colour="red"),
    ProposalState.MADE_GOOD: Tag(words="Put right", colour="grey"),
}
_LATE = Tag(words="Late", colour="red")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """One act of a proposal."""

    title: str
    rows: tuple[Row, ...]
    harm: str
    after: str


def proposal_tags(proposal: "Proposal", *, at: datetime) -> tuple[Tag, ...]:
    """Return where a proposal stands now, and whether its review is late."""
    state = state_at(proposal, at=at)
    is_late = state is ProposalState.REVIEW_OWED and is_overdue(at, due=proposal.due_at)
    return (STATE_TAGS[state], _LATE) if is_late else (STATE_TAGS[state],)


def waiting_table(proposals: Iterable["Proposal"], *, at: datetime) -> Table:
    """Return what waits for a second person, in the order in which it is due."""
    return Table(
        caption="Waiting for a second person",
        columns=("Proposal", "What", "State", "By", "Due"),
        rows=tuple(
            (
                _proposal_link(each),
                text(title_of(each), hint=_from(each)),
                tags(*proposal_tags(each, at=at)),
                text(each.proposed_by.name),
                _due_cell(each),
            )
            for each in proposals
        ),
        empty="Nothing waits for a second person.",
    )


def ended_table(proposals: Iterable["Proposal"], *, at: datetime) -> Table:
    """Return what is decided or ended, the newest first."""
    return Table(
        caption="Decided or ended",
        columns=("Proposal", "What", "State", "By", "Second", "When"),
        rows=tuple(
            (
                _proposal_link(each),
                text(title_of(each)),
                tags(*proposal_tags(each, at=at)),
                text(each.proposed_by.name),
                text(each.second.name if each.second is not None else NOTHING),
                moment(each.decided_at or each.due_at),
            )
            for each in proposals
        ),
        empty="Nothing has been decided or ended yet.",
    )


def parts_of(proposal: "Proposal") -> tuple[ShownPart, ...]:
    """Return the acts of a proposal exactly as the first person saw them."""
    return tuple(
        ShownPart(
            title=part.title,
            rows=tuple(row(line.label, _cell(line)) for line in part.lines),
            harm=part.harm,
            after=part.after,
        )
        for part in shown_words(proposal)
    )


def people_rows(proposal: "Proposal", *, at: datetime) -> tuple[Row, ...]:
    """Return who did what with a proposal, and when."""
    state = state_at(proposal, at=at)
    is_alone = proposal.proposal_state in _AFTER_ALONE
    rows = [
        row("Done alone by" if is_alone else "Proposed by", text(proposal.proposed_by.name)),
        row("When", moment(proposal.proposed_at)),
        row("Why", text(proposal.note)),
    ]
    if state in _DUE:
        rows.append(row(_DUE[state], _due_cell(proposal)))
    return (*rows, *_decision_rows(proposal))


def _decision_rows(proposal: "Proposal") -> tuple[Row, ...]:
    second = _SECOND.get(proposal.proposal_state, "Reviewed by")
    decided = _DECIDED.get(proposal.proposal_state, "Decided")
    shown = (
        (second, _person(proposal.second)),
        (decided, moment(proposal.decided_at) if proposal.decided_at else None),
        ("Reason", text(proposal.decision_note) if proposal.decision_note else None),
        ("In effect from", moment(proposal.holds_from) if proposal.holds_from else None),
        ("Put right by", _person(proposal.closed_by)),
        ("How", text(proposal.closing_note) if proposal.closing_note else None),
    )
    return tuple(row(label, cell) for label, cell in shown if cell is not None)


def _person(person: "Person | None") -> Cell | None:
    return text(person.name) if person is not None else None


_DUE = {
    ProposalState.OPEN: "Can be confirmed until",
    ProposalState.REVIEW_OWED: "Review due",
    ProposalState.EXPIRED: "Expired",
}
_DECIDED = {
    ProposalState.WITHDRAWN: "Withdrawn",
    ProposalState.VOID: "Found void",
    ProposalState.EXPIRED: "Recorded as expired",
}
_SECOND = {
    ProposalState.APPLIED: "Confirmed by",
    ProposalState.REFUSED: "Refused by",
    ProposalState.VOID: "Found void by",
}
_AFTER_ALONE = {
    ProposalState.REVIEW_OWED,
    ProposalState.STANDS,
    ProposalState.UNDONE,
    ProposalState.MAKING_GOOD,
    ProposalState.MADE_GOOD,
}


def differences_now(comparison: Comparison | None) -> Table | None:
    """Return what has changed under an open proposal; None where nothing has."""
    if comparison is None or not comparison.differing:
        return None
    return _differences([(each.what, each.then, each.now) for each in comparison.differing])


def differences_stored(proposal: "Proposal") -> Table | None:
    """Return what had changed when a proposal was found void; None where nothing is recorded."""
    stored = json.loads(proposal.differing) if proposal.differing else {}
    found = [(each["what"], each["then"], each["now"]) for each in stored.get("differing", ())]
    return _differences(found) if found else None


def left_out(proposal: "Proposal") -> tuple[str, ...]:
    """Return what was left out since it had ended."""
    stored = json.loads(proposal.differing) if proposal.differing else {}
    return tuple(stored.get("ended", ()))


def _differences(found: list[tuple[str, Any, Any]]) -> Table:
    return Table(
        caption="What has changed since it was proposed",
        columns=("What", "When it was proposed", "Now"),
        rows=tuple(
            (text(fact_called(what, PAIRED_ACTS)), _fact_cell(then), _fact_cell(now))
            for what, then, now in found
        ),
        empty="",
    )


def _fact_cell(value: Any) -> Cell:
    told = fact_value(value)
    return moment(told) if isinstance(told, datetime) else text(told)


def _due_cell(proposal: "Proposal") -> Cell:
    state = proposal.proposal_state
    if state is ProposalState.MAKING_GOOD:
        return text(NOTHING)
    is_open = state is ProposalState.OPEN
    return moment(can_be_confirmed_until(proposal) if is_open else proposal.due_at)


def _from(proposal: "Proposal") -> str:
    """Return the moment that a proposal names to hold from; nothing where it names none."""
    return f"From {moment_words(proposal.named)}" if proposal.named is not None else ""


def _proposal_link(proposal: "Proposal") -> Cell:
    return link(f"Proposal {proposal.pk}", reverse("proposal", args=[proposal.pk]))


def _cell(line: Line) -> Cell:
    return moment(line.at) if line.at is not None else text(line.text)
