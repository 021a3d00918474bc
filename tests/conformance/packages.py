"""The DCC's public packages, pinned: fetched when a run needs them, never part of the product.

They are GPL-3.0 and lie in the data folder, outside the repository.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from portal.install.assets import find_node


class MissingError(Exception):
    """Something that the run needs is not on this machine; the message says what."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the npm registry with the digest of its tarball."""

    name: str
    version: str
    sha256: str

    @property
    def tarball(self) -> str:
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


TEMPLATES = Package(
    "@smartdcc/duis-templates",
    "0.7.0",
    "eb360e24b38ef2cb4536675496407b085baa581fdb10ac4a55fac47ca177bc49",
)
SIGN_WRAP = Package(
    "@smartdcc/duis-sign-wrap",
    "0.1.2",
    "ef0e9cf975c5b19b6fdc29a045b797bc4d2cd15505aaa41ad50f5196e8958ac2",
)

LEAST_JAVA = 17


def fetch(package: Package, folder: Path) -> Path:
    """Return where a package lies unpacked, fetched and held to its digest where it is not yet.

    Raises:
        MissingError: npm cannot be had, the registry cannot be reached, or the digest differs.
    """
    unpacked = folder / package.tarball.removesuffix(".tgz")
    if unpacked.is_dir():
        return unpacked / "package"
    folder.mkdir(parents=True, exist_ok=True)
    tarball = folder / package.tarball
    if not tarball.is_file():
        _pack(package, folder)
    found = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if found != package.sha256:
        tarball.unlink()
        raise MissingError(
            f"{package.name} {package.version} is not what was pinned: its SHA-256 is {found}"
        )
    fresh = unpacked.with_name(unpacked.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    with tarfile.open(tarball) as archive:
        archive.extractall(fresh, filter="data")
    fresh.rename(unpacked)
    return unpacked / "package"


def _pack(package: Package, folder: Path) -> None:
    node = find_node()
    environment = dict(os.environ)
    if node.version >= (22, 15):
        environment["NODE_OPTIONS"] = "--use-system-ca"
    wanted = f"{package.name}@{package.version}"
    done = subprocess.run(
        [node.program, node.npm, "pack", wanted, "--silent", "--pack-destination", folder],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["npm said nothing"]
        raise MissingError(f"{wanted} cannot be fetched: {lines[-1]}")


def java() -> str:
    """Return the Java program.

    Raises:
        MissingError: There is none, or an older one than 17.
    """
    program = shutil.which("java")
    if program is None:
        raise MissingError("there is no Java here: install a Java 17 runtime")
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', said.stderr)
    if version is None or int(version[1]) < LEAST_JAVA:
        raise MissingError(f"Java {LEAST_JAVA} is needed; {program} is {said.stderr.strip()[:60]}")
    return program
