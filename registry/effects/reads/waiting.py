"""What waits in the lanes of the outbox, what failed, and what was given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from registry.lanes import LANES
from registry.models import OutboxMessage

_WAITING = Q(done_at__isnull=True, given_up_at__isnull=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """How one lane stands."""

    called: str
    waiting: int
    """Effects that may be made now, those that failed included."""
    oldest_at: datetime | None
    """Since when the oldest of them has waited; None where nothing does."""
    later: int
    """Effects that must not be made yet."""
    failed: int
    """Of those waiting, the ones whose last try failed."""
    given_up: int


def lane_states(*, at: datetime) -> tuple[LaneState, ...]:
    """Return how each lane stands, also those of another version that have rows."""
    later = _WAITING & Q(not_before__gt=at)
    now = _WAITING & ~Q(not_before__gt=at, not_before__isnull=False)
    rows = OutboxMessage.objects.filter(done_at__isnull=True).values("kind")
    found = {
        row["kind"]: row
        for row in rows.annotate(
            waiting=Count("pk", filter=now),
            oldest_at=Min("created_at", filter=now),
            later=Count("pk", filter=later),
            failed=Count("pk", filter=now & ~Q(last_error="")),
            given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
        )
    }
    return tuple(
        _state(kind, found.get(kind)) for kind in (*LANES, *sorted(found.keys() - LANES.keys()))
    )


def failed_effects() -> QuerySet[OutboxMessage]:
    """Return what failed and will be tried again, the oldest first."""
    return OutboxMessage.objects.filter(_WAITING).exclude(last_error="").order_by("pk")


def given_up_effects() -> QuerySet[OutboxMessage]:
    """Return what was given up, the newest first."""
    return OutboxMessage.objects.filter(given_up_at__isnull=False).order_by("-given_up_at", "-pk")


def lane_called(kind: str) -> str:
    """Return what staff read for a lane; of one that this version does not know, its kind."""
    return LANES[kind].called if kind in LANES else kind


def _state(kind: str, row: Mapping[str, Any] | None) -> LaneState:
    members = ("waiting", "oldest_at", "later", "failed", "given_up")
    empty = {"waiting": 0, "oldest_at": None, "later": 0, "failed": 0, "given_up": 0}
    known: Mapping[str, Any] = (
        {member: row[member] for member in members} if row is not None else empty
    )
    return LaneState(called=lane_called(kind), **known)
