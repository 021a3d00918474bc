"""A wake-up reaches a real worker at once; a lost broker neither holds up nor fails anybody."""

import signal
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from portal.embedded import valkey
from portal.embedded.processes import Family
from portal.settings.environment import broker_options
from registry.lanes import CERTIFICATES
from registry.wake import wake_outbox
from tests.celery_processes import a_worker
from tests.conftest import use_broker
from tests.waiting import seconds_until


@pytest.fixture
def worker(broker: str, database_url: str, tmp_path: Path) -> Iterator[Path]:
    """A real worker on the tests' database and broker; its log."""
    log = tmp_path / "worker.log"
    with a_worker(broker=broker, database=database_url, log=log):
        yield log


@pytest.mark.slow
def test_a_wake_up_reaches_a_real_worker_within_a_second(worker: Path) -> None:
    asked = datetime.now(UTC)
    wake_outbox(CERTIFICATES)
    seconds_until(
        lambda: (
            "registry.tasks.drain_outbox" in worker.read_text().partition(" ready.")[2]
            and "succeeded" in worker.read_text()
        ),
        within=10,
    )
    assert (datetime.now(UTC) - asked).total_seconds() < 10


@pytest.fixture
def lost() -> Iterator[tuple[Family, str]]:
    """A broker that the test may freeze and kill."""
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    family = Family()
    with tempfile.TemporaryDirectory(prefix="ra-lost-") as folder:
        valkey.start(family, sockets=Path(folder), log=Path(folder) / "log")
        url = valkey.url(Path(folder))
        use_broker(url, broker_options(url))
        yield family, url
        family.stop()
    use_broker(*before)


@pytest.mark.slow
def test_a_broker_that_is_frozen_or_dead_holds_nobody_up(
    lost: tuple[Family, str], caplog: pytest.LogCaptureFixture
) -> None:
    family, _ = lost
    server = family.children[0].process
    wake_outbox(CERTIFICATES)
    assert caplog.messages == [], "while it lives there is nothing to say"

    server.send_signal(signal.SIGSTOP)
    assert _seconds_of_waking() < 4
    assert "the broker cannot be reached" in caplog.messages[-1]

    server.send_signal(signal.SIGKILL)
    server.wait()
    assert _seconds_of_waking() < 1
    with pytest.raises(OperationalError):
        current_app.send_task("registry.tasks.drain_outbox")
    family.children.clear()


def _seconds_of_waking() -> float:
    begun = time.monotonic()
    wake_outbox(CERTIFICATES)
    return time.monotonic() - begun
