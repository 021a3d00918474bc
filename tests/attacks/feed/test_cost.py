"""No body of the feed is refused later than after 50 ms of one processor, or with over 50 MB."""

import pytest

from tests.attacks.costs import hold, measured
from tests.attacks.feed.attacks import ON_CHANGES, ON_SNAPSHOTS
from tests.attacks.feed.attacks_replayed import CHANGES
from tests.attacks.feed.making import BODY, JWS, on_the_wire, signed
from tests.attacks.feed.taking import changes_refused, snapshot_refused

pytestmark = [pytest.mark.alone, pytest.mark.slow]


def test_every_snapshot_is_refused_quickly_and_in_little_memory() -> None:
    inputs = ((name, attack.make().octets()) for name, attack in ON_SNAPSHOTS.items())
    costs = measured(snapshot_refused, inputs, ordinary=on_the_wire(JWS, BODY)().octets())
    assert [cost.answer for cost in costs] == [a.reason for a in ON_SNAPSHOTS.values()]
    assert max(cost.octets for cost in costs) > 900_000
    hold(costs)


def test_all_changes_are_refused_quickly_and_in_little_memory() -> None:
    inputs = ((name, attack.make().octets()) for name, attack in ON_CHANGES.items())
    costs = measured(changes_refused, inputs, ordinary=signed(CHANGES)().octets())
    assert [cost.answer for cost in costs] == [a.reason for a in ON_CHANGES.values()]
    hold(costs)
