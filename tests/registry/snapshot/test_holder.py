"""A process holds the register, learns of changes soon, and refuses when it cannot."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from registry.clients.reads.api_clients import token_fingerprint
from registry.clients.reads.scopes import Scope
from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot import load_snapshot, snapshot_version
from registry.feed.reads.snapshot_holder import (
    SnapshotHolder,
    SnapshotStaleError,
    current_snapshot,
    held_register,
)
from registry.models import ApiClient, SnapshotChange, SnapshotVersion, UserId
from tests.factories import AT, a_certificate, a_notification, a_party, a_user_id, an_eui64
from tests.forking import fork
from tests.waiting import seconds_until

pytestmark = pytest.mark.usefixtures("committed")


def an_api_client(**differing):
    return ApiClient.objects.create(
        **{
            "name": "engine",
            "token_sha256": token_fingerprint("a token"),
            "scopes": ["checks:ask"],
            "created_at": AT,
            **differing,
        }
    )


def test_the_first_question_is_answered_with_the_register_as_it_is():
    a_notification(a_certificate())
    assert current_snapshot() == load_snapshot()


def test_questions_ask_the_database_nothing(django_assert_num_queries):
    current_snapshot()
    with django_assert_num_queries(0):
        assert current_snapshot() is current_snapshot()


def test_all_threads_of_a_process_share_one_holder():
    holders = []
    threads = [
        threading.Thread(target=lambda: holders.append(snapshot_holder.start_holding()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(holders)) == 1
    assert sum(thread.name == "snapshot-holder" for thread in threading.enumerate()) == 1


@pytest.fixture
def _rarely_polled(monkeypatch):
    """Have what is told by the database come sooner than what is found by asking it."""
    monkeypatch.setattr(snapshot_holder, "POLL_EVERY", 120)


@pytest.mark.usefixtures("_rarely_polled")
def test_a_change_is_told_by_the_database_and_not_found_by_asking():
    current_snapshot()
    for _ in range(10):
        user_id = a_user_id()
        seconds_until(lambda known=user_id.eui64: known in current_snapshot().user_ids)


def test_a_change_of_which_nobody_was_notified_is_seen_soon():
    current_snapshot()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_userid DISABLE TRIGGER registry_userid_is_watched")
        cursor.execute("ALTER TABLE registry_party DISABLE TRIGGER registry_party_is_watched")
        user_id = a_user_id()
        cursor.execute("ALTER TABLE registry_party ENABLE TRIGGER registry_party_is_watched")
        cursor.execute("ALTER TABLE registry_userid ENABLE TRIGGER registry_userid_is_watched")
    version = snapshot_version() + 1
    SnapshotChange.objects.create(version=version, subject="user-id", subject_id=str(user_id.pk))
    SnapshotVersion.objects.update_or_create(id=True, defaults={"version": version})
    seconds_until(lambda: user_id.eui64 in current_snapshot().user_ids)


def test_a_burst_of_changes_ends_in_what_the_register_then_is():
    current_snapshot()
    for _ in range(50):
        a_user_id()
    seconds_until(lambda: current_snapshot().version == str(snapshot_version()))
    assert current_snapshot() == load_snapshot()


def test_api_clients_are_held_by_their_tokens_fingerprint_and_a_revoked_one_is_not():
    client = an_api_client(scopes=["checks:ask", "a-scope-of-another-version"])
    an_api_client(name="gone", token_sha256="0" * 64, revoked_at=AT)
    ((fingerprint, known),) = held_register().clients.items()
    assert fingerprint == client.token_sha256
    assert (known.name, known.scopes, known.party_id) == ("engine", {Scope.CHECKS_ASK}, None)


def test_a_revoked_token_is_forgotten():
    client = an_api_client()
    assert client.token_sha256 in held_register().clients
    ApiClient.objects.update(revoked_at=AT)
    seconds_until(lambda: client.token_sha256 not in held_register().clients)


def test_what_was_not_confirmed_for_too_long_is_refused_and_says_for_how_long(a_holder):
    now = [100.0]
    holder = a_holder(refused_after=60.0, clock=lambda: now[0])
    holder.held()
    holder.stop()
    now[0] = 160.0
    assert holder.held().confirmed_at == 100.0
    now[0] = 160.1
    with pytest.raises(SnapshotStaleError, match="60 seconds ago") as refusal:
        holder.held()
    assert refusal.value.code == "snapshot-stale"
    assert refusal.value.unconfirmed_for == pytest.approx(60.1)


def test_that_it_has_become_stale_is_logged_once_and_that_it_is_confirmed_again(
    a_holder, monkeypatch, caplog
):
    now = [100.0]
    holder = a_holder(stale_after=60.0, refused_after=3600.0, clock=lambda: now[0])
    holder.held()
    with monkeypatch.context() as unconfirmed:
        unconfirmed.setattr(SnapshotHolder, "_hold", lambda *_: None)
        now[0] = 160.0
        holder.held()
        assert caplog.records == []
        now[0] = 161.0
        for _ in range(3):
            assert holder.held().confirmed_at == 100.0
        assert holder.age() == 61.0
    seconds_until(lambda: holder.held().confirmed_at == 161.0)
    assert holder.age() == 0.0
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        (
            "ERROR",
            (
                "the register was last confirmed 61 seconds ago; nothing that is sent as "
                "SolrContingency is decided by it, and everything else until 3600 seconds"
            ),
        ),
        ("WARNING", "the register is confirmed again"),
    ]


def test_it_is_logged_though_nobody_asks_where_the_database_is_gone(a_holder, monkeypatch, caplog):
    now = [100.0]
    holder = a_holder(stale_after=60.0, refused_after=3600.0, clock=lambda: now[0])
    holder.held()

    def gone(_):
        raise OperationalError("the database is gone")

    monkeypatch.setattr(snapshot_holder, "apply_changes", gone)
    monkeypatch.setattr(snapshot_holder, "load_snapshot", lambda: gone(None))
    now[0] = 161.0
    seconds_until(lambda: "last confirmed 61 seconds ago" in caplog.text)
    assert caplog.text.count("last confirmed") == 1


def test_a_quiet_register_is_confirmed_again_and_again(a_holder):
    holder = a_holder(refused_after=1.0, poll_every=0.1)
    first = holder.held()
    seconds_until(lambda: holder.held().confirmed_at > first.confirmed_at + 0.3)
    assert holder.held().snapshot is first.snapshot


def test_a_holder_that_was_stopped_goes_stale(a_holder):
    holder = a_holder(refused_after=0.3, poll_every=0.1)
    holder.held()
    holder.stop()

    def refuses():
        try:
            holder.held()
        except SnapshotStaleError:
            return True
        return False

    seconds_until(refuses)


def test_a_fault_of_ours_does_not_end_the_thread(a_holder, monkeypatch, caplog):
    def broken(_):
        raise ZeroDivisionError

    holder = a_holder(poll_every=0.1)
    holder.held()
    monkeypatch.setattr(snapshot_holder, "apply_changes", broken)
    seconds_until(lambda: "following the register failed" in caplog.text)
    monkeypatch.undo()
    user_id = a_user_id()
    seconds_until(lambda: user_id.eui64 in holder.held().snapshot.user_ids)


def test_a_holder_leaves_no_connection_behind(a_holder):
    holder = a_holder()
    holder.held()
    seconds_until(lambda: len(holders_connections()) == 1)
    holder.stop()
    # The server lists a connection for an instant after it has been closed.
    seconds_until(lambda: holders_connections() == [])


def test_it_ends_at_once_when_it_is_told_to_though_nothing_changes(monkeypatch):
    monkeypatch.setattr(snapshot_holder, "POLL_EVERY", 60)
    current_snapshot()
    begun = time.monotonic()
    snapshot_holder.stop_holding()
    assert time.monotonic() - begun < 30


def holders_connections():
    """Return the process ids of the servers that holders talk to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [snapshot_holder.APPLICATION_NAME],
        )
        return [pid for (pid,) in cursor.fetchall()]


