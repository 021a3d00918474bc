"""The worker of the web server, over real connections, with a small application behind it."""

import socket
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.errors import ConfigError

from portal.serving.arrival import LONGEST_HEAD
from portal.serving.worker import LONGEST_BODY, MOST_HELD, PatientWorker
from tests.portal.serving.server import HOST, WebServer
from tests.waiting import seconds_until

pytestmark = pytest.mark.slow

MANY = 1_000_000


def request(path=b"1", *fields, method=b"GET"):
    return b"\r\n".join([method + b" /" + path + b" HTTP/1.1", b"Host: a", *fields, b"", b""])


def posted(length, *fields, path=b"read"):
    return request(path, b"Content-Length: %d" % length, *fields, method=b"POST")


HALF = request()[:10]


@contextmanager
def running(log, *options):
    server = WebServer("tests.portal.serving.small", log, *options)
    try:
        seconds_until(lambda: is_answered(server))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("serving") / "log") as server:
        yield server


def connected(server):
    return socket.create_connection((HOST, server.port), timeout=60)


def statuses(wire):
    """Return the statuses of all answers until the other end closes the connection."""
    read = bytearray()
    while octets := wire.recv(65_536):
        read += octets
    return [int(part[:3]) for part in bytes(read).split(b"HTTP/1.1 ")[1:]]


def is_answered(server):
    with connected(server) as wire:
        wire.sendall(request(b"1", b"Connection: close"))
        return statuses(wire) == [200]


def is_closed(wire):
    wire.settimeout(0)
    try:
        return wire.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_a_request_that_comes_octet_by_octet_is_answered(server):
    octets = posted(3, b"Connection: close") + b"abc"
    with connected(server) as wire:
        for number in range(len(octets)):
            wire.sendall(octets[number : number + 1])
        answer = wire.recv(4_096)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"\r\n\r\n3 octets")


def test_requests_behind_one_another_are_answered_in_their_order(server):
    last = request(b"c", b"Connection: close")
    with connected(server) as wire:
        wire.sendall(
            request(b"a") + posted(3, path=b"refuse") + b"xyz" + request(b"b") + last[:-1]
        )
        read = b""
        while b"X-Path: b" not in read:
            read += wire.recv(4_096)
        wire.sendall(last[-1:])
        while octets := wire.recv(4_096):
            read += octets
    paths = [part.partition(b"\r\n")[0] for part in read.split(b"X-Path: ")[1:]]
    assert paths == [b"a", b"refuse", b"b", b"c"]


def test_whoever_waits_to_be_told_to_go_on_is_told_so_once(server):
    with connected(server) as wire:
        wire.sendall(posted(3, b"Expect: 100-continue"))
        assert wire.recv(99) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.sendall(b"abc")
        assert wire.recv(4_096).startswith(b"HTTP/1.1 200 ")


def test_nothing_is_answered_behind_a_body_without_a_length(server):
    chunked = request(b"1", b"Transfer-Encoding: chunked", method=b"POST")
    with connected(server) as wire:
        wire.sendall(chunked + b"0\r\n\r\n" + request())
        assert statuses(wire) == [200]


def test_two_lengths_are_refused(server):
    with connected(server) as wire:
        wire.sendall(posted(0, b"Content-Length: 3") + b"abc" + request())
        assert statuses(wire) == [400]


def test_a_header_with_an_underscore_ends_nothing(server):
    """Only the parser says where a request ends, and drops this one."""
    with connected(server) as wire:
        wire.sendall(request(b"1", b"Content_Length: 50", b"Connection: close") + request())
        assert statuses(wire) == [200]


def test_a_head_that_is_too_long_is_refused_before_it_ends(server):
    field = b"Cookie: " + b"a" * 4_000 + b"\r\n"
    with connected(server) as wire:
        wire.sendall(request()[:-2] + field * (LONGEST_HEAD // len(field) + 1))
        assert statuses(wire) == [431]


def test_a_head_that_breaks_off_is_not_answered(server):
    with connected(server) as wire:
        wire.sendall(HALF)
        wire.shutdown(socket.SHUT_WR)
        assert statuses(wire) == []


def test_a_body_that_breaks_off_is_known_to_the_application(server):
    with connected(server) as wire:
        wire.sendall(posted(10) + b"abc")
        wire.shutdown(socket.SHUT_WR)
        assert wire.recv(4_096).endswith(b"\r\n\r\n3 octets")


def test_a_longer_body_than_is_waited_for_can_be_read(server):
    length = LONGEST_BODY + MANY
    with connected(server) as wire:
        wire.sendall(posted(length))
        for _ in range(0, length, MANY):
            wire.sendall(b"x" * min(MANY, length))
            length -= MANY
        assert wire.recv(4_096).endswith(b" octets")


def test_an_upload_that_nobody_reads_is_answered_while_it_still_comes(server):
    """A browser looks at no answer before it has sent all."""
    with connected(server) as wire:
        wire.sendall(posted(LONGEST_BODY + 30 * MANY, path=b"refuse"))
        for _ in range(LONGEST_BODY // MANY + 30):
            wire.sendall(b"x" * MANY)
        assert statuses(wire) == [400]


def test_whoever_takes_no_answers_keeps_nobody_from_theirs(server):
    with ExitStack() as stack:
        for _ in range(40):
            wire = stack.enter_context(socket.socket())
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            wire.settimeout(60)
            wire.connect((HOST, server.port))
            wire.sendall(request(b"200000") * 100)
        assert all(is_answered(server) for _ in range(8))


def test_where_there_are_too_many_the_oldest_goes(tmp_path):
    options = ("--workers", "1", "--worker-connections", "20")
    with running(tmp_path / "log", *options) as server, ExitStack() as stack:
        slow = []
        for _ in range(50):
            slow.append(stack.enter_context(connected(server)))
            slow[-1].sendall(HALF)
        assert is_answered(server)
        seconds_until(lambda: all(is_closed(wire) for wire in slow[:30]))
        assert not any(is_closed(wire) for wire in slow[-18:])


@pytest.mark.alone
def test_where_too_much_is_held_the_largest_goes(tmp_path):
    with running(tmp_path / "log", "--workers", "1") as server, ExitStack() as stack:
        small = stack.enter_context(connected(server))
        small.sendall(HALF)
        slow = []
        for _ in range(MOST_HELD // LONGEST_BODY + 2):
            slow.append(stack.enter_context(connected(server)))
            try:
                slow[-1].sendall(posted(LONGEST_BODY) + b"x" * (LONGEST_BODY - 1))
            except OSError:
                continue
        seconds_until(lambda: any(is_closed(wire) for wire in slow))
        assert is_answered(server)
        assert not is_closed(small)
        assert not all(is_closed(wire) for wire in slow)


def test_half_requests_do_not_hold_up_the_end(tmp_path):
    with ExitStack() as stack, running(tmp_path / "log") as server:
        for _ in range(20):
            stack.enter_context(connected(server)).sendall(HALF)


def test_a_longer_body_than_is_read_at_all_is_not_waited_for():
    assert LONGEST_BODY == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize(
    ("name", "value"), [("certfile", "/dev/null"), ("protocol", "uwsgi"), ("sendfile", None)]
)
def test_what_the_worker_cannot_do_is_refused_at_the_start(name, value):
    config = Config()
    config.set("sendfile", False)  # noqa: FBT003 -- it takes no keyword
    PatientWorker.check_config(config, None)
    config.set(name, value)
    with pytest.raises(ConfigError):
        PatientWorker.check_config(config, None)
