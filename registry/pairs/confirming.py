"""Confirming a proposal: it is done, or void where what it rests on has changed."""

from collections.abc import Sequence
from datetime import datetime

from registry.evidence import history
from registry.evidence.history import canonical_json
from registry.models import Person, Proposal
from registry.pairs.applying import applied, left
from registry.pairs.content import (
    Comparison,
    as_json,
    compared,
    gathered,
    moments_of,
    past,
    stored_facts,
)
from registry.pairs.finding import locked, state_after
from registry.pairs.kinds import Doing, Facts, Kinds
from registry.pairs.telling import tell_both_of_void
from rules.duties import Act
from rules.pairs.life import ProposalMove, ProposalState


def confirm(proposal_id: int, *, actor: Person, seen: str, kinds: Kinds, at: datetime) -> Proposal:
    """Confirm what another person proposed, as it was seen, and do it in the same transaction.

    Where the facts differ by now, or the moment that it names has passed, the proposal is void:
    nothing is done, nothing is raised, and `differing` says what changed. In a set, a member that
    has ended is left out and named there, and the rest is done.

    Args:
        proposal_id: Which one.
        actor: The second person.
        seen: The digest on the page that they acted on.
        kinds: How each act is done.
        at: Now.

    Raises:
        NotFoundError: There is no such proposal.
        NotPermittedError: The account has been closed.
        RefusedError: The rules on proposals say no.
        RegistryError: As each act's own check raises it; the proposal stays open.
    """
    with history.acting(
        Act.CONFIRM_PROPOSAL, actor=actor, at=at, subject=f"proposal:{proposal_id}"
    ) as record:
        proposal = locked(proposal_id, kinds)
        _, parts = state_after(proposal, ProposalMove.CONFIRM, actor=actor, seen=seen, at=at)
        if parts is None:  # the rules have refused it
            raise AssertionError("an act that nobody knows was confirmed")
        facts: Sequence[Facts] = as_json(gathered(parts, kinds))
        comparison = compared(stored_facts(proposal), facts)
        moments = moments_of(parts, kinds, at=at)
        proposal.second, proposal.decided_at = actor, at
        record.together_with = proposal.proposed_by
        if comparison.differing or comparison.is_nothing_left or moments is None:
            proposal.state = ProposalState.VOID.value
            proposal.differing = _as_text(comparison, proposal, is_past=moments is None, at=at)
            _save(proposal)
            record.kind = Act.VOID_PROPOSAL
            tell_both_of_void(proposal, kinds, at=at)
            record.done(proposal, digest=proposal.digest, **_told(comparison))
            return proposal
        for part, fact in zip(parts, facts, strict=True):
            kinds[part.act].check(part.payload, left(fact), at=at)
        proposal.state = ProposalState.APPLIED.value
        proposal.holds_from = min(moments)
        if comparison.ended:
            proposal.differing = _as_text(comparison, proposal, is_past=False, at=at)
        _save(proposal)
        doings = [
            Doing(proposal=proposal, by=actor, holds_from=moment, at=at) for moment in moments
        ]
        details = applied(parts, facts, kinds, doings)
        record.kind = parts[0].act
        record.done(
            proposal,
            digest=proposal.digest,
            note=proposal.note,
            confirmed_at=at.isoformat(),
            left_out=list(comparison.ended),
            **details,
        )
        return proposal


def _as_text(comparison: Comparison, proposal: Proposal, *, is_past: bool, at: datetime) -> str:
    differing = list(comparison.differing)
    if is_past:
        differing.append(past(proposal, at=at))
    return canonical_json(
        {
            "differing": [
                {"what": each.what, "then": each.then, "now": each.now} for each in differing
            ],
            "ended": list(comparison.ended),
        }
    )


def _told(comparison: Comparison) -> dict[str, list[str]]:
    return {
        "differing": [each.what for each in comparison.differing],
        "ended": list(comparison.ended),
    }


def _save(proposal: Proposal) -> None:
    proposal.save(
        update_fields=["state", "second", "decided_at", "differing", "holds_from"],
    )
