"""What `make run` and `make test` make sure of before anything else, in order."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.install import assets, browser, packages
from portal.install.terminal import InstallError, say

INSTALL = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    """Make the environment for one of the kinds of package; returns the exit status."""
    if len(arguments) != 1 or arguments[0] not in packages.KINDS:
        say(f"usage: python3 portal/install/environment.py {'|'.join(packages.KINDS)}")
        return 2
    kind = arguments[0]
    try:
        with _one_at_a_time():
            packages.ensure(kind)
            assets.ensure()
            if kind == "develop":
                browser.ensure()
    except InstallError as error:
        say(str(error))
        return 1
    except OSError as error:
        # A full disk, a folder without permission: the system's own words are the clear line.
        say(f"the environment cannot be made: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; what was begun is done again the next time")
        return 130
    return 0


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait for another installation in the same checkout."""
    descriptor = os.open(INSTALL, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another installation in this folder")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
