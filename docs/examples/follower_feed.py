"""Follows the register of a portal: takes the snapshot, then what changes, each verified.

What is held counts only while the portal has confirmed it lately. Each question bears a nonce
that its signed answer repeats, and the answer says how long after the question the portal's
database had confirmed it; so an old answer is never taken for a new one, and how fresh it is can
be told by this machine's own clock alone.
"""

# ruff: noqa: INP001 -- beside a program, not in a package

import contextlib
import gc
import json
import logging
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, NamedTuple

from follower_state import Certificates, Signed, State

from rules.feed.bundles import read_changes, read_snapshot
from rules.feed.certificates import read_certificate_list
from rules.feed.compression import decompressed
from rules.feed.following import take_changes, take_snapshot
from rules.feed.refusals import FeedReason, FeedRefusedError
from rules.register.snapshot import Snapshot
from rules.service_requests.decision import Decision

logger = logging.getLogger("follower")

STALE_AFTER = 60.0
"""Seconds after which nothing that is sent as SolrContingency is decided."""
REFUSED_AFTER = 4 * 60 * 60.0
"""Seconds after which nothing is decided at all."""
MOST_OCTETS = 1 << 29
"""Of one answer of the portal."""
MOST_CHANGES_KEPT = 500
"""After so many the snapshot is taken anew, so that a restart has less to read."""
RETRY_EVERY = 1.0
NETWORK_TIMEOUT = 10.0


def steady_seconds() -> float:
    """Return the seconds of a clock that only goes forward, also while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class NotConfirmedError(Exception):
    """What is held was not confirmed lately enough to decide by it."""


class Held(NamedTuple):
    """What is held, in one value, so that nobody sees the one without the other."""

    snapshot: Snapshot
    confirmed_at: float
    """When on the clock the portal's database last said that it is so."""


class PortalError(Exception):
    """The portal did not give what was asked for."""

    def __init__(self, says: str, *, code: str = "") -> None:
        super().__init__(says)
        self.code = code
        """That of the problem document, such as `changes-gone`."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows none: the token is for the portal alone."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return nothing to go on with."""


