"""No payload costs more than 50 ms of one processor or 50 MB, whatever it is."""

import pytest

from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.attacks.costs import hold, measured
from tests.attacks.payloads.attacks import ATTACKS, ORDINARY, REGISTER
from tests.rules.service_requests.world import ask

pytestmark = [pytest.mark.alone, pytest.mark.slow]


def decide(message: bytes) -> str | None:
    decision = ask(message, REGISTER)
    decision.findings(SEES_EVERY_PARTY)
    return decision.reason


def test_every_payload_is_refused_quickly_and_in_little_memory() -> None:
    inputs = ((name, make()) for name, (make, _) in ATTACKS.items())
    costs = measured(decide, inputs, ordinary=ORDINARY)
    assert all(cost.answer for cost in costs)
    assert max(cost.octets for cost in costs) > 900_000
    hold(costs)