@contextmanager
def nobody_reads_the_register():
    """Have whoever reads the register wait, as behind a long statement of somebody else's."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE registry_userid IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        other.close()


def test_a_first_reading_that_is_cut_off_is_begun_again_and_the_first_question_is_answered(
    a_holder,
):
    user_id = a_user_id()
    with ThreadPoolExecutor(1) as asker:
        with nobody_reads_the_register():
            holder = a_holder()
            answer = asker.submit(holder.held)
            seconds_until(holders_connections)
            (cut,) = holders_connections()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [cut])
            seconds_until(lambda: set(holders_connections()) - {cut})
        assert user_id.eui64 in answer.result().snapshot.user_ids


def in_a_fork(does):
    """Run something in a forked child; return its process id and the pipe on which it says it."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        said = "failed"
        try:
            said = does()
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    return child, reading


def what_it_said(child, reading):
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def test_a_forked_worker_holds_the_register_for_itself_and_its_parent_goes_on():
    current_snapshot()
    parents = snapshot_holder.start_holding()

    def follow():
        seconds_until(lambda: int(current_snapshot().version) == 2)
        snapshot_holder.stop_holding()
        return "it came to version 2"

    child, reading = in_a_fork(follow)
    seconds_until(lambda: len(holders_connections()) == 2)
    user_id = UserId.objects.create(eui64=an_eui64(), party=a_party(), created_at=AT)
    assert snapshot_version() == 2
    assert what_it_said(child, reading) == "it came to version 2"
    seconds_until(lambda: user_id.eui64 in current_snapshot().user_ids)
    assert snapshot_holder.start_holding() is parents
