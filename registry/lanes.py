"""The lanes of the outbox: each kind of effect waits in one of its own, not for another's.

Data alone; how a lane is worked stands in `registry.outbox`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """How the effects of one kind are made, and how long a fault of theirs is put up with."""

    kind: str
    """What kind of effect waits here; also the lane's name."""
    called: str
    """What staff read for it."""
    batch: int
    """Rows that a worker claims at once. 1 where no row may wait for the one before it."""
    first_wait: timedelta
    """Between the first try and the second; doubled after each try that failed."""
    longest_wait: timedelta
    """The longest wait between two tries."""
    lease: timedelta
    """Longer than one effect takes; a worker that dies holds a row back this long. It is renewed
    before each effect, so that a row at the end of a batch is not taken for forgotten."""
    tries: int
    """Tries after which a row is given up, until a person has it tried again."""
    workers: int | None = None
    """The lane's share of the workers: how many at most are at its rows at one time, over all
    machines. None: as many as there are."""

    @property
    def queue(self) -> str:
        """The queue of the broker in which this lane's wake-ups wait."""
        return f"outbox.{self.kind}"

    @property
    def longest_hold(self) -> timedelta:
        """The furthest that a lease or a wait of this lane can lie ahead of a clock that is right.

        What lies further ahead was written by a clock that has been set back since.
        """
        return max(self.lease, self.longest_wait)

    def wait_after(self, tries: int) -> timedelta:
        """Return how long to wait after so many tries that failed."""
        times = 1 << min(tries - 1, 30)  # more would be too many for a timedelta
        return min(self.first_wait * times, self.longest_wait)


CERTIFICATES = Lane(
    kind="certificate.issue",
    called="Certificates to be issued",
    batch=1,
    first_wait=timedelta(seconds=5),
    longest_wait=timedelta(minutes=10),
    lease=timedelta(seconds=60),
    tries=1_000,  # about a week: an OCA that is away over a long weekend costs no certificate
)

MAIL = Lane(
    kind="mail.send",
    called="Mail to be sent",
    batch=20,
    first_wait=timedelta(seconds=30),
    longest_wait=timedelta(hours=1),
    lease=timedelta(minutes=5),  # each step of a conversation may take the server's 30 seconds
    tries=120,  # five days, for as long as mail servers try among themselves (RFC 5321, 4.5.4.1)
    workers=2,
)

LANES: Mapping[str, Lane] = {lane.kind: lane for lane in (CERTIFICATES, MAIL)}
"""Every lane by the kind of its effects."""
