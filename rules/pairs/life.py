"""The life of a proposal: every state and every move, in this one table (docs/decisions/0087)."""

from enum import StrEnum
from typing import Final


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    """It waits for a second person."""
    APPLIED = "applied"
    """A second person confirmed it, and it was done in the same transaction."""
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    VOID = "void"
    """What it rested on had changed when the second person confirmed it."""
    EXPIRED = "expired"
    REVIEW_OWED = "review-owed"
    """One person did it alone in an emergency; another owes its review."""
    STANDS = "stands"
    """Another person has found that it stands."""
    UNDONE = "undone"
    """Another person had it undone."""
    MAKING_GOOD = "making-good"
    """Another person found that it should not have been done, and it must be put right."""
    MADE_GOOD = "made-good"


class ProposalMove(StrEnum):
    """What a person does with a proposal, or what befalls it."""

    PROPOSE = "propose"
    ACT_ALONE = "act-alone"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"
    VOID = "void"
    EXPIRE = "expire"
    LET_STAND = "let-stand"
    UNDO = "undo"
    FIND_WRONG = "find-wrong"
    """Says that it should not have been done, and what is done to make it good."""
    CLOSE = "close"
    """Says that it has been put right."""


MOVES: Final[dict[tuple[ProposalState | None, ProposalMove], ProposalState]] = {
    (None, ProposalMove.PROPOSE): ProposalState.OPEN,
    (None, ProposalMove.ACT_ALONE): ProposalState.REVIEW_OWED,
    (ProposalState.OPEN, ProposalMove.CONFIRM): ProposalState.APPLIED,
    (ProposalState.OPEN, ProposalMove.WITHDRAW): ProposalState.WITHDRAWN,
    (ProposalState.OPEN, ProposalMove.REFUSE): ProposalState.REFUSED,
    (ProposalState.OPEN, ProposalMove.VOID): ProposalState.VOID,
    (ProposalState.OPEN, ProposalMove.EXPIRE): ProposalState.EXPIRED,
    (ProposalState.REVIEW_OWED, ProposalMove.LET_STAND): ProposalState.STANDS,
    (ProposalState.REVIEW_OWED, ProposalMove.UNDO): ProposalState.UNDONE,
    (ProposalState.REVIEW_OWED, ProposalMove.FIND_WRONG): ProposalState.MAKING_GOOD,
    (ProposalState.MAKING_GOOD, ProposalMove.CLOSE): ProposalState.MADE_GOOD,
}
"""Every move and where it leads; None is where nothing is yet. What is not here is not allowed."""

DONE_STATES: Final = frozenset(
    {
        ProposalState.APPLIED,
        ProposalState.REVIEW_OWED,
        ProposalState.STANDS,
        ProposalState.UNDONE,
        ProposalState.MAKING_GOOD,
        ProposalState.MADE_GOOD,
    }
)
"""States of what was done, by two persons or by one whose act another reviews."""

WAITING_STATES: Final = frozenset(
    {ProposalState.OPEN, ProposalState.REVIEW_OWED, ProposalState.MAKING_GOOD}
)
"""States in which a second person still has something to do."""
