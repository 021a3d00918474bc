"""`make run`: everything starts in order, and nothing stays behind however it ends."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded.state import running_services
from tests.portal.supervised import PROJECT, Supervisor, alive, descendants, environment

pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that several starts share, as those of one person do."""
    return tmp_path_factory.mktemp("data")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(int(probe.getsockname()[1]), 65_000)


@pytest.fixture
def supervisor(data_dir: Path) -> Iterator[Supervisor]:
    """A system for one test, which may end it as it likes."""
    running = Supervisor.start(data_dir, port=free_port()).wait_until_ready()
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        yield int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, taken_port: int) -> Iterator[Supervisor]:
    """A system that the tests leave as it is; the port it was asked for is taken."""
    data_dir = tmp_path_factory.mktemp("shared")
    running = Supervisor.start(data_dir, port=taken_port).wait_until_ready()
    yield running
    assert running.end(signal.SIGTERM) == 0


USES_THE_DATABASE = """
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("CREATE TABLE scratch (n int)")
sys.exit(3)
"""


def launcher(data_dir: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "portal.embedded", *arguments],
        cwd=PROJECT,
        env=environment(data_dir, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def manage(data_dir: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=environment(data_dir, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_serves_and_ctrl_c_ends_all_of_it(supervisor: Supervisor) -> None:
    started = descendants(supervisor.process.pid)
    told = " ".join(started.values())
    for part in ("postgres -D", "valkey-server", "celery", "beat", "gunicorn"):
        assert part in told
    assert supervisor.status_of("/readyz") == 200
    assert any("@" in line for line in supervisor.lines), "it prints how to sign in"
    assert supervisor.end(signal.SIGINT) == 0
    assert alive(started) == {}
    assert supervisor.lines[-1] == "stopped"


def test_kill_9_leaves_nothing_and_the_next_start_finds_the_data(
    supervisor: Supervisor, data_dir: Path
) -> None:
    url = running_services(data_dir)["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    started = descendants(supervisor.process.pid)
    assert len(started) > 7
    supervisor.end(signal.SIGKILL)
    # At once: what is still on its way out must not stand in the way.
    again = Supervisor.start(data_dir, port=free_port()).wait_until_ready()
    try:
        assert alive(started) == {}
        with psycopg.connect(running_services(data_dir)["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
            connection.execute("DROP TABLE kept")
    finally:
        assert again.end(signal.SIGTERM) == 0


def test_when_a_part_dies_it_says_which_and_stops_the_rest(supervisor: Supervisor) -> None:
    started = descendants(supervisor.process.pid)
    beat = next(pid for pid, was in started.items() if "celery" in was and " beat" in was)
    subprocess.run(["kill", "-KILL", str(beat)], check=True)
    assert supervisor.wait() == 1
    assert any(
        line.startswith("the schedule ended by itself (signal SIGKILL, see ")
        for line in supervisor.lines
    )
    assert alive(started) == {}


def test_a_second_one_on_the_same_data_says_so_in_one_line(shared: Supervisor) -> None:
    second = launcher(shared.data_dir, "run")
    assert second.returncode == 1
    assert second.stderr == (
        f"the registration authority runs on {shared.data_dir} already ({shared.address}): "
        "stop it first, or set DATA_DIR to another folder\n"
    )
    assert shared.status_of("/readyz") == 200


def test_exec_uses_the_running_system(shared: Supervisor) -> None:
    inside = launcher(
        shared.data_dir, "exec", "--portal", "--", "sh", "-c", "echo $DATABASE_URL $PORTAL_ADDRESS"
    )
    database = running_services(shared.data_dir)["DATABASE_URL"]
    assert inside.stdout == f"{database} {shared.address}\n"
    assert inside.stderr == ""
    assert inside.returncode == 0


def test_manage_py_finds_the_running_database(shared: Supervisor, tmp_path: Path) -> None:
    found = manage(shared.data_dir, "showmigrations", "registry")
    assert "[X] 0001_" in found.stdout
    without = manage(tmp_path, "showmigrations", "registry")
    assert without.stderr == (
        f"no database: nothing runs on {tmp_path}; start `make run`, or set DATABASE_URL, or "
        "DATA_DIR where it runs on another folder\n"
    )
    assert without.returncode == 1


def test_how_to_get_a_code_names_the_data_folder_where_it_is_not_the_usual_one(
    shared: Supervisor,
) -> None:
    hint = next(line for line in shared.lines if "One-time code:" in line)
    assert hint.endswith(f"DATA_DIR={shared.data_dir} .venv/bin/python manage.py demo_code EMAIL")
    command = hint.partition("manage.py ")[2].replace("EMAIL", "aro@northwind.example")
    code = manage(shared.data_dir, *command.split())
    assert code.stdout.strip().isdigit(), code.stderr


WRONG_DATABASES = {
    "postgresql://portal@127.0.0.1:1/ra": (
        "the database ra at 127.0.0.1:1 cannot be reached: Connection refused; "
        "start it or correct DATABASE_URL; without that `make run` starts one of its own"
    ),
    "postgresql://portal@%2Fnowhere/ra": (
        "the database ra at /nowhere cannot be reached: No such file or directory; "
        "start it or correct DATABASE_URL; without that `make run` starts one of its own"
    ),
}


@pytest.mark.parametrize("url", WRONG_DATABASES)
def test_a_database_that_cannot_be_reached_is_said_in_one_line(tmp_path: Path, url: str) -> None:
    refused = launcher(tmp_path, "run", PORT=str(free_port()), DATABASE_URL=url)
    assert refused.returncode == 1
    assert WRONG_DATABASES[url] in refused.stderr.splitlines()
    assert "Traceback" not in refused.stderr
    typed = manage(tmp_path, "showmigrations", DATABASE_URL=url)
    assert (typed.returncode, typed.stderr) == (1, f"{WRONG_DATABASES[url]}\n")


@pytest.mark.parametrize("url", ["nonsense", "mysql://portal@127.0.0.1/ra"])
def test_an_address_that_is_none_of_postgresql_is_said_in_one_line(
    tmp_path: Path, url: str
) -> None:
    refused = launcher(tmp_path, "run", PORT=str(free_port()), DATABASE_URL=url)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("DATABASE_URL ")
    assert "Traceback" not in refused.stderr


def test_a_port_that_is_taken_gives_the_next_one_and_says_so(
    shared: Supervisor, taken_port: int
) -> None:
    assert any(line.startswith(f"port {taken_port} is taken, using ") for line in shared.lines)
    assert shared.address != f"http://127.0.0.1:{taken_port}"
    assert shared.status_of("/healthz") == 200


def test_no_free_port_is_said_in_one_line_before_anything_starts(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 65_535))
        taken.listen()
        refused = launcher(data_dir, "run", PORT="65535")
    assert refused.returncode == 1
    assert refused.stderr == (
        "no port from 65535 to 65535 is free (address already in use): set PORT to another\n"
    )


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "\uff18000"])
def test_a_port_that_is_none_is_said_in_one_line(data_dir: Path, text: str) -> None:
    refused = launcher(data_dir, "run", PORT=text)
    assert refused.returncode == 1
    assert refused.stderr == f"PORT is `{text}`: write a number from 1 to 65535\n"


def test_a_data_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    refused = launcher(blocked / "data", "exec", "--", "true")
    assert refused.returncode == 1
    assert refused.stderr.startswith("the data folder cannot be written: ")
    assert refused.stderr.count("\n") == 1


def test_data_of_another_postgresql_is_refused_and_left_alone(tmp_path: Path) -> None:
    older = tmp_path / "postgresql-9"
    older.mkdir()
    refused = launcher(tmp_path, "exec", "--", "true")
    assert refused.returncode == 1
    assert "holds the data of another PostgreSQL (postgresql-9)" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert older.is_dir()


def test_exec_gives_a_command_services_of_its_own_and_its_exit_status(tmp_path: Path) -> None:
    begun = time.monotonic()
    done = launcher(
        tmp_path,
        *("exec", "--throw-away", "--", "python", "-c"),
        USES_THE_DATABASE,
        PGHOST="nowhere.invalid",
        PYTHONPATH="/nowhere",
    )
    assert done.returncode == 3, done.stderr
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - begun < 30
