"""Runs the real supervisor on data of its own, for the tests of it."""

import http.client
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
READY = "Ctrl-C stops it."


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Return our environment, pointed at the data folder and at nothing else of ours."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL"}
    }
    return {**ours, "DATA_DIR": str(data_dir), **more}


@dataclass
class Supervisor:
    """A running `python -m portal.embedded run`."""

    process: subprocess.Popen[str]
    data_dir: Path
    lines: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, data_dir: Path, *, port: int) -> "Supervisor":
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.embedded", "run"],
            cwd=PROJECT,
            env=environment(data_dir, PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return cls(process, data_dir)

    def wait_until_ready(self, within: float = 90) -> "Supervisor":
        """Read what it says until it is ready; fail with what it said when it never is."""
        heard: queue.Queue[str | None] = queue.Queue()

        def listen() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                heard.put(line.rstrip("\n"))
            heard.put(None)

        self._heard = heard
        threading.Thread(target=listen, daemon=True).start()
        deadline = time.monotonic() + within
        while READY not in self.lines:
            line = heard.get(timeout=max(0.1, deadline - time.monotonic()))
            assert line is not None, "it ended:\n" + "\n".join(self.lines)
            self.lines.append(line)
        return self

    def end(self, number: signal.Signals, within: float = 30) -> int:
        """Send it a signal and return its exit status, once it has ended."""
        self.process.send_signal(number)
        return self.wait(within)

    def wait(self, within: float = 30) -> int:
        status = self.process.wait(within)
        while (line := self._heard.get(timeout=within)) is not None:
            self.lines.append(line)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status

    @property
    def address(self) -> str:
        return next(line for line in self.lines if line.startswith("http://"))

    def status_of(self, path: str) -> int:
        """Return the status the portal answers with."""
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


def descendants(pid: int) -> dict[int, str]:
    """Return every process below one, with what it was started as."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found: dict[int, str] = {}
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level} - set(found)
        found.update({child: command(child) for child in level})
    return found


def command(pid: int) -> str:
    """Return what a process was started as; nothing for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def alive(processes: dict[int, str]) -> dict[int, str]:
    """Return those that still run; a zombie, which only waits to be buried, has ended."""
    return {pid: was for pid, was in processes.items() if command(pid) != ""}