class Portal:
    """The portal, by HTTP."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._opener = urllib.request.build_opener(_NoRedirects)

    def get(self, path: str, *, wait: float = 0.0) -> Signed:
        """Return what is at a path; raises a `PortalError` where it does not come."""
        address = f"{self._address}/{path}"
        request = urllib.request.Request(address, headers=self._headers)  # noqa: S310 -- it is the operator's
        try:
            with self._opener.open(request, timeout=wait + NETWORK_TIMEOUT) as answer:
                body = answer.read(MOST_OCTETS)
                return Signed(jws=answer.headers.get("JWS-Signature", ""), body=body)
        except urllib.error.HTTPError as refusal:
            code = _code_of(refusal)
            raise PortalError(f"the portal says {refusal.code} {code}", code=code) from refusal
        except (OSError, HTTPException) as fault:
            raise PortalError(f"the portal cannot be reached: {fault}") from fault


def _code_of(refusal: urllib.error.HTTPError) -> str:
    with refusal, contextlib.suppress(OSError, HTTPException, ValueError, AttributeError):
        return str(json.loads(refusal.read(10_000)).get("code", ""))
    return ""


class Follower:
    """Holds the register as the portal last confirmed it."""

    def __init__(
        self,
        portal: Portal,
        state: State,
        *,
        pinned: bytes,
        stale_after: float = STALE_AFTER,
        refused_after: float = REFUSED_AFTER,
        clock: Callable[[], float] = steady_seconds,
    ) -> None:
        self._portal = portal
        self._state = state
        self._pinned = pinned
        self._stale_after = stale_after
        self._refused_after = refused_after
        self._clock = clock
        self._trusted: Certificates = state.trusted(pinned)
        self._known: Snapshot | None = None
        """What the next question goes on from; perhaps nobody has confirmed it yet."""
        self._held: Held | None = None
        self._newest = state.newest()

    def begin(self) -> None:
        """Read what is kept; what is not whole or not signed is as if it were not there."""
        kept = self._state.snapshot()
        try:
            self._known = None if kept is None else self._read_snapshot(kept)
            while self._known and (change := self._state.change(self._known.version)) is not None:
                taken = read_changes(change.verified(self._trusted))
                self._known = take_changes(self._known, taken, nonce=taken.answer.nonce or "")
        except FeedRefusedError as refusal:
            logger.warning("what was kept is taken anew from there on: %s", refusal)

    def held(self) -> Held:
        """Return what to decide by; raises a `NotConfirmedError` where nothing may be decided."""
        held = self._held
        if held is None:
            raise NotConfirmedError("The portal has not confirmed the register yet.")
        self._require_younger(held, than=self._refused_after)
        return held

    def snapshot(self) -> Snapshot:
        """Return what to decide by, likewise."""
        return self.held().snapshot

    def age_for(self, decision: Decision, held: Held) -> float:
        """Return for how many seconds what a decision rests on has not been confirmed.

        Raises a `NotConfirmedError` where it must not be decided by something so old. Ask once it
        is made: whoever was stopped meanwhile, for hours perhaps, decided by what was so then.
        """
        if decision.is_of_contingency:
            self._require_younger(held, than=self._stale_after)
        return self._require_younger(held, than=self._refused_after)

    def _require_younger(self, held: Held, *, than: float) -> float:
        age = self._clock() - held.confirmed_at
        if age > than:
            raise NotConfirmedError(f"The register was confirmed {age:.0f} s ago.")
        return age

    def confirm(self, *, wait: float = 0.0) -> None:
        """Ask what changed, and wait for it; what is held afterwards is confirmed.

        While what is held is stale it asks without waiting, since not all can be decided. Raises
        a `PortalError` or a `FeedRefusedError` where that could not be done; what was confirmed
        before then counts until it is too old.
        """
        known = self._known
        if known is None:
            known = self._take_snapshot()
        if self._is_stale():
            wait = 0.0
        try:
            self._ask(known, wait=wait)
        except PortalError as refusal:
            if refusal.code == "changes-gone":
                self._ask(self._take_snapshot(), wait=0.0)
            elif refusal.code == "feed-busy":
                self._ask(known, wait=0.0)
            else:
                raise

    def _is_stale(self) -> bool:
        held = self._held
        return held is None or self._clock() - held.confirmed_at > self._stale_after

    def follow(self, stopping: threading.Event, *, wait: float) -> None:
        """Confirm again and again, until told to stop; the log says when it becomes stale."""
        was_stale = True
        while not stopping.is_set():
            begun, before = self._clock(), self._known
            try:
                self.confirm(wait=wait)
            except (PortalError, FeedRefusedError, OSError) as fault:
                logger.warning("%s", fault)
            if self._is_stale() and not was_stale:
                logger.error("the register is stale: nothing of SolrContingency is decided by it")
            was_stale = self._is_stale()
            if self._known is before:
                # A portal that answers at once although it was to wait is not hurried.
                stopping.wait(max(0.0, RETRY_EVERY - (self._clock() - begun)))

    def _ask(self, known: Snapshot, *, wait: float) -> None:
        sent, nonce = self._clock(), secrets.token_urlsafe(16)
        question = f"changes?after={known.version}&wait={wait:.0f}&nonce={nonce}"
        answer = self._portal.get(question, wait=wait)
        taken = read_changes(answer.verified(self._trusted))
        snapshot = take_changes(known, taken, nonce=nonce)
        self._require_newest(snapshot)
        if snapshot is not known:
            self._try_to_keep(lambda: self._keep_change(known, snapshot, answer))
        newest = (int(snapshot.version), snapshot.mark)
        if newest != self._newest:
            self._newest = newest
            self._try_to_keep(lambda: self._state.keep_newest(*newest))
        self._known = snapshot
        self._held = Held(snapshot, min(self._clock(), sent + taken.answer.confirmed_after))
        if set(taken.answer.certificates) != self._trusted.keys():
            self._take_certificates()

    def _require_newest(self, snapshot: Snapshot) -> None:
        """Return quietly unless the portal's register is older than it was, or another one.

        The portal itself says so, and now: it was set back to a backup. A revocation may be lost,
        so somebody must say that this is meant.
        """
        version, mark = self._newest
        if int(snapshot.version) < version:
            raise FeedRefusedError(
                FeedReason.WENT_BACK,
                f"the register is at version {snapshot.version}, and was at {version} before",
            )
        if int(snapshot.version) == version and snapshot.mark != mark:
            raise FeedRefusedError(
                FeedReason.HISTORY_DIFFERS, f"version {version} is not the one that was followed"
            )

    def _take_snapshot(self) -> Snapshot:
        taken = self._portal.get("snapshot")
        snapshot = take_snapshot(self._known, self._read_snapshot(taken))
        self._try_to_keep(lambda: self._state.keep_snapshot(taken))
        self._known = snapshot
        return snapshot

    def _read_snapshot(self, taken: Signed) -> Snapshot:
        body = taken.verified(self._trusted)
        # Half a million objects without a cycle: looking through them while they are made would
        # double the time, and later hold up decisions.
        gc.disable()
        try:
            snapshot = read_snapshot(decompressed(body))
            gc.freeze()
        finally:
            gc.enable()
        return snapshot

    def _keep_change(self, known: Snapshot, snapshot: Snapshot, answer: Signed) -> None:
        self._state.keep_change(known.version, snapshot.version, answer)
        if self._state.count_changes() > MOST_CHANGES_KEPT:
            taken = self._portal.get("snapshot")
            taken.verified(self._trusted)
            self._state.keep_snapshot(taken)

    def _take_certificates(self) -> None:
        """Trust those that a trusted one lists: the one that signs now and the next one."""
        listed = self._portal.get("feed-certificates").verified(self._trusted)
        self._trusted = read_certificate_list(listed)
        self._try_to_keep(lambda: self._state.keep_trusted(self._trusted, self._pinned))

    @staticmethod
    def _try_to_keep(keep: Callable[[], object]) -> None:
        """Keep something; a full disk must not stop decisions by what is held and confirmed."""
        try:
            keep()
        except (OSError, PortalError, FeedRefusedError) as fault:
            logger.warning("it could not be kept: %s", fault)
