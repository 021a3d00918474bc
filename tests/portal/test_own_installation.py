"""An installation of one's own: its parts start by the production settings, on nothing yet."""

import subprocess
from pathlib import Path

import pytest

from tests.celery_processes import celery
from tests.portal.test_settings import WHOLE
from tests.waiting import seconds_until

pytestmark = pytest.mark.slow


@pytest.fixture
def settings_of_its_own(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation whose data folder is not there yet."""
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        **{name: said for name, said in WHOLE.items() if not name.endswith("_URL")},
        "DATA_DIR": str(tmp_path / "data"),
    }


@pytest.fixture
def where(broker: str, database_url: str, tmp_path: Path) -> dict[str, object]:
    return {"broker": broker, "database": database_url, "log": tmp_path / "log"}


def test_the_schedule_makes_the_folder_in_which_it_remembers(
    where, settings_of_its_own, tmp_path
) -> None:
    log = where["log"]
    beat = ("beat", "--pidfile", "", "--loglevel", "INFO")
    with celery(*beat, **where, **settings_of_its_own) as process:
        seconds_until(
            lambda: "Sending due task" in log.read_text() or process.poll() is not None, within=60
        )
        assert process.poll() is None, log.read_text()
    assert list((tmp_path / "data" / "run").glob("beat-schedule*"))


def test_the_worker_uses_threads_without_being_told(where, settings_of_its_own) -> None:
    log = where["log"]
    with celery("worker", "--loglevel", "INFO", **where, **settings_of_its_own) as process:
        seconds_until(
            lambda: " ready." in log.read_text() or process.poll() is not None, within=60
        )
        assert process.poll() is None, log.read_text()
        assert children_of(process) == ""


def children_of(process: subprocess.Popen[bytes]) -> str:
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().strip()
