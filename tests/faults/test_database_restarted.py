"""PostgreSQL stopped or killed under load: each act has wholly happened, or it raised.

Whoever got an error does the same again once the server is back, as people do.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import InterfaceError, OperationalError, connection

from registry.certificates.acts.certificate_requests import submit_request
from registry.errors import ConflictError
from registry.models import (
    CertificateRequest,
    MpidUse,
    OrganisationCertificate,
    SigningNotification,
)
from registry.notifications.acts.notifications import notify_certificate
from rules.duties import Act
from tests.factories import AT, a_certificate
from tests.faults.lives import (
    Cast,
    an_mpid,
    evidence,
    nothing_waits,
    sweep,
    sweep_after_a_lease,
    the_chain_proves,
)
from tests.faults.servers import OwnServer, own_server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

WORKERS = 4
LIVES = 8
"""Requests that each worker takes from submission to notification."""
LOST = (OperationalError, InterfaceError)
"""What Django raises when the server goes away."""


@pytest.fixture
def server():
    with own_server() as server:
        yield server


@dataclass
class Load:
    """Several people at work, each for a Party, and a sweep beside, until all has been done."""

    casts: list[Cast]
    done: Counter = field(default_factory=Counter)
    lost: Counter = field(default_factory=Counter)
    wrong: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def people(self) -> list[threading.Thread]:
        """Return the threads of the people, not started yet."""
        return [
            threading.Thread(target=self._guarded, args=(lambda c=cast: self._work(c),))
            for cast in self.casts
        ]

    def sweeper(self) -> threading.Thread:
        """Return the thread that sweeps, not started yet."""
        return threading.Thread(target=self._guarded, args=(self._sweep,))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 -- the test looks at it
            self.wrong.append(fault)
        finally:
            connection.close()

    def _work(self, cast: Cast) -> None:
        for _ in range(LIVES):
            submission = self._until_done(lambda: cast.submission(an_mpid()))
            request = self._act(
                "submit", lambda s=submission: submit_request(s, actor=cast.aro, at=AT)
            )
            approving = self._until_done(lambda r=request: cast.approving(r))
            self._act("approve", approving)
            certificate = self._until_done(lambda: a_certificate(cast.user_id))
            self._act(
                "notify",
                lambda c=certificate: notify_certificate(
                    cast.user_id.eui64, c.pk, actor=cast.aro, at=AT
                ),
            )

    def _act(self, name: str, act: Callable[[], object]) -> object:
        lost = self.lost[name]
        try:
            result = self._until_done(act, name)
        except ConflictError as told:
            if told.code != "request-changed" or self.lost[name] == lost:
                raise
            # The commit went through and its answer was lost: the page is older than that.
            result = None
        self.done[name] += 1
        return result

    def _until_done(self, act: Callable[[], object], name: str = "") -> object:
        deadline = time.monotonic() + 120
        while True:
            try:
                return act()
            except LOST:
                assert time.monotonic() < deadline
                self.lost[name] += 1
                # What Django does between two requests.
                connection.close()
                time.sleep(0.05)

    def _sweep(self) -> None:
        while not self.over.is_set():
            try:
                sweep(AT)
            except LOST:
                self.lost["sweep"] += 1
                connection.close()
            time.sleep(0.05)


def under_load(server: OwnServer, end: Callable[[], None], *, times: int) -> Load:
    """Have people work while the server ends and starts again several times."""
    load = Load([Cast() for _ in range(WORKERS)])
    people, sweeper = load.people(), load.sweeper()
    for thread in (*people, sweeper):
        thread.start()
    for number in range(times):
        reached = (number + 1) * WORKERS * LIVES * 3 // (times + 1)
        while sum(load.done.values()) < reached and any(p.is_alive() for p in people):
            time.sleep(0.01)
        assert any(person.is_alive() for person in people), "the work was over before the end"
        end()
        time.sleep(0.2)
        server.start()
    for thread in people:
        thread.join(200)
    load.over.set()
    sweeper.join(60)
    connection.close()  # This thread's is to a server that is gone.
    assert load.wrong == []
    return load


def everything_happened_once(load: Load) -> None:
    """Hold the register to what the people did."""
    sweep_after_a_lease()
    lives = WORKERS * LIVES
    assert CertificateRequest.objects.filter(state="issued").count() == lives
    assert CertificateRequest.objects.count() == lives
    assert OrganisationCertificate.objects.filter(request__isnull=False).count() == lives
    assert SigningNotification.objects.count() == lives
    assert MpidUse.objects.filter(certificate__isnull=False).count() == lives
    for act in (
        Act.SUBMIT_REQUEST,
        Act.APPROVE_REQUEST,
        Act.SEND_REQUEST,
        Act.ISSUE_CERTIFICATE,
        Act.NOTIFY_CERTIFICATE,
    ):
        assert len(evidence(act, after=0)) == lives, act
    nothing_waits()
    the_chain_proves()
    assert load.lost, "nobody noticed that the server was away: no test of anything"


def test_stopped_and_started_three_times_under_load_nothing_is_lost_or_done_twice(server):
    everything_happened_once(under_load(server, server.stop, times=3))


def test_killed_and_started_three_times_under_load_nothing_is_lost_or_done_twice(server):
    everything_happened_once(under_load(server, server.kill, times=3))
