"""Sees whether whoever asked has hung up, so that nothing is held for nobody."""

from collections.abc import Mapping
from typing import Any

from portal.serving.wire import Wire

_SOCKET = "gunicorn.socket"
"""Where Gunicorn has the connection in the WSGI environment."""


def connection_is_gone(environ: Mapping[str, Any]) -> bool:
    """Tell whether the other end of a request's connection was closed, where that can be seen.

    It cannot where another server than ours serves the portal.
    """
    wire = environ.get(_SOCKET)
    return isinstance(wire, Wire) and wire.is_closed_by_the_other_end()
