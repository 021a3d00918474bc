"""Attacks the running system over real sockets; run by `portal.embedded exec --portal`.

    python -m portal.embedded exec --throw-away --portal -- python -m tests.attacks.wire.over_http

It prints a line for each attack. Exit status 0: every one was answered with something other than
a fault, the system is alive and whole, and its logs have neither a traceback nor a secret.
"""

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from portal.demonstration.visitor import Visitor
from registry.demonstration.secrets_file import read_secrets

ARO = "aro@northwind.example"
WRONG_PASSWORD = "not-the-password-4711"
NOT_IMPLEMENTED = 501
"""What the server says of a way of sending that it does not know."""
CLOSED = 0
"""In place of a status: the server closed the connection without an answer."""

_FORM = (
    b'--B\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800\r\n'
    b'--B\r\nContent-Disposition: form-data; name="password"\r\n\r\nx\r\n--B--\r\n'
)


class Wire:
    """Sends octets to the server and reads the status that comes back."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.address = address
        self.host, self.port = parts.hostname or "", parts.port or 80

    def send(self, octets: bytes, *, within: float = 20.0) -> int:
        """Return the status of the first answer, or `CLOSED`."""
        with socket.create_connection((self.host, self.port), timeout=within) as connection:
            try:
                connection.sendall(octets)
                connection.shutdown(socket.SHUT_WR)
                answer = self._read(connection)
            except OSError:  # it hung up before it had read all
                return CLOSED
        first = answer.partition(b"\r\n")[0].split()
        return int(first[1]) if len(first) > 1 and first[1].isdigit() else CLOSED

    @staticmethod
    def _read(connection: socket.socket) -> bytes:
        answer = b""
        while b"\r\n" not in answer:
            piece = connection.recv(4096)
            if not piece:
                break
            answer += piece
        return answer

    def request(
        self, method: str, path: str, *headers: str, body: bytes = b"", length: str | None = None
    ) -> int:
        """Send a request whose headers are as they are given."""
        said = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Connection: close"]
        declared = str(len(body)) if length is None else length
        if body or length is not None:
            said.append(f"Content-Length: {declared}")
        head = "\r\n".join([*said, *headers, "", ""]).encode("latin-1", "replace")
        return self.send(head + body)


def malformed(wire: Wire) -> Iterator[tuple[str, int]]:
    """Octets that are no request, or several at once."""
    host = f"Host: {wire.host}:{wire.port}\r\n".encode()
    for name, octets in {
        "nothing": b"",
        "line breaks": b"\r\n" * 100,
        "octets": bytes(range(256)) * 4,
        "a method alone": b"GET\r\n\r\n",
        "a method that is none": b"G\x00T / HTTP/1.1\r\n" + host + b"\r\n",
        "a version that is none": b"GET / HTTP/9.9\r\n" + host + b"\r\n",
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "no host": b"GET / HTTP/1.1\r\n\r\n",
        "two hosts": b"GET / HTTP/1.1\r\n" + host + b"Host: attacker.example\r\n\r\n",
        "a folded header": b"GET / HTTP/1.1\r\n" + host + b"X: a\r\n b\r\n\r\n",
        "a header without a colon": b"GET / HTTP/1.1\r\n" + host + b"X\r\n\r\n",
        "a space before a colon": b"GET / HTTP/1.1\r\n" + host + b"X : a\r\n\r\n",
        "a zero octet in a header": b"GET / HTTP/1.1\r\n" + host + b"X: a\x00b\r\n\r\n",
        "a bare line feed in a header": b"GET / HTTP/1.1\r\n" + host + b"X: a\nY: b\r\n\r\n",
        "a header of 100 kB": b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        "a thousand headers": b"GET / HTTP/1.1\r\n" + host + b"X: a\r\n" * 1_000 + b"\r\n",
        "a path of 100 kB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
        "a path with a space": b"GET /a b HTTP/1.1\r\n" + host + b"\r\n",
        "an absolute address": b"GET http://attacker.example/ HTTP/1.1\r\n" + host + b"\r\n",
        "two lengths": b"POST /sign-in HTTP/1.1\r\n"
        + host
        + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "a length and chunks": b"POST /api/v1/checks HTTP/1.1\r\n"
        + host
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        + b"GET /evidence HTTP/1.1\r\n\r\n",
        "chunks of another name": b"POST /sign-in HTTP/1.1\r\n"
        + host
        + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "a chunk of a size that is none": b"POST /sign-in HTTP/1.1\r\n"
        + host
        + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx\r\n",
        "a negative length": b"POST /sign-in HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n",
        "a length with a sign": b"POST /sign-in HTTP/1.1\r\n"
        + host
        + b"Content-Length: +1\r\n\r\na",
        "a length of 5,000 digits": b"POST /sign-in HTTP/1.1\r\n"
        + host
        + b"Content-Length: "
        + b"9" * 5_000
        + b"\r\n\r\n",
        "a body that breaks off": b"POST /sign-in HTTP/1.1\r\n"
        + host
        + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\na=b",
        "an API body that breaks off": b"POST /api/v1/checks HTTP/1.1\r\n"
        + host
        + b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
    }.items():
        yield name, wire.send(octets)


def contents(wire: Wire) -> Iterator[tuple[str, int]]:
    """Requests that are well-formed, with contents that are not."""
    form = "Content-Type: multipart/form-data; boundary=B"
    for charset in ("idna", "undefined", "base64", "utf-7", "unicode_escape", "utf-16", "x" * 900):
        kind = f"Content-Type: text/plain; charset={charset}"
        yield f"charset {charset[:20]}", wire.request("GET", "/sign-in?next=%ff", kind)
        typed = f"{form}; charset={charset}"
        yield f"a form in {charset[:20]}", wire.request("POST", "/sign-in", typed, body=_FORM)
        api = f"Content-Type: application/json; charset={charset}"
        yield f"JSON in {charset[:20]}", wire.request("POST", "/api/v1/checks", api, body=b"{}")


def addresses(wire: Wire) -> Iterator[tuple[str, int]]:
    """Queries, cookies, hosts, paths and methods that no browser sends."""
    many = "a&" * 1_200
    yield "a boundary in a charset", wire.request("GET", "/", "Content-Type: a/b; c*=nonsense''x")
    for kind in ("text/plain", "text/plain; charset=utf-8"):
        yield (
            f"many fields, {kind}",
            wire.request("GET", f"/sign-in?{many}", f"Content-Type: {kind}"),
        )
    for cookie in (
        'sessionid="\\000aaaaaaaa"',
        "sessionid=" + "a" * 4_000,
        'csrftoken="\\000"',
        "=;=;=",
    ):
        yield f"a cookie {cookie[:30]}", wire.request("GET", "/", f"Cookie: {cookie}")
        yield f"a cookie {cookie[:30]} on nothing", wire.request("GET", "/no", f"Cookie: {cookie}")
    for host in ("attacker.example", "a" * 900, "[::1", "testserver:x"):
        octets = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        yield f"the host {host[:30]}", wire.send(octets)
    for path in (
        "/%00",
        "/%ff",
        "/..%2f..%2fetc/passwd",
        "/static/../../manage.py",
        "/static/..%2f..%2fmanage.py",
        "/static/%00",
        "//attacker.example/",
        "/%0d%0aX:y",
    ):
        yield f"the path {path}", wire.request("GET", path)
    for method in ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"):
        for path in ("/", "/sign-in", "/api/v1/checks", "/api/v1/certificates", "/healthz"):
            yield f"{method} {path}", wire.request(method, path)


def sizes(wire: Wire) -> Iterator[tuple[str, int]]:
    """Bodies that are too large."""
    form = "Content-Type: multipart/form-data; boundary=B"
    large = b"--B\r\n" + b"x" * 50_000_000
    status = wire.request("POST", "/sign-in", form, body=large)
    if status != 400:
        raise AssertionError(f"50 MB were not answered clearly but with {status or 'nothing'}")
    yield "50 MB", status
    yield "a length of a petabyte", wire.request("POST", "/sign-in", form, length="9" * 15)


def signed_in(wire: Wire, secrets: list[str]) -> Iterator[tuple[str, int]]:
    """What somebody with a browser, a password and a code of their own sends by mistake."""
    password = read_secrets().password

    def code() -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", "demo_code", ARO],
            capture_output=True,
            text=True,
            check=True,
        )
        secrets.append(done.stdout.split()[0])
        return secrets[-1]

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    secrets.extend([password, WRONG_PASSWORD, *pem.splitlines()[1:-1]])
    stranger = Visitor(wire.address)
    form = stranger.open("/sign-in")
    wrong = {"email": ARO, "password": WRONG_PASSWORD}
    yield "a wrong password", stranger.send(form, "/sign-in", wrong, expect=422).status
    visitor = Visitor(wire.address)
    visitor.sign_in(ARO, password, code)
    for text, says in (
        (pem, "You sent a private key"),
        ("A" * 100_000, "at most 65,536 are read"),
        (base64.b64encode(os.urandom(500)).decode(), "There is a problem"),
    ):
        page = visitor.send(visitor.open("/requests/new"), "/requests/check", {"text": text})
        if says not in page.text:
            raise AssertionError(f"the page does not say `{says}`: {page.text}")
        yield f"the page says: {says}", page.status


def main() -> int:
    """Attack, look at what is left, and return the exit status."""
    wire = Wire(os.environ["PORTAL_ADDRESS"])
    secrets: list[str] = []
    stages: list[Callable[[], Iterator[tuple[str, int]]]] = [
        lambda: malformed(wire),
        lambda: contents(wire),
        lambda: addresses(wire),
        lambda: sizes(wire),
        lambda: signed_in(wire, secrets),
    ]
    faults = number = 0
    for stage in stages:
        for name, status in stage():
            number += 1
            faults += status >= 500 and status != NOT_IMPLEMENTED
            _say(f"{status or 'closed'}  {name}")
    for path in ("/healthz", "/readyz"):
        faults += wire.request("GET", path) != 200
    time.sleep(1)
    said = "\n".join(
        path.read_text("utf-8", "replace")
        for path in sorted((Path(os.environ["DATA_DIR"]) / "logs").glob("*.log"))
    )
    # A refusal is logged with a traceback of its own; these are faults.
    for sign in ("Internal Server Error", "Error handling request", *secrets):
        if sign in said:
            faults += 1
            place = said.index(sign)
            _say(f"in the logs: {said[max(0, place - 300) : place + 600]}")
    _say(f"{number} attacks, {faults} faults")
    return 1 if faults else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.development"
    sys.exit(main())
