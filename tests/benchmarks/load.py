"""Puts a web server under load: connections that are kept open, each one asking in turn."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_CHUNK = 65_536
_PATIENCE = 30.0


class AnswerError(Exception):
    """The server did not answer as it should; the message says what it answered."""


@dataclass
class Caller:
    """One connection, and what it has been answered so far."""

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)

    def answer(self) -> bytes | None:
        """Take what has come in; return the body once the answer is whole."""
        chunk = self.connection.recv(_CHUNK)
        if not chunk:
            raise AnswerError("the server closed the connection")
        self.received += chunk
        end = self.received.find(_HEAD_END)
        if end < 0:
            return None
        head = bytes(self.received[:end])
        at = head.lower().index(_LENGTH) + len(_LENGTH)
        whole = end + len(_HEAD_END) + int(head[at:].split(b"\r\n", 1)[0])
        if len(self.received) < whole:
            return None
        body = bytes(self.received[end + len(_HEAD_END) : whole])
        self.received.clear()
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise AnswerError(f"{head[:60]!r} {body[:200]!r}")
        return body


@dataclass(frozen=True, slots=True)
class Answered:
    """What a load came to."""

    count: int
    seconds: float
    first: frozenset[bytes]
    """The first answer of each caller."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.count / self.seconds


@dataclass(frozen=True)
class Load:
    """Callers of one server."""

    callers: list[Caller]

    def run(self, requests: Sequence[bytes], *, seconds: float) -> Answered:
        """Have every caller ask one thing after the other."""
        coming = cycle(requests)
        first: dict[int, bytes] = {}
        count = 0
        with selectors.DefaultSelector() as selector:
            begun = time.perf_counter()
            for caller in self.callers:
                selector.register(caller.connection, selectors.EVENT_READ, caller)
                caller.connection.sendall(next(coming))
            waiting = len(self.callers)
            while waiting:
                ready = selector.select(_PATIENCE)
                if not ready:
                    raise AnswerError(f"no answer within {_PATIENCE:.0f} seconds")
                for key, _ in ready:
                    body = key.data.answer()
                    if body is None:
                        continue
                    count += 1
                    first.setdefault(key.fd, body)
                    if time.perf_counter() - begun < seconds:
                        key.data.connection.sendall(next(coming))
                    else:
                        waiting -= 1
            took = time.perf_counter() - begun
        return Answered(count, took, frozenset(first.values()))


@contextmanager
def load(host: str, port: int, *, callers: int) -> Iterator[Load]:
    """Open the connections."""
    with ExitStack() as stack:
        yield Load(
            [
                Caller(stack.enter_context(socket.create_connection((host, port), _PATIENCE)))
                for _ in range(callers)
            ]
        )
