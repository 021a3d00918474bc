"""The Python environment in `.venv`: exactly what a lock file names, with its hashes.

A stamp, written last, says what is installed. Without it, or with another, the environment is
made anew: so an installation that was cut off is never taken for a whole one.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

from portal.install.terminal import CommandError, InstallError, last_error, run, say, step

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
STAMP = VENV / "installed.json"
LOG = VENV / "install.log"
ADDITIONS = ("bench", "fuzz", "mutate")
"""Each comes beside `develop`, and its lock names only what it adds."""
KINDS = ("run", "develop", *ADDITIONS)
LOCKS = {name: PROJECT / "portal" / "install" / f"{name}.lock" for name in KINDS}

_OFFLINE = ("NewConnectionError", "Name or service not known", "Temporary failure in name")


def ensure(kind: str) -> None:
    """Make the environment hold a lock file's packages; quick where it does already.

    Args:
        kind: `run`, `develop` for all that the tests and the checks need too, or, beside that,
            `bench` for what the benchmarks are against, `fuzz` for what makes up input and
            `mutate` for what plants defects.

    Raises:
        InstallError: when it cannot be made; says why and what to do.
    """
    if kind in ADDITIONS:
        ensure("develop")
    wanted = {name: _digest(path) for name, path in LOCKS.items()}
    stamp = _read_stamp()
    # A checkout that was moved, or a Python that was removed, leaves an environment that is none.
    if stamp.get("venv") != str(VENV) or not os.access(stamp.get("base", ""), os.X_OK):
        stamp = {}
    # What `develop` names includes what `run` names.
    enough = ("run", "develop") if kind == "run" else (kind,)
    if any(stamp.get(name) == wanted[name] for name in enough):
        return
    STAMP.unlink(missing_ok=True)
    if stamp.get("run") != wanted["run"]:
        _make_venv()
    _install(kind)
    installed = {name: wanted[name] for name in ("run", kind)}
    if kind in ADDITIONS:
        # One addition takes nothing away from another.
        kept = [name for name in ADDITIONS if stamp.get(name) == wanted[name]]
        installed |= {name: wanted[name] for name in ("develop", *kept)}
    STAMP.write_text(
        json.dumps({"venv": str(VENV), "base": sys.executable, **installed}, indent=1), "utf-8"
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def _make_venv() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise InstallError(
            f"this Python has no {missing[0]} module: install it "
            "(Debian, Ubuntu: apt-get install python3.11-venv)"
        )
    if VENV.exists():
        say("making .venv anew: it is of another state of the project, or was cut off")
        shutil.rmtree(VENV)
    try:
        run([sys.executable, "-m", "venv", VENV])
    except CommandError as error:
        raise InstallError(f".venv cannot be made: {last_error(error.said)}") from error


def _install(kind: str) -> None:
    lock = LOCKS[kind]
    lines = lock.read_text("utf-8").splitlines()
    count = sum("==" in line and not line.startswith((" ", "#")) for line in lines)
    with step(f"installing {count} packages into .venv, once"):
        try:
            run(
                [
                    *(VENV / "bin" / "python", "-m", "pip", "install"),
                    *("--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"),
                    *("--only-binary", ":all:", "--no-deps", "--require-hashes"),
                    *("--requirement", lock),
                ],
                log=LOG,
            )
        except CommandError as error:
            if any(sign in error.said for sign in _OFFLINE):
                raise InstallError(
                    "the packages cannot be fetched: the package index cannot be reached "
                    f"from here (see {LOG})"
                ) from error
            raise InstallError(
                f"the packages cannot be installed: {last_error(error.said)} (see {LOG})"
            ) from error
