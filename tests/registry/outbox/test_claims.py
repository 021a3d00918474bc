"""Each effect that is asked for is made by one worker, however many look for it at once."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection

from registry import outbox
from registry.lanes import Lane
from registry.models import OutboxMessage
from tests.factories import AT
from tests.racing import outcomes, overtake, race
from tests.registry.outbox.lanes import BATCHES, TELL, ask

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ONE_WORKER = replace(BATCHES, workers=1)


def draining(made: list[str], lane: Lane = TELL) -> partial[int]:
    """Return what makes every effect that is due, by noting its key."""
    return partial(outbox.drain_lane, lane, lambda key, *_: made.append(key), clock=lambda: AT)


def beside(act: Callable[[], int]) -> int:
    """Do an act in a session of its own."""

    def run() -> int:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        return another.submit(run).result(timeout=60)


def test_what_another_worker_takes_in_hand_is_passed_by_without_waiting() -> None:
    ask(3)
    made: list[str] = []
    # The moment before the lease is written.
    claim = partial(outbox._claim, TELL, AT, worker="another")  # noqa: SLF001
    count, has_waited = overtake(claim, draining(made))
    assert made == ["message-01", "message-02"]
    assert (count, has_waited) == (2, False)


@pytest.mark.parametrize("lane", [TELL, BATCHES], ids=["one-by-one", "in-batches"])
def test_many_workers_at_once_make_each_effect_once(lane: Lane) -> None:
    ask(40)
    made: list[str] = []
    results = race([draining(made, lane)] * 8)
    assert outcomes(results) == ["won"] * 8
    assert Counter(made) == Counter(f"message-{number:02}" for number in range(40))
    assert OutboxMessage.objects.filter(done_at=AT, attempts=1, held_by="").count() == 40


def test_a_lane_has_no_more_workers_at_one_time_than_its_share() -> None:
    ask(40)
    at_it, most = set[int](), 0
    counting = threading.Lock()

    def work(*_: object) -> None:
        nonlocal most
        me = threading.get_ident()
        with counting:
            at_it.add(me)
            most = max(most, len(at_it))
        OutboxMessage.objects.count()  # so that others have their turn
        with counting:
            at_it.discard(me)

    lane = replace(ONE_WORKER, workers=2)
    results = race([partial(outbox.drain_lane, lane, work, clock=lambda: AT)] * 8)
    assert outcomes(results) == ["won"] * 8
    assert most <= 2
    outbox.drain_lane(lane, work, clock=lambda: AT)
    assert OutboxMessage.objects.filter(done_at=AT, attempts=1).count() == 40


def test_a_worker_that_finds_the_share_taken_leaves_everything_and_goes() -> None:
    ask(20)
    made: list[str] = []
    turned_away: list[int] = []

    def work(key: str, *_: object) -> None:
        if not made:
            turned_away.append(beside(draining(made, ONE_WORKER)))
        made.append(key)

    assert outbox.drain_lane(ONE_WORKER, work, clock=lambda: AT) == 20
    assert turned_away == [0]
    assert made == [f"message-{number:02}" for number in range(20)]


def test_the_share_of_a_worker_that_died_is_free_when_its_lease_has_run_out() -> None:
    ask(20)
    outbox._claim(ONE_WORKER, AT, worker="dead")  # noqa: SLF001 -- and then it dies
    made: list[str] = []
    assert draining(made, ONE_WORKER)() == 0
    later = AT + ONE_WORKER.lease
    note = lambda key, *_: made.append(key)  # noqa: E731
    assert outbox.drain_lane(ONE_WORKER, note, clock=lambda: later) == 20


def test_what_waits_for_another_try_takes_no_share() -> None:
    ask(1)

    def fail(*_: object) -> None:
        raise OSError

    assert outbox.drain_lane(ONE_WORKER, fail, clock=lambda: AT) == 0
    OutboxMessage.objects.create(kind="tell", key="new", created_at=AT, due_at=AT)
    made: list[str] = []
    assert draining(made, ONE_WORKER)() == 1
    assert made == ["new"]
