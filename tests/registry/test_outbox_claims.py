"""Each effect that is asked for is made by one worker, however many look for it at once."""

from collections import Counter
from functools import partial

import pytest

from registry import outbox
from registry.models import OutboxMessage
from tests.factories import AT
from tests.racing import outcomes, overtake, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def ask(count: int) -> None:
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind="tell", key=f"message-{number:02}", created_at=AT, due_at=AT)
        for number in range(count)
    )


def draining(made: list[str]) -> partial[int]:
    """Return what makes every effect that is due, by noting its key."""
    return partial(outbox.drain, {"tell": lambda key, *_: made.append(key)}, clock=lambda: AT)


def test_what_another_worker_takes_in_hand_is_passed_by_without_waiting() -> None:
    ask(3)
    made: list[str] = []
    claim = partial(outbox._claim, AT)  # noqa: SLF001 -- the moment before the lease is written
    count, has_waited = overtake(claim, draining(made))
    assert made == ["message-01", "message-02"]
    assert (count, has_waited) == (2, False)


def test_many_workers_at_once_make_each_effect_once() -> None:
    ask(40)
    made: list[str] = []
    results = race([draining(made)] * 8)
    assert outcomes(results) == ["won"] * 8
    assert Counter(made) == Counter(f"message-{number:02}" for number in range(40))
    assert OutboxMessage.objects.filter(done_at=AT, attempts=1).count() == 40
