"""No request costs more than 50 ms of one processor or 50 MB, whatever its key."""

import pytest

from rules.certificates.requests import check_request
from tests.attacks.costs import hold, measured
from tests.attacks.public_keys.attacks import ATTACKS
from tests.rules.certificates import builders as b

pytestmark = [pytest.mark.alone, pytest.mark.slow]


def ask(submission: bytes) -> tuple[str, ...]:
    return tuple(check_request(b.facts(submission)).reasons)


def test_every_key_is_refused_quickly_and_in_little_memory() -> None:
    costs = measured(
        ask, ((name, make()) for name, (make, _) in ATTACKS.items()), ordinary=b.request()
    )
    assert all(cost.answer for cost in costs)
    assert max(cost.octets for cost in costs) > 900_000
    hold(costs)
