"""The web server as `make run` starts it, for tests that need real sockets."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys

import pytest
from django.conf import settings

HOST = "127.0.0.1"


class WebServer:
    """The web server, with another application or other options where that is said."""

    def __init__(self, application: str, log, *options: str, **environment: str) -> None:
        with socket.create_server((HOST, 0)) as listener, log.open("ab") as output:
            self.port = listener.getsockname()[1]
            self.log = log
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", application),
                    *("--bind", f"fd://{listener.fileno()}"),
                    *("--config", "python:portal.web_server", "--no-control-socket"),
                    *("--workers", "2", "--threads", "4", *options),
                ],
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment},
                pass_fds=(listener.fileno(),),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise


class Server(WebServer):
    """Two processes that serve the portal, on a port of their own."""

    def __init__(self, database_url: str, log) -> None:
        super().__init__(
            "portal.wsgi",
            log,
            DJANGO_SETTINGS_MODULE="portal.settings.test",
            DATABASE_URL=database_url,
        )

    def call(self, body, token, path="/api/v1/checks", **headers):
        """Return the status and the document of an answer, over a connection of its own."""
        wire = http.client.HTTPConnection(HOST, self.port, timeout=20)
        try:
            wire.request(
                "POST",
                path,
                body,
                {
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/json",
                    **headers,
                },
            )
            answer = wire.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            wire.close()

    def raw(self, octets: bytes, *, ends: bool = False):
        """Return the status and the code of the answer to some octets."""
        with socket.create_connection((HOST, self.port), timeout=20) as wire:
            wire.sendall(octets)
            if ends:
                wire.shutdown(socket.SHUT_WR)
            answer = http.client.HTTPResponse(wire)
            answer.begin()
            return answer.status, json.loads(answer.read())["code"]


@pytest.fixture
def server(database_url, tmp_path):
    server = Server(database_url, tmp_path / "log")
    try:
        yield server
    finally:
        server.stop()
