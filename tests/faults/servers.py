"""A PostgreSQL server of a test's own, which it may stop, kill and starve."""

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections

from portal.embedded import postgres
from portal.embedded.processes import Family
from tests import migrated

# What was committed must outlive the server's death, though not the machine's.
_OPTIONS = ("-c", "fsync=off", "-c", "full_page_writes=off")


@dataclass
class OwnServer:
    """A server and how it is treated."""

    folder: Path
    data: Path
    family: Family = field(default_factory=Family)
    options: tuple[str, ...] = _OPTIONS

    @property
    def sockets(self) -> Path:
        """The folder of its socket."""
        return self.folder / "sockets"

    @property
    def log(self) -> Path:
        """Where it says what happens to it."""
        return self.folder / "log"

    @property
    def ended(self) -> bool:
        """Tell whether it ended by itself."""
        return all(child.process.poll() is not None for child in self.family.children)

    def start(self) -> None:
        """Start it, and return when it answers."""
        self.family.children.clear()
        place = postgres.Place(data=self.data, sockets=self.sockets, log=self.log)
        postgres.start(self.family, place, options=self.options)

    def as_superuser(self, statement: str) -> None:
        """Do what the application's own role may not."""
        with psycopg.connect(
            host=str(self.sockets), user="postgres", dbname=postgres.DATABASE, autocommit=True
        ) as connection:
            connection.execute(statement)

    def give(self, folder: Path) -> None:
        """Let it write into a folder."""
        owner = self.data.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)

    def stop(self) -> None:
        """Stop it as an operator does who cannot wait for the clients."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill it: no goodbye to the clients, nothing written that was not written already."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        server = self.family.children.pop()
        server.process.send_signal(how)
        server.process.wait(60)


@contextmanager
def own_server(*, disk: Path | None = None, options: Sequence[str] = ()) -> Iterator[OwnServer]:
    """Give every connection of this process a server of its own with an empty register.

    Its data are on the disk that is mounted there, or else beside its socket.
    """
    with tempfile.TemporaryDirectory(prefix="ra-own-") as folder:
        server = OwnServer(
            folder=Path(folder),
            data=(disk or Path(folder)) / "data",
            options=(*_OPTIONS, *options),
        )
        # Passing through is enough for the user that PostgreSQL may have to run as.
        server.folder.chmod(0o711)
        server.sockets.mkdir(mode=0o700)
        if disk is None:  # a small one has room for nothing but what is made there
            migrated.put_data(server.data)
        server.start()
        described = connections.settings["default"]
        before = {name: described[name] for name in ("HOST", "NAME", "USER", "PASSWORD", "PORT")}
        connections.close_all()
        described.update(
            HOST=str(server.sockets),
            NAME=postgres.DATABASE,
            USER=postgres.ROLE,
            PASSWORD="",
            PORT="",
        )
        try:
            call_command("migrate", verbosity=0)
            yield server
        finally:
            connections.close_all()
            described.update(before)
            server.family.stop()
