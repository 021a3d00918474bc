"""The worker processes of the web server: how many there are, and what time they had."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.system import WEB_WORKERS, System
from tests.benchmarks.load import AnswerError

_WEB = "the web server"
_WITHIN = 15.0
_PAUSE = 0.05
_NANOSECONDS = 1e9


@contextmanager
def one_worker(system: System) -> Iterator[int]:
    """Have the web server do with one worker process; gives its process id.

    Raises:
        AnswerError: The web server does not let go of the others.
    """
    server = next(child.process.pid for child in system.family.children if child.name == _WEB)
    # It answers as soon as the first is there; the others may still be on their way.
    _wait_for(server, WEB_WORKERS)
    for _ in range(WEB_WORKERS - 1):
        os.kill(server, signal.SIGTTOU)
    try:
        yield _wait_for(server, 1)[0]
    finally:
        for _ in range(WEB_WORKERS - 1):
            os.kill(server, signal.SIGTTIN)
        _wait_for(server, WEB_WORKERS)


def workers(server: int) -> list[int]:
    """Return the process ids of a web server's workers."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text("ascii")
    return [int(pid) for pid in children.split()]


def processor_seconds(pid: int) -> float:
    """Return for how long the threads that a process has had a processor."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(each.read_text("ascii").split()[0]) for each in tasks) / _NANOSECONDS


def _wait_for(server: int, count: int) -> list[int]:
    begun = time.monotonic()
    while len(found := workers(server)) != count:
        if time.monotonic() - begun > _WITHIN:
            raise AnswerError(f"the web server has {len(found)} workers and was to have {count}")
        time.sleep(_PAUSE)
    return found
