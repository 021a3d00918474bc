"""Rows that are done are cleared away, and the same may be asked for again."""

from datetime import timedelta

import pytest
import time_machine

from registry import outbox
from registry.certificates.acts.asking_for_issue import ask_for_issue
from registry.models import Event, OrganisationCertificate, OutboxMessage
from registry.tasks import clear_outbox, drain_outbox
from tests.factories import AT
from tests.faults.lives import Cast
from tests.registry.outbox.lanes import TELL, ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_done_is_cleared_after_its_days_and_nothing_else_ever(settings) -> None:
    assert settings.OUTBOX_DONE_KEPT_DAYS == 30
    ask(4)
    days = {"message-00": 31, "message-01": 29}
    for key, ago in days.items():
        OutboxMessage.objects.filter(key=key).update(done_at=AT - timedelta(days=ago))
    OutboxMessage.objects.filter(key="message-02").update(given_up_at=AT - timedelta(days=400))
    with time_machine.travel(AT, tick=False):
        assert clear_outbox() == 1
    left = OutboxMessage.objects.order_by("pk").values_list("key", flat=True)
    assert list(left) == ["message-01", "message-02", "message-03"]


def test_the_same_is_not_asked_twice_and_can_be_asked_again_when_it_was_cleared() -> None:
    made: list[str] = []

    def ask_and_drain() -> int:
        outbox.ask(TELL, key="k", at=AT, wake=lambda _: None)
        note = lambda key, *_: made.append(key)  # noqa: E731
        return outbox.drain_lane(TELL, note, clock=lambda: AT)

    assert [ask_and_drain(), ask_and_drain()] == [1, 0]
    assert outbox.clear_done(before=AT + timedelta(seconds=1)) == 1
    assert ask_and_drain() == 1


def test_a_certificate_that_is_asked_for_again_after_clearing_is_not_issued_twice() -> None:
    request = Cast().issued()
    assert outbox.clear_done(before=AT + timedelta(days=10_000)) == 1
    events = Event.objects.count()
    ask_for_issue(request, at=AT)
    assert drain_outbox() == 1
    assert OrganisationCertificate.objects.count() == 1
    assert Event.objects.count() == events
