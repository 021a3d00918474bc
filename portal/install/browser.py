"""The browser that the page tests drive: Debian's Chromium, or one that is there already.

Without one the page tests are skipped, and the end of the test run says so.
"""

import os
import shutil
from pathlib import Path

from portal.install.terminal import CommandError, last_error, run, say, step

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = (
    *("apt-get", "-q", "-y", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"),
    *("-o", "Dpkg::Use-Pty=0"),
)


def find() -> Path | None:
    """Return the browser's program: what `CHROMIUM` names, else one on the path."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else _NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def ensure() -> None:
    """Install Chromium where there is none and we may; otherwise say what will not be run."""
    if find() is not None:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say("no Chromium here, so the page tests will be skipped: install chromium to run them")
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step("installing Chromium for the page tests, once"):
        try:
            run([*_APT, "update"], environment=quiet)
            run(
                [*_APT, "install", "--no-install-recommends", "chromium"],
                environment=quiet,
            )
        except CommandError as error:
            say(f"  Chromium cannot be installed: {last_error(error.said)}")
            say("  the page tests will be skipped")
