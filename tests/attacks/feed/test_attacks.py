"""No snapshot and no change is followed that the register did not sign just so, and just now."""

import pytest

from rules.feed.refusals import FeedRefusedError
from tests.attacks.feed.attacks import ON_CHANGES, ON_SNAPSHOTS
from tests.attacks.feed.attacks_replayed import CHANGES
from tests.attacks.feed.making import BODY, JWS, NEWER, on_the_wire, signed
from tests.attacks.feed.taking import follow_changes, follow_snapshot

ATTACKS = [
    pytest.param(follow, attack, id=name)
    for follow, attacks in ((follow_snapshot, ON_SNAPSHOTS), (follow_changes, ON_CHANGES))
    for name, attack in attacks.items()
]


def test_the_bodies_that_are_attacked_are_followed() -> None:
    assert follow_snapshot(on_the_wire(JWS, BODY)()) == NEWER
    assert follow_changes(signed(CHANGES)()).version == "419"


@pytest.mark.slow
def test_there_are_as_many_attacks_as_are_named_and_no_two_are_one() -> None:
    assert len(ATTACKS) > 120
    sent = {(attack.make().body, attack.make().jws) for attack in ON_SNAPSHOTS.values()}
    assert len(sent) == len(ON_SNAPSHOTS)


@pytest.mark.parametrize(("follow", "attack"), ATTACKS)
def test_what_must_not_be_followed_is_refused_for_its_own_reason(follow, attack) -> None:
    with pytest.raises(FeedRefusedError) as refused:
        follow(attack.make())
    assert refused.value.reason is attack.reason
    assert len(str(refused.value)) < 400
