"""Sees whether whoever asked has hung up, so that nothing is held for nobody."""

import select
import socket
import ssl
from collections.abc import Mapping
from typing import Any

_SOCKET = "gunicorn.socket"
"""Where Gunicorn has the connection in the WSGI environment."""


def connection_is_gone(environ: Mapping[str, Any]) -> bool:
    """Tell whether the other end of a request's connection was closed, where that can be seen.

    It cannot where another server than Gunicorn serves us, nor inside TLS.
    """
    wire = environ.get(_SOCKET)
    if not isinstance(wire, socket.socket) or isinstance(wire, ssl.SSLSocket):
        return False
    try:
        looking = select.poll()
        looking.register(wire, select.POLLIN)
        return bool(looking.poll(0)) and wire.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
