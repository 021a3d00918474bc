"""The whole system on one machine: services, then the application on them; stopped in reverse."""

import http.client
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import ports, postgres, valkey
from portal.embedded.errors import NO_DATABASE, EmbeddedError
from portal.embedded.processes import Child, Family, Start, birth
from portal.embedded.state import DataFolder

PROJECT = Path(__file__).resolve().parent.parent.parent
WEB_WORKERS = 2
"""Processes in which the web server answers."""

_LONGEST_FOLDER = 60
_READY_WITHIN = 90.0

# Variables by which a shell would bend our processes: libpq's, Python's, the servers' and make's.
_FOREIGN = ("PG", "PYTHON", "DJANGO_", "CELERY_", "GUNICORN_", "MAKE", "MFLAGS", "WEB_CONCURRENCY")


def clean_environment() -> dict[str, str]:
    """Return our environment without what would bend the processes we start."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


@dataclass(kw_only=True)
class System:
    """The services and the application on one data folder that we hold."""

    folder: DataFolder
    family: Family
    tell: Callable[[str], None]
    """Tells the person at the terminal what has been reached."""
    throw_away: bool = False
    """Whether the data may be lost with the machine."""
    services: dict[str, str] = field(default_factory=dict)
    """The environment variables that reach what runs."""
    _sockets: Path | None = None
    _listener: socket.socket | None = None

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.folder.path

    def open_port(self) -> None:
        """Take the web server's port, before anything is started in vain.

        Raises:
            EmbeddedError: when none is free.
        """
        wanted = ports.wanted()
        self._listener = ports.listen(wanted)
        port = self._listener.getsockname()[1]
        if port != wanted:
            self.tell(f"port {wanted} is taken, using {port}")

    def start_services(self) -> None:
        """Start the database and the broker, or take those that the environment names.

        Raises:
            EmbeddedError: when one cannot be started; says why.
        """
        self._clear_away_the_previous()
        self.services["DATA_DIR"] = str(self.data_dir)
        self._start_database()
        self._start_broker()
        self._publish()

    def start_application(self) -> str:
        """Prepare the database, start workers and web, and return how people sign in.

        Raises:
            EmbeddedError: when a part cannot be started or does not become ready; says why.
        """
        if self._listener is None:
            self.open_port()
        sign_ins = self._prepare()
        port = self._port()
        # Before what words mail is started: the links in it begin with this.
        self.services["PORTAL_ADDRESS"] = f"http://{ports.HOST}:{port}"
        self._start_workers()
        self._start_web()
        self.family.wait_until(
            lambda: _is_ready(port), what="the portal", within=_READY_WITHIN, pause=0.1
        )
        self._publish()
        return sign_ins

    def stop(self) -> None:
        """Stop everything in order and let go of the data folder."""
        if self._listener is not None:
            self._listener.close()
        self.family.stop()
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
        self.folder.release()

    # --- services ----------------------------------------------------------------------------

    def _start_database(self) -> None:
        given = os.environ.get("DATABASE_URL")
        if given:
            self.services["DATABASE_URL"] = given
            self.tell("database: as DATABASE_URL says")
            return
        begun = time.monotonic()
        major = postgres.major()
        self._refuse_older_data(major)
        sockets = self._folder_for_sockets() / "postgresql"
        sockets.mkdir(mode=0o700)
        postgres.start(
            self.family,
            postgres.Place(
                data=self.data_dir / f"postgresql-{major}",
                sockets=sockets,
                log=self._log("postgresql"),
            ),
            options=postgres.THROW_AWAY if self.throw_away else (),
        )
        self.services["DATABASE_URL"] = postgres.url(sockets)
        self.tell(
            f"database: PostgreSQL {major}, where one role owns and uses the tables"
            f" ({time.monotonic() - begun:.1f} s)"
        )

    def _start_broker(self) -> None:
        given = os.environ.get("CELERY_BROKER_URL")
        if given:
            self.services["CELERY_BROKER_URL"] = given
            self.tell("queue: as CELERY_BROKER_URL says")
            return
        begun = time.monotonic()
        sockets = self._folder_for_sockets() / "valkey"
        sockets.mkdir(mode=0o700)
        valkey.start(self.family, sockets=sockets, log=self._log("valkey"))
        self.services["CELERY_BROKER_URL"] = valkey.url(sockets)
        self.tell(f"queue: Valkey ({time.monotonic() - begun:.1f} s)")

    def _refuse_older_data(self, major: int) -> None:
        older = [
            path.name
            for path in self.data_dir.glob("postgresql-*")
            if path.name.removeprefix("postgresql-").isdigit()
        ]
        if older and f"postgresql-{major}" not in older:
            raise EmbeddedError(
                f"{self.data_dir} holds the data of another PostgreSQL ({', '.join(older)}), "
                f"and this one is {major}: move it away, or set DATA_DIR to another folder"
            )

    def _folder_for_sockets(self) -> Path:
        if self._sockets is None:
            parent = tempfile.gettempdir()
            if len(parent) > _LONGEST_FOLDER:
                parent = "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it
            self._sockets = Path(tempfile.mkdtemp(prefix="ra-", dir=parent))
            # Passing through is enough for the user PostgreSQL may have to run as.
            self._sockets.chmod(0o711)
        return self._sockets

    # --- application -------------------------------------------------------------------------

    def _prepare(self) -> str:
        begun = time.monotonic()
        sign_ins = self.data_dir / "run" / "sign-ins.txt"
        log = self._log("prepare")
        status = self.family.run(
            self._python(
                "the preparation", "-m", "portal.embedded.prepare", str(sign_ins), log=log
            )
        )
        lines = log.read_text("utf-8", "replace").rstrip().splitlines()
        if status == NO_DATABASE:
            raise EmbeddedError(lines[-1])
        if status != 0:
            said = "\n".join(lines[-12:])
            raise EmbeddedError(f"the database could not be prepared, see {log}\n{said}")
        self.tell(f"data: migrated and loaded ({time.monotonic() - begun:.1f} s)")
        return sign_ins.read_text("utf-8")

    def _start_workers(self) -> None:
        celery = ("-m", "celery", "--app", "portal.celery")
        self.family.start(
            self._python(
                *("the worker", *celery, "worker"),
                *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
                log=self._log("worker"),
            )
        )
        self.family.start(
            self._python(
                *("the schedule", *celery, "beat"),
                *("--loglevel", "INFO", "--pidfile", ""),
                log=self._log("schedule"),
            )
        )

    def _port(self) -> int:
        if self._listener is None:
            raise EmbeddedError("the web server has no port yet")
        return int(self._listener.getsockname()[1])

    def _start_web(self) -> None:
        if self._listener is None:
            raise EmbeddedError("the web server has no port yet")
        descriptor = self._listener.fileno()
        self.family.start(
            self._python(
                *("the web server", "-m", "gunicorn", "portal.wsgi"),
                *("--config", "python:portal.web_server", "--bind", f"fd://{descriptor}"),
                *("--workers", str(WEB_WORKERS), "--no-control-socket"),
                log=self._log("web"),
                pass_fds=(descriptor,),
                # At once, workers too; the polite one waits for what they are doing.
                death_signal=signal.SIGQUIT,
            )
        )
        # From here it is the web server's alone, and gone when that is.
        self._listener.close()
        self._listener = None

    def _python(
        self,
        name: str,
        *arguments: str,
        log: Path,
        pass_fds: tuple[int, ...] = (),
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> Start:
        return Start(
            name=name,
            arguments=[sys.executable, *arguments],
            environment={
                **clean_environment(),
                **self.services,
                "DJANGO_SETTINGS_MODULE": "portal.settings.development",
                "PYTHONUNBUFFERED": "1",
            },
            folder=PROJECT,
            log=log,
            pass_fds=pass_fds,
            death_signal=death_signal,
        )

    # --- housekeeping ------------------------------------------------------------------------

    def _log(self, name: str) -> Path:
        """Return a fresh log; the one of the start before is kept beside it."""
        log = self.data_dir / "logs" / f"{name}.log"
        try:
            log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if log.exists():
                log.replace(log.with_suffix(".previous.log"))
            log.touch(mode=0o600)
        except OSError as error:
            raise EmbeddedError(f"the logs cannot be written: {error}") from error
        return log

    def _publish(self) -> None:
        self.folder.publish(
            {
                **self.services,
                "_SOCKETS": str(self._sockets or ""),
                "_CHILDREN": " ".join(_name(child) for child in self.family.children),
            }
        )

    def _clear_away_the_previous(self) -> None:
        """Let the children of a supervisor that was killed end, and remove its sockets."""
        previous = self.folder.previous()
        for child in previous.get("_CHILDREN", "").split():
            pid, _, born = child.partition(":")
            deadline = time.monotonic() + 10
            while birth(int(pid)) == born and time.monotonic() < deadline:
                time.sleep(0.05)
        sockets = Path(previous.get("_SOCKETS") or "/")
        if sockets.name.startswith("ra-") and sockets.is_dir():
            shutil.rmtree(sockets, ignore_errors=True)


def _name(child: Child) -> str:
    return f"{child.process.pid}:{birth(child.process.pid)}"


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
