"""A register, signed messages, and a spool of the test's own."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from registry.arrangements.acts.reference_data import load_reference_data
from registry.feed.reads.snapshot import load_snapshot
from registry.gateways.spool import SpoolWriter
from registry.models import CeasedMessage, Observation
from registry.observations.acts.folding import fold_spool
from registry.observations.acts.observing import Observer
from rules.register.snapshot import Snapshot
from rules.service_requests.checker import decide
from rules.service_requests.decision import Decision
from rules.service_requests.question import DeviceFacts, Generation, Question
from tests.arranging import set_enforcement
from tests.factories import AT, NOT_BEFORE, a_certificate, a_key, a_notification, a_user_id
from tests.signing import a_signed_message, signed


class Subscriber:
    """A User ID whose certificate is notified, and its key."""

    def __init__(self, user_id=None, **differing) -> None:
        self.user_id = user_id or a_user_id()
        self.key = a_key()
        self.certificate = a_certificate(self.user_id, key=self.key, **differing)
        a_notification(self.certificate, notified_at=NOT_BEFORE)

    def message(self, *, counter=1000) -> bytes:
        return a_signed_message(self.certificate, self.key, counter=counter)

    def signs(self, message: bytes) -> bytes:
        return signed(message, self.certificate, self.key)


@dataclass
class Checker:
    """What a web process does with a message: decide, note it, answer."""

    observer: Observer
    snapshot: Snapshot

    def asked(self, message, *, at=AT, **more) -> tuple[Decision, Question]:
        """Decide a message, and note nothing yet."""
        question = Question(
            message=message,
            received_at=at,
            # Everybody is registered for the Device: that is not what is asked here.
            device=DeviceFacts(registered_user_ids=frozenset(self.snapshot.user_ids)),
            **{"generation": Generation.SMETS2_PLUS, **more},
        )
        return decide(question, self.snapshot), question

    def decides(self, message, **more) -> Decision:
        """Decide a message and note it."""
        decision, question = self.asked(message, **more)
        self.observer.observe(decision, question, register=self.snapshot)
        return decision

    def monitored(self):
        """Return one for which MP104 is not enforced."""
        return Checker(self.observer, replace(self.snapshot, enforced_from=None))


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def subscriber(transactional_db):  # noqa: ARG001 -- a snapshot is read in a transaction of its own
    load_reference_data(at=AT)
    set_enforcement(enforced_from=NOT_BEFORE, at=AT)
    return Subscriber()


@pytest.fixture
def checker_of(folder):
    """Return what makes a checker on the spool, with the register as it is then."""
    writers = []

    def make() -> Checker:
        writers.append(SpoolWriter(folder))
        return Checker(Observer(writers[-1]), load_snapshot())

    yield make
    for writer in writers:
        writer.close()


@pytest.fixture
def checker(subscriber, checker_of):  # noqa: ARG001 -- it is in the register then
    return checker_of()


@pytest.fixture
def fold(folder):
    """Return what counts everything that is in the spool, as the worker does."""
    return lambda at=AT: fold_spool(folder, at=at)


def counted(*fields, **where):
    """Return the counts by some fields, added up."""
    totals = {}
    for row in Observation.objects.filter(**where):
        key = tuple(getattr(row, field) for field in fields)
        totals[key[0] if len(fields) == 1 else key] = (
            totals.get(key[0] if len(fields) == 1 else key, 0) + row.count
        )
    return totals


def total(**where) -> int:
    """Return how many decisions are counted."""
    return sum(Observation.objects.filter(**where).values_list("count", flat=True))


def ceased(*fields):
    """Return some fields of the messages that ceased."""
    return sorted(CeasedMessage.objects.values_list(*fields))
