"""A process that a test forks has a database connection of its own, whatever its parent holds."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.forking import fork

pytestmark = pytest.mark.django_db(transaction=True)


def server_process() -> int:
    """Return which process of the server answers on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def server_process_of_a_child() -> int:
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        try:
            os.write(writing, str(server_process()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return int(said)


async def in_a_loop() -> int:
    return server_process_of_a_child()


def before_beside_and_after_a_loop() -> list[int]:
    """Say which process of the server answers whom.

    Those asked: this thread, a child forked beside a loop, this thread again, a child forked
    without a loop.
    """
    try:
        return [
            server_process(),
            asyncio.run(in_a_loop()),
            server_process(),
            server_process_of_a_child(),
        ]
    finally:
        connection.close()


def test_beside_an_event_loop_too(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # In a thread of its own: while a browser is open, a loop already runs in the tests' own.
    with ThreadPoolExecutor(max_workers=1) as alone:
        before, beside, after, without = alone.submit(before_beside_and_after_a_loop).result()
    assert beside != before
    assert after == before, "the parent's connection was left alone"
    assert without != before
