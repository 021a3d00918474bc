"""What becomes of the proposals of somebody who acts no longer."""

from datetime import datetime

from registry.evidence import history
from registry.models import Person, Proposal
from rules.duties import Act
from rules.pairs.life import ProposalState


def withdraw_proposals_of(person: Person, *, by: Person, at: datetime) -> tuple[int, ...]:
    """Withdraw what somebody has proposed that can still be confirmed, each with its event.

    In the caller's transaction. The chain's head is locked by it, so call this last.

    Args:
        person: Whose proposals.
        by: Who ended their appointment.
        at: Now.
    """
    proposals = list(
        Proposal.objects.select_for_update(no_key=True, of=("self",))
        .filter(proposed_by=person, state=ProposalState.OPEN.value, due_at__gt=at)
        .order_by("pk")
    )
    for proposal in proposals:
        proposal.state, proposal.decided_at = ProposalState.WITHDRAWN.value, at
        proposal.save(update_fields=["state", "decided_at"])
        history.append(
            kind=Act.WITHDRAW_PROPOSAL,
            actor=by,
            at=at,
            subject=history.subject_of(proposal),
            result="done",
            details={"digest": proposal.digest, "appointment_ended_of": person.name},
        )
    return tuple(proposal.pk for proposal in proposals)
