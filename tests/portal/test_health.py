"""The probes, and what every answer carries."""

import pytest
from django.db import connection
from django.test import Client, override_settings

from registry.feed.reads.snapshot_holder import start_holding, stop_holding
from tests.waiting import seconds_until


def test_the_process_says_that_it_lives_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "alive"}


@pytest.mark.django_db
def test_it_is_ready_only_with_every_migration(client: Client) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "missing": "migrations"}


def test_every_answer_carries_an_id_and_a_strict_policy(client: Client) -> None:
    answer = client.get("/healthz")
    assert len(answer["X-Request-ID"]) == 32
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"


def test_a_well_formed_id_of_the_proxy_is_kept_and_another_is_not(client: Client) -> None:
    kept = client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})
    assert kept["X-Request-ID"] == "proxy-0123456789"
    forged = client.get("/healthz", headers={"X-Request-ID": "two\twords, {json}"})
    assert forged["X-Request-ID"] != "two\twords, {json}"
    assert len(forged["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_a_process_that_holds_a_stale_register_is_not_ready(client: Client) -> None:
    with override_settings(SNAPSHOT_STALE_AFTER=0):
        start_holding()
        answer = client.get("/readyz")
    stop_holding()
    assert (answer.status_code, answer.json()["missing"]) == (503, "snapshot")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_probe_for_checks_says_how_old_the_register_is(client: Client) -> None:
    seconds_until(lambda: client.get("/readyz/checks").status_code == 200)
    answer = client.get("/readyz/checks").json()
    assert answer["status"] == "ready"
    assert answer["snapshot_age"] >= 0
    assert answer["snapshot_is_stale"] is False
    with override_settings(SNAPSHOT_STALE_AFTER=-1):
        answer = client.get("/readyz/checks")
        assert (answer.status_code, answer.json()["snapshot_is_stale"]) == (200, True)
    stop_holding()
    with override_settings(SNAPSHOT_REFUSED_AFTER=-1):
        answer = client.get("/readyz/checks")
        assert (answer.status_code, answer.json()["missing"]) == (503, "snapshot")
    stop_holding()
