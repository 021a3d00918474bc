"""What an installation tells the person at the terminal: one line a step, and no walls."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class InstallError(Exception):
    """The environment cannot be made; the text is the one clear line."""


class CommandError(InstallError):
    """A program failed."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said
        """All that it wrote."""


def say(line: str) -> None:
    """Write one line for the person."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say that a step that takes a while begins, and how long it took."""
    say(f"{what} …")
    begun = time.monotonic()
    yield
    say(f"  done ({time.monotonic() - begun:.0f} s)")


def run(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program and return what it wrote; nothing of it reaches the terminal.

    Args:
        command: the program and its arguments.
        log: a file that keeps what it wrote.
        folder: where it runs.
        environment: variables beside ours.

    Raises:
        CommandError: when it ends with another status than 0 or is not there.
    """
    try:
        done = subprocess.run(  # noqa: S603 - arguments are ours, no shell
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise CommandError(str(error)) from error
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout, "utf-8")
    if done.returncode != 0:
        raise CommandError(done.stdout)
    return done.stdout


def last_error(said: str) -> str:
    """Return the line in a program's output that most likely says what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = [
        line
        for line in lines
        if line.lower().startswith(("error", "npm error", "e:")) and len(line) > len("npm error x")
    ]
    return (told or lines or ["it says nothing"])[0 if told else -1]
