"""Decides one signed message against one snapshot of the register."""

from rules.service_requests.decision import Decision
from rules.service_requests.question import Question
from rules.service_requests.snapshot import Snapshot

DEFAULT_SIZE_LIMIT = 16 * 1024 * 1024
"""Octets. A firmware image of 10 MB is longer than 13 MB in base64."""


def decide(
    question: Question, snapshot: Snapshot, *, size_limit: int = DEFAULT_SIZE_LIMIT
) -> Decision:
    """Decide one message. Never raises for anything that a message may contain."""
    raise NotImplementedError
