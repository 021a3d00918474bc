"""Every attack on the feed, by its name: on snapshots, and on changes."""

from tests.attacks.feed.attacks_replayed import FOLLOWED, REPLAYED
from tests.attacks.feed.attacks_signed import BROKEN
from tests.attacks.feed.attacks_wire import BODIES, HEADERS, SIGNATURES
from tests.attacks.feed.bombs import LARGE
from tests.attacks.feed.making import Attack


def _named(groups: dict[str, dict[str, Attack]]) -> dict[str, Attack]:
    return {
        f"{group}: {name}": attack
        for group, attacks in groups.items()
        for name, attack in attacks.items()
    }


ON_SNAPSHOTS = _named(
    {
        "body": BODIES,
        "signature": SIGNATURES,
        "header": HEADERS,
        "replayed": REPLAYED,
        "broken": BROKEN,
        "large": LARGE,
    }
)
ON_CHANGES = _named({"changes": FOLLOWED})
