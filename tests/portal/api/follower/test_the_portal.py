"""A portal that was set back to a backup, that turns its keys over, or that is busy."""

import pytest
from django.utils import timezone
from follower_feed import NotConfirmedError

from registry.feed.acts.feed_keys import rotate_feed_key
from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot import load_snapshot
from registry.gateways.feed_signing_key import feed_keys
from registry.models import SnapshotChange, SnapshotVersion
from rules.feed.refusals import FeedReason
from tests.factories import a_party
from tests.portal.api.follower.watching import changed, is_right, refuses
from tests.waiting import seconds_until

pytestmark = pytest.mark.slow


def test_a_register_that_was_set_back_to_a_backup_is_not_followed_until_it_is_said(a_follower):
    a_party()
    follower = a_follower()
    follower.confirm()
    held = int(follower.snapshot().version)
    SnapshotVersion.objects.update(version=held - 1)
    SnapshotChange.objects.filter(version=held).delete()
    seconds_until(lambda: snapshot_holder.current_snapshot().version == str(held - 1))
    for _ in range(2):
        assert refuses(follower, FeedReason.WENT_BACK)
        assert refuses(a_follower(), FeedReason.WENT_BACK)
    follower = a_follower()
    # It counts the same versions again, and more: still another history.
    changed()
    assert refuses(follower, FeedReason.HISTORY_DIFFERS)
    changed()
    changed()
    assert refuses(follower, FeedReason.HISTORY_DIFFERS)
    assert refuses(a_follower(), FeedReason.HISTORY_DIFFERS)
    anew = a_follower(forget=True)
    anew.confirm()
    assert is_right(anew)


@pytest.mark.parametrize(
    ("counted_on", "reason"), [(0, FeedReason.WENT_BACK), (1, FeedReason.HISTORY_DIFFERS)]
)
def test_neither_is_it_by_a_follower_that_lost_all_but_how_far_it_was(
    a_follower, tmp_path, counted_on, reason
):
    a_party()
    follower = a_follower()
    follower.confirm()
    held = int(follower.snapshot().version)
    (tmp_path / "state" / "snapshot").unlink()
    SnapshotVersion.objects.update(version=held - 1)
    SnapshotChange.objects.filter(version=held).delete()
    for _ in range(counted_on):
        a_party()
    seconds_until(lambda: snapshot_holder.current_snapshot() == load_snapshot())
    again = a_follower()
    assert refuses(again, reason)
    with pytest.raises(NotConfirmedError):
        again.snapshot()


def test_keys_are_turned_over_without_a_gap(a_follower):
    follower = a_follower()
    follower.confirm()
    for _ in range(3):
        rotate_feed_key(at=timezone.now())
        follower.confirm()
        changed()
        follower.confirm()
        assert is_right(follower)
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_a_follower_that_was_away_while_the_keys_were_turned_over_once_goes_on(a_follower):
    a_follower().confirm()
    rotate_feed_key(at=timezone.now())
    changed()
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_one_that_was_away_for_two_turns_refuses_until_it_is_pinned_anew(a_follower):
    a_follower().confirm()
    for _ in range(2):
        rotate_feed_key(at=timezone.now())
    assert refuses(a_follower(), FeedReason.CERTIFICATE_UNTRUSTED)
    signing = feed_keys().current(at=timezone.now()).signing
    again = a_follower(pinned=signing.pem.encode())
    again.confirm()
    assert is_right(again)


def test_a_key_that_was_turned_over_is_not_trusted_any_more(a_follower, portal, pinned):
    """Also by whoever still has it in the file that was pinned."""
    old = feed_keys().current(at=timezone.now())
    follower = a_follower()
    follower.confirm()
    rotate_feed_key(at=timezone.now())
    follower.confirm()
    changed()
    portal.tamper = lambda asked, given: (
        given.signed(old.sign(given.body)) if "changes" in asked else given
    )
    assert refuses(follower, FeedReason.CERTIFICATE_UNTRUSTED)
    again = a_follower(pinned=pinned)
    assert refuses(again, FeedReason.CERTIFICATE_UNTRUSTED)


def test_where_too_many_wait_already_it_asks_without_waiting(a_follower, settings):
    settings.FEED_MOST_HELD = 0
    follower = a_follower()
    follower.confirm()
    changed()
    follower.confirm(wait=5)
    assert is_right(follower)
    follower.confirm(wait=5)
    assert is_right(follower)
