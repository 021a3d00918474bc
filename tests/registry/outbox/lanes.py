"""A lane for tests, and rows in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from registry.lanes import Lane
from registry.models import OutboxMessage
from tests.factories import AT

TELL = Lane(
    kind="tell",
    called="What is told",
    batch=1,
    first_wait=timedelta(seconds=5),
    longest_wait=timedelta(minutes=10),
    lease=timedelta(seconds=60),
    tries=5,
)
BATCHES = replace(TELL, batch=10)


def ask(count: int, *, kind: str = "tell") -> None:
    """Put rows into a lane: `message-00`, `message-01` …"""
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind=kind, key=f"message-{number:02}", created_at=AT, due_at=AT)
        for number in range(count)
    )


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def failing(fault: Exception) -> Callable[..., None]:
    """Return what makes no effect and raises."""

    def fail(*_: object) -> None:
        raise fault

    return fail
