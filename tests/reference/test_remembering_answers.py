"""What is remembered of a sender never changes an answer, whatever is asked one after another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from rules.register.snapshot import PARTS, WHOLES, Snapshot, SnapshotChange
from rules.service_requests import checker
from rules.service_requests.decision import Decision
from rules.service_requests.question import Generation, Question
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.reference.cases import Case, cases
from tests.reference.choosing import MOMENTS, PAST
from tests.reference.registers import NOTIFICATIONS, Change, changed
from tests.rules.messages.builders import MESSAGE
from tests.rules.service_requests.world import REGISTERED

_INSTANT = timedelta(microseconds=1)
_NOON = MOMENTS[0] + timedelta(hours=3)


def told(decision: Decision) -> tuple[object, ...]:
    """Return all that a decision says."""
    return (
        decision.decision,
        decision.reason,
        decision.would_be_reason,
        decision.reasons,
        decision.mode,
        decision.signer,
        decision.named,
        decision.s1sp_would_refuse(SEES_EVERY_PARTY),
        decision.findings(SEES_EVERY_PARTY),
    )


def difference(before: Snapshot, after: Snapshot, version: str) -> SnapshotChange:
    """Return what makes one register of another, as the feed would say it."""
    entries = {
        part: {
            key: getattr(after, part).get(key)
            for key in {**getattr(before, part), **getattr(after, part)}
            if getattr(before, part).get(key) != getattr(after, part).get(key)
        }
        for part in PARTS
    }
    wholes = {name: getattr(after, name) for name in WHOLES}
    return SnapshotChange(version=version, wholes=wholes, **entries)


def registers(changes: list[Change]) -> Iterator[Snapshot]:
    """Yield registers each of which the next change made of the one before."""
    held = changed([])
    yield held
    for number in range(1, len(changes) + 1):
        after = changed(changes[:number])
        held = held.changed(difference(held, after, str(number)))
        yield held


Turn = tuple[int, Question]
"""After how many of the changes which question is asked."""

_LEAST, _MOST = MOMENTS[0] - timedelta(days=2), MOMENTS[0] + timedelta(days=2)
_TIMES = (*MOMENTS, *MOMENTS, _NOON, _NOON + _INSTANT, PAST - _INSTANT, _LEAST, _MOST)


@st.composite
def sequences(draw: st.DrawFn) -> tuple[list[Change], list[Turn]]:
    """A few changes, and questions one after another, many of them about the same message."""
    asked = draw(st.lists(cases(), min_size=1, max_size=2))
    changes = [change for case in asked for change in case.changes]
    changes.append(draw(NOTIFICATIONS))
    turns: list[Turn] = []
    for _ in range(draw(st.integers(1, 4))):
        which = draw(st.sampled_from([len(changes), *range(len(changes) + 1)]))
        question = draw(st.sampled_from(asked)).question
        for at, is_about_now in draw(st.lists(_WHEN, min_size=4, max_size=12)):
            turns.append((which, question._replace(received_at=at, is_about_now=is_about_now)))
    return changes, turns


_WHEN = st.tuples(st.sampled_from(_TIMES), st.booleans())


@pytest.mark.slow
@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(sequences())
def test_a_sequence_of_questions_is_answered_as_each_of_them_alone(sequence):
    changes, turns = sequence
    held = list(registers(changes))
    with_memory = [told(checker.decide(question, held[which])) for which, question in turns]

    for (which, question), answer in zip(turns, with_memory, strict=True):
        # A register of its own has no memory, and is made whole, not of changes.
        alone = replace(changed(changes[:which]), version=held[which].version)
        account = Case(question, changes[:which]).account()
        assert answer == told(checker.decide(question, alone)), account


def test_what_is_asked_again_is_recalled(monkeypatch):
    recalled = []

    def noting(case):
        recalled.append(recall(case) is not None)
        return recall(case)

    recall = checker.recall
    monkeypatch.setattr(checker, "recall", noting)
    held = changed([])
    question = Question(
        message=MESSAGE,
        generation=Generation.SMETS2_PLUS,
        received_at=_NOON,
        device=REGISTERED,
    )
    for at in (_NOON, _NOON + _INSTANT, _NOON, MOMENTS[0]):
        assert checker.decide(question._replace(received_at=at), held).reason is None
    assert recalled == [False, True, True, True]
