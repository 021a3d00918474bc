"""Snapshots of the feed: whatever is read is written and read back the same, however it is cut."""

from rules.feed.bundles import read_snapshot, write_snapshot
from rules.feed.refusals import FeedReason, FeedRefusedError
from rules.register.snapshot import Snapshot
from tests.fuzz.feed_bodies import WORDS, require_documented, sealed, without_end
from tests.fuzz.target import Target
from tests.rules.feed.picture import AT
from tests.rules.feed.test_refusals import BODY

_SIZES = (61, 4_096)


def hold(data: bytes) -> None:
    _hold(data)
    _hold(sealed(data))


def _hold(body: bytes) -> None:
    read = _read([body])
    for size in _SIZES:
        again = _read([body[i : i + size] for i in range(0, len(body), size)])
        assert again == read, size
    if isinstance(read, Snapshot):
        assert read_snapshot(write_snapshot(read, made_at=AT)) == read


def _read(pieces: list[bytes]) -> Snapshot | FeedReason:
    try:
        return read_snapshot(pieces)
    except FeedRefusedError as refused:
        require_documented(refused)
        return refused.reason


TARGET = Target(
    hold=hold,
    seeds=(
        BODY,
        without_end(BODY),
        b"".join(
            write_snapshot(
                Snapshot(
                    version="0", certificates={}, user_ids={}, eligibility={}, enforced_from=None
                ),
                made_at=AT,
            )
        ),
    ),
    words=WORDS,
    longest=8_192,
)
