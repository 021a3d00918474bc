"""When a row is due, by a clock that is right, that was set back, and that was set forward."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from registry import outbox
from registry.lanes import Lane
from registry.models import OutboxMessage
from tests.factories import AT
from tests.registry.outbox.lanes import TELL, Clock, ask, failing

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SLOW = replace(TELL, longest_wait=timedelta(hours=6))
woken: list[Lane] = []


def ask_in_two_hours(lane: Lane = TELL) -> None:
    outbox.ask(lane, key="k", at=AT, not_before=AT + 2 * HOUR, wake=woken.append)


def made_at(at: datetime, lane: Lane = TELL) -> int:
    return outbox.drain_lane(lane, lambda *_: None, clock=lambda: at)


def test_by_a_clock_that_is_right_it_is_made_in_two_hours_and_not_before() -> None:
    ask_in_two_hours()
    assert made_at(AT) == 0
    assert made_at(AT + 2 * HOUR - timedelta(seconds=1)) == 0
    assert made_at(AT + 2 * HOUR) == 1


@pytest.mark.parametrize("lane", [TELL, SLOW], ids=["ten-minutes", "six-hours"])
def test_by_a_clock_that_was_set_back_it_is_not_made_before_its_moment(lane: Lane) -> None:
    ask_in_two_hours(lane)
    for hours in (-24, -1, 0, 1):
        assert made_at(AT + hours * HOUR, lane) == 0
    assert made_at(AT + 2 * HOUR, lane) == 1


def test_by_a_clock_that_was_set_forward_it_is_made_and_not_again_when_it_is_right() -> None:
    ask_in_two_hours()
    assert made_at(AT + 3 * HOUR) == 1
    assert made_at(AT + 2 * HOUR) == 0


def test_what_failed_by_a_clock_that_was_set_forward_is_tried_at_its_moment() -> None:
    ask_in_two_hours()
    ahead = AT + 24 * HOUR
    assert outbox.drain_lane(TELL, failing(OSError()), clock=lambda: ahead) == 0
    assert made_at(AT + HOUR) == 0
    assert made_at(AT + 2 * HOUR) == 1


def test_a_row_that_is_due_later_wakes_nobody(
    django_capture_on_commit_callbacks,
) -> None:
    woken.clear()
    with django_capture_on_commit_callbacks(execute=True):
        ask_in_two_hours()
        outbox.ask(SLOW, key="now", at=AT, not_before=AT, wake=woken.append)
    assert woken == [SLOW]


def test_a_wait_is_judged_by_its_own_lanes_longest() -> None:
    ask(1)
    OutboxMessage.objects.update(attempts=3, due_at=AT + HOUR)
    assert made_at(AT, SLOW) == 0, "so long a wait is usual in this lane"
    assert made_at(AT, TELL) == 1, "and in this one it was written by a clock that went back"


def test_waits_double_up_to_the_longest() -> None:
    ask(1)
    clock, waits = Clock(), []
    many = replace(TELL, tries=100)
    for _ in range(12):
        outbox.drain_lane(many, failing(OSError()), clock=clock)
        due = OutboxMessage.objects.get().due_at
        waits.append((due - clock.at).total_seconds())
        clock.at = due
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600]
    assert many.wait_after(10**6) == many.longest_wait
