"""The transactional outbox: outward effects are asked for in a transaction and done after it.

Nothing is sent for what did not happen, and nothing that happened goes unsent: a worker is woken
when the transaction commits, and a periodic sweep finds what a lost broker forgot. A message is
claimed by a lease, its effect made under an idempotency key, and then marked as done; a worker
killed in between leaves the lease to run out and the effect to be made again by the same key.

The moments in a message are those of a clock that may be set back. So what was never tried is due
whatever it says, and so is what lies further ahead than any wait of ours.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from registry.models import OutboxMessage

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Longer than any effect takes; a worker that dies holds a message back this long."""
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)

Handler = Callable[[str, Mapping[str, Any], datetime], None]
"""Makes one effect: the message's key, its payload and the moment."""


def ask(
    kind: str, *, key: str, at: datetime, wake: Callable[[], object], payload: Any = None
) -> None:
    """Ask for an effect in the caller's transaction, once for each kind and key.

    `wake` is called when the transaction has committed; it only hastens the sweep.
    """
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(kind=kind, key=key, payload=payload or {}, created_at=at, due_at=at)],
        ignore_conflicts=True,
    )
    transaction.on_commit(wake, robust=True)


def drain(handlers: Mapping[str, Handler], *, clock: Callable[[], datetime]) -> int:
    """Make every effect that is due, one at a time, and return how many were made.

    A failed effect is logged, kept and tried again later; it never stops the others.
    """
    made = 0
    while (message := _claim(clock())) is not None:
        try:
            handlers[message.kind](message.key, message.payload, clock())
        except Exception as fault:  # whatever a handler raises, the rest must go on
            # Kept for another try, with what broke, for those who look into the queue.
            logger.exception("outbox message `%s` failed", message)
            _postpone(message, clock(), f"{type(fault).__name__}: {fault}")
        else:
            OutboxMessage.objects.filter(pk=message.pk).update(done_at=clock(), last_error="")
            made += 1
    return made


def _claim(at: datetime) -> OutboxMessage | None:
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(
                Q(due_at__lte=at) | Q(attempts=0) | Q(due_at__gt=at + LONGEST_RETRY),
                done_at__isnull=True,
            )
            .order_by("due_at", "pk")
            .first()
        )
        if message is not None:
            message.due_at = at + LEASE
            message.attempts += 1
            message.save(update_fields=["due_at", "attempts"])
        return message


def _postpone(message: OutboxMessage, at: datetime, error: str) -> None:
    wait = min(FIRST_RETRY * 2 ** min(message.attempts - 1, 10), LONGEST_RETRY)
    OutboxMessage.objects.filter(pk=message.pk).update(due_at=at + wait, last_error=error[:2000])
