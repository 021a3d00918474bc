"""A report counts once, however often it is sent and wherever it breaks off."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from portal.api.reported import DAYS_BACK
from registry.models import IdempotentCall
from registry.observations.acts.folding import KNOWN_FOR, forget_folded
from tests.portal.api.observations.reports import processed, report, unreadable
from tests.racing import race
from tests.registry.observations.conftest import total


def test_the_same_key_and_body_count_once_and_have_the_same_answer(reporter):
    first = report(reporter, processed())
    again = report(reporter, processed())
    assert (again.status_code, again.content) == (200, first.content)
    assert total() == 5
    report(reporter, processed(), key="key-2")
    assert total() == 10


def test_the_same_key_with_another_body_is_refused_and_counts_nothing(reporter):
    report(reporter, processed())
    answer = report(reporter, processed(count=6))
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert "`key-1`" in answer.json()["detail"]
    assert total() == 5


def test_a_key_is_one_clients_own(reporter, client_of):
    report(reporter, processed())
    another = client_of("observations:write", name="engine-3")
    assert report(another, processed(count=6)).status_code == 200
    assert total() == 11


def test_a_key_that_was_refused_is_free(reporter):
    assert report(reporter, processed(count=0)).status_code == 400
    assert report(reporter, processed()).status_code == 200
    assert total() == 5


def test_without_a_key_nothing_is_counted(reporter):
    answer = report(reporter, processed(), key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")
    assert total() == 0


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201, "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(reporter, key):
    answer = report(reporter, processed(), key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-malformed")
    assert report(reporter, processed(), key="x" * 200).status_code == 200


@pytest.mark.race
def test_the_same_report_sent_many_times_at_once_counts_once(reporter):
    answers = race([partial(report, reporter, processed(), unreadable())] * 8)
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (200, b'{"decisions":10,"unproven":5}')
    }
    assert total() == 10
    assert IdempotentCall.objects.count() == 1


def test_a_report_that_fails_in_the_middle_counts_nothing_and_can_be_sent_again(
    reporter, monkeypatch
):
    def broken(*_arguments, **_named):
        raise ZeroDivisionError

    with monkeypatch.context() as failing:
        failing.setattr("registry.observations.acts.observations._add", broken)
        assert report(reporter, processed()).status_code == 500
    assert (total(), IdempotentCall.objects.count()) == (0, 0)
    assert report(reporter, processed()).status_code == 200
    assert total() == 5


def test_when_its_key_is_forgotten_a_report_lies_too_far_back_to_be_taken(reporter):
    now = datetime.now(UTC)
    report(reporter, processed())
    # As far as it is remembered what was counted, nobody may report about a day any more.
    assert timedelta(days=DAYS_BACK + 2) < KNOWN_FOR
    assert forget_folded(at=now + KNOWN_FOR - timedelta(days=1)) == 0
    assert report(reporter, processed()).json() == {"decisions": 5, "unproven": 0}
    assert total() == 5
    assert forget_folded(at=now + KNOWN_FOR + timedelta(days=1)) == 1
