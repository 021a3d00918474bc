"""Finding the proposal that a person would do something with, and asking the rules about it."""

from datetime import datetime

from registry import access
from registry.errors import NotFoundError
from registry.models import Person, Proposal
from registry.pairs.content import lock_subjects
from registry.pairs.kinds import Kinds, Part, read_parts
from rules.duties import PersonRole
from rules.pairs.life import ProposalMove, ProposalState
from rules.pairs.moving import PairFacts, moved


def locked(proposal_id: int, kinds: Kinds | None = None) -> Proposal:
    """Return a proposal, locked for change until the transaction ends.

    With the kinds of acts, what it is about is locked first, as whoever proposes the same locks it
    before this row. What a proposal is about never changes, so it can be read without a lock.

    Raises:
        NotFoundError: There is none.
    """
    if kinds is not None:
        before = Proposal.objects.filter(pk=proposal_id).first()
        parts = read_parts(before) if before is not None else None
        if parts is not None:
            lock_subjects(parts, kinds)
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
                first_role=_role_of(proposal.proposed_by),
                digest=proposal.digest,
                seen=seen,
                until=proposal.due_at if proposal.proposal_state is ProposalState.OPEN else None,
                named=proposal.named,
                at=at,
            )
        )
    return state, parts


def _role_of(first: Person) -> PersonRole | None:
    """Return the role of who proposed it; None where the account has been closed since."""
    return first.person_role if first.is_active else None
