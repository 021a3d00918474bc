"""Changes of the feed: whatever is read is followed or refused, and written back the same."""

from dataclasses import replace
from math import isfinite

from rules.feed.bundles import ChangeBundle, read_changes, write_change_lines, write_changes
from rules.feed.following import take_changes
from rules.feed.refusals import FeedRefusedError
from tests.fuzz.feed_bodies import WORDS, require_documented, sealed, without_end
from tests.fuzz.target import Target
from tests.rules.feed.picture import a_snapshot
from tests.rules.feed.test_bundles import ANSWER, EVERYTHING
from tests.rules.feed.test_refusals import CHANGES

_HELD = a_snapshot()


def hold(data: bytes) -> None:
    _hold(data)
    _hold(sealed(data))


def _hold(body: bytes) -> None:
    try:
        bundle = read_changes(body)
    except FeedRefusedError as refused:
        require_documented(refused)
        return
    answer = bundle.answer
    # Whoever follows reckons with it.
    assert isfinite(answer.confirmed_after)
    assert _again(bundle) == replace(
        bundle, answer=replace(answer, confirmed_after=round(answer.confirmed_after, 3))
    )
    try:
        followed = take_changes(_HELD, bundle, nonce=answer.nonce or "")
    except FeedRefusedError as refused:
        require_documented(refused)
    else:
        assert int(followed.version) >= int(_HELD.version)


def _again(bundle: ChangeBundle) -> ChangeBundle:
    change = bundle.change
    return read_changes(
        write_changes(
            write_change_lines(change),
            after=(bundle.after, bundle.after_mark),
            until=(change.version, change.mark),
            answer=bundle.answer,
        )
    )


_EVERYTHING = write_changes(
    write_change_lines(EVERYTHING),
    after=(_HELD.version, _HELD.mark),
    until=(EVERYTHING.version, EVERYTHING.mark),
    answer=ANSWER,
)
TARGET = Target(
    hold=hold,
    seeds=(CHANGES, without_end(CHANGES), _EVERYTHING, without_end(_EVERYTHING)),
    words=WORDS,
    longest=8_192,
)
