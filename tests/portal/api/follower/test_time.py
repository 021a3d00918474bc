"""It decides only while the portal has confirmed what it holds, however long it was away."""

import time

import follower_feed
import pytest
from follower_feed import NotConfirmedError

from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot import load_snapshot
from registry.models import OrganisationCertificate, SnapshotChange
from tests.factories import AT
from tests.portal.api.follower.watching import changed, is_right
from tests.rules.service_requests import vectors, vectors_contingency
from tests.waiting import seconds_until

pytestmark = pytest.mark.slow


def test_after_hours_in_which_it_was_stopped_it_refuses_until_it_is_confirmed(a_follower):
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    for _ in range(3):
        changed()
    now[0] += 50
    assert follower.snapshot() != load_snapshot(), "it cannot know yet"
    now[0] += 4 * 3600 - 100
    assert follower.snapshot() != load_snapshot(), "for four hours it counts"
    now[0] += 60
    with pytest.raises(NotConfirmedError, match=r"1441\d s ago"):
        follower.snapshot()
    follower.confirm()
    assert is_right(follower)


def test_after_an_hour_whose_changes_were_cleared_away_it_takes_everything_anew(a_follower):
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    changed()
    changed()
    SnapshotChange.objects.filter(version__lt=int(load_snapshot().version)).delete()
    now[0] += 3600
    follower.confirm()
    assert is_right(follower)
    again = a_follower()
    again.confirm()
    assert is_right(again)


def test_a_portal_that_cannot_ask_its_database_confirms_nothing_newer(a_follower, monkeypatch):
    """The minute of the portal and that of the follower are one minute, not two."""
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0], refused_after=60.0)
    follower.confirm()
    holder = snapshot_holder.start_holding()
    monkeypatch.setattr(snapshot_holder.SnapshotHolder, "_hold", lambda *_: None)
    time.sleep(1.5)
    confirmed = holder.held().confirmed_at
    follower.confirm()
    behind = snapshot_holder.steady_seconds() - confirmed
    assert behind > 1
    now[0] += 61 - behind
    with pytest.raises(NotConfirmedError):
        follower.snapshot()
    now[0] -= 2
    assert follower.snapshot()


def test_what_is_of_solr_contingency_is_decided_for_a_minute_and_all_else_for_hours(a_follower):
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    held = follower.held()
    ordinary = vectors.PASSING["the plain case"].decide()
    contingency = vectors_contingency.PASSING["a request to be transformed"].decide()
    now[0] = held.confirmed_at + 59.5
    assert follower.age_for(contingency, held) == pytest.approx(59.5)
    assert follower.age_for(ordinary, held) == pytest.approx(59.5)
    now[0] += 1
    with pytest.raises(NotConfirmedError, match=r"6[01] s ago"):
        follower.age_for(contingency, held)
    now[0] = held.confirmed_at + 4 * 3600 - 0.5
    assert follower.age_for(ordinary, held) == pytest.approx(14_399.5)
    now[0] += 1
    with pytest.raises(NotConfirmedError, match=r"1440[01] s ago"):
        follower.age_for(ordinary, held)


def test_the_log_says_once_that_it_has_become_stale(a_follower, portal, caplog):
    now = [1000.0]
    follower = a_follower(clock=lambda: now[0])
    follower.confirm()
    portal.stop()
    stopping = follower_feed.threading.Event()
    thread = follower_feed.threading.Thread(
        target=follower.follow, args=(stopping,), kwargs={"wait": 0}
    )
    thread.start()
    try:
        seconds_until(lambda: "cannot be reached" in caplog.text)
        assert "is stale" not in caplog.text
        now[0] += 61
        seconds_until(lambda: "is stale" in caplog.text)
        tries = caplog.text.count("cannot be reached")
        seconds_until(lambda: caplog.text.count("cannot be reached") > tries + 1)
        assert caplog.text.count("is stale") == 1
    finally:
        stopping.set()
        thread.join(20)
    assert not thread.is_alive()


def test_it_is_told_of_a_change_while_it_waits(a_follower):
    follower = a_follower()
    follower.confirm()
    held = follower.snapshot().version
    stopping = follower_feed.threading.Event()
    thread = follower_feed.threading.Thread(
        target=follower.follow, args=(stopping,), kwargs={"wait": 30}
    )
    thread.start()
    try:
        time.sleep(0.3)
        OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
        # Long before the time is up for which it waits.
        seconds_until(lambda: follower.snapshot().version != held, within=25)
        assert is_right(follower)
        changed()
        seconds_until(lambda: is_right(follower))
    finally:
        stopping.set()
        changed()
        thread.join(10)
    assert not thread.is_alive()


def test_it_waits_for_a_change_only_while_what_it_holds_is_not_stale(a_follower, portal):
    """Else not all would be decided until something changed, or the time to wait was up."""
    a_follower().confirm()
    now = [1000.0]
    again = a_follower(clock=lambda: now[0])
    again.confirm(wait=1)
    now[0] += 61
    again.confirm(wait=1)
    assert is_right(again)
    again.confirm(wait=1)
    asked = [path.partition("wait=")[2].partition("&")[0] for path in portal.seen]
    assert [wait for wait in asked if wait] == ["0", "0", "0", "1"]
