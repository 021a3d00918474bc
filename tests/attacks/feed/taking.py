"""Takes what comes as a follower does: the signature, then the body, then what is held."""

import gc
from dataclasses import dataclass
from struct import Struct

from rules.feed.bundles import read_changes, read_snapshot
from rules.feed.certificates import FeedCertificate, read_certificate
from rules.feed.compression import decompressed
from rules.feed.following import take_changes, take_snapshot
from rules.feed.jws import verify_detached
from rules.feed.refusals import FeedRefusedError
from rules.register.snapshot import Snapshot
from tests.rules.feed.picture import AT, a_snapshot

HELD = a_snapshot()
NONCE = "n-1"
_LENGTHS = Struct(">II")


@dataclass(frozen=True)
class Sent:
    """What comes over the wire, and the one certificate that is trusted."""

    jws: str
    body: bytes
    trusted: FeedCertificate

    def octets(self) -> bytes:
        """Return all of it in one, for another process."""
        jws = self.jws.encode()
        return _LENGTHS.pack(len(self.trusted.der), len(jws)) + self.trusted.der + jws + self.body


def sent_from(octets: bytes) -> Sent:
    """Return what `Sent.octets` was made of."""
    certificate, jws = _LENGTHS.unpack_from(octets)
    start = _LENGTHS.size + certificate
    return Sent(
        jws=octets[start : start + jws].decode(),
        body=octets[start + jws :],
        trusted=read_certificate(octets[_LENGTHS.size : start]),
    )


def follow_snapshot(sent: Sent) -> Snapshot:
    """Return the snapshot that takes the place of `HELD`; raises a `FeedRefusedError`."""
    _verify(sent)
    # As followers do, who would look through what is read again and again meanwhile.
    gc.disable()
    try:
        return take_snapshot(HELD, read_snapshot(decompressed(sent.body)))
    finally:
        gc.enable()


def follow_changes(sent: Sent) -> Snapshot:
    """Return what changes make of `HELD`; raises a `FeedRefusedError`."""
    _verify(sent)
    return take_changes(HELD, read_changes(sent.body), nonce=NONCE)


def _verify(sent: Sent) -> None:
    trusted = {sent.trusted.fingerprint: sent.trusted}
    verify_detached(sent.jws, sent.body, trusted=trusted, at=AT)


def snapshot_refused(octets: bytes) -> str | None:
    """Return why a snapshot is refused; None where it is taken."""
    try:
        follow_snapshot(sent_from(octets))
    except FeedRefusedError as refused:
        return refused.reason
    return None


def changes_refused(octets: bytes) -> str | None:
    """Return why changes are refused; None where they are taken."""
    try:
        follow_changes(sent_from(octets))
    except FeedRefusedError as refused:
        return refused.reason
    return None
