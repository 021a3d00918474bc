"""Servers whose database is migrated already: made once, then copied.

To migrate takes ten seconds, and each process of each run of the tests needs a server of its own.
What is kept is of one state of the migrations: another is made where one of them is changed. What
is copied is migrated all the same, so that whatever else `migrate` does is done.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from portal.embedded import postgres
from portal.embedded.processes import Family

PROJECT = Path(__file__).resolve().parent.parent
_KEPT = PROJECT / ".pytest_cache" / "migrated"


def put_data(to: Path) -> None:
    """Put the data of a server there, whose database `postgres.DATABASE` is migrated."""
    with _alone():
        kept = _KEPT / f"{postgres.major()}-{state_of(_what_counts())}"
        if not kept.is_dir():
            for earlier in _KEPT.iterdir():
                if earlier.is_dir():
                    shutil.rmtree(earlier)
            _make(kept)
        _copy(kept, to)


def state_of(files: Iterable[Path]) -> str:
    """Return what is another for another content, or another name, of any of these files."""
    state = sha256()
    for path in sorted(files):
        state.update(f"{path.name} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return state.hexdigest()[:20]


def _what_counts() -> Iterator[Path]:
    """Yield the files by which a migrated database comes out as it does."""
    yield from (PROJECT / "registry" / "migrations").glob("*.py")
    yield from (PROJECT / "registry" / "database").glob("*.sql")
    yield from (PROJECT / "portal" / "settings").glob("*.py")
    yield PROJECT / "portal" / "install" / "develop.lock"
    yield PROJECT / "portal" / "embedded" / "postgres.py"


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process after the other in: the first makes what the others copy."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(kept: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="ra-migrated-") as name:
        folder = Path(name)
        # Passing through is enough for the user that PostgreSQL may have to run as.
        folder.chmod(0o711)
        place = postgres.Place(
            data=folder / "data", sockets=folder / "sockets", log=folder / "log"
        )
        place.sockets.mkdir(mode=0o700)
        family = Family()
        try:
            postgres.start(family, place, options=postgres.THROW_AWAY)
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity=0"],
                cwd=PROJECT,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "portal.settings.test",
                    "DATABASE_URL": postgres.url(place.sockets),
                },
                check=True,
            )
        finally:
            family.stop()
        half = kept.with_name("half")  # one that is cut off must not be taken for whole
        shutil.rmtree(half, ignore_errors=True)
        _copy(place.data, half)
        half.rename(kept)


def _copy(data: Path, to: Path) -> None:
    """Copy data with their owner, who is another than root where PostgreSQL cannot be root."""
    shutil.copytree(data, to)
    if os.geteuid() == 0:
        owner = data.stat()
        for path in (to, *to.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
