"""Resolves the dependencies of `pyproject.toml` and `package.json` anew: `make lock`.

The resolver lives in a throw-away environment; the project's own holds only what it needs.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from portal.install.assets import INSTALL, find_node
from portal.install.packages import ADDITIONS, LOCKS, PROJECT
from portal.install.terminal import CommandError, last_error, run, say, step

RESOLVER = "uv==0.13.8"


def main(arguments: list[str]) -> int:
    """Write the lock files and show what changed; returns the exit status.

    Args:
        arguments: further options of the resolver; without `--upgrade` what is locked stays.
    """
    try:
        with tempfile.TemporaryDirectory() as folder, step("resolving the dependencies"):
            run([sys.executable, "-m", "venv", folder])
            python = Path(folder) / "bin" / "python"
            run([python, "-m", "pip", "install", "--quiet", RESOLVER])
            _compile(python, LOCKS["develop"], "--group", "test", "--group", "check", *arguments)
            _compile(python, LOCKS["run"], *arguments)
            # Only what each adds, at the versions that go with the others.
            for kind in ADDITIONS:
                _compile_group(python, LOCKS[kind], kind, "--constraint", str(LOCKS["develop"]))
            node = find_node()
            run(
                [
                    *(node.program, node.npm, "install", "--package-lock-only"),
                    *("--omit-lockfile-registry-resolved", "--ignore-scripts"),
                    *("--no-audit", "--no-fund"),
                ],
                folder=INSTALL,
            )
    except CommandError as error:
        say(f"the dependencies cannot be resolved: {last_error(error.said)}")
        return 1
    subprocess.run(  # noqa: S603 - no shell
        ["git", "--no-pager", "diff", "--stat", "--", str(INSTALL)],  # noqa: S607
        cwd=PROJECT,
        check=False,
    )
    return 0


def _compile(python: Path, lock: Path, *options: str) -> None:
    """Resolve the project itself."""
    _resolve(python, lock, "pyproject.toml", *options)


def _compile_group(python: Path, lock: Path, group: str, *options: str) -> None:
    """Resolve a group of dependencies alone."""
    _resolve(python, lock, "--group", group, *options)


def _resolve(python: Path, lock: Path, *options: str) -> None:
    run(
        [
            *(python, "-m", "uv", "pip", "compile", "--quiet"),
            *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"),
            *options,
            *("--output-file", lock.relative_to(PROJECT)),
        ],
        folder=PROJECT,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
