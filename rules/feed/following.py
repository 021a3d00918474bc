"""Whether what came follows on what is held. Nothing here knows a network or a clock.

A follower begins with a snapshot and then takes changes, each from the version that it holds to a
later one. The changes bear what the follower asked with (a nonce), so nobody can give it an old
answer for a new one; and the marks of versions, so a register that was set back to a backup and
has since counted the same versions again is not taken for the one that was followed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules.feed.bundles import ChangeBundle
from rules.feed.refusals import FeedReason, FeedRefusedError
from rules.register.snapshot import Snapshot, SnapshotChange


def take_snapshot(held: Snapshot | None, taken: Snapshot) -> Snapshot:
    """Return a snapshot that takes the place of the one that is held.

    Raises:
        FeedRefusedError: The register went back behind what is held, or is at the same version
            of another history.
    """
    if held is None:
        return taken
    if int(taken.version) < int(held.version):
        raise FeedRefusedError(
            FeedReason.WENT_BACK,
            f"the snapshot is of version {taken.version}, and {held.version} was known already",
        )
    if taken.version == held.version and taken.mark != held.mark:
        raise FeedRefusedError(
            FeedReason.HISTORY_DIFFERS,
            f"version {taken.version} is not the one of that number that was known already",
        )
    return taken


def take_changes(held: Snapshot, taken: ChangeBundle, *, nonce: str) -> Snapshot:
    """Return what changes make of the snapshot that is held; itself where there are none.

    Raises:
        FeedRefusedError: They answer another question, or are those of another history.
    """
    change = _completed(taken, held)
    if taken.answer.nonce != nonce or taken.after != held.version:
        raise FeedRefusedError(
            FeedReason.NOT_THE_ANSWER, "the changes are the answer to another question"
        )
    if taken.after_mark != held.mark:
        raise FeedRefusedError(
            FeedReason.HISTORY_DIFFERS,
            f"version {held.version} of the register is not the one that was followed",
        )
    if int(change.version) < int(held.version):
        raise FeedRefusedError(FeedReason.WENT_BACK, "the changes lead to an older version")
    if change.version == held.version:
        if change.mark != held.mark or not change.is_empty:
            raise FeedRefusedError(
                FeedReason.HISTORY_DIFFERS, "something changed without another version"
            )
        return held
    return held.changed(change)


def _completed(taken: ChangeBundle, held: Snapshot) -> SnapshotChange:
    """Return what changed, with the entries of the parts of which all there are were told."""
    if not taken.replaced:
        return taken.change
    entries: dict[str, Any] = {
        part: _between(getattr(held, part), now) for part, now in taken.replaced.items()
    }
    return replace(taken.change, **entries)


def _between(before: Mapping[Any, Any], now: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return {**dict.fromkeys(before.keys() - now.keys()), **now}
