"""What the server's parser and answers use as the socket of a connection."""

import select
import socket
from typing import Final

from portal.serving.arrival import PIECE

PIECE_WITHIN: Final = 20.0
"""Seconds in which the other end must send, or take, the next piece."""
MOST_UNSENT: Final = 256 * 1024
"""Octets of an answer that are kept for an other end that is slow to take them."""

_GATHERED: Final = 16 * 1024
"""Octets that are kept to be sent together: mostly the head of an answer and its body."""


class Wire:
    """A connection, of whose request the octets are here already.

    Whoever reads never waits for the other end, and finds the end where these octets end; unless
    more may be read (`reads_on`), for which there is a time limit. Of what is written so much is
    kept that usual answers need not wait either.

    One thread has it at a time.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)  # noqa: FBT003 -- it takes no keyword
        self.connection = connection
        self.was_read_to_its_end = False
        """Whether somebody wanted more than was there: no other request may follow then."""
        self._held = memoryview(b"")
        self._reads_on = False
        self._unsent = bytearray()

    def hold(self, octets: bytes, *, reads_on: bool) -> None:
        """Have the next request read from these octets."""
        self._held = memoryview(octets)
        self._reads_on = reads_on

    def unread(self) -> bytes:
        """Take what is left of the octets."""
        left, self._held = bytes(self._held), memoryview(b"")
        return left

    def is_closed_by_the_other_end(self) -> bool:
        """Tell whether the other end closed the connection, or at least its half of it."""
        try:
            return (
                self._is_ready(select.POLLIN, 0)
                and self.connection.recv(1, socket.MSG_PEEK) == b""
            )
        except (OSError, ValueError):
            return True

    # --- as a socket -------------------------------------------------------------------------

    def recv(self, size: int) -> bytes:
        """Return the next octets, or none where there are no more.

        Raises:
            OSError: The connection was cut.
        """
        if self._held:
            taken, self._held = bytes(self._held[:size]), self._held[size:]
            return taken
        if not self._reads_on or not self._is_ready(select.POLLIN, PIECE_WITHIN):
            self.was_read_to_its_end = True
            return b""
        return self.connection.recv(min(size, PIECE))

    def send(self, octets: bytes) -> int:
        """Tell the other end to go on with its body, where more of it is to be read.

        The server sends nothing else like that, and at once. Whoever sent the whole was told so
        before, if at all.
        """
        if self._reads_on:
            self.sendall(octets)
            self.flush()
        return len(octets)

    def sendall(self, octets: bytes) -> None:
        """Send an answer, or keep it until `flush`: no more of it than `MOST_UNSENT`.

        Raises:
            TimeoutError: The other end takes nothing.
            OSError: The connection was cut.
        """
        if len(self._unsent) + len(octets) <= _GATHERED:
            self._unsent += octets
            return
        left = memoryview(octets)
        while True:
            if self.flush():
                left = left[self._sent(left) :]
            if len(self._unsent) + len(left) <= MOST_UNSENT:
                self._unsent += left
                return
            if not self._is_ready(select.POLLOUT, PIECE_WITHIN):
                raise TimeoutError("the other end does not take its answer")

    def flush(self) -> bool:
        """Send what is kept, and tell whether that was all of it.

        Raises:
            OSError: The connection was cut.
        """
        while self._unsent:
            sent = self._sent(self._unsent)
            if not sent:
                return False
            del self._unsent[:sent]
        return True

    def gettimeout(self) -> float:
        """Say that it does not wait."""
        return 0.0

    def settimeout(self, seconds: float | None) -> None:
        """Do nothing: how long it waits does not depend on who asks."""

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 -- as a socket has it
        """Do nothing, likewise."""

    def shutdown(self, how: int) -> None:
        """Do nothing: the worker ends the connection when the thread is done with it."""

    def close(self) -> None:
        """Do nothing, likewise."""

    def _sent(self, octets: bytearray | memoryview) -> int:
        try:
            return self.connection.send(octets)
        except BlockingIOError:
            return 0

    def _is_ready(self, event: int, seconds: float) -> bool:
        looking = select.poll()
        looking.register(self.connection, event)
        return bool(looking.poll(seconds * 1000))
