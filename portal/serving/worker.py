"""A worker of Gunicorn whose threads never wait for a slow client.

Gunicorn's own worker with threads has a thread read a request, and so one that holds back half a
header, or its body, has the thread for as long as it likes. Here the loop that accepts connections
waits for all of them at once: a thread gets a request when it is whole, and is rid of it when its
answer is written down. What the loop does for a connection takes no time to speak of.

A body longer than `LONGEST_BODY` is the exception: none but a client that is known reads one, in
its thread, with a limit of time for each piece.
"""

import contextlib
import errno
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from portal.serving.arrival import PART_OF_HEAD, PIECE, Arrival
from portal.serving.connection import Connection
from portal.serving.wire import PIECE_WITHIN

LONGEST_BODY: Final = 24 * 1024 * 1024
"""Octets of a body that are waited for before a thread gets the request."""
HEAD_WITHIN: Final = 15.0
"""Seconds in which the whole head of a request must come."""
MOST_HELD: Final = 256 * 1024 * 1024
"""Octets of requests that one process keeps in memory."""

_SILENT_WITHIN: Final = 5.0
"""Seconds for which the other end may send nothing while it ends."""
_ENDED_WITHIN: Final = 30.0
"""Seconds for which it may go on sending what nobody reads any more."""
_LOOK_EVERY: Final = 1.0

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_TOO_LATE: Final = "408 Request Timeout"
_TOO_LONG_A_HEAD: Final = "431 Request Header Fields Too Large"

_Ready = Callable[[Connection], None]


