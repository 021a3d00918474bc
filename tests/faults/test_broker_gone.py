"""No broker, or one that dies: people are not held up, and what waits in the outbox is found."""

import fcntl
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from portal.embedded import valkey
from portal.embedded.processes import Family
from portal.settings.environment import broker_options
from registry.lanes import CERTIFICATES
from registry.models import CertificateRequest, OrganisationCertificate, OutboxMessage
from registry.tasks import drain_outbox
from tests.celery_processes import a_worker, celery
from tests.conftest import use_broker
from tests.faults.lives import (
    Cast,
    an_mpid,
    nothing_waits,
    sweep_after_a_lease,
    the_chain_proves,
)
from tests.waiting import seconds_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(180),
]


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def own_broker():
    """Use a broker that the test may kill; its folder, in which another may be started."""
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    family = Family()
    with tempfile.TemporaryDirectory(prefix="ra-lost-") as folder:
        place = Path(folder)
        valkey.start(family, sockets=place, log=place / "log")
        use_broker(valkey.url(place), broker_options(valkey.url(place)))
        yield family, place
        family.stop()
    use_broker(*before)


@pytest.fixture(params=["redis+socket:///nowhere/valkey.sock", "redis://127.0.0.1:9/0"])
def no_broker(request):
    """Use a broker that is not there: no socket, or a port that nobody listens on."""
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    use_broker(request.param, broker_options(request.param))
    yield
    use_broker(*before)


def all_is_done():
    """Tell whether the outbox is empty."""
    return not OutboxMessage.objects.filter(done_at__isnull=True).exists()


@pytest.mark.usefixtures("no_broker")
def test_without_a_broker_people_are_not_held_up_and_the_sweep_issues(cast):
    begun = time.monotonic()
    request = cast.submitted(an_mpid(), at=timezone.now())
    approved = cast.approving(request, at=timezone.now())()
    assert time.monotonic() - begun < 20
    assert approved.state == "approved"
    assert not OrganisationCertificate.objects.exists()
    assert drain_outbox() == 1
    assert OrganisationCertificate.objects.get().request == request
    nothing_waits()
    the_chain_proves()


def test_a_wake_up_lost_with_its_broker_costs_a_sweep_and_the_next_one_arrives(
    own_broker, cast, database_url, tmp_path
):
    family, place = own_broker
    where = {"broker": valkey.url(place), "database": database_url}
    lost = cast.approved(an_mpid(), at=timezone.now())
    with current_app.connection_for_read() as connection:
        assert connection.default_channel.client.llen(CERTIFICATES.queue) == 1, (
            "the wake-up waits there"
        )
    broker = family.children[0].process
    broker.kill()
    broker.wait()
    family.children.clear()
    valkey.start(family, sockets=place, log=place / "log")

    with ExitStack() as stack:
        stack.enter_context(a_worker(log=tmp_path / "worker.log", **where))
        # Nobody tells the worker: its wake-up is gone.
        time.sleep(1)
        assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 1
        # A wake-up that arrives has it done at once, and what was waiting with it.
        woken = cast.approved(an_mpid(), at=timezone.now())
        seconds_until(all_is_done, within=30)

    assert OrganisationCertificate.objects.count() == 2
    for request in (lost, woken):
        request.refresh_from_db()
        assert request.state == "issued"
    nothing_waits()
    the_chain_proves()


def test_a_worker_killed_while_it_asks_the_oca_is_followed_by_another_after_its_lease(
    own_broker, cast, database_url, tmp_path
):
    _, place = own_broker
    where = {"broker": valkey.url(place), "database": database_url}
    cast.issued()  # so that the OCA has its folder
    with (settings.OCA_DIR / "lock").open("w") as lock, ExitStack() as stack:
        fcntl.flock(lock, fcntl.LOCK_EX)
        worker = stack.enter_context(a_worker(log=tmp_path / "worker.log", **where))
        request = cast.approved(an_mpid(), at=timezone.now())
        sent = CertificateRequest.objects.filter(pk=request.pk, state="sent")
        seconds_until(sent.exists, within=30)
        worker.kill()
        worker.wait()
    assert drain_outbox() == 0, "the dead worker's lease still runs"
    message = OutboxMessage.objects.get(key__startswith=f"{request.reference}/")
    assert sweep_after_a_lease(message.due_at) == 1
    request.refresh_from_db()
    assert request.state == "issued"
    assert OrganisationCertificate.objects.count() == 2
    nothing_waits()
    the_chain_proves()


def test_a_broker_that_dies_under_its_worker_is_found_again_and_the_sweep_goes_on(
    own_broker, cast, database_url, tmp_path
):
    family, place = own_broker
    where = {"broker": valkey.url(place), "database": database_url}
    beat = ("beat", "--pidfile", "", "--schedule", str(tmp_path / "beat"))
    with ExitStack() as stack:
        stack.enter_context(a_worker(log=tmp_path / "worker.log", **where))
        broker = family.children[0].process
        broker.kill()
        broker.wait()
        family.children.clear()
        request = cast.approved(an_mpid(), at=timezone.now())
        assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 1
        valkey.start(family, sockets=place, log=place / "log")
        log = tmp_path / "schedule.log"
        stack.enter_context(celery(*beat, app="tests.faults.quick_schedule", log=log, **where))
        seconds_until(all_is_done, within=60)
    request.refresh_from_db()
    assert request.state == "issued"
    nothing_waits()
    the_chain_proves()
