"""Tries run out: what is given up stays, with why, until a person has it tried again."""

import logging
from datetime import timedelta

import pytest

from registry import outbox
from registry.models import OutboxMessage
from tests.factories import AT
from tests.registry.outbox.lanes import BATCHES, TELL, Clock, ask, failing

pytestmark = pytest.mark.django_db


def tries_until_nothing_is_due(clock: Clock, fault: BaseException) -> int:
    """Try as often as it is due, each time when its wait is over."""
    tries = 0
    while outbox.has_due(TELL, at=clock.at):
        try:
            outbox.drain_lane(TELL, failing(fault), clock=clock)
        except KeyboardInterrupt:
            clock.at += TELL.lease
        tries += 1
        clock.at = max(clock.at, OutboxMessage.objects.get().due_at)
    return tries


def test_a_row_that_fails_each_time_is_given_up_after_the_lanes_tries(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ask(1)
    with caplog.at_level(logging.ERROR, logger="registry.outbox"):
        assert tries_until_nothing_is_due(Clock(), OSError("no route")) == TELL.tries
    message = OutboxMessage.objects.get()
    assert message.given_up_at is not None
    assert (message.done_at, message.attempts) == (None, TELL.tries)
    assert message.last_error == "OSError: no route"
    assert caplog.messages[-1] == (
        "outbox message `tell message-00` was given up: OSError: no route"
    )


def test_a_row_that_ends_each_worker_is_given_up_as_well() -> None:
    ask(1)
    clock = Clock()
    assert tries_until_nothing_is_due(clock, KeyboardInterrupt()) == TELL.tries
    assert outbox.drain_lane(TELL, failing(KeyboardInterrupt()), clock=clock) == 0
    message = OutboxMessage.objects.get()
    assert message.given_up_at == clock.at
    assert "ended before it could say" in message.last_error


def test_what_no_later_try_can_make_is_given_up_at_once() -> None:
    ask(1)
    hopeless = failing(outbox.HopelessError("nobody is there\0"))
    assert outbox.drain_lane(TELL, hopeless, clock=lambda: AT) == 0
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.given_up_at) == (1, AT)
    assert message.last_error == "nobody is there"


def test_what_was_given_up_is_tried_again_only_when_that_is_asked_for() -> None:
    ask(1)
    tries_until_nothing_is_due(Clock(), OSError("no route"))
    later = AT + timedelta(days=30)
    made: list[str] = []
    note = lambda key, *_: made.append(key)  # noqa: E731
    assert outbox.drain_lane(TELL, note, clock=lambda: later) == 0
    outbox.try_again(OutboxMessage.objects.get())
    assert outbox.drain_lane(TELL, note, clock=lambda: later) == 1
    assert made == ["message-00"]
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.given_up_at, message.done_at) == (1, None, later)


def test_one_that_is_given_up_stops_no_other() -> None:
    ask(3)

    def one_is_hopeless(key: str, *_: object) -> None:
        if key == "message-01":
            raise outbox.HopelessError("never")

    assert outbox.drain_lane(BATCHES, one_is_hopeless, clock=lambda: AT) == 2
    assert OutboxMessage.objects.get(given_up_at=AT).key == "message-01"


def test_where_nobody_can_be_told_the_lane_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    ask(2)

    def telling(*_: object) -> None:
        OutboxMessage.objects.get(pk=0)

    hopeless = failing(outbox.HopelessError("never"))
    outbox.drain_lane(TELL, hopeless, clock=lambda: AT, tell=telling)
    assert OutboxMessage.objects.filter(given_up_at=AT, last_error="never").count() == 2
    assert "nobody was told" in caplog.text
