"""What a start finds after the one before was killed, and what it then waits for and removes."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from portal.embedded import postgres, system, valkey
from portal.embedded.identity import Identity
from portal.embedded.processes import Child, Family, Start, birth
from portal.embedded.state import DataFolder, is_taken, running_services
from portal.embedded.system import System
from tests.portal.supervised import PROJECT
from tests.waiting import seconds_until

HEAD = """
import sys, time
from pathlib import Path
from portal.embedded.state import DataFolder
folder = DataFolder.take(Path(sys.argv[1]))
folder.publish({"DATABASE_URL": "postgresql://gone"})
print("taken", flush=True)
time.sleep(300)
"""


ORPHAN = """
import os, signal
from portal.embedded.processes import die_with_parent
for parent in (os.getppid(), os.getpid()):
    die_with_parent(signal.SIGTERM, parent=parent)
    print("goes on", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    taken = DataFolder.take(tmp_path / "data")
    assert taken is not None
    yield taken
    taken.release()


@pytest.fixture
def start_services(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], dict[str, str]]:
    """Return what starts a system whose services are those of somebody else."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://given")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://given")
    started = System(folder=folder, family=Family(), tell=lambda _: None)

    def start() -> dict[str, str]:
        started.start_services()
        return running_services(folder.path)

    return start


@pytest.fixture
def left_behind() -> Iterator[subprocess.Popen[bytes]]:
    """A child of a supervisor that was killed; it takes a while to end."""
    child = subprocess.Popen(["sleep", "300"])
    yield child
    child.kill()
    child.wait()


@pytest.fixture
def who_waits(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """Return the threads that have waited, once for each time."""
    waited: list[threading.Thread] = []
    sleep = time.sleep

    def note_and_sleep(seconds: float) -> None:
        waited.append(threading.current_thread())
        sleep(seconds)

    monkeypatch.setattr(system.time, "sleep", note_and_sleep)
    return waited


def test_a_killed_head_leaves_a_folder_that_the_next_takes_and_nobody_uses(tmp_path: Path) -> None:
    head = subprocess.Popen(
        [sys.executable, "-c", HEAD, str(tmp_path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
    )
    assert head.stdout is not None
    assert head.stdout.readline() == b"taken\n"
    assert is_taken(tmp_path)
    assert running_services(tmp_path) == {"DATABASE_URL": "postgresql://gone"}
    assert DataFolder.take(tmp_path) is None
    head.kill()
    head.wait()
    head.stdout.close()
    # The file is there still; it counts for nothing.
    assert not is_taken(tmp_path)
    assert running_services(tmp_path) == {}
    taken = DataFolder.take(tmp_path)
    assert taken is not None
    assert taken.previous() == {"DATABASE_URL": "postgresql://gone"}
    taken.release()
    assert taken.previous() == {}
    assert not is_taken(tmp_path)


def waits_for(
    left_behind: subprocess.Popen[bytes],
    *,
    start_services: Callable[[], dict[str, str]],
    who_waits: list[threading.Thread],
) -> None:
    """Hold a start to waiting as long as something that was left behind goes on, and no longer."""
    starting = threading.Thread(target=start_services)
    starting.start()
    seconds_until(lambda: who_waits.count(starting) > 2)
    left_behind.kill()
    left_behind.wait()
    seconds_until(lambda: not starting.is_alive())


def test_a_start_waits_until_what_was_left_behind_has_ended(
    folder: DataFolder,
    start_services: Callable[[], dict[str, str]],
    left_behind: subprocess.Popen[bytes],
    who_waits: list[threading.Thread],
) -> None:
    folder.publish({"_CHILDREN": f"{left_behind.pid}:{birth(left_behind.pid)}"})
    waits_for(left_behind, start_services=start_services, who_waits=who_waits)
    assert running_services(folder.path)["DATABASE_URL"] == "postgresql://given"


def test_a_start_waits_for_each_of_several(
    folder: DataFolder,
    start_services: Callable[[], dict[str, str]],
    left_behind: subprocess.Popen[bytes],
    who_waits: list[threading.Thread],
) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    folder.publish(
        {"_CHILDREN": f"{ended.pid}:1 {left_behind.pid}:{birth(left_behind.pid)} {ended.pid}:2"}
    )
    waits_for(left_behind, start_services=start_services, who_waits=who_waits)


def test_a_process_that_has_only_the_id_of_one_left_behind_is_not_waited_for(
    folder: DataFolder,
    start_services: Callable[[], dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(system.time, "sleep", pytest.fail)
    folder.publish({"_CHILDREN": f"{os.getpid()}:1"})
    assert start_services()["DATABASE_URL"] == "postgresql://given"


def test_the_sockets_left_behind_are_removed_and_no_other_folder_is(
    folder: DataFolder, start_services: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    sockets = Path(tempfile.mkdtemp(prefix="ra-", dir=tmp_path))
    (sockets / "postgresql").mkdir()
    folder.publish({"_SOCKETS": str(sockets)})
    start_services()
    assert not sockets.exists()
    kept = tmp_path / "somebodys"
    kept.mkdir()
    folder.publish({"_SOCKETS": str(kept)})
    start_services()
    assert kept.is_dir()
    folder.publish({})
    start_services()


def test_what_a_start_publishes_is_for_its_own_user_alone(
    folder: DataFolder, start_services: Callable[[], dict[str, str]]
) -> None:
    start_services()
    published = folder.path / "run" / "services.json"
    assert published.stat().st_mode & 0o777 == 0o600
    assert published.parent.stat().st_mode & 0o777 == 0o700
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in published.parent.iterdir()) == ["lock", "services.json"]


@pytest.mark.usefixtures("start_services")
def test_a_child_is_named_by_its_id_and_its_birth(folder: DataFolder) -> None:
    family = Family()
    child = family.start(
        Start(name="it", arguments=["sleep", "300"], environment={}, folder=PROJECT)
    )
    try:
        started = System(folder=folder, family=family, tell=lambda _: None)
        started.start_services()
        pid = child.process.pid
        assert folder.previous()["_CHILDREN"] == f"{pid}:{birth(pid)}"
    finally:
        family.stop()


# --- by which signal each ends when its head was killed --------------------------------------


def test_a_process_whose_parent_has_ended_already_ends_itself() -> None:
    """Between its fork and its asking the kernel, the parent may be killed."""
    orphan = subprocess.run(
        [
            *(sys.executable, "-c"),
            ORPHAN,
        ],
        cwd=PROJECT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (orphan.returncode, orphan.stdout) == (-signal.SIGTERM, b"goes on\n")


class NotedError(Exception):
    """Ends a start once it has been noted."""


class Noting(Family):
    """Starts nothing, and notes by which signal it would end."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: dict[str, signal.Signals] = {}

    def start(self, start: Start) -> Child:
        self.noted[start.name] = start.death_signal
        raise NotedError


def test_each_part_ends_by_the_signal_on_which_it_ends_its_own_children(
    folder: DataFolder, tmp_path: Path
) -> None:
    """PostgreSQL and Gunicorn have children of their own, which SIGKILL would leave behind."""
    family = Noting()
    started = System(folder=folder, family=family, tell=lambda _: None)
    started.open_port()
    place = postgres.Place(data=tmp_path, sockets=tmp_path, log=tmp_path / "log")
    nobody = Identity()
    for part in (
        started._start_web,  # noqa: SLF001 - each part alone, without the others
        started._start_workers,  # noqa: SLF001 - likewise
        partial(valkey.start, family, sockets=tmp_path, log=place.log),
        partial(postgres._start, family, place, nobody, ()),  # noqa: SLF001 - likewise
    ):
        with pytest.raises(NotedError):
            part()
    started.stop()
    assert family.noted == {
        "the web server": signal.SIGQUIT,
        "the worker": signal.SIGKILL,
        "Valkey": signal.SIGTERM,
        "PostgreSQL": signal.SIGINT,
    }
