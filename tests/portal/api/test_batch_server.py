"""A batch through a real web server: whole or refused, and in little memory whatever its size."""

import http.client
import json
from base64 import b64encode
from pathlib import Path

import pytest

from registry.clients.acts.api_clients import create_api_client
from tests.factories import AT
from tests.portal.api.conftest import registered_for
from tests.portal.serving.server import HOST, server

__all__ = ["server"]

pytestmark = pytest.mark.slow

NDJSON = "application/x-ndjson"
READ = "<sr:ReadInstantaneousImportRegisters/>"


@pytest.fixture
def token(committed):  # noqa: ARG001 -- the server sees only what commits
    return create_api_client("engine", scopes=["checks:ask"], at=AT).token


def line_of(message):
    asked = {
        "message": b64encode(message).decode(),
        "generation": "SMETS2+",
        "purpose": "diagnosis",
        "device": {"registered_user_ids": registered_for(message)},
    }
    return json.dumps(asked).encode() + b"\n"


def ask(server, token, pieces, length, content_type=NDJSON):
    """Send all of a body before anything is read, as a simple client does."""
    wire = http.client.HTTPConnection(HOST, server.port, timeout=120)
    try:
        wire.request(
            "POST",
            "/api/v1/checks/batch",
            pieces,
            {
                "Authorization": f"Bearer {token}",
                "Content-Type": content_type,
                "Content-Length": str(length),
            },
        )
        answer = wire.getresponse()
        return answer.status, answer.read()
    finally:
        wire.close()


def is_bad(number):
    """Tell which lines are no question: the first, the last and some between."""
    return number in {1000, 1999} or number % 97 == 0


def outcome_of(answer):
    if "code" in answer:
        return answer["code"]
    return answer["decision"], answer["message"]["request_id"].rpartition(":")[2]


def workers(server):
    """Return the process ids of the server's workers."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def peak_of(pid):
    """Return the most memory that a process had so far, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1000


def test_a_thousand_messages_are_answered_in_order(server, token, subscriber):
    body = b"".join(line_of(subscriber.message(counter=n)) for n in range(1000, 2000))
    status, answer = ask(server, token, body, len(body))
    assert status == 200
    answers = [json.loads(line) for line in answer.splitlines()]
    counters = [a["message"]["request_id"].rpartition(":")[2] for a in answers]
    assert counters == [str(n) for n in range(1000, 2000)]
    assert {a["decision"] for a in answers} == {"process"}


def test_a_body_that_breaks_off_is_refused_whole(server, token, subscriber):
    body = line_of(subscriber.message())
    head = "\r\n".join(
        [
            "POST /api/v1/checks/batch HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {token}",
            f"Content-Type: {NDJSON}",
            f"Content-Length: {len(body) + 10}",
            *("", ""),
        ]
    ).encode()
    assert server.raw(head + body, ends=True) == (400, "body-incomplete")


def test_a_body_without_a_length_is_refused(server, token):
    head = "\r\n".join(
        [
            "POST /api/v1/checks/batch HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {token}",
            f"Content-Type: {NDJSON}",
            "Transfer-Encoding: chunked",
            *("", ""),
        ]
    ).encode()
    assert server.raw(head + b"3\r\n{}\n\r\n0\r\n\r\n") == (411, "length-required")


def test_a_large_batch_is_answered_in_order_in_no_more_memory_than_a_small_one(
    server, token, subscriber
):
    """200 MB of messages, none of which is large by itself, and lines that are no question."""
    small = b"".join(line_of(subscriber.message()) for _ in range(20))
    for _ in range(8):
        assert ask(server, token, small, len(small))[0] == 200
    before = {pid: peak_of(pid) for pid in workers(server)}
    spaces = " " * 150_000
    length = len(line_of(subscriber.message(body=spaces + READ)))

    def sent():
        for number in range(1000, 2000):
            message = subscriber.message(counter=number, body=spaces + READ)
            yield b"?" * (length - 1) + b"\n" if is_bad(number) else line_of(message)

    status, answer = ask(server, token, sent(), length * 1000)
    assert status == 200
    assert [outcome_of(json.loads(line)) for line in answer.splitlines()] == [
        "body-not-json" if is_bad(number) else ("process", str(number))
        for number in range(1000, 2000)
    ]
    grown = max(peak_of(pid) - was for pid, was in before.items())
    assert grown < 30
