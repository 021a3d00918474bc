"""No message of a megabyte costs more than 50 ms of one processor or 50 MB of memory."""

from collections.abc import Iterator

import pytest

from rules.messages.refusals import MessageReason
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.attacks.costs import hold, measured
from tests.attacks.messages.bombs import BOMBS
from tests.attacks.messages.making import decided
from tests.rules.messages.builders import MESSAGE, sign

pytestmark = [pytest.mark.alone, pytest.mark.slow]


def ask(message: bytes) -> tuple[str | None, bool]:
    """Decide, with its words; return the reason, and whether the signer is proven."""
    decision = decided(message)
    decision.findings(SEES_EVERY_PARTY)
    return decision.reason, decision.signer is not None and decision.signer.is_proven


def test_a_megabyte_of_anything_is_decided_quickly_and_in_little_memory() -> None:
    inputs = ((name, made().encode()) for name, made in BOMBS.items())
    costs = measured(ask, inputs, ordinary=MESSAGE)
    assert len(costs) == len(BOMBS) > 100
    for cost in costs:
        reason, is_proven = cost.answer
        assert reason is not None, cost.name
        assert not is_proven, cost.name
    hold(costs)


def _signed() -> Iterator[tuple[str, bytes]]:
    """Return every bomb that is read at all, signed by somebody who may."""
    for name, made in BOMBS.items():
        text = made()
        if ask(text.encode())[0] == MessageReason.DIGEST_VALUE_MALFORMED:
            yield name, sign(text)


def test_it_is_too_when_somebody_signs_it_who_may() -> None:
    costs = measured(ask, _signed(), ordinary=MESSAGE)
    assert sum(is_proven for _, is_proven in (cost.answer for cost in costs)) > 20
    hold(costs)
