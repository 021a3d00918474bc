"""The transactional outbox: outward effects are asked for in a transaction and done after it.

Nothing is sent for what did not happen, and nothing that happened goes unsent: a worker is woken
when the transaction commits, and a periodic sweep finds what a lost broker forgot. Each kind of
effect waits in a lane of its own (`registry.lanes`). A worker claims rows by a lease, makes each
effect under an idempotency key, and then marks it as done; a worker killed in between leaves the
lease to run out and the effect to be made again by the same key.

The moments in a row are those of a clock that may be set back. So what was never taken up is due
whatever its `due_at` says, and so is what lies further ahead than any wait of its lane.
`not_before` is not one of these: it is a promise by the calendar, and the clock that is shown
decides.
"""

import logging
import secrets
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from registry.faults import fault_words, kept
from registry.lanes import LANES, Lane
from registry.models import OutboxMessage

logger = logging.getLogger(__name__)

TURN = timedelta(seconds=10)
"""After so long a worker that still has rows in a lane lets other lanes have a turn."""

Handler = Callable[[str, Mapping[str, Any], datetime], None]
"""Makes one effect: the message's key, its payload and the moment."""

Told = Callable[[OutboxMessage, datetime], None]
"""Is told of a row that is given up, in the transaction that gives it up."""

_WAITING = Q(done_at__isnull=True, given_up_at__isnull=True)


class HopelessError(Exception):
    """An effect that no later try can make: its row is given up at once, with these words."""


def ask(
    lane: Lane,
    *,
    key: str,
    at: datetime,
    wake: Callable[[Lane], object],
    payload: Any = None,
    not_before: datetime | None = None,
) -> None:
    """Ask for an effect in the caller's transaction, once for each kind and key.

    `wake` is called when the transaction has committed; it only hastens the sweep. Once a row that
    is done has been cleared away the same can be asked again, so that a handler finds out from the
    rows of its own subject whether its effect was made.
    """
    message = OutboxMessage(
        kind=lane.kind,
        key=key,
        payload=payload or {},
        created_at=at,
        due_at=at,
        not_before=not_before,
    )
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    if not_before is None or not_before <= at:
        transaction.on_commit(partial(wake, lane), robust=True)


def drain(
    handlers: Mapping[str, Handler], *, clock: Callable[[], datetime], tell: Told | None = None
) -> int:
    """Make every effect that is due, one lane after the other, and return how many were made."""
    return sum(
        drain_lane(LANES[kind], handler, clock=clock, tell=tell)
        for kind, handler in handlers.items()
    )


def drain_lane(
    lane: Lane,
    handler: Handler,
    *,
    clock: Callable[[], datetime],
    turn: timedelta | None = None,
    tell: Told | None = None,
) -> int:
    """Make the effects that are due in one lane, and return how many were made.

    Nothing is made where as many workers as the lane may have are at it. A failed effect is
    logged, kept and tried again later; it never stops the others. With a `turn` it ends after that
    long, when its batch is done; `has_due` says whether something is left. `tell` hears of each
    row that is given up.
    """
    began = clock()
    worker = secrets.token_hex(16)
    _give_up_what_only_ends_its_workers(lane, at=began, tell=tell)
    made = 0
    while claimed := _claim(lane, clock(), worker=worker):
        made += sum(_make(lane, handler, each, clock=clock, tell=tell) for each in claimed)
        if turn is not None and abs(clock() - began) >= turn:
            break
    return made


def has_due(lane: Lane, *, at: datetime) -> bool:
    """Tell whether something in a lane is due that nobody has in hand."""
    return _due(lane, at).exists()


def try_again(message: OutboxMessage) -> None:
    """Have a row that was given up tried as often as a new one. The caller has locked it."""
    message.given_up_at = None
    message.attempts = 0
    message.held_by = ""
    message.save(update_fields=["given_up_at", "attempts", "held_by"])


def clear_done(*, before: datetime) -> int:
    """Clear away the rows that were done before a moment, and return how many there were."""
    number, _ = OutboxMessage.objects.filter(done_at__lt=before).delete()
    return number


def _waiting(lane: Lane, at: datetime) -> QuerySet[OutboxMessage]:
    """Return the rows of a lane that no worker's lease and no wait between tries holds back."""
    return OutboxMessage.objects.filter(
        _WAITING,
        Q(due_at__lte=at) | Q(attempts=0, held_by="") | Q(due_at__gt=at + lane.longest_hold),
        kind=lane.kind,
    )