class PatientWorker(ThreadWorker):
    """Waits for requests and for answers to be taken in its loop, for all of them at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[Connection, None] = {}
        """The connections whose other end is waited for, first the one that has been longest."""
        self._held = 0
        self._next_look = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse what it cannot do.

        Raises:
            ConfigError: TLS or another protocol is asked for, which the proxy in front has.
        """
        super().check_config(cfg, log)
        if cfg.is_ssl or cfg.protocol != "http":
            raise ConfigError("this worker speaks plain HTTP alone; a proxy in front ends TLS")
        if cfg.sendfile is not False:
            raise ConfigError("this worker writes answers itself; set sendfile = False")

    # --- what Gunicorn calls -----------------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; where there are as many as may be, let the oldest one go."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._drop(next(iter(self._waiting), None))
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        self.nr_conns += 1
        connection = Connection(self.cfg, client, address, listener.getsockname())
        self._await_request(connection, b"", within=HEAD_WITHIN)
        oldest = next(iter(self._waiting), None)
        if self.nr_conns >= self.worker_connections and oldest is not connection:
            self._drop(oldest)

    def handle(self, conn: Connection) -> bool:
        """Answer a request in a thread, and tell whether the connection may be kept."""
        keeps: bool = super().handle(conn)
        try:
            conn.sock.flush()
        except OSError:
            return False
        return keeps and not conn.sock.was_read_to_its_end

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer a request; a connection whose body may be read in part takes no other."""
        if not conn.arrival.is_whole:
            req.force_close()
        keeps: bool = super().handle_request(req, conn)
        return keeps

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        """Go on with a connection that a thread is done with."""
        keeps = not fs.cancelled() and fs.exception() is None and fs.result()
        self._let_go(conn)
        if keeps:
            within = self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER
            left_over = conn.left_over()
            then: _Ready = partial(self._await_request, octets=left_over, within=within)
        else:
            then = self._linger
        self._flush(conn, then=then)

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 -- Gunicorn's
        """Close the connections whose time is up."""
        now = time.monotonic()
        if now < self._next_look and self.alive and not force:
            return
        self._next_look = now + _LOOK_EVERY
        late = [each for each in self._waiting if each.deadline <= now or force]
        begun = sum(bool(each.arrival.octets) for each in late)
        if begun:
            self.log.warning("%d connections did not send a whole request in time", begun)
        for connection in late:
            if connection.arrival.octets and self.alive:
                self._refuse(connection, _TOO_LATE)
            else:
                self._drop(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """Have no connection wait longer than that: the worker stops."""
        for connection in self._waiting:
            connection.deadline = min(connection.deadline, deadline)

    # --- a request comes ---------------------------------------------------------------------

    def _await_request(self, connection: Connection, octets: bytes, *, within: float) -> None:
        connection.arrival = Arrival(longest_body=LONGEST_BODY)
        connection.deadline = time.monotonic() + within
        self._wait(connection, selectors.EVENT_READ, self._receive)
        if octets:
            self._take(connection, octets)
        else:
            # Mostly the request is here as soon as the connection is.
            self._receive(connection)

    def _receive(self, connection: Connection) -> None:
        octets = _received(connection)
        if octets is None:
            return
        if octets:
            self._take(connection, octets)
        elif connection.arrival.has_head:
            # Its body breaks off, and whoever sent it may still read that it did.
            self._hand_over(connection)
        else:
            self._drop(connection)

    def _take(self, connection: Connection, octets: bytes) -> None:
        arrival = connection.arrival
        before = arrival.progress
        arrival.add(octets)
        connection.held += len(octets)
        self._held += len(octets)
        if arrival.is_ready:
            self._hand_over(connection)
        elif arrival.has_too_long_a_head:
            self._refuse(connection, _TOO_LONG_A_HEAD)
        elif arrival.progress > before:
            within = PIECE_WITHIN if arrival.has_head else HEAD_WITHIN
            connection.deadline = time.monotonic() + within
            if arrival.expects_continue and before <= PART_OF_HEAD:
                self._tell_to_go_on(connection)
        self._make_room()

    def _tell_to_go_on(self, connection: Connection) -> None:
        connection.sock.sendall(_CONTINUE)
        # Where the other end is gone, the next look at it tells.
        with contextlib.suppress(OSError):
            connection.sock.flush()

    def _make_room(self) -> None:
        if self._held > MOST_HELD:
            largest = max(self._waiting, key=lambda each: each.held, default=None)
            self._drop(largest if largest is not None and largest.held else None)

    def _hand_over(self, connection: Connection) -> None:
        self._stop_waiting(connection)
        connection.hand_over()
        self.enqueue_req(connection)

    # --- an answer goes ----------------------------------------------------------------------

    def _flush(self, connection: Connection, *, then: _Ready) -> None:
        try:
            is_sent = connection.sock.flush()
        except OSError:
            self._drop(connection)
            return
        if is_sent:
            self._stop_waiting(connection)
            then(connection)
            return
        connection.deadline = time.monotonic() + PIECE_WITHIN
        self._wait(connection, selectors.EVENT_WRITE, partial(self._flush, then=then))

    def _refuse(self, connection: Connection, status: str) -> None:
        connection.arrival.take()
        answer = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        self._stop_waiting(connection)
        self._let_go(connection)
        connection.sock.sendall(answer.encode("ascii"))
        self._flush(connection, then=self._linger)

    def _linger(self, connection: Connection) -> None:
        """End a connection so that also who has not sent all reads the answer (RFC 9112, 9.6)."""
        connection.ends_at = time.monotonic() + _ENDED_WITHIN
        try:
            connection.sock.connection.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(connection)
            return
        self._wait(connection, selectors.EVENT_READ, self._discard)
        self._discard(connection)

    def _discard(self, connection: Connection) -> None:
        within = _SILENT_WITHIN if self.alive else STOP_KEEPALIVE_LINGER
        connection.deadline = min(time.monotonic() + within, connection.ends_at)
        if _received(connection) == b"":
            self._drop(connection)

    # --- waiting -----------------------------------------------------------------------------

    def _wait(self, connection: Connection, event: int, ready: _Ready) -> None:
        self._stop_waiting(connection)
        self._waiting[connection] = None
        # One event of several at once may have had this connection dropped.
        self.poller.register(
            connection.sock.connection,
            event,
            lambda _: ready(connection) if connection in self._waiting else None,
        )

    def _stop_waiting(self, connection: Connection) -> None:
        if connection in self._waiting:
            del self._waiting[connection]
            self.poller.unregister(connection.sock.connection)

    def _let_go(self, connection: Connection) -> None:
        self._held -= connection.held
        connection.held = 0

    def _drop(self, connection: Connection | None) -> None:
        if connection is None:
            return
        self._stop_waiting(connection)
        self._let_go(connection)
        connection.sock.connection.close()
        self.nr_conns -= 1


def _received(connection: Connection) -> bytes | None:
    """Return what came; nothing where the other end is done, None where it waits itself."""
    try:
        return connection.sock.connection.recv(PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""
