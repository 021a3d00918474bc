"""The register as each process holds it in memory: no decision asks the database.

A thread of the process keeps it up to date. It is told of a change by PostgreSQL (`LISTEN`) and
also asks for the version twice a second, since a notification can be lost and is no sign of life.
What it holds counts only while the database has confirmed it lately: for what is sent as
SolrContingency within a minute, for everything else within hours (docs/decisions/0066). From the
minute on the log and the health of the process say so.

The thread is started by the first question, and again by the first one after a fork.
"""

import gc
import itertools
import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, connections

from registry.channel import CHANNEL
from registry.clients.reads.api_clients import KnownClient, known_clients
from registry.errors import RegistryError
from registry.feed.reads.snapshot import apply_changes, load_snapshot
from rules.register.snapshot import Snapshot

logger = logging.getLogger(__name__)


POLL_EVERY = 0.5
"""Seconds between two questions for the version."""

SETTLE = 0.02
"""Seconds to wait after a notification, so that a burst of commits is taken in one go."""

RETRY_EVERY = 0.5
"""Seconds before a lost database is tried again."""

TRIES = 2
"""How many attempts are made to read the register before a first question is refused, unless
`FIRST_WITHIN` passes sooner. A connection that is cut, as at a failover, does not mean that the
database is gone."""

FIRST_WITHIN = 20.0
"""Seconds that the first question waits for the register to be read for the first time."""

APPLICATION_NAME = "snapshot-holder"
"""What the database's own list of connections (`pg_stat_activity`) calls the holder's."""

