"""The port that the web server listens on."""

import errno
import os
import socket

from portal.embedded.errors import EmbeddedError

DEFAULT = 8000
_NEIGHBOURS = 20
_HIGHEST = 65_535
HOST = "127.0.0.1"
"""Only this machine: the demonstration prints its passwords."""


def wanted() -> int:
    """Return the port that `PORT` asks for, else the default.

    Raises:
        EmbeddedError: when it is no port.
    """
    text = os.environ.get("PORT", "").strip() or str(DEFAULT)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _HIGHEST:
        raise EmbeddedError(f"PORT is `{text}`: write a number from 1 to {_HIGHEST}")
    return int(text)


def listen(port: int) -> socket.socket:
    """Return a listening socket on the port or, where it is taken, on one of the next twenty.

    The web server is handed the socket itself, so that nobody can take the port in between.

    Raises:
        EmbeddedError: when none of them is free.
    """
    last = min(port + _NEIGHBOURS, _HIGHEST)
    refusal = ""
    for candidate in range(port, last + 1):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, candidate))
            listener.listen(1024)
        except OSError as error:
            listener.close()
            refusal = os.strerror(error.errno or errno.EADDRINUSE)
        else:
            return listener
    raise EmbeddedError(
        f"no port from {port} to {last} is free ({refusal.lower()}): set PORT to another"
    )
