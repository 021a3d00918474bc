"""Children never outlive their parent, and are stopped whatever they do."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.embedded.errors import ChildDiedError, EmbeddedError, StopRequestedError
from portal.embedded.processes import Family, Start, birth, spawn
from tests.portal.supervised import PROJECT, alive
from tests.waiting import seconds_until

PARENT = """
import time
from pathlib import Path
from portal.embedded.processes import Start, spawn
child = spawn(Start(name="child", arguments=["sleep", "300"], folder=Path("/"),
                    environment={"PATH": "/usr/bin:/bin"}))
print(child.process.pid, flush=True)
time.sleep(300)
"""


def start(script: str, tmp_path: Path, **more: object) -> Start:
    settings: dict[str, object] = {
        "name": "the child",
        "arguments": ["/bin/sh", "-c", script],
        "environment": {"PATH": "/usr/bin:/bin"},
        "folder": tmp_path,
        "log": tmp_path / "child.log",
        "patience": 0.3,
        **more,
    }
    return Start(**settings)  # type: ignore[arg-type] - a table of what differs


def test_a_child_that_will_not_go_is_killed_with_its_own_children(tmp_path: Path) -> None:
    child = spawn(
        start("trap '' TERM; sleep 300 & echo $!; while :; do sleep 300; done", tmp_path)
    )
    seconds_until(lambda: child.tail() != "")
    grandchild = int(child.tail())
    # Until it has become `sleep` it has the name of its shell.
    seconds_until(lambda: alive({grandchild: "sleep"}))
    child.stop()
    assert child.process.returncode == -signal.SIGKILL
    seconds_until(lambda: not alive({grandchild: "sleep"}))


def test_a_child_that_goes_is_not_killed(tmp_path: Path) -> None:
    child = spawn(
        start("trap 'exit 7' TERM; echo ready; sleep 300 & wait", tmp_path, patience=10.0)
    )
    seconds_until(lambda: child.tail() == "ready")
    child.stop()
    assert child.process.returncode == 7


def test_a_child_dies_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PARENT,
        ],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive({child: "sleep"})
    parent.kill()
    parent.wait()
    parent.stdout.close()
    seconds_until(lambda: not alive({child: "sleep"}))


def test_a_child_that_ended_is_named_with_its_status_and_last_words(tmp_path: Path) -> None:
    family = Family()
    child = family.start(start("echo first; echo the reason; exit 4", tmp_path))
    child.process.wait()
    with pytest.raises(ChildDiedError) as caught:
        family.check()
    assert str(caught.value) == (
        f"the child ended by itself (exit status 4, see {tmp_path / 'child.log'})\n"
        "first\nthe reason"
    )


def test_children_are_stopped_the_last_started_first(tmp_path: Path) -> None:
    family = Family()
    told = tmp_path / "told"
    for name in ("first", "second"):
        log = tmp_path / name
        family.start(
            start(
                f"trap 'echo {name} >> {told}; exit' TERM; echo up; sleep 300 & wait",
                tmp_path,
                log=log,
                patience=10.0,
            )
        )
        seconds_until(lambda log=log: log.exists() and log.read_text() == "up\n")
    family.stop()
    assert told.read_text().split() == ["second", "first"]


def test_a_signal_ends_the_wait_for_a_program(tmp_path: Path) -> None:
    family = Family()
    family.stop_signal = signal.SIGTERM
    begun = time.monotonic()
    with pytest.raises(StopRequestedError):
        family.run(start("sleep 300", tmp_path))
    assert time.monotonic() - begun < 60


def test_a_program_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"^the child cannot be started: .*No such file"):
        spawn(start("", tmp_path, arguments=[str(tmp_path / "missing")]))


def test_a_birth_tells_a_process_from_a_later_one() -> None:
    assert birth(os.getpid()) == birth(os.getpid()) is not None
    assert birth(1) != birth(os.getpid())
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert birth(ended.pid) is None
