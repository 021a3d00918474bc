"""Hundreds of clients that hold back what they began do not keep others from being answered."""

import http.client
import socket
from contextlib import ExitStack, closing

import pytest

from registry.clients.acts.api_clients import create_api_client
from tests.factories import AT
from tests.portal.api.conftest import committed, subscriber
from tests.portal.serving.server import HOST, server
from tests.waiting import seconds_until

__all__ = ["committed", "server", "subscriber"]

pytestmark = [pytest.mark.alone, pytest.mark.slow]

MANY = 300
HALF_A_HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Le"
NO_BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ncsrf"
)
# Nobody waits for these bodies, so nobody may read them either.
OF_NO_LENGTH = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ncs"
)
TOO_LONG = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 30000000\r\n\r\n--B\r\n"
)
OF_A_STRANGER = (
    b"POST /api/v1/checks/batch HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-ndjson\r\nContent-Length: 30000000\r\n\r\n{"
)


def connections(stack, port, *, sends, count=MANY):
    opened = []
    for _ in range(count):
        wire = stack.enter_context(socket.create_connection((HOST, port), timeout=60))
        wire.sendall(sends)
        opened.append(wire)
    return opened


def sign_in_page(server):
    with closing(http.client.HTTPConnection(HOST, server.port, timeout=30)) as wire:
        wire.request("GET", "/sign-in")
        return wire.getresponse().status


@pytest.fixture
def asks(server, subscriber):
    """Ask for a page and for a decision, as two strangers to those who are slow would."""
    token = create_api_client("engine", scopes=["checks:ask"], at=AT).token
    message = subscriber.message()
    fields = f"generation=SMETS2%2B&device.registered_user_ids={subscriber.certificate.eui64}"

    def ask():
        status, answer = server.call(
            message,
            token,
            f"/api/v1/checks?{fields}&purpose=diagnosis",
            **{"Content-Type": "application/xml"},
        )
        return sign_in_page(server), status, answer.get("decision")

    return ask


ANSWERED = (200, 200, "process")


def test_half_requests_are_waited_for_apart_and_end_when_their_time_is_up(server, asks):
    seconds_until(lambda: asks() == ANSWERED)
    with ExitStack() as stack:
        slow = connections(stack, server.port, sends=HALF_A_HEAD)
        slow += connections(stack, server.port, sends=NO_BODY)
        for _ in range(8):
            assert asks() == ANSWERED
        answers = {wire.recv(4_096).partition(b"\r\n")[0] for wire in slow}
        assert answers == {b"HTTP/1.1 408 Request Timeout"}
        assert {wire.recv(1) for wire in slow} == {b""}
    assert asks() == ANSWERED
    assert "did not send a whole request in time" in server.log.read_text()


def test_a_body_that_is_not_waited_for_is_not_read_for_a_stranger(server, asks):
    seconds_until(lambda: asks() == ANSWERED)
    with ExitStack() as stack:
        for octets, status in (
            (OF_NO_LENGTH, b"403"),
            (TOO_LONG, b"400"),
            (OF_A_STRANGER, b"401"),
        ):
            slow = connections(stack, server.port, sends=octets, count=40)
            assert asks() == ANSWERED
            assert {wire.recv(4_096)[9:12] for wire in slow} == {status}
