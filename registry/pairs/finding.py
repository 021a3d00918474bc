"""Finding the proposal that a person would do something with, and asking the rules about it."""

from datetime import datetime

from registry import access
from registry.errors import NotFoundError
from registry.models import Person, Proposal
from registry.pairs.kinds import Part, read_parts
from rules.pairs.life import ProposalMove, ProposalState
from rules.pairs.moving import PairFacts, moved


def locked(proposal_id: int) -> Proposal:
    """Return a proposal, locked for change until the transaction ends.

    Raises:
        NotFoundError: There is none.
    """
    found = (
        Proposal.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=proposal_id)
        .select_related("proposed_by")
        .first()
    )
    if found is None:
        raise NotFoundError("proposal")
    return found


def state_after(
    proposal: Proposal, move: ProposalMove, *, actor: Person, seen: str, at: datetime
) -> tuple[ProposalState, tuple[Part, ...] | None]:
    """Return where a move by this person leads, and what would be done.

    Raises:
        NotPermittedError: The account has been closed.
        RefusedError: The rules on proposals say no.
    """
    access.require_active(actor)
    parts = read_parts(proposal)
    state = proposal.proposal_state
    for part in parts if parts is not None else (None,):
        state = moved(
            PairFacts(
                move=move,
                state=proposal.proposal_state,
                act=part.rule if part is not None else None,
                actor=access.natural_person(actor),
                actor_role=actor.person_role,
                first=access.natural_person(proposal.proposed_by),
                digest=proposal.digest,
                seen=seen,
                until=proposal.due_at if proposal.proposal_state is ProposalState.OPEN else None,
                named=proposal.named,
                at=at,
            )
        )
    return state, parts
