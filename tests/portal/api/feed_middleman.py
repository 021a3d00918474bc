"""Somebody between a follower and the portal: passes on what comes, or something else."""

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PASSED_ON = ("Content-Type", "JWS-Signature", "ETag", "Retry-After")


@dataclass(frozen=True)
class Given:
    """An answer of the portal."""

    status: int
    headers: dict[str, str]
    body: bytes
    breaks_off_at: int | None = None
    """After so many octets the connection is closed."""

    def cut(self, at: int) -> "Given":
        """Return the answer, which breaks off."""
        return replace(self, breaks_off_at=at)

    def of(self, body: bytes) -> "Given":
        """Return the answer with another body."""
        return replace(self, body=body)

    def signed(self, jws: str) -> "Given":
        """Return the answer with another signature."""
        return replace(self, headers={**self.headers, "JWS-Signature": jws})


def as_it_is(path: str, given: Given) -> Given:
    """Pass an answer on."""
    assert path
    return given


@dataclass
class Middleman:
    """A real server between a follower and the portal."""

    portal: str
    tamper: Callable[[str, Given], Given | None] = as_it_is
    """From the path that was asked for, and what the portal answered, to what is passed on; None:
    the connection is closed without a word."""
    seen: list[str] = field(default_factory=list)
    """What was asked for."""

    def __post_init__(self):
        middleman = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                middleman.seen.append(self.path)
                given = middleman.tamper(self.path, middleman.ask(self.path, self.headers))
                self.close_connection = True
                if given is None:
                    return
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(given.body)))
                self.end_headers()
                self.wfile.write(given.body[: given.breaks_off_at])

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # `stop` waits for them: a request held for a test must not read the next one's register.
        self.server.daemon_threads = False
        self.address = f"http://127.0.0.1:{self.server.server_port}/api/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ask(self, path, headers) -> Given:
        """Return what the portal answers."""
        wire = http.client.HTTPConnection(urlsplit(self.portal).netloc, timeout=60)
        try:
            wire.request("GET", path, headers={"Authorization": headers["Authorization"]})
            answer = wire.getresponse()
            passed = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
            return Given(answer.status, passed, answer.read())
        finally:
            wire.close()

    def stop(self):
        """Stop, as if the network were gone, when every request that was passed on has ended."""
        self.server.shutdown()
        self.server.server_close()
