"""Having an effect that was given up tried again."""

from datetime import datetime
from functools import partial

from django.db import transaction

from registry import access, outbox
from registry.errors import ConflictError, NotFoundError
from registry.evidence import history
from registry.lanes import LANES
from registry.models import OutboxMessage, Person
from registry.wake import wake_outbox
from rules.duties import Act


def retry_effect(message_id: int, *, actor: Person, at: datetime) -> OutboxMessage:
    """Have an effect that was given up tried as often as a new one.

    Raises:
        NotPermittedError: The person is not an officer.
        NotFoundError: There is no such effect, or what was done has been cleared away.
        ConflictError: It is not given up (`effect-not-given-up`).
    """
    with history.acting(
        Act.RETRY_EFFECT, actor=actor, at=at, subject=f"outboxmessage:{message_id}"
    ) as act:
        access.require(actor, Act.RETRY_EFFECT)
        message = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
        if message is None:
            raise NotFoundError("background work")
        if message.given_up_at is None:
            raise ConflictError(
                "effect-not-given-up",
                "This has been done, or is being tried again, since you opened the page.",
            )
        outbox.try_again(message)
        act.done(message, kind=message.kind, key=message.key)
        if (lane := LANES.get(message.kind)) is not None:
            transaction.on_commit(partial(wake_outbox, lane), robust=True)
        return message
