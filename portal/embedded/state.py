"""Which supervisor runs on a data folder, and how to reach its services.

The lock says whether one runs: the kernel lets go of it whatever way the supervisor ends. The
state file says how to reach what it started, and counts only while the lock is held.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from portal.embedded.errors import EmbeddedError


def _lock_path(data_dir: Path) -> Path:
    return data_dir / "run" / "lock"


def _state_path(data_dir: Path) -> Path:
    return data_dir / "run" / "services.json"


@dataclass(slots=True)
class DataFolder:
    """A data folder that is ours until it is released."""

    path: Path
    _lock: TextIO

    @classmethod
    def take(cls, data_dir: Path) -> Self | None:
        """Take the folder, or return `None` when a supervisor has it.

        Raises:
            EmbeddedError: when it cannot be written.
        """
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = _lock_path(data_dir)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            lock = path.open("a+", encoding="ascii")
        except OSError as error:
            raise EmbeddedError(f"the data folder cannot be written: {error}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return cls(data_dir, lock)

    def previous(self) -> dict[str, str]:
        """Return what a supervisor that was killed left in the state file."""
        return _read(self.path)

    def publish(self, services: Mapping[str, str]) -> None:
        """Tell others how to reach the services."""
        path = _state_path(self.path)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(dict(services), indent=1) + "\n", "utf-8")
        fresh.chmod(0o600)
        fresh.rename(path)

    def release(self) -> None:
        """Forget the services and let go of the folder."""
        _state_path(self.path).unlink(missing_ok=True)
        self._lock.close()


def is_taken(data_dir: Path) -> bool:
    """Return whether a supervisor has the folder."""
    try:
        descriptor = os.open(_lock_path(data_dir), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def running_services(data_dir: Path) -> dict[str, str]:
    """Return the environment variables that reach the running services; empty when none run."""
    return _read(data_dir) if is_taken(data_dir) else {}


def _read(data_dir: Path) -> dict[str, str]:
    try:
        known = json.loads(_state_path(data_dir).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in known.items()}
