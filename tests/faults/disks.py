"""A real file system of a few megabytes, which a test fills to the last byte and frees again."""

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_BLOCK = 4096


@dataclass(frozen=True)
class TinyDisk:
    """A file system of its own at a folder."""

    path: Path

    def fill(self) -> None:
        """Write until there is no space left."""
        with self._ballast.open("ab", buffering=0) as ballast:
            while True:
                try:
                    ballast.write(bytes(_BLOCK))
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise
                    return

    def free(self) -> None:
        """Give the space back."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"


@contextmanager
def tiny_disk(megabytes: int) -> Iterator[TinyDisk]:
    """Mount one; where that is not allowed, skip the test and say so."""
    with tempfile.TemporaryDirectory(prefix="ra-disk-") as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tiny", folder]
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        if os.geteuid() != 0 or mounted.returncode != 0:
            # Only root may mount; a real disk must not be filled in its place.
            pytest.skip(f"a file system cannot be mounted here: {mounted.stderr.strip()}")
        try:
            yield TinyDisk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
