"""The one way in which a stored request moves through its workflow."""

from datetime import datetime

from registry.models import CertificateRequest, Person
from rules.workflow import RequestMove, RequestState, moved


def request_subject(reference: str) -> str:
    """Return how evidence names a request, also one that is asked for and does not exist."""
    return f"certificaterequest:{reference[:40]}"


def move_request(
    request: CertificateRequest,
    move: RequestMove,
    *,
    at: datetime,
    decided_by: Person | None = None,
    note: str = "",
) -> None:
    """Make one move of the workflow on a locked request and save it.

    Raises:
        IllegalMoveError: Its state does not allow the move.
    """
    request.state = moved(request.request_state, move)
    request.state_changed_at = at
    request.version += 1
    if request.request_state is RequestState.UNRECORDED:
        request.answer_unrecorded = True
    if decided_by is not None:
        request.decided_by = decided_by
        request.decided_at = at
    if note:
        request.decision_note = note
    request.save(
        update_fields=[
            "state",
            "state_changed_at",
            "version",
            "decided_by",
            "decided_at",
            "decision_note",
            "answer_unrecorded",
        ]
    )
