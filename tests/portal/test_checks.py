"""The system checks say beforehand what would be found out too late."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from portal import checks
from registry.lanes import CERTIFICATES


def test_pages_without_their_assets_are_told_of_with_a_command_that_is_there(
    settings, tmp_path: Path
) -> None:
    makefile = (settings.BASE_DIR / "Makefile").read_text("utf-8")
    settings.BASE_DIR = tmp_path
    (told,) = checks.page_assets_are_built(None)
    assert told.id == "portal.W001"
    (target,) = re.findall(r"`make (\w+)`", told.hint or "")
    assert re.search(rf"^{target}: KIND", makefile, re.MULTILINE)
    built = tmp_path / "portal" / "static" / "built"
    built.mkdir(parents=True)
    (built / "portal.css").touch()
    assert checks.page_assets_are_built(None) == []


def test_a_demonstration_is_no_deployment(settings) -> None:
    settings.DEMONSTRATION = True
    assert [told.id for told in checks.no_demonstration_in_production(None)] == ["portal.E001"]
    settings.DEMONSTRATION = False
    assert checks.no_demonstration_in_production(None) == []


def test_shares_of_the_workers_that_leave_none_free_are_refused(settings, monkeypatch) -> None:
    assert checks.no_lane_may_have_every_worker(None) == []
    shares = {"slow": replace(CERTIFICATES, workers=2), "slower": replace(CERTIFICATES, workers=1)}
    monkeypatch.setattr(checks, "LANES", {**shares, "certificates": CERTIFICATES})
    (told,) = checks.no_lane_may_have_every_worker(None)
    assert told.id == "portal.E007"
    assert told.msg.startswith("4 of the 4 threads")
    settings.CELERY_WORKER_CONCURRENCY = 5
    assert checks.no_lane_may_have_every_worker(None) == []


@pytest.mark.django_db
def test_a_postgresql_that_is_too_old_is_refused_by_its_version(monkeypatch) -> None:
    assert checks.the_database_is_new_enough(None, databases=["default"]) == []
    monkeypatch.setattr(checks, "LEAST_POSTGRESQL", 990_000)
    (told,) = checks.the_database_is_new_enough(None, databases=["default"])
    version = connection.connection.info.server_version // 10_000
    assert (told.id, told.msg) == (
        "portal.E002",
        f"the database `default` is PostgreSQL {version}",
    )


def test_the_database_is_looked_at_only_where_it_is_asked_for() -> None:
    assert checks.the_database_is_new_enough(None) == []