_DEFAULT = "default"
_OPTIONS = {
    "application_name": APPLICATION_NAME,
    # Without these a query to a server that vanished would hang for a quarter of an hour.
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def steady_seconds() -> float:
    """Return the seconds of a clock that only goes forward, also while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SnapshotStaleError(RegistryError):
    """What this process holds of the register is too old to decide by."""

    def __init__(
        self, unconfirmed_for: float | None, *, decides: str = "nothing is decided"
    ) -> None:
        since = (
            "has not been read yet"
            if unconfirmed_for is None
            else f"was last confirmed {unconfirmed_for:.0f} seconds ago"
        )
        super().__init__(
            "snapshot-stale",
            f"The register {since}, so {decides} by it; ask again in a few seconds.",
        )
        self.unconfirmed_for = unconfirmed_for
        """Seconds since the database confirmed it last; None: it never has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRegister:
    """What a process holds, and when the database last said that this is so."""

    snapshot: Snapshot
    clients: Mapping[str, KnownClient]
    """By the fingerprint of the token."""
    confirmed_at: float
    """On the steady clock, taken before the database was asked."""


class SnapshotHolder:
    """Holds the register and a thread that keeps it up to date."""

    def __init__(
        self,
        *,
        stale_after: float,
        refused_after: float,
        poll_every: float,
        clock: Callable[[], float] = steady_seconds,
    ) -> None:
        self._stale_after = stale_after
        self._refused_after = refused_after
        self._is_stale = False
        self._poll_every = poll_every
        self._clock = clock
        self._held: HeldRegister | None = None
        self._moved = threading.Condition()
        self._tried = threading.Event()
        self._stopping = threading.Event()
        self._woken, self._wake = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="snapshot-holder", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it; what it held is no longer confirmed from then on."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._wake.close()
        self._thread.join()
        self._woken.close()

    def held(self) -> HeldRegister:
        """Return what is held.

        Raises:
            SnapshotStaleError: The database has not confirmed it for too long, or never did.
        """
        held = self._held
        if held is None:
            self._tried.wait(FIRST_WITHIN)
            held = self._held
            if held is None:
                raise SnapshotStaleError(None)
        unconfirmed_for = self._clock() - held.confirmed_at
        if (unconfirmed_for > self._stale_after) is not self._is_stale:
            self._tell(unconfirmed_for)
        if unconfirmed_for > self._refused_after:
            raise SnapshotStaleError(unconfirmed_for)
        return held

    def age(self) -> float | None:
        """Return for how many seconds what is held has not been confirmed; None: never yet."""
        held = self._held
        return None if held is None else self._clock() - held.confirmed_at

    def _tell(self, unconfirmed_for: float) -> None:
        """Log, once each time, that what is held has become stale or is confirmed again."""
        self._is_stale = unconfirmed_for > self._stale_after
        if self._is_stale:
            logger.error(
                "the register was last confirmed %.0f seconds ago; nothing that is sent as "
                "SolrContingency is decided by it, and everything else until %.0f seconds",
                unconfirmed_for,
                self._refused_after,
            )
        else:
            logger.warning("the register is confirmed again")

    def wait_while_at(self, version: str, *, within: float) -> None:
        """Return when what is held is of another version, or the time is up.

        Args:
            version: The one that the caller knows.
            within: Seconds.
        """
        with self._moved:
            self._moved.wait_for(lambda: self._is_past(version), timeout=within)

    def _is_past(self, version: str) -> bool:
        return self._held is not None and self._held.snapshot.version != version

    def _hold(self, held: HeldRegister) -> None:
        before, self._held = self._held, held
        if before is None or before.snapshot is not held.snapshot:
            with self._moved:
                self._moved.notify_all()

    def _run(self) -> None:
        for tries in itertools.count(1):
            if self._stopping.is_set():
                return
            try:
                with _own_connection():
                    self._follow()
            except (DatabaseError, psycopg.Error) as fault:
                logger.warning("the register cannot be followed: %s", str(fault).strip())
            except Exception:  # a process whose thread has ended could never decide again
                logger.exception("following the register failed")
            if tries >= TRIES:
                self._tried.set()
            age = self.age()
            if age is not None and age > self._stale_after and not self._is_stale:
                self._tell(age)
            self._stopping.wait(RETRY_EVERY)

    def _follow(self) -> None:
        """Read everything, then what changes, until told to stop or the connection fails.

        Nothing from before a lost connection is built upon: the database may be another one now,
        restored or promoted, whose versions count something else.
        """
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        asked_at = self._clock()
        with _without_collecting():
            snapshot = load_snapshot()
        held = HeldRegister(snapshot=snapshot, clients=known_clients(), confirmed_at=asked_at)
        self._hold(held)
        self._tried.set()
        while not self._stopping.is_set():
            if self._was_notified():
                self._stopping.wait(SETTLE)
            asked_at = self._clock()
            held = HeldRegister(
                snapshot=apply_changes(held.snapshot),
                clients=known_clients(),
                confirmed_at=asked_at,
            )
            self._hold(held)

    def _was_notified(self) -> bool:
        """Wait until the database tells of a change, the next poll is due, or it is to stop."""
        link = connection.connection
        if list(link.notifies(timeout=0, stop_after=1)):
            return True
        with selectors.DefaultSelector() as either:
            either.register(link.fileno(), selectors.EVENT_READ)
            either.register(self._woken, selectors.EVENT_READ)
            either.select(self._poll_every)
        return bool(list(link.notifies(timeout=0, stop_after=1)))


@contextmanager
def _own_connection() -> Iterator[None]:
    """Give this thread a database connection that notices when the server is gone."""
    fresh = connections.create_connection(_DEFAULT)
    fresh.settings_dict = {
        **fresh.settings_dict,
        "OPTIONS": {**fresh.settings_dict["OPTIONS"], **_OPTIONS},
    }
    connections[_DEFAULT] = fresh
    try:
        yield
    finally:
        fresh.close()
        del connections[_DEFAULT]


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep what is made inside from the garbage collector, for good.

    A register of 100,000 certificates is half a million objects without a cycle. Looking through
    them would double the time to read it, and later hold up decisions for a sixth of a second.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


class _Process:
    """The one holder of this process, if it has been asked for."""

    holder: SnapshotHolder | None
    lock: threading.Lock

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.holder = None
        self.lock = threading.Lock()


_process = _Process()
# A fork copies the holder without its thread, and perhaps a lock that nobody will ever release.
os.register_at_fork(after_in_child=_process.begin)


def held_register() -> HeldRegister:
    """Return the register as this process holds it; starts to hold it where it does not yet.

    Raises:
        SnapshotStaleError: The database has not confirmed it within `SNAPSHOT_REFUSED_AFTER`.
    """
    holder = _process.holder
    if holder is None:
        holder = start_holding()
    return holder.held()


def current_snapshot() -> Snapshot:
    """Return the snapshot as this process holds it, without asking the database.

    Raises:
        SnapshotStaleError: The database has not confirmed it within `SNAPSHOT_REFUSED_AFTER`.
    """
    return held_register().snapshot


def age_of(held: HeldRegister) -> float:
    """Return for how many seconds the database has not confirmed what was held."""
    return steady_seconds() - held.confirmed_at


def wait_while_at(version: str, *, within: float) -> None:
    """Return when this process holds another version than this one, or the time is up.

    Asks no database: whoever waits needs no connection.

    Args:
        version: The one that the caller knows.
        within: Seconds.
    """
    start_holding().wait_while_at(version, within=within)


def age_of_holding() -> float | None:
    """Return how old what this process holds is, in seconds.

    Infinite where it is to hold the register and has not read it yet; None where nobody has asked
    it to.
    """
    holder = _process.holder
    if holder is None:
        return None
    age = holder.age()
    return inf if age is None else age


def start_holding() -> SnapshotHolder:
    """Start to hold the register in this process, so that the first question need not wait."""
    with _process.lock:
        if _process.holder is None:
            holder = SnapshotHolder(
                stale_after=settings.SNAPSHOT_STALE_AFTER,
                refused_after=settings.SNAPSHOT_REFUSED_AFTER,
                poll_every=POLL_EVERY,
            )
            holder.start()
            _process.holder = holder
        return _process.holder


def stop_holding() -> None:
    """Stop to hold the register in this process."""
    with _process.lock:
        holder, _process.holder = _process.holder, None
    if holder is not None:
        holder.stop()
