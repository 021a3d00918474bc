"""The attacks over real sockets: on a whole system of its own, web server and all."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent.parent

_ON_A_SYSTEM = ("-m", "portal.embedded", "exec", "--throw-away", "--portal", "--")


@pytest.mark.slow
def test_the_running_system_withstands_it_and_its_logs_hold_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, *_ON_A_SYSTEM, "python", "-m", "tests.attacks.wire.over_http"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "attacks, 0 faults" in done.stdout
