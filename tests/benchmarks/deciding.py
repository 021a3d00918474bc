"""The side that is ours: from the octets of a message to what is to be done with it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from rules.register.snapshot import Snapshot
from rules.service_requests.checker import decide
from rules.service_requests.decision import Action, Decision
from tests.benchmarks.picture import question_of

Decider = Callable[[bytes], Decision]

_COUNTER = re.compile(rb":(\d+)</sr:RequestID>")
_VALUE = re.compile(rb"<ds:SignatureValue>([A-Za-z0-9+/])")


class NotFitError(Exception):
    """A side does not do what it is to be timed for; the message says which."""


def make_decider(snapshot: Snapshot) -> Decider:
    """Return a call from the octets of a message to the decision on it."""
    at = datetime.now(UTC)

    def decide_one(message: bytes) -> Decision:
        return decide(question_of(message, at=at), snapshot)

    return decide_one


def require_deciding(message: bytes, decider: Decider) -> None:
    """Return quietly when the checker takes a message, and refuses what was changed in it.

    Raises:
        NotFitError: It does not.
    """
    decided = decider(message)
    if decided.decision is not Action.PROCESS:
        raise NotFitError(f"the checker does not process the message: {decided.reason}")
    for changed in changes(message):
        if decider(changed).decision is not Action.CEASE:
            raise NotFitError("the checker processes a message that was changed")


def changes(message: bytes) -> tuple[bytes, bytes]:
    """Return the message with another RequestID, and with another SignatureValue."""
    return (
        _COUNTER.sub(rb":1\1</sr:RequestID>", message, count=1),
        _VALUE.sub(
            lambda found: b"<ds:SignatureValue>" + (b"B" if found[1] == b"A" else b"A"),
            message,
            count=1,
        ),
    )
