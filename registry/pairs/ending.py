"""Ending a proposal without doing it, and reviewing what one person did alone."""

from datetime import datetime

from registry.evidence import history
from registry.models import Person, Proposal
from registry.pairs.applying import undone
from registry.pairs.content import stored_facts
from registry.pairs.finding import locked, state_after
from registry.pairs.kinds import Doing, Kinds
from registry.pairs.telling import tell_both_of_refusal
from registry.written import written_reason
from rules.duties import Act
from rules.pairs.life import ProposalMove
from rules.working_days import is_overdue


def withdraw(proposal_id: int, *, actor: Person, seen: str, at: datetime) -> Proposal:
    """Withdraw what the person has proposed.

    Raises:
        NotFoundError: There is no such proposal.
        NotPermittedError: The account has been closed.
        RefusedError: The rules on proposals say no.
    """
    with history.acting(
        Act.WITHDRAW_PROPOSAL, actor=actor, at=at, subject=f"proposal:{proposal_id}"
    ) as record:
        proposal = locked(proposal_id)
        state, _ = state_after(proposal, ProposalMove.WITHDRAW, actor=actor, seen=seen, at=at)
        proposal.state, proposal.decided_at = state.value, at
        proposal.save(update_fields=["state", "decided_at"])
        record.done(proposal, digest=proposal.digest)
        return proposal


def refuse(proposal_id: int, *, actor: Person, seen: str, note: str, at: datetime) -> Proposal:
    """Refuse what another person has proposed, with the reason that they read.

    Raises:
        NotFoundError: There is no such proposal.
        NotPermittedError: The account has been closed.
        RefusedError: The rules on proposals say no.
        RefusedActError: No reason is given (`reason-missing`, `reason-too-long`).
    """
    with history.acting(
        Act.REFUSE_PROPOSAL, actor=actor, at=at, subject=f"proposal:{proposal_id}"
    ) as record:
        proposal = locked(proposal_id)
        state, _ = state_after(proposal, ProposalMove.REFUSE, actor=actor, seen=seen, at=at)
        words = written_reason(note, missing="Enter why it is refused.")
        proposal.state, proposal.second = state.value, actor
        proposal.decided_at, proposal.decision_note = at, words
        proposal.save(update_fields=["state", "second", "decided_at", "decision_note"])
        tell_both_of_refusal(proposal, at=at)
        record.together_with = proposal.proposed_by
        record.done(proposal, digest=proposal.digest, note=words)
        return proposal


REVIEWS = (ProposalMove.LET_STAND, ProposalMove.UNDO, ProposalMove.FIND_WRONG)
"""What a review may say."""


def review(  # noqa: PLR0913 -- what a review consists of
    proposal_id: int,
    verdict: ProposalMove,
    *,
    actor: Person,
    seen: str,
    note: str,
    kinds: Kinds,
    at: datetime,
) -> Proposal:
    """Review what another person did alone in an emergency; where it is undone, that is done too.

    Args:
        proposal_id: Which one.
        verdict: One of `REVIEWS`.
        actor: Who reviews it.
        seen: The digest on the page that they acted on.
        note: What was found; where it should not have been done, how it will be put right.
        kinds: How each act is done and undone.
        at: Now.

    Raises:
        NotFoundError: There is no such proposal.
        NotPermittedError: The account has been closed.
        RefusedError: The rules on proposals say no.
        RefusedActError: No reason is given (`reason-missing`, `reason-too-long`).
        RegistryError: It cannot be undone any more, as the act says it.
        ValueError: The verdict is not one of a review, which is a fault of ours.
    """
    if verdict not in REVIEWS:
        raise ValueError(f"`{verdict}` is not what a review says")
    with history.acting(
        Act.REVIEW_PROPOSAL, actor=actor, at=at, subject=f"proposal:{proposal_id}"
    ) as record:
        proposal = locked(proposal_id, kinds)
        state, parts = state_after(proposal, verdict, actor=actor, seen=seen, at=at)
        words = written_reason(note, missing="Enter what the review found.")
        details = {}
        if verdict is ProposalMove.UNDO and parts is not None:
            doing = Doing(proposal=proposal, by=actor, holds_from=at, at=at)
            details = dict(undone(parts, stored_facts(proposal), kinds, doing))
        proposal.state, proposal.second = state.value, actor
        proposal.decided_at, proposal.decision_note = at, words
        proposal.save(update_fields=["state", "second", "decided_at", "decision_note"])
        record.together_with = proposal.proposed_by
        record.done(
            proposal,
            digest=proposal.digest,
            verdict=verdict,
            is_late=is_overdue(at, due=proposal.due_at),
            note=words,
            **details,
        )
        return proposal


def close(proposal_id: int, *, actor: Person, seen: str, note: str, at: datetime) -> Proposal:
    """Record that what should not have been done has been put right.

    Raises:
        NotFoundError: There is no such proposal.
        NotPermittedError: The account has been closed.
        RefusedError: The rules on proposals say no.
        RefusedActError: It is not said how (`reason-missing`, `reason-too-long`).
    """
    with history.acting(
        Act.CLOSE_PROPOSAL, actor=actor, at=at, subject=f"proposal:{proposal_id}"
    ) as record:
        proposal = locked(proposal_id)
        state, _ = state_after(proposal, ProposalMove.CLOSE, actor=actor, seen=seen, at=at)
        words = written_reason(note, missing="Enter how it was put right.")
        proposal.state, proposal.closed_by = state.value, actor
        proposal.closed_at, proposal.closing_note = at, words
        proposal.save(update_fields=["state", "closed_by", "closed_at", "closing_note"])
        record.together_with = proposal.proposed_by
        record.done(proposal, digest=proposal.digest, note=words)
        return proposal