def _due(lane: Lane, at: datetime) -> QuerySet[OutboxMessage]:
    return _waiting(lane, at).filter(
        Q(not_before__isnull=True) | Q(not_before__lte=at), attempts__lt=lane.tries
    )


def _claim(lane: Lane, at: datetime, *, worker: str) -> list[OutboxMessage]:
    with transaction.atomic():
        if not _may_work(lane, at, worker=worker):
            return []
        due = _due(lane, at).select_for_update(skip_locked=True).order_by("pk")
        claimed = list(due[: lane.batch])
        for message in claimed:
            message.due_at = at + lane.lease
            message.held_by = worker
        OutboxMessage.objects.bulk_update(claimed, ["due_at", "held_by"])
        return claimed


def _may_work(lane: Lane, at: datetime, *, worker: str) -> bool:
    """Tell whether one more worker may claim rows of the lane: it has a share of them alone."""
    if lane.workers is None:
        return True
    with connection.cursor() as cursor:
        # So that two who count at one time do not both find room; until the claim is committed.
        number = zlib.crc32(f"outbox/{lane.kind}".encode()) - 2**31
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
    holding = OutboxMessage.objects.filter(
        _WAITING, kind=lane.kind, due_at__gt=at, due_at__lte=at + lane.longest_hold
    ).exclude(held_by__in=["", worker])
    return holding.values("held_by").distinct().count() < lane.workers


def _make(
    lane: Lane,
    handler: Handler,
    message: OutboxMessage,
    *,
    clock: Callable[[], datetime],
    tell: Told | None,
) -> bool:
    """Make one effect and tell whether it was made."""
    # The rows before it in the batch may have taken longer than its lease.
    still_held = OutboxMessage.objects.filter(_WAITING, pk=message.pk, held_by=message.held_by)
    if not still_held.update(due_at=clock() + lane.lease, attempts=F("attempts") + 1):
        return False
    message.attempts += 1
    try:
        handler(message.key, message.payload, clock())
    except HopelessError as fault:
        _give_up(message, at=clock(), error=str(fault), tell=tell)
    except Exception as fault:  # whatever a handler raises, the rest must go on
        # Kept for another try, with what broke, for those who look into the queue.
        logger.exception("outbox message `%s` failed", message)
        error = fault_words(fault)
        if message.attempts >= lane.tries:
            _give_up(message, at=clock(), error=error, tell=tell)
        else:
            _postpone(lane, message, at=clock(), error=error)
    else:
        OutboxMessage.objects.filter(pk=message.pk).update(
            done_at=clock(), given_up_at=None, held_by="", last_error=""
        )
        return True
    return False


def _postpone(lane: Lane, message: OutboxMessage, *, at: datetime, error: str) -> None:
    # Where its lease ran out, another worker has it by now, or has done it.
    OutboxMessage.objects.filter(_WAITING, pk=message.pk, held_by=message.held_by).update(
        due_at=at + lane.wait_after(message.attempts), held_by="", last_error=kept(error)
    )


def _give_up(message: OutboxMessage, *, at: datetime, error: str, tell: Told | None) -> None:
    rows = OutboxMessage.objects.filter(_WAITING, pk=message.pk, held_by=message.held_by)
    with transaction.atomic():
        message.last_error = kept(error)
        if not rows.update(given_up_at=at, held_by="", last_error=message.last_error):
            return
        if tell is not None:
            _tell(tell, message, at)
    logger.error("outbox message `%s` was given up: %s", message, message.last_error)


def _tell(tell: Told, message: OutboxMessage, at: datetime) -> None:
    """Tell of a row that is given up; where that fails, it is given up all the same."""
    try:
        with transaction.atomic():
            tell(message, at)
    except Exception:  # whatever it raises, the lane must go on
        logger.exception("nobody was told that outbox message `%s` was given up", message)


def _give_up_what_only_ends_its_workers(lane: Lane, *, at: datetime, tell: Told | None) -> None:
    """Give up rows whose every try ended with their worker: nobody lived to count them."""
    for message in _waiting(lane, at).filter(attempts__gte=lane.tries):
        error = "Each worker that tried it ended before it could say what came of it."
        _give_up(message, at=at, error=error, tell=tell)
