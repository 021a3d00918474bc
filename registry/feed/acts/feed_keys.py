"""Turning over the keys that sign the feed."""

from datetime import datetime, timedelta

from django.conf import settings

from registry.errors import ConflictError, RefusedActError
from registry.evidence import history
from registry.gateways.feed_signing_key import FeedKeyError, FeedKeySet, feed_keys
from rules.duties import Act


def rotate_feed_key(*, at: datetime, at_once: bool = False) -> FeedKeySet:
    """Have the announced key sign from now on, and announce a new one.

    Args:
        at: Now.
        at_once: Also when the announced key has not been announced for long, as when the one that
            signs must not be used any more.

    Raises:
        ConflictError: It was announced less than `FEED_KEY_ANNOUNCED_FOR` ago, so that there may
            be followers that do not know it (`announced-too-lately`).
        RefusedActError: The keys cannot be read or written (`feed-key-unavailable`).
    """
    with history.acting(Act.ROTATE_FEED_KEY, actor=None, at=at, subject="feed-key") as act:
        keys = feed_keys()
        try:
            known = keys.announced_at()
            if known is not None and not at_once:
                _require_known(known, at=at)
            made = keys.rotate(at=at)
        except FeedKeyError as fault:
            raise RefusedActError(
                "feed-key-unavailable", f"The feed's keys cannot be turned over: {fault}."
            ) from fault
        act.done(
            signing=made.signing.fingerprint,
            announced=made.announced.fingerprint,
            at_once=at_once,
        )
    return made


def _require_known(announced_at: datetime, *, at: datetime) -> None:
    needed = timedelta(seconds=settings.FEED_KEY_ANNOUNCED_FOR)
    if at - announced_at < needed:
        raise ConflictError(
            "announced-too-lately",
            f"The next key was announced at {announced_at:%Y-%m-%d %H:%M} UTC; a follower may not "
            f"know it yet. Wait until {announced_at + needed:%Y-%m-%d %H:%M} UTC, or say "
            "--at-once where the present key must not be used any more.",
        )
