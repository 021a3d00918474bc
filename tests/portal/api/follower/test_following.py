"""It follows the register, change after change, and goes on after an end from what it kept."""

import follower_feed
import pytest
from follower_feed import NotConfirmedError
from follower_state import State, StateInUseError

from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot import load_snapshot
from tests.arranging import set_enforcement
from tests.factories import AT
from tests.portal.api.follower.watching import changed, is_right, refuses
from tests.waiting import seconds_until

pytestmark = pytest.mark.slow


def test_it_decides_nothing_before_the_portal_confirmed_what_it_took(a_follower, portal):
    follower = a_follower()
    with pytest.raises(NotConfirmedError):
        follower.snapshot()
    follower.confirm()
    assert is_right(follower)
    assert [path.partition("?")[0].rpartition("/")[2] for path in portal.seen] == [
        *("snapshot", "changes", "feed-certificates"),
    ]


def test_it_follows_change_after_change_without_taking_everything_again(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    for _ in range(3):
        changed()
        assert not is_right(follower)
        follower.confirm()
        assert is_right(follower)
    set_enforcement(enforced_from=None, at=AT)
    seconds_until(lambda: snapshot_holder.current_snapshot() == load_snapshot())
    follower.confirm()
    assert is_right(follower)
    assert sum(path.endswith("/snapshot") for path in portal.seen) == 1


def test_it_goes_on_after_an_end_from_what_it_kept(a_follower, portal):
    follower = a_follower()
    follower.confirm()
    changed()
    follower.confirm()
    changed()
    again = a_follower()
    with pytest.raises(NotConfirmedError):
        again.snapshot()
    again.confirm()
    assert is_right(again)
    assert sum(path.endswith("/snapshot") for path in portal.seen) == 1


def test_what_it_kept_is_of_no_use_without_the_portal(a_follower, portal):
    a_follower().confirm()
    portal.stop()
    follower = a_follower()
    assert refuses(follower)
    with pytest.raises(NotConfirmedError):
        follower.snapshot()


def test_after_many_changes_it_takes_the_snapshot_anew(a_follower, monkeypatch, tmp_path):
    monkeypatch.setattr(follower_feed, "MOST_CHANGES_KEPT", 2)
    follower = a_follower()
    for _ in range(5):
        changed()
        follower.confirm()
    assert len(list((tmp_path / "state" / "changes").iterdir())) <= 2
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_two_followers_cannot_have_one_folder(a_follower, tmp_path):
    a_follower()
    with pytest.raises(StateInUseError):
        State(tmp_path / "state")


def test_a_folder_that_cannot_be_written_stops_no_decision(a_follower, tmp_path, caplog):
    follower = a_follower()
    follower.confirm()
    (tmp_path / "state" / "changes").rmdir()
    (tmp_path / "state" / "changes").write_bytes(b"in the way")
    changed()
    follower.confirm()
    assert is_right(follower)
    assert "it could not be kept" in caplog.text
