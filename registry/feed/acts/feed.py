"""What followers are given: the snapshot, what changed since a version, and who signs.

A snapshot is written and compressed once for a version in a process, what changed since a version
is read once for everybody who asks, and both are signed by our key. Nobody who waits for a change
holds a database connection: the process's holder of the register tells them.
"""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.errors import RegistryError
from registry.feed.reads.snapshot import change_since
from registry.feed.reads.snapshot_holder import HeldRegister, held_register, steady_seconds
from registry.gateways.feed_signing_key import FeedKeyError, FeedKeySet, feed_keys
from rules.feed.bundles import (
    Answer,
    ChangeLines,
    write_change_lines,
    write_changes,
    write_snapshot,
)
from rules.feed.certificates import ANNOUNCED, SIGNING, write_certificate_list
from rules.feed.compression import compressed
from rules.register.snapshot import Snapshot

logger = logging.getLogger(__name__)

MOST_REMEMBERED = 32
"""Versions since which what changed is remembered in a process."""

WARN_BEFORE = timedelta(days=60)
"""How long before the end of the signing certificate the log begins to say so."""

Version = tuple[str, str]
"""A version and its mark."""


class ChangesGoneError(RegistryError):
    """What changed since a version is not known any more, or never was."""

    def __init__(self, after: int) -> None:
        super().__init__(
            "changes-gone",
            f"What has changed since version {after} is not known here; take the snapshot.",
        )


class FeedKeyMissingError(RegistryError):
    """There is no key to sign with."""

    def __init__(self) -> None:
        super().__init__(
            "feed-key-missing",
            "The feed has no key to sign with; ask the operator to run rotate_feed_key.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBody:
    """What a follower is given."""

    body: bytes
    jws: str
    """Detached, over the body as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A follower's question for changes."""

    after: int
    nonce: str | None
    arrived: float
    """When, on the steady clock."""


def signed_snapshot(snapshot: Snapshot, *, at: datetime) -> SignedBody:
    """Return a snapshot as it is held, compressed and signed.

    Raises:
        FeedKeyMissingError: There is no key to sign it with.
    """
    return known_snapshot.get(snapshot, _keys(at=at), at=at)


def signed_changes(question: Question, *, at: datetime) -> SignedBody:
    """Return what has changed since a version, in one step to what the register is now.

    Raises:
        ChangesGoneError: That is not known.
        SnapshotStaleError: The database has not confirmed the register lately.
        FeedKeyMissingError: There is no key to sign it with.
    """
    keys = _keys(at=at)
    found = known_changes.since(question.after, held_register())
    body = write_changes(
        found.lines,
        after=found.after,
        until=found.until,
        answer=Answer(
            made_at=at,
            nonce=question.nonce,
            confirmed_after=found.confirmed_at - question.arrived,
            certificates=(keys.signing.fingerprint, keys.announced.fingerprint),
        ),
    )
    return SignedBody(body=body, jws=keys.sign(body))


def signed_certificates(*, at: datetime) -> SignedBody:
    """Return the certificates that are live, signed by the key that signs.

    Raises:
        FeedKeyMissingError: There is none.
    """
    keys = _keys(at=at)
    body = write_certificate_list([(SIGNING, keys.signing), (ANNOUNCED, keys.announced)])
    return SignedBody(body=body, jws=keys.sign(body))


def _keys(*, at: datetime) -> FeedKeySet:
    try:
        keys = feed_keys().current(at=at)
    except FeedKeyError as fault:
        logger.error("the feed cannot be signed: %s", fault)  # noqa: TRY400 -- the words say all
        raise FeedKeyMissingError from fault
    if keys.signing.not_after - at < WARN_BEFORE:
        logger.warning(
            "the feed's certificate ends at %s: run `manage.py rotate_feed_key`",
            keys.signing.not_after.isoformat(),
        )
    return keys


class _KnownSnapshot:
    """The snapshot of one version, written once, and its signature."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version: Version | None = None
        self._body = b""
        self._jws: tuple[str, str] = ("", "")
        """By the fingerprint of which key, and the signature."""

    def get(self, snapshot: Snapshot, keys: FeedKeySet, *, at: datetime) -> SignedBody:
        # The others wait: writing it again beside the first would take longer still.
        with self._lock:
            version = (snapshot.version, snapshot.mark)
            if self._version != version:
                self._body = b"".join(compressed(write_snapshot(snapshot, made_at=at)))
                self._version, self._jws = version, ("", "")
            if self._jws[0] != keys.signing.fingerprint:
                self._jws = (keys.signing.fingerprint, keys.sign(self._body))
            return SignedBody(body=self._body, jws=self._jws[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Since:
    """What has changed since a version, and when the database last said that this is all."""

    after: Version
    until: Version
    lines: ChangeLines
    confirmed_at: float


_NOTHING = ChangeLines(counts={}, lines=b"")


class _KnownChanges:
    """What has changed since the versions that were asked for lately."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[int, tuple[Version, Version, ChangeLines]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def since(self, after: int, held: HeldRegister) -> _Since:
        now = (held.snapshot.version, held.snapshot.mark)
        if held.snapshot.version == str(after):
            return _Since(after=now, until=now, lines=_NOTHING, confirmed_at=held.confirmed_at)
        with self._lock:
            known = self._known.get(after)
            if known is not None and known[1] == now:
                return _Since(
                    after=known[0], until=now, lines=known[2], confirmed_at=held.confirmed_at
                )
            return self._read(after)

    def _read(self, after: int) -> _Since:
        asked_at = steady_seconds()
        read = change_since(after)
        if read is None:
            raise ChangesGoneError(after)
        change = read.change
        of = (
            (str(after), read.after_mark),
            (change.version, change.mark),
            write_change_lines(change),
        )
        self._known[after] = of
        self._known.move_to_end(after)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return _Since(after=of[0], until=of[1], lines=of[2], confirmed_at=asked_at)


known_snapshot = _KnownSnapshot()
known_changes = _KnownChanges()
