"""One connection, as the worker keeps it and as Gunicorn's thread handles it."""

import socket
from typing import Any

from gunicorn.http import get_parser

from portal.serving.arrival import Arrival
from portal.serving.wire import Wire


class Connection:
    """A connection, and how far its request or answer has come."""

    # What Gunicorn looks at where a connection may be of another kind.
    initialized = True
    data_ready = True
    is_http2 = False

    def __init__(self, config: Any, connection: socket.socket, client: Any, server: Any) -> None:
        self.sock = Wire(connection)
        self.client = client
        self.server = server
        self.parser = get_parser(config, self.sock, client)
        self.arrival = Arrival(longest_body=0)
        """What has come of a request, and whether it was whole when a thread got it."""
        self.deadline = 0.0
        """Until when the other end may be waited for, by the steady clock."""
        self.ends_at = 0.0
        """Until when it may be waited for whatever it sends."""
        self.held = 0
        """Octets of its request that are in memory."""

    def init(self) -> None:
        """Do nothing: it is ready when a thread gets it."""

    def hand_over(self) -> None:
        """Let the parser have what came."""
        self.sock.hold(self.arrival.take(), reads_on=self.arrival.is_head_alone)

    def left_over(self) -> bytes:
        """Take what came behind the request that was answered."""
        read_ahead: bytes = self.parser.unreader.take_buffered()
        return read_ahead + self.sock.unread()
