"""A lease is renewed before each effect, and what another worker has by now is left to it."""

from datetime import timedelta

import pytest

from registry import outbox
from registry.models import OutboxMessage
from tests.factories import AT
from tests.registry.outbox.lanes import BATCHES, Clock, ask, failing

pytestmark = pytest.mark.django_db


def test_the_last_row_of_a_slow_batch_is_held_for_a_whole_lease_when_its_turn_comes() -> None:
    ask(10)
    clock, until = Clock(), []

    def slow(key: str, *_: object) -> None:
        until.append(OutboxMessage.objects.get(key=key).due_at - clock.at)
        clock.at += timedelta(seconds=50)

    assert outbox.drain_lane(BATCHES, slow, clock=clock) == 10
    assert until == [BATCHES.lease] * 10


def test_a_row_that_another_worker_took_meanwhile_is_left_to_it() -> None:
    ask(2)
    made = []

    def overtaken(key: str, *_: object) -> None:
        made.append(key)
        OutboxMessage.objects.filter(key="message-01").update(held_by="another")

    assert outbox.drain_lane(BATCHES, overtaken, clock=lambda: AT) == 1
    assert made == ["message-00"]
    left = OutboxMessage.objects.get(key="message-01")
    assert (left.attempts, left.held_by, left.done_at) == (0, "another", None)


def test_rows_of_a_batch_whose_worker_died_at_the_first_were_not_tried() -> None:
    ask(3)
    with pytest.raises(KeyboardInterrupt):
        outbox.drain_lane(BATCHES, failing(KeyboardInterrupt()), clock=lambda: AT)
    assert list(OutboxMessage.objects.order_by("pk").values_list("attempts", flat=True)) == [
        *(1, 0, 0)
    ]
    assert not outbox.has_due(BATCHES, at=AT)
    assert outbox.has_due(BATCHES, at=AT + BATCHES.lease)


def test_a_failure_that_comes_after_another_worker_was_done_is_not_kept() -> None:
    ask(1)

    def late(*_: object) -> None:
        OutboxMessage.objects.update(done_at=AT, held_by="")
        raise OSError("too late")

    assert outbox.drain_lane(BATCHES, late, clock=lambda: AT) == 0
    message = OutboxMessage.objects.get()
    assert (message.done_at, message.last_error) == (AT, "")


def test_a_turn_ends_with_the_batch_in_which_its_time_was_over() -> None:
    ask(25)
    clock = Clock()

    def slow(*_: object) -> None:
        clock.at += timedelta(seconds=1)

    assert outbox.drain_lane(BATCHES, slow, clock=clock, turn=timedelta(seconds=12)) == 20
    assert outbox.has_due(BATCHES, at=clock.at)
    # Back by a day in its middle: a turn that would never end keeps a worker from other lanes.
    clock.at += timedelta(days=1)

    def back(*_: object) -> None:
        clock.at -= timedelta(days=1)

    ask_more = [f"more-{number}" for number in range(20)]
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind="tell", key=key, created_at=AT, due_at=AT) for key in ask_more
    )
    assert outbox.drain_lane(BATCHES, back, clock=clock, turn=timedelta(seconds=12)) == 10
