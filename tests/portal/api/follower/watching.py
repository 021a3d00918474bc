"""What a follower is asked in its tests: whether it is right, and why it refuses."""

import pytest
from follower_feed import PortalError

from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot import load_snapshot
from rules.feed.refusals import FeedRefusedError
from tests.factories import a_certificate, a_notification
from tests.waiting import seconds_until


def is_right(follower):
    return follower.snapshot() == load_snapshot()


def changed():
    """Change something in the register, and have the portal know it."""
    a_notification(a_certificate())
    now = load_snapshot()
    seconds_until(lambda: snapshot_holder.current_snapshot().version == now.version)


def refuses(follower, reason=None):
    """Tell whether it can confirm nothing, for that reason, and so does not decide either."""
    with pytest.raises((FeedRefusedError, PortalError)) as refused:
        follower.confirm()
    if reason is not None:
        assert refused.value.reason is reason
    return refused.value


def flipped(body):
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
