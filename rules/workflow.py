"""The life of a certificate signing request: every state and every move, in this one table.

SEC Appendix M, 2.3.1 knows two decisions: a request is *accepted or rejected* on format and
proof of possession, at once and by the system; then *approved or rejected* on entitlement, by
an officer. A request that is not accepted is answered and evidenced but never becomes a request
of ours, so the table begins with `accepted`. Approval reserves the MPIDs. What was approved is
checked again just before it is sent, and stopped where something blocks it by then; an officer
decides anew. From `sent` on the Organisation Certification Authority holds the request, and only
its answer moves it on.
"""

from enum import StrEnum


class RequestState(StrEnum):
    """Where a certificate signing request stands."""

    ACCEPTED = "accepted"
    APPROVED = "approved"
    STOPPED = "stopped"
    """Approved, but blocked when it was checked again to be sent; the OCA was not asked."""
    SENT = "sent"
    """With the Organisation Certification Authority; can be neither withdrawn nor rejected."""
    ISSUED = "issued"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    UNRECORDED = "unrecorded-answer"
    """The certification authority answered with what the register cannot take: there may be a
    certificate, so the MPIDs stay reserved until an officer ends the request."""
    ANOMALY = "issuance-anomaly"
    """The certification authority refused it, or what came back does not match it."""


class RequestMove(StrEnum):
    """What happens to a certificate signing request."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    STOP = "stop"
    SEND = "send"
    ISSUE = "issue"
    REPORT_UNRECORDED = "report-unrecorded"
    REPORT_ANOMALY = "report-anomaly"


MOVES: dict[tuple[RequestState, RequestMove], RequestState] = {
    (RequestState.ACCEPTED, RequestMove.APPROVE): RequestState.APPROVED,
    (RequestState.ACCEPTED, RequestMove.REJECT): RequestState.REJECTED,
    (RequestState.ACCEPTED, RequestMove.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.APPROVED, RequestMove.REJECT): RequestState.REJECTED,
    (RequestState.APPROVED, RequestMove.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.APPROVED, RequestMove.STOP): RequestState.STOPPED,
    (RequestState.APPROVED, RequestMove.SEND): RequestState.SENT,
    (RequestState.STOPPED, RequestMove.APPROVE): RequestState.APPROVED,
    (RequestState.STOPPED, RequestMove.REJECT): RequestState.REJECTED,
    (RequestState.STOPPED, RequestMove.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.SENT, RequestMove.ISSUE): RequestState.ISSUED,
    (RequestState.SENT, RequestMove.REPORT_UNRECORDED): RequestState.UNRECORDED,
    (RequestState.SENT, RequestMove.REPORT_ANOMALY): RequestState.ANOMALY,
    (RequestState.UNRECORDED, RequestMove.REJECT): RequestState.REJECTED,
}
"""Every legal move and where it leads. What is not here is illegal."""

OPEN_STATES = frozenset(
    {
        RequestState.ACCEPTED,
        RequestState.APPROVED,
        RequestState.STOPPED,
        RequestState.SENT,
        RequestState.UNRECORDED,
    }
)
"""States in which a request is neither issued nor ended."""

RESERVING_STATES = frozenset({RequestState.APPROVED, RequestState.SENT, RequestState.UNRECORDED})
"""States in which a request reserves its MPIDs (docs/decisions/0061)."""


class IllegalMoveError(Exception):
    """A move was asked for that the request's state does not allow."""

    def __init__(self, state: RequestState, move: RequestMove) -> None:
        super().__init__(f"cannot {move} a request that is {state}")
        self.state = state
        self.move = move


def moved(state: RequestState, move: RequestMove) -> RequestState:
    """Return the state that a move leads to.

    Raises:
        IllegalMoveError: The state does not allow the move.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalMoveError(state, move) from None


def may_move(state: RequestState, move: RequestMove) -> bool:
    """Tell whether a state allows a move."""
    return (state, move) in MOVES


class RevocationReason(StrEnum):
    """Why a certificate is revoked (SEC Appendix D; RFC 5280, 5.3.1 for the names)."""

    KEY_COMPROMISE = "key-compromise"
    AFFILIATION_CHANGED = "affiliation-changed"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessation-of-operation"
    NOT_CONSISTENT_WITH_REQUEST = "not-consistent-with-request"
    """The Subscriber rejected the certificate because it does not match (SEC L11.5)."""
