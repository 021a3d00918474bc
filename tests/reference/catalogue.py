"""Every case that is written down for the checker, as the reference can be asked it too."""

from collections.abc import Iterator
from typing import NamedTuple

from rules.register.snapshot import Snapshot
from rules.service_requests.question import Generation, Question
from tests.rules.messages.vectors import READING, SIGNATURE
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.vectors_all import FAILING, PASSING, UNREADABLE
from tests.rules.service_requests.world import REGISTERED

LIMITS = {
    # What the project's parser takes, which is no matter of the requirements: that a tree is too
    # deep for it, or would take too long.
    "xml-too-complex": None,
    "xml-not-well-formed": b"<a><a>",
}
"""Reasons whose messages lie beyond a limit that the reference does not have; None: each does."""


class Written(NamedTuple):
    """A case by its name."""

    name: str
    question: Question
    snapshot: Snapshot


def catalogue() -> Iterator[Written]:
    for name, vector in PASSING.items():
        yield from _written(name, vector)
    for reason, vectors in (FAILING | UNREADABLE).items():
        for number, vector in enumerate(vectors):
            yield from _written(f"{reason}-{number}", vector)
    for reason, messages in (READING | SIGNATURE).items():
        for number, message in enumerate(messages):
            if not _is_beyond_a_limit(reason, message):
                yield from _written(f"{reason}-{number}", Vector(message=message))


def _is_beyond_a_limit(reason: str, message: bytes) -> bool:
    return reason in LIMITS and message.startswith(LIMITS[reason] or b"")


def _written(name: str, vector: Vector) -> Iterator[Written]:
    said = {"generation": Generation.SMETS2_PLUS, "device": REGISTERED, **vector.asked}
    if said.pop("schema", None) is None:
        question = Question(message=vector.message, received_at=vector.at, **said)
        yield Written(name, question, vector.held)
