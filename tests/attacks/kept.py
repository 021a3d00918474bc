"""Everything in which something that was typed could be kept: tables, sessions, logs and files."""

import hashlib
import io
import logging
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from portal.logs import logging_config
from tests.attacks.stored import everything_stored


@dataclass(frozen=True)
class Kept:
    """Looks for what was typed, wherever it could be."""

    log: io.StringIO
    since: float
    """Files that were changed before are not ours."""

    def where(self, secret: str, *, or_digest: bool = False) -> list[str]:
        """Return where a text is, in whatever way it is written; with `or_digest` its digest."""
        traces = {*_spellings(secret), *(_digests(secret) if or_digest else ())}
        return [
            place
            for place, text in self._places().items()
            if any(trace in text for trace in traces)
        ]

    def _places(self) -> dict[str, str]:
        sessions = [session.get_decoded() for session in Session.objects.all()]
        return {
            "tables": everything_stored().lower(),
            "sessions": repr(sessions).lower(),
            "log": self.log.getvalue().lower(),
            "files": "\n".join(self._files()).lower(),
        }

    def _files(self) -> Iterator[str]:
        for folder in (settings.DATA_DIR, Path(tempfile.gettempdir())):
            for path in (
                sorted(folder.rglob("*"))
                if folder == settings.DATA_DIR
                else sorted(folder.glob("*.upload*"))
            ):
                if path.is_file() and path.stat().st_mtime >= self.since:
                    yield path.read_bytes().decode("latin-1")


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Note every line of the log from now on, as it is written for machines and for people."""
    written = io.StringIO()
    handlers = []
    for form in ("json", "console"):
        shape = logging_config(form=form, level="DEBUG")["formatters"]["lines"]
        make = shape.pop("()")
        handler = logging.StreamHandler(written)
        handler.setFormatter(make(**shape))
        handlers.append(handler)
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    mark = Path(tempfile.mkdtemp(prefix="ra-kept-"))
    try:
        yield Kept(log=written, since=mark.stat().st_mtime)
    finally:
        mark.rmdir()
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)


def _spellings(secret: str) -> set[str]:
    """Return how octets are written as text, in lower case; Base64 begins at any of three.

    What the database keeps as octets is read in hexadecimal, so Base64 in them is, too.
    """
    octets = secret.encode()
    inner = [b64encode(b"\0" * lead + octets).decode()[lead + 1 : -4] for lead in range(3)]
    written = {each.lower() for each in inner} | {each.encode().hex() for each in inner}
    return {secret.lower(), octets.hex(), *written}


def _digests(secret: str) -> set[str]:
    found = set()
    for name in ("md5", "sha1", "sha256", "sha512"):
        for text in (secret, secret.upper(), f"{secret}\n"):
            digest = hashlib.new(name, text.encode(), usedforsecurity=False).digest()
            found |= {digest.hex(), b64encode(digest).decode().rstrip("=").lower()}
    return found
