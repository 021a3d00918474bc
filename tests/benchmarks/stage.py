"""What the figures share: the messages, a throw-away register, and the portal on it.

Each part is made when the first figure asks for it. The register lies in a temporary folder, in a
PostgreSQL of its own; what `DATABASE_URL` may name is never touched.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.embedded.errors import EmbeddedError
from portal.embedded.processes import Family
from portal.embedded.state import DataFolder
from portal.embedded.system import PROJECT, System, clean_environment
from tests.benchmarks import filling
from tests.benchmarks.figures import Figure
from tests.benchmarks.messages import Samples, make_own_samples, make_samples
from tests.benchmarks.timing import Pace

FOREIGN = ("DATABASE_URL", "CELERY_BROKER_URL", "DATA_DIR")
"""Variables that would have the launcher take other people's services."""


class ProgramError(Exception):
    """A program of ours failed; the message says which, and the last that it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is measured."""

    pace: Pace
    certificates: int
    """How many the register has, for all figures but one."""
    uses: int
    """How many certificates with an MPID it has for `mpid-lookup`."""
    fetches: bool
    """Whether the messages are the DCC's, which are fetched; or else our own."""


class Stage:
    """Holds what has been made, and takes it all down in the end."""

    def __init__(self, extent: Extent, *, say: Callable[[str], None]) -> None:
        self.extent = extent
        self.say = say
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, raised, traceback)

    @cached_property
    def samples(self) -> Samples:
        """The signed messages."""
        return make_samples(say=self.say) if self.extent.fetches else make_own_samples()

    @cached_property
    def register(self) -> System:
        """A database with reference data, the demonstration and many certificates."""
        system = self._stack.enter_context(_services(self.say))
        self.say("migrating and loading the demonstration …")
        self.run(system, "-m", "portal.embedded.prepare", str(system.data_dir / "sign-ins.txt"))
        self.say(f"filling the register with {self.extent.certificates:,} certificates …")
        with filling.connect(system.services["DATABASE_URL"]) as database:
            filling.add_users(database)
            filling.add_certificates(
                database, first=1, last=self.extent.certificates, with_history=True
            )
            filling.add_signer(database, self.samples.signer)
            filling.settle(database)
        return system

    @cached_property
    def portal(self) -> System:
        """The register with workers and the web server on it, as `make run` has them."""
        system = self.register
        system.start_application()
        return system

    @cached_property
    def million(self) -> System:
        """The register with as many certificates as `mpid-lookup` wants."""
        system = self.register
        if self.extent.uses > self.extent.certificates:
            self.say(f"filling it up to {self.extent.uses:,} certificates with an MPID …")
            with filling.connect(system.services["DATABASE_URL"]) as database:
                filling.add_certificates(
                    database,
                    first=self.extent.certificates + 1,
                    last=self.extent.uses,
                    with_history=False,
                )
                filling.settle(database)
        return system

    def figures(self, system: System, names: set[str], *program: str) -> list[Figure]:
        """Run a program that measures on the register, and return those of its figures."""
        measured = json.loads(self.run(system, "-m", *program))
        return [Figure(**figure) for figure in measured if figure["name"] in names]

    def run(self, system: System, *arguments: str) -> str:
        """Run a Python program of ours on the register and return what it wrote.

        Raises:
            ProgramError: It failed.
        """
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env={
                **clean_environment(),
                **system.services,
                "DJANGO_SETTINGS_MODULE": "portal.settings.development",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = done.stderr.strip().splitlines()[-3:]
            raise ProgramError(f"{' '.join(arguments[:3])} failed: {' '.join(said)}")
        return done.stdout


@contextmanager
def _services(say: Callable[[str], None]) -> Iterator[System]:
    for name in FOREIGN:
        if os.environ.pop(name, None) is not None:
            say(f"{name} is left out of it: the figures are of services of their own")
    temporary = Path(tempfile.mkdtemp(prefix="ra-bench-"))
    folder = DataFolder.take(temporary)
    if folder is None:
        raise EmbeddedError(f"{temporary} is another's")
    system = System(folder=folder, family=Family(), tell=say, throw_away=True)
    try:
        system.start_services()
        yield system
    finally:
        system.stop()
        shutil.rmtree(temporary, ignore_errors=True)
