"""A real web server on a test's database, and a browser that is signed in there."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.faults.killing import PROJECT
from tests.waiting import seconds_until


def a_browser_of(person):
    """Return a test client that is signed in as a person, and shows faults as people see them."""
    device = TOTPDevice.objects.create(user=person, name="test", confirmed=True)
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


@dataclass(frozen=True)
class Web:
    """A web server on a Unix socket; what it is asked is asked as one person."""

    socket: Path
    cookies: dict[str, str]

    def get(self, path):
        """Return the status and the text of a page."""
        return self._asked("GET", path, "")

    def post(self, path, **fields):
        """Return the status and the text of what a form is answered."""
        return self._asked("POST", path, urlencode({**fields, **self._proof()}))

    def _proof(self):
        return {"csrfmiddlewaretoken": self.cookies["csrftoken"]}

    def _asked(self, method, path, body):
        connection = _UnixConnection(self.socket)
        try:
            connection.request(
                method,
                path,
                body,
                {
                    "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def _accepts(path: Path) -> bool:
    """Tell whether somebody listens; that the socket is there does not say so yet."""
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(str(path))
    except OSError:
        return False
    return True


@contextmanager
def a_web(person, *, database, folder):
    """Run one worker of the web server, in which a person is signed in."""
    signed_in = a_browser_of(person)
    path, log = folder / "web.sock", folder / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "portal.wsgi"),
                *("--config", "python:portal.web_server", "--bind", f"unix:{path}"),
                *("--no-control-socket", "--workers", "1", "--threads", "4"),
            ],
            cwd=PROJECT,
            env={
                **os.environ,
                # The settings by which the session is signed.
                "DJANGO_SETTINGS_MODULE": "portal.settings.test",
                "DATABASE_URL": database,
                "DATA_DIR": str(settings.DATA_DIR),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    cookies = {name: morsel.value for name, morsel in signed_in.cookies.items()}
    web = Web(path, {**cookies, "csrftoken": secrets.token_hex(16)})
    try:
        seconds_until(lambda: _accepts(path) or process.poll() is not None, within=60)
        assert process.poll() is None, log.read_text()
        yield web
    finally:
        process.terminate()
        process.wait(30)
