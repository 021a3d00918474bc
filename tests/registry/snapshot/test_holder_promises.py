"""What the holder promises at moments that no test meets by chance: each is made to happen."""

import gc
import threading
import time

import pytest
from django.db import connection

from registry.feed.reads import snapshot_holder
from registry.feed.reads.snapshot_holder import APPLICATION_NAME, SnapshotStaleError
from tests.factories import a_user_id
from tests.registry.snapshot.test_holder import nobody_reads_the_register
from tests.waiting import seconds_until

pytestmark = pytest.mark.usefixtures("committed")

HOUR = 3_600.0


def test_what_is_held_counts_from_before_the_database_was_asked(a_holder, monkeypatch) -> None:
    """Reading takes a while, and what is read is as of its beginning."""
    now = [100.0]
    load = snapshot_holder.load_snapshot

    def slow_load():
        now[0] += 50.0
        return load()

    monkeypatch.setattr(snapshot_holder, "load_snapshot", slow_load)
    holder = a_holder(clock=lambda: now[0], stale_after=HOUR, refused_after=HOUR, poll_every=HOUR)
    assert holder.held().confirmed_at == 100.0
    assert now == [150.0]


def test_a_confirmation_counts_from_before_the_database_was_asked(a_holder, monkeypatch) -> None:
    now = [100.0]
    apply = snapshot_holder.apply_changes

    def slow_apply(snapshot):
        now[0] += 50.0
        return apply(snapshot)

    monkeypatch.setattr(snapshot_holder, "apply_changes", slow_apply)
    holder = a_holder(
        clock=lambda: now[0], stale_after=HOUR, refused_after=24 * HOUR, poll_every=0.05
    )
    first = holder.held()
    seconds_until(lambda: holder.held() is not first)
    # 150 was the moment when the first of them ended.
    assert (holder.held().confirmed_at - 100.0) % 50.0 == 0.0
    seen = holder.held()
    seconds_until(lambda: holder.held() is not seen)
    assert holder.held().confirmed_at < now[0]


def test_what_changes_while_the_register_is_read_is_told_by_the_database(
    a_holder, monkeypatch
) -> None:
    load = snapshot_holder.load_snapshot
    made = []

    def load_and_then_a_change():
        snapshot = load()
        made.append(a_user_id())
        return snapshot

    monkeypatch.setattr(snapshot_holder, "load_snapshot", load_and_then_a_change)
    holder = a_holder(poll_every=HOUR)
    holder.held()
    seconds_until(lambda: made[0].eui64 in holder.held().snapshot.user_ids)


def test_nothing_from_before_a_lost_connection_is_built_upon(a_holder) -> None:
    """As after a restore: what the database says of its changes need not fit what is held."""
    holder = a_holder(poll_every=HOUR)
    holder.held()
    with connection.cursor() as cursor:
        for table in ("userid", "party"):
            cursor.execute(
                f"ALTER TABLE registry_{table} DISABLE TRIGGER registry_{table}_is_watched"
            )
        unnoticed = a_user_id()
        for table in ("userid", "party"):
            cursor.execute(
                f"ALTER TABLE registry_{table} ENABLE TRIGGER registry_{table}_is_watched"
            )
        assert unnoticed.eui64 not in holder.held().snapshot.user_ids
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [APPLICATION_NAME],
        )
    seconds_until(lambda: unnoticed.eui64 in holder.held().snapshot.user_ids)


def test_the_register_is_kept_from_the_garbage_collector_which_then_goes_on(a_holder) -> None:
    before = gc.get_freeze_count()
    a_holder().held()
    assert gc.get_freeze_count() > before
    assert gc.isenabled()


def test_the_clock_goes_on_while_the_machine_sleeps_and_is_never_set(monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(time, "clock_gettime", lambda which: asked.append(which) or 7.0)
    assert snapshot_holder.steady_seconds() == 7.0
    assert asked == [time.CLOCK_BOOTTIME]


def test_its_connection_notices_within_seconds_that_the_server_is_gone(
    a_holder, monkeypatch
) -> None:
    opened = []
    load = snapshot_holder.load_snapshot

    def note_connection():
        opened.append(connection.connection.info.get_parameters())
        return load()

    monkeypatch.setattr(snapshot_holder, "load_snapshot", note_connection)
    a_holder().held()
    said = opened[0]
    assert said["application_name"] == APPLICATION_NAME
    assert int(said["keepalives_idle"]) + 3 * int(said["keepalives_interval"]) <= 15
    assert (said["keepalives"], said["keepalives_count"]) == ("1", "3")
    assert int(said["tcp_user_timeout"]) <= 10_000


# --- waiting for another version -------------------------------------------------------------


def test_whoever_waits_for_another_version_is_woken_by_it(a_holder) -> None:
    holder = a_holder(poll_every=HOUR)
    version = holder.held().snapshot.version
    waiting = threading.Thread(
        target=holder.wait_while_at, args=(version,), kwargs={"within": HOUR}
    )
    waiting.start()
    a_user_id()
    seconds_until(lambda: not waiting.is_alive())
    assert holder.held().snapshot.version != version


def test_whoever_waits_before_the_register_was_read_is_woken_when_it_is(a_holder) -> None:
    with nobody_reads_the_register():
        holder = a_holder(poll_every=HOUR)
        waiting = threading.Thread(
            target=holder.wait_while_at, args=("",), kwargs={"within": HOUR}
        )
        waiting.start()
        holder.wait_while_at("", within=0.1)
        assert waiting.is_alive(), "there is no version yet"
    seconds_until(lambda: not waiting.is_alive())
    holder.held()


def test_to_wait_ends_when_the_time_is_up(a_holder) -> None:
    holder = a_holder(poll_every=HOUR)
    version = holder.held().snapshot.version
    holder.wait_while_at(version, within=0.05)
    assert holder.held().snapshot.version == version
    holder.wait_while_at("another", within=HOUR)


# --- this process's own ----------------------------------------------------------------------


def test_a_process_that_holds_nothing_has_no_age_and_one_that_went_stale_has(settings) -> None:
    assert snapshot_holder.age_of_holding() is None
    snapshot_holder.held_register()
    age = snapshot_holder.age_of_holding()
    assert age is not None
    assert 0 <= age < settings.SNAPSHOT_REFUSED_AFTER
    settings.SNAPSHOT_REFUSED_AFTER = -1.0
    snapshot_holder.stop_holding()
    assert snapshot_holder.age_of_holding() is None
    with pytest.raises(SnapshotStaleError):
        snapshot_holder.held_register()
    assert snapshot_holder.age_of_holding() is not None
