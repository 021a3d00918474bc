"""What is remembered of a sender never changes an answer, whatever is asked one after another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from rules.service_requests import checker
from rules.service_requests.decision import Decision
from rules.service_requests.question import Generation, Question
from rules.service_requests.snapshot import PARTS, WHOLES, Snapshot, SnapshotChange
from tests.reference.cases import Case, cases
from tests.reference.choosing import MOMENTS, PAST
from tests.reference.registers import Change, changed
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
        decision.s1sp_would_refuse,
        decision.findings(),
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


@st.composite
def sequences(draw: st.DrawFn) -> tuple[list[Question], list[Change], list[tuple[int, int]]]:
    """A few questions, a few changes, and in which order which is asked after which change."""
    asked = draw(st.lists(cases(), min_size=1, max_size=3))
    questions = [question for case in asked for question in variations(case)]
    changes = [change for case in asked for change in case.changes][:4]
    turns = st.tuples(st.integers(0, len(changes)), st.integers(0, len(questions) - 1))
    return questions, changes, draw(st.lists(turns, min_size=4, max_size=24))


def variations(case: Case) -> Iterator[Question]:
    """Yield a question again as of other moments, near to and far from those of the register."""
    for at in (*MOMENTS, PAST - _INSTANT, _NOON, _NOON + _INSTANT):
        yield case.question._replace(received_at=at, is_about_now=False)
    yield case.question._replace(received_at=_NOON, is_about_now=True)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sequences())
def test_a_sequence_of_questions_is_answered_as_each_of_them_alone(sequence):
    questions, changes, turns = sequence
    held = list(registers(changes))
    with_memory = [told(checker.decide(questions[asked], held[which])) for which, asked in turns]

    for (which, asked), answer in zip(turns, with_memory, strict=True):
        # A register of its own has no memory, and is made whole, not of changes.
        alone = replace(changed(changes[:which]), version=held[which].version)
        assert answer == told(checker.decide(questions[asked], alone)), Case(
            questions[asked], changes[:which]
        ).account()


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
