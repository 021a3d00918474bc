"""Writes by clients that are done once however often they are sent (`Idempotency-Key`).

The key is taken in the transaction of the write itself, so that both are there or neither is. Of
two that arrive at once, the second waits for the first and is then answered as that one was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction

from registry.errors import ConflictError
from registry.models import IdempotentCall

REUSED = "idempotency-key-reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One write as a client sent it."""

    client_id: int
    key: str
    """The client's own; up to 200 characters."""
    address: str
    body: bytes

    @property
    def fingerprint(self) -> str:
        """What tells it from another write."""
        return sha256(self.address.encode() + b"\0" + self.body).hexdigest()


def do_once(
    call: Call, act: Callable[[], Mapping[str, Any]], *, at: datetime
) -> Mapping[str, Any]:
    """Do a write in a transaction, unless it was done before; return its answer of that time.

    Raises:
        ConflictError: The client used the key for another write (`idempotency-key-reused`).
    """
    with transaction.atomic(durable=True):
        taken = IdempotentCall(
            client_id=call.client_id,
            key=call.key,
            fingerprint=call.fingerprint,
            answer="",
            at=at,
        )
        # Waits where another transaction has just taken it, and then takes nothing.
        IdempotentCall.objects.bulk_create([taken], ignore_conflicts=True)
        stored = IdempotentCall.objects.get(client=call.client_id, key=call.key)
        if stored.answer:
            return _answer_again(stored, call)
        answer = act()
        IdempotentCall.objects.filter(pk=stored.pk).update(answer=orjson.dumps(answer).decode())
        return answer


def _answer_again(stored: IdempotentCall, call: Call) -> Mapping[str, Any]:
    if stored.fingerprint != call.fingerprint:
        raise ConflictError(
            REUSED,
            f"The Idempotency-Key `{call.key[:60]}` was used for another write; "
            "give each write a key of its own.",
        )
    answer: dict[str, Any] = orjson.loads(stored.answer)
    return answer
