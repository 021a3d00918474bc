"""A PostgreSQL server of a test's own, which it may stop, kill and starve."""

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from portal.embedded import postgres
from portal.embedded.processes import Family

# What was committed must outlive the server's death, though not the machine's.
_OPTIONS = ("-c", "fsync=off", "-c", "full_page_writes=off")


@dataclass
class OwnServer:
    """A server and how it is treated."""

    folder: Path
    family: Family = field(default_factory=Family)
    options: tuple[str, ...] = _OPTIONS

    @property
    def sockets(self) -> Path:
        """The folder of its socket."""
        return self.folder / "sockets"

    @property
    def data(self) -> Path:
        """The folder of its data."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Where it says what happens to it."""
        return self.folder / "log"

    def start(self) -> None:
        """Start it, and return when it answers."""
        place = postgres.Place(data=self.data, sockets=self.sockets, log=self.log)
        postgres.start(self.family, place, options=self.options)

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
def own_server(data: Path | None = None) -> Iterator[OwnServer]:
    """Give every connection of this process a server of its own with an empty register.

    `data` is a folder for its files instead of one beside its sockets.
    """
    with tempfile.TemporaryDirectory(prefix="ra-own-") as folder:
        server = OwnServer(Path(folder))
        # Passing through is enough for the user that PostgreSQL may have to run as.
        server.folder.chmod(0o711)
        server.sockets.mkdir(mode=0o700)
        if data is not None:
            server.data.symlink_to(data)
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
