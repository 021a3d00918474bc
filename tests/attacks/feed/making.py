"""What attackers make what they send of: bodies of the register, and keys of their own."""

from collections.abc import Callable
from dataclasses import dataclass

from rules.feed.bundles import write_snapshot
from rules.feed.compression import compressed
from rules.feed.jws import protected_header
from rules.feed.refusals import FeedReason as R
from rules.register.snapshot import Snapshot
from tests.attacks.feed.taking import Sent
from tests.rules.feed.keys import Key
from tests.rules.feed.picture import (
    AT,
    a_snapshot,
)

REGISTERS, ATTACKERS = Key(), Key()
KID = REGISTERS.certificate.fingerprint
HEADER = protected_header(KID)


@dataclass(frozen=True)
class Attack:
    """What is sent, and the one reason for which it is refused."""

    make: Callable[[], Sent]
    reason: R


def written(snapshot: Snapshot) -> bytes:
    return b"".join(write_snapshot(snapshot, made_at=AT))


def packed(body: bytes) -> bytes:
    return b"".join(compressed([body]))


def wrapped(body: bytes) -> bytes:
    """Return a body in gzip that is as large as it was, with its line feeds still in it."""
    return b"".join(compressed([body], level=0))


NEWER = a_snapshot(version="419", mark="m-419")
LINES = written(NEWER)
BODY = packed(LINES)
JWS = REGISTERS.sign(BODY)


def on_the_wire(jws: str, body: bytes = BODY) -> Callable[[], Sent]:
    return lambda: Sent(jws, body, REGISTERS.certificate)


def signed(body: bytes) -> Callable[[], Sent]:
    """Return what makes a body that the register's own key signs."""
    return lambda: Sent(REGISTERS.sign(body), body, REGISTERS.certificate)


def flipped(octets: bytes, place: int) -> bytes:
    return octets[:place] + bytes((octets[place] ^ 1,)) + octets[place + 1 :]
