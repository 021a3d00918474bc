"""The launcher's commands.

python -m portal.embedded run
    Starts everything and waits; Ctrl-C stops it.
python -m portal.embedded exec [--portal] [--throw-away] -- COMMAND …
    Runs one command with the services up: those of the running system, else its own for the
    time of the command. With `--portal` the whole system, with `--throw-away` on empty data
    in a temporary folder.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from portal.embedded.errors import EmbeddedError, StopRequestedError
from portal.embedded.processes import Family, Start, die_with_parent, exit_status, spawn
from portal.embedded.state import DataFolder, is_taken, running_services
from portal.embedded.system import PROJECT, System, clean_environment

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_OTHERS_READY_WITHIN = 90.0


def main(arguments: list[str]) -> int:
    """Run the command that the arguments name and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m portal.embedded")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and wait; Ctrl-C stops it")
    execute = commands.add_parser("exec", help="run one command with the services up")
    execute.add_argument("--portal", action="store_true", help="with workers and web too")
    execute.add_argument("--throw-away", action="store_true", help="on empty data of its own")
    execute.add_argument("program", nargs="+", metavar="COMMAND")
    asked = parser.parse_args(arguments)

    family = Family()
    _stop_on_signals(family)
    if "MAKELEVEL" in os.environ:
        # Whoever kills make means us.
        die_with_parent(signal.SIGTERM, parent=os.getppid())
    try:
        if asked.command == "run":
            return _run(family)
        return _execute(family, asked.program, portal=asked.portal, throw_away=asked.throw_away)
    except StopRequestedError:
        return 0 if asked.command == "run" else 128 + (family.stop_signal or 0)
    except EmbeddedError as error:
        _say(str(error))
        return 1
    except OSError as error:
        # A full disk, a folder without permission: the system's own words are the clear line.
        _say(f"cannot go on: {error}")
        return 1


def data_dir() -> Path:
    """Return the folder that `DATA_DIR` names, else the project's own."""
    return Path(os.environ.get("DATA_DIR") or PROJECT / ".data").resolve()


def _run(family: Family) -> int:
    begun = time.monotonic()
    folder = DataFolder.take(data_dir())
    if folder is None:
        address = running_services(data_dir()).get("PORTAL_ADDRESS", "it is starting or stopping")
        raise EmbeddedError(
            f"the registration authority runs on {data_dir()} already ({address}): "
            "stop it first, or set DATA_DIR to another folder"
        )
    system = System(folder=folder, family=family, tell=_say)
    try:
        system.open_port()
        system.start_services()
        sign_ins = system.start_application()
        _say(f"ready in {time.monotonic() - begun:.1f} s; logs in {folder.path / 'logs'}")
        sys.stdout.write(
            f"\n{system.services['PORTAL_ADDRESS']}\n\n{sign_ins.rstrip()}\n\nCtrl-C stops it.\n"
        )
        sys.stdout.flush()
        family.wait()
    finally:
        _let_stop_hurry(family)
        system.stop()
        if system.services:
            _say("stopped")
    return 0


def _execute(family: Family, program: list[str], *, portal: bool, throw_away: bool) -> int:
    temporary = Path(tempfile.mkdtemp(prefix="ra-data-")) if throw_away else None
    try:
        folder = DataFolder.take(temporary or data_dir())
        if folder is None:
            services = _services_of_the_running(family, portal=portal)
            return _run_program(family, program, services)
        # The services alone are up in a second, and the terminal is the command's.
        tell = _say if portal else _keep_quiet
        system = System(folder=folder, family=family, tell=tell, throw_away=throw_away)
        try:
            system.start_services()
            if portal:
                system.start_application()
            return _run_program(family, program, system.services)
        finally:
            system.stop()
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _services_of_the_running(family: Family, *, portal: bool) -> dict[str, str]:
    """Wait until the system that has the data folder is up, and return how to reach it."""
    needed = "PORTAL_ADDRESS" if portal else "CELERY_BROKER_URL"
    services: dict[str, str] = {}

    def up() -> bool:
        services.update(running_services(data_dir()))
        if needed not in services and not is_taken(data_dir()):
            raise EmbeddedError("the running system stopped meanwhile: try again")
        return needed in services

    family.wait_until(
        up, what="the system that runs already", within=_OTHERS_READY_WITHIN, pause=0.1
    )
    return {name: value for name, value in services.items() if not name.startswith("_")}


def _run_program(family: Family, program: list[str], services: dict[str, str]) -> int:
    environment = {**clean_environment(), **services}
    settings = os.environ.get("DJANGO_SETTINGS_MODULE")
    if settings:
        environment["DJANGO_SETTINGS_MODULE"] = settings
    # `python` means the one that runs this, also where the environment is not activated.
    if program[0] in {"python", "python3"}:
        program = [sys.executable, *program[1:]]
    child = spawn(
        Start(
            name=program[0],
            arguments=program,
            environment=environment,
            folder=Path.cwd(),
            death_signal=signal.SIGTERM,
            foreground=True,
        )
    )
    try:
        while child.process.poll() is None:
            family.check()
            time.sleep(0.05)
    except StopRequestedError:
        # Ctrl-C reached it too, from the terminal; a second one would cut its last words off.
        if family.stop_signal == signal.SIGINT:
            child.wait()
        raise
    finally:
        child.stop()
    return exit_status(child.process.returncode)


def _stop_on_signals(family: Family) -> None:
    def ask(number: int, _: object) -> None:
        family.stop_signal = number

    for number in _SIGNALS:
        signal.signal(number, ask)


def _let_stop_hurry(family: Family) -> None:
    """Have a second Ctrl-C, during the stop, kill what is still there."""

    def hurry(*_: object) -> None:
        for child in family.children:
            child.process.kill()

    for number in _SIGNALS:
        signal.signal(number, hurry)


def _keep_quiet(line: str) -> None:
    del line


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
