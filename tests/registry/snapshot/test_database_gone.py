"""Without its database a checker goes stale and refuses; with it again it recovers by itself."""

import os
import signal
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from portal.embedded import postgres
from portal.embedded.processes import Family
from registry.feed.reads.snapshot import snapshot_version
from registry.feed.reads.snapshot_holder import APPLICATION_NAME, SnapshotStaleError
from tests import migrated
from tests.factories import a_certificate, a_user_id
from tests.waiting import seconds_until

STALE_AFTER = 1.0


class Server:
    """A PostgreSQL of this test alone, that can go and come back."""

    def __init__(self, folder: Path) -> None:
        self.place = postgres.Place(data=folder / "data", sockets=folder / "s", log=folder / "log")
        self.place.sockets.mkdir(mode=0o700)
        self.family = Family()

    def start(self) -> None:
        postgres.start(self.family, self.place, options=postgres.THROW_AWAY)

    def stop(self) -> None:
        self.family.stop()


@pytest.fixture
def server(tmp_path_factory, django_db_blocker):
    """Put a server of its own behind Django's connection, with our tables."""
    server = Server(tmp_path_factory.mktemp("pg", numbered=True))
    described = connections.settings["default"]
    usual = {name: described[name] for name in ("HOST", "PORT", "NAME", "USER")}
    with django_db_blocker.unblock():
        connection.close()
        described.update(HOST=str(server.place.sockets), PORT="5432", NAME="portal", USER="portal")
        migrated.put_data(server.place.data)
        server.start()
        try:
            call_command("migrate", verbosity=0)
            yield server
        finally:
            connection.close()
            server.stop()
            described.update(usual)


def refuses(holder):
    try:
        holder.held()
    except SnapshotStaleError:
        return True
    return False


@pytest.mark.slow
def test_a_server_that_goes_is_refused_after_the_limit_and_taken_up_when_it_is_back(
    server, a_holder
):
    a_certificate()
    holder = a_holder(refused_after=STALE_AFTER, poll_every=0.1)
    before = holder.held().snapshot

    connection.close()
    server.stop()
    gone_at = time.monotonic()
    assert holder.held().snapshot is before
    seconds_until(lambda: refuses(holder), within=STALE_AFTER + 30)
    assert time.monotonic() - gone_at > STALE_AFTER - 0.5
    with pytest.raises(SnapshotStaleError, match="last confirmed"):
        holder.held()

    server.start()
    seconds_until(lambda: not refuses(holder))
    assert holder.held().snapshot == before
    user_id = a_user_id()
    seconds_until(lambda: user_id.eui64 in holder.held().snapshot.user_ids)


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_server_that_hangs_is_refused_after_the_limit_and_taken_up_when_it_goes_on(a_holder):
    a_certificate()
    holder = a_holder(refused_after=STALE_AFTER, poll_every=0.1)
    before = holder.held().snapshot
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [APPLICATION_NAME],
        )
        (pid,) = cursor.fetchone()
    os.kill(pid, signal.SIGSTOP)
    try:
        seconds_until(lambda: refuses(holder), within=STALE_AFTER + 30)
        user_id = a_user_id()
        assert refuses(holder)
    finally:
        os.kill(pid, signal.SIGCONT)
    seconds_until(lambda: not refuses(holder))
    seconds_until(lambda: user_id.eui64 in holder.held().snapshot.user_ids)
    assert holder.held().snapshot.version == str(snapshot_version()) != before.version


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_connection_that_is_cut_is_made_again_soon(a_holder):
    holder = a_holder(refused_after=60.0, poll_every=0.1)
    holder.held()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [APPLICATION_NAME],
        )
    user_id = a_user_id()
    seconds_until(lambda: user_id.eui64 in holder.held().snapshot.user_ids)


@pytest.mark.slow
def test_a_first_question_without_a_database_is_refused_at_once(server, a_holder):
    connection.close()
    server.stop()
    holder = a_holder(refused_after=60.0)
    asked_at = time.monotonic()
    with pytest.raises(SnapshotStaleError, match="has not been read yet") as refusal:
        holder.held()
    assert refusal.value.unconfirmed_for is None
    assert time.monotonic() - asked_at < 30
    server.start()
    seconds_until(lambda: not refuses(holder))
