"""What came is taken only where it follows on what is held."""

from dataclasses import replace

import pytest

from rules.feed.bundles import Answer, ChangeBundle
from rules.feed.following import take_changes, take_snapshot
from rules.feed.refusals import FeedReason as R, FeedRefusedError
from rules.register.snapshot import SnapshotChange
from tests.rules.feed.picture import AT, LATER, a_certificate, a_snapshot, by_id

HELD = a_snapshot(version="418", mark="m-418")
ANSWER = Answer(made_at=AT, nonce="n", confirmed_after=0.0, certificates=())
NEXT = ChangeBundle(
    after="418",
    after_mark="m-418",
    change=SnapshotChange(version="420", mark="m-420", wholes={"enforced_from": None}),
    answer=ANSWER,
)
NOTHING = replace(NEXT, change=SnapshotChange(version="418", mark="m-418"))


def reason_of(taken, *, nonce="n"):
    with pytest.raises(FeedRefusedError) as refused:
        take_changes(HELD, taken, nonce=nonce)
    return refused.value.reason


def test_changes_from_the_version_that_is_held_are_taken():
    assert take_changes(HELD, NEXT, nonce="n") == replace(
        HELD, version="420", mark="m-420", enforced_from=None
    )


def test_where_nothing_changed_the_snapshot_stays_the_same_object():
    assert take_changes(HELD, NOTHING, nonce="n") is HELD


@pytest.mark.parametrize(
    ("differing", "reason"),
    [
        ({"after": "417"}, R.NOT_THE_ANSWER),
        ({"after": "419"}, R.NOT_THE_ANSWER),
        ({"answer": replace(ANSWER, nonce="older")}, R.NOT_THE_ANSWER),
        ({"answer": replace(ANSWER, nonce=None)}, R.NOT_THE_ANSWER),
        ({"after_mark": "another"}, R.HISTORY_DIFFERS),
        ({"change": SnapshotChange(version="417", mark="m-417")}, R.WENT_BACK),
        ({"change": SnapshotChange(version="418", mark="another")}, R.HISTORY_DIFFERS),
    ],
)
def test_changes_that_do_not_follow_on_it_are_refused(differing, reason):
    assert reason_of(replace(NEXT, **differing)) is reason


@pytest.mark.parametrize(
    "change",
    [
        {"wholes": {"enforced_from": LATER}},
        {"user_ids": {"90-B3-D5-1F-30-01-00-00": None}},
        {"certificates": by_id(a_certificate(9))},
    ],
)
def test_something_that_changed_without_another_version_is_refused(change):
    made = SnapshotChange(version="418", mark="m-418", **change)
    assert reason_of(replace(NEXT, change=made)) is R.HISTORY_DIFFERS


def test_a_snapshot_takes_the_place_of_none_of_an_older_and_of_the_same():
    assert take_snapshot(None, HELD) is HELD
    newer, same = a_snapshot(version="419", mark="m-419"), a_snapshot(version="418", mark="m-418")
    assert take_snapshot(HELD, newer) is newer
    assert take_snapshot(HELD, same) is same


@pytest.mark.parametrize(
    ("version", "mark", "reason"),
    [("417", "m-417", R.WENT_BACK), ("9", "m-418", R.WENT_BACK), ("418", "x", R.HISTORY_DIFFERS)],
)
def test_a_snapshot_from_before_or_of_another_history_is_refused(version, mark, reason):
    with pytest.raises(FeedRefusedError) as refused:
        take_snapshot(HELD, a_snapshot(version=version, mark=mark))
    assert refused.value.reason is reason
