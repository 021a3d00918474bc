"""The feed through a real web server: followers that wait, hang up, and are too many."""

import http.client
import select
import signal
import socket
import time
from contextlib import ExitStack

import pytest
from django.db import connection
from django.utils import timezone

from registry.clients.acts.api_clients import create_api_client
from registry.feed.reads.snapshot import load_snapshot
from registry.gateways.feed_signing_key import feed_keys
from rules.feed.bundles import read_changes, read_snapshot
from rules.feed.compression import decompressed
from rules.feed.jws import verify_detached
from tests.factories import AT, a_party
from tests.portal.api.test_server import holders
from tests.portal.serving.server import HOST, Server
from tests.waiting import seconds_until

pytestmark = pytest.mark.slow

HELD = 2
"""By one worker, which has four threads here."""
WORKERS = 2
ENOUGH = 12


@pytest.fixture
def server(database_url, tmp_path, monkeypatch, settings):
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    monkeypatch.setenv("FEED_KEYS_DIR", str(settings.FEED_KEYS_DIR))
    monkeypatch.setenv("FEED_MOST_HELD", str(HELD))
    server = Server(database_url, tmp_path / "log")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def token(subscriber):  # noqa: ARG001 -- a register to follow
    return create_api_client("follower", scopes=["snapshot:read"], at=AT).token


def get(server, token, path, *, timeout=40):
    """Return the status, the signature and the body of an answer."""
    wire = http.client.HTTPConnection(HOST, server.port, timeout=timeout)
    try:
        wire.request("GET", f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        answer = wire.getresponse()
        return answer.status, answer.headers["JWS-Signature"], answer.read()
    finally:
        wire.close()


def waiting(server, token, version):
    """Ask for changes, to wait for them, and return the connection without reading."""
    wire = socket.create_connection((HOST, server.port), timeout=40)
    asked = (
        f"GET /api/v1/changes?after={version}&wait=30 HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )
    wire.sendall(asked.encode())
    return wire


def answered(wire):
    """Return the status and the body of the answer on a connection."""
    answer = http.client.HTTPResponse(wire)
    answer.begin()
    return answer.status, answer.read()


def busy(server, token, version, wires):
    """Hold requests until there is room for no more: until a good many in a row are refused."""
    refused = 0
    while refused < ENOUGH:
        wires.append(waiting(server, token, version))
        if len(wires) <= HELD * WORKERS:
            # One worker may have had more than its share of them.
            drop_refused(wires)
            refused = 0
        else:
            seconds_until(lambda: drop_refused(wires))
            refused += 1


def drop_refused(wires):
    """Take out those that are answered, and tell whether none is left beyond what may be held."""
    for wire in select.select(wires, [], [], 0)[0]:
        assert answered(wire)[0] == 503
        wire.close()
        wires.remove(wire)
    return len(wires) <= HELD * WORKERS


def test_every_worker_signs_with_the_same_key_and_gives_the_same_register(server, token):
    seconds_until(lambda: holders() == WORKERS, within=60)
    keys = feed_keys().current(at=timezone.now())
    trusted = {keys.signing.fingerprint: keys.signing}
    for _ in range(8):
        status, jws, body = get(server, token, "snapshot")
        assert status == 200
        assert verify_detached(jws, body, trusted=trusted, at=timezone.now())
        assert read_snapshot(decompressed(body)) == load_snapshot()


def test_as_many_wait_as_may_and_all_are_told_while_others_are_answered(server, token):
    seconds_until(lambda: holders() == WORKERS, within=60)
    version = load_snapshot().version
    with ExitStack() as stack:
        wires = []
        stack.callback(lambda: [wire.close() for wire in wires])
        busy(server, token, version, wires)
        before = database_connections()
        # Whoever does not wait is answered, and at once.
        begun = time.monotonic()
        for path in (f"changes?after={version}", "snapshot", "feed-certificates"):
            assert get(server, token, path)[0] == 200
        assert time.monotonic() - begun < 15
        assert database_connections() == before
        a_party()
        begun = time.monotonic()
        answers = [answered(wire) for wire in wires]
        assert time.monotonic() - begun < 15
    assert {status for status, _ in answers} == {200}
    assert {read_changes(body).change.version for _, body in answers} == {load_snapshot().version}


def database_connections():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_whoever_hangs_up_makes_room_for_the_next(server, token):
    """Followers that are killed and started again must not lock themselves out."""
    seconds_until(lambda: holders() == WORKERS, within=60)
    version = load_snapshot().version
    wires = []
    busy(server, token, version, wires)
    for wire in wires:
        wire.close()
    again = []
    try:
        busy(server, token, version, again)
    finally:
        for wire in again:
            wire.close()


def test_the_server_ends_while_followers_wait(server, token):
    seconds_until(lambda: holders() == WORKERS, within=60)
    wires = []
    try:
        busy(server, token, load_snapshot().version, wires)
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        # They are answered that nothing changed, not cut off.
        answers = [answered(wire) for wire in wires]
        server.process.wait(15)
        assert time.monotonic() - begun < 15
        assert {status for status, _ in answers} == {200}
    finally:
        for wire in wires:
            wire.close()
