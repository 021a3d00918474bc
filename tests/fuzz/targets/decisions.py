"""Decisions on signed messages: both ways of reading come to the same, and no rule ever breaks.

The first octet of an input says with which register, and asked how, the rest is decided.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from rules.findings import Verdict
from rules.service_requests import reading_rule
from rules.service_requests.decision import Action, Decision
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.fuzz.signing import signed_anew
from tests.fuzz.target import Target
from tests.fuzz.xml_mutation import mutate_xml
from tests.rules.messages.mutations import FRAGMENTS
from tests.rules.service_requests.vectors import Vector
from tests.rules.service_requests.vectors_all import FAILING, PASSING, UNREADABLE
from tests.rules.service_requests.world import AT, ask

_LONGEST = 8_192
_LONGEST_SENTENCE = 1_000
_VECTORS: list[Vector] = [
    *PASSING.values(),
    *(vector for given in (*FAILING.values(), *UNREADABLE.values()) for vector in given),
]
WORLDS: list[Vector] = []
"""Of the vectors, those that differ in the register or in what is asked; the first of each."""
for _vector in _VECTORS:
    if not any((_vector.held, _vector.asked) == (one.held, one.asked) for one in WORLDS):
        WORLDS.append(_vector)
WORLDS = WORLDS[:256]


def _number(vector: Vector) -> int | None:
    alike = (
        n for n, one in enumerate(WORLDS) if (one.held, one.asked) == (vector.held, vector.asked)
    )
    return next(alike, None)


def hold(data: bytes) -> None:
    world = WORLDS[data[0] % len(WORLDS)] if data else WORLDS[0]
    message = data[1:]
    _hold(world, message)
    signed = signed_anew(message)
    if signed is not None:
        _hold(world, signed)


def _hold(world: Vector, message: bytes) -> None:
    either = _decided(world, message)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_rule, "read_express", lambda *_args, **_named: None)
        full = _decided(world, message)
    assert either == full


def _decided(world: Vector, message: bytes) -> Mapping[str, Any]:
    decision = ask(message, world.held, at=world.at, **world.asked)
    for finding in decision.findings(SEES_EVERY_PARTY):
        assert finding.verdict is not Verdict.BROKEN, finding.rule
        assert 0 < len(finding.says) < _LONGEST_SENTENCE, finding.rule
        assert "\n" not in finding.says, finding.rule
    _hold_together(decision)
    answer = decision.as_dict(checked_at=AT, snapshot_age=0.0, reader=SEES_EVERY_PARTY)
    json.dumps(answer).encode()
    return answer


def _hold_together(decision: Decision) -> None:
    assert (decision.decision is Action.PROCESS) == (decision.reason is None)
    if decision.decision is Action.PROCESS:
        assert decision.signer is not None
        assert decision.signer.is_proven


TARGET = Target(
    hold=hold,
    seeds=[
        bytes((number,)) + vector.message
        for vector in _VECTORS
        if len(vector.message) < _LONGEST and (number := _number(vector)) is not None
    ],
    words=FRAGMENTS,
    longest=_LONGEST,
    mutate=mutate_xml,
)
