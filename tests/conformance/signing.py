"""Has the DCC's own tool sign the DCC's own templates."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.expectations import Expected
from tests.conformance.subscribers import Subscriber

SIGNER = "uk.co.smartdcc.boxed.xmldsig.Sign"
AT_ONCE = 2


class SigningError(Exception):
    """The tool did not sign a template; the message says which and what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A template as the DCC's tool signed it."""

    template: Path
    expected: Expected
    message: bytes


def sign_all(
    templates: list[tuple[Path, Expected]],
    *,
    subscribers: dict[str, Subscriber],
    java: str,
    tool: Path,
) -> Iterator[Signed]:
    """Yield each template as it has been signed by its originator.

    Raises:
        SigningError: The tool refused one.
    """

    def sign(work: tuple[Path, Expected]) -> Signed:
        template, expected = work
        by = subscribers[expected.user_id]
        command = [java, "-cp", tool, SIGNER, template, "--preserveCounter"]
        done = subprocess.run(
            [*command, by.certificate_file, by.key_file], capture_output=True, check=False
        )
        if done.returncode != 0 or not done.stdout:
            raise SigningError(f"{template.name}: {done.stderr.decode(errors='replace').strip()}")
        return Signed(template=template, expected=expected, message=done.stdout)

    with ThreadPoolExecutor(AT_ONCE) as workers:
        yield from workers.map(sign, templates)
