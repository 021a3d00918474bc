"""Child processes that never outlive their parent.

Each child is a session of its own, so that Ctrl-C reaches only the supervisor and the children
are stopped in order; and each asks the kernel for a signal when the supervisor dies, so that
even `kill -9` leaves nothing behind.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded.errors import ChildDiedError, EmbeddedError, StopRequestedError

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_TAIL_BYTES = 16_384


def die_with_parent(death_signal: signal.Signals, *, parent: int) -> None:
    """Have the kernel send this process a signal when its parent ends.

    Args:
        death_signal: the signal to be sent.
        parent: the parent's process id; when it has ended already, so does this process.
    """
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), death_signal)


@dataclass(kw_only=True)
class Child:
    """A running child process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None
    stop_signal: signal.Signals
    patience: float
    """Seconds it may take to end after `stop_signal`, before it is killed."""

    def tail(self, lines: int = 12) -> str:
        """Return the last lines of its log."""
        if self.log is None or not self.log.is_file():
            return ""
        with self.log.open("rb") as stream:
            stream.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
        return "\n".join(text.rstrip().splitlines()[-lines:])

    def wait(self) -> None:
        """Wait for its end as long as its patience lasts."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)

    def stop(self) -> None:
        """End it and whatever it started: first politely, then not."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            self.wait()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        # Its session: children of its own that it left behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How one child is to be started."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path | None = None
    """Where its output goes, appended; `None` leaves it on ours."""
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    patience: float = 10.0
    user: int | None = None
    """The user id it runs as; `None` is our own."""
    prepare: Callable[[], None] | None = None
    """Runs in the child before the program."""
    pass_fds: Sequence[int] = ()
    foreground: bool = False
    """Whether it stays in our session, with the terminal."""


def spawn(start: Start) -> Child:
    """Start a child process.

    Raises:
        EmbeddedError: when the program is not there or may not be run.
    """
    parent = os.getpid()

    def in_the_child() -> None:
        if start.prepare is not None:
            start.prepare()
        # After any change of identity, which would make the kernel forget it.
        die_with_parent(start.death_signal, parent=parent)

    output = None
    try:
        if start.log is not None:
            start.log.parent.mkdir(parents=True, exist_ok=True)
            output = start.log.open("ab")
        process = subprocess.Popen(  # noqa: S603 - arguments are ours, no shell
            list(start.arguments),
            cwd=start.folder,
            env=dict(start.environment),
            stdin=None if start.foreground else subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            start_new_session=not start.foreground,
            user=start.user,
            group=start.user,
            extra_groups=None if start.user is None else (),
            preexec_fn=in_the_child,  # noqa: PLW1509 - we start children from one thread only
            pass_fds=tuple(start.pass_fds),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(f"{start.name} cannot be started: {error}") from error
    finally:
        if output is not None:
            output.close()
    return Child(
        name=start.name,
        process=process,
        log=start.log,
        stop_signal=start.stop_signal,
        patience=start.patience,
    )


@dataclass(slots=True)
class Family:
    """The children of one supervisor, in the order of their start."""

    children: list[Child] = field(default_factory=list)
    stop_signal: int | None = None
    """The signal that asked for the end, if one did."""

    def start(self, start: Start) -> Child:
        """Start a child that is to live until it is stopped."""
        child = spawn(start)
        self.children.append(child)
        return child

    def run(self, start: Start) -> int:
        """Run a program to its end and return its exit status.

        Raises:
            ChildDiedError: when one of the others ended meanwhile.
            StopRequestedError: when a signal asked for the end.
        """
        child = spawn(start)
        try:
            while child.process.poll() is None:
                self.check()
                try:
                    child.process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            child.stop()
        self.check()
        return child.process.returncode

    def check(self) -> None:
        """Do nothing while all is well.

        Raises:
            ChildDiedError: when a child ended by itself.
            StopRequestedError: when a signal asked for the end.
        """
        if self.stop_signal is not None:
            raise StopRequestedError(f"stopped by signal {self.stop_signal}")
        for child in self.children:
            status = child.process.poll()
            if status is not None:
                raise ChildDiedError(_obituary(child, status))

    def wait_until(
        self, ready: Callable[[], bool], *, what: str, within: float, pause: float = 0.02
    ) -> None:
        """Wait for something to become true, looking again every `pause` seconds.

        Raises:
            EmbeddedError: when it takes longer than `within` seconds.
            ChildDiedError: when a child ended meanwhile.
            StopRequestedError: when a signal asked for the end.
        """
        deadline = time.monotonic() + within
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{what} was not ready within {within:.0f} seconds")
            time.sleep(pause)

    def wait(self) -> None:
        """Wait until a child ends by itself or a signal asks for the end; raises what it was."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the children, the last started first."""
        while self.children:
            self.children[-1].stop()
            self.children.pop()


def exit_status(returned: int) -> int:
    """Return the status a shell would give: 128 and the signal's number, where one ended it."""
    return returned if returned >= 0 else 128 - returned


def _obituary(child: Child, status: int) -> str:
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
    said = child.tail()
    where = f", see {child.log}" if child.log is not None else ""
    return f"{child.name} ended by itself ({how}{where})" + (f"\n{said}" if said else "")


def birth(pid: int) -> str | None:
    """Return when a process started, which distinguishes it from a later one with the same id.

    `None` where there is no such process, it has ended but has not been waited for, or the system
    does not say.
    """
    try:
        # After the name in brackets: state, then nineteen fields, then the start time.
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]
