"""What a follower keeps on disk: everything as it came, with its signature.

Each file is there whole or not at all, whatever is killed when; none but `newest` is needed to be
right, since all else is verified again when it is read, and what is missing is taken anew.
"""

# ruff: noqa: INP001 -- beside a program, not in a package

import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rules.feed.certificates import FeedCertificate, read_pem_certificates
from rules.feed.jws import verify_detached

Certificates = dict[str, FeedCertificate]
"""Those that are trusted, by fingerprint."""


def moment() -> datetime:
    """Return now."""
    return datetime.now(UTC)  # noqa: TID251 -- a program is an edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A body and the signature over it, as they came."""

    jws: str
    body: bytes

    def verified(self, trusted: Certificates) -> bytes:
        """Return the body; raises a `FeedRefusedError` where no trusted key signed it."""
        verify_detached(self.jws, self.body, trusted=trusted, at=moment())
        return self.body


class StateInUseError(Exception):
    """Another follower uses the folder."""


class State:
    """The folder: `snapshot` is the one taken last, `changes/A-B` led from version A to B.

    `newest` is the newest version that was ever confirmed, `trusted` are the certificates.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "changes").mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            self._lock.close()
            raise StateInUseError(f"another follower uses {folder}") from fault

    def close(self) -> None:
        """Let another follower use the folder."""
        self._lock.close()

    def forget(self) -> None:
        """Forget the register that was followed, but not whom to trust."""
        for path in (self._folder / "newest", *self._changes(), self._folder / "snapshot"):
            path.unlink(missing_ok=True)

    def trusted(self, pinned: bytes) -> Certificates:
        """Return the certificates: those kept, unless others have been pinned since."""
        try:
            kept = json.loads((self._folder / "trusted").read_bytes())
            certificates = read_pem_certificates(kept["pem"].encode())
            if kept == _written(certificates, pinned):
                return certificates
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # what was pinned is there for that
        return read_pem_certificates(pinned)

    def keep_trusted(self, certificates: Certificates, pinned: bytes) -> None:
        """Keep the certificates that are trusted from now on."""
        kept = json.dumps(_written(certificates, pinned)).encode()
        write_whole(self._folder / "trusted", kept)

    def newest(self) -> tuple[int, str]:
        """Return the newest version that was ever confirmed, and its mark; -1 where none was.

        Raises a `ValueError` where that was written and cannot be read any more: nobody else
        knows whether the portal has been set back since.
        """
        path = self._folder / "newest"
        try:
            version, mark = json.loads(path.read_bytes())
            return int(version), str(mark)
        except FileNotFoundError:
            return -1, ""
        except (ValueError, TypeError) as fault:
            raise ValueError(
                f"{path} does not say any more how far the register was followed; "
                "use --start-anew once you know that the portal was not set back to a backup"
            ) from fault

    def keep_newest(self, version: int, mark: str) -> None:
        """Keep the newest version."""
        write_whole(self._folder / "newest", json.dumps([version, mark]).encode())

    def snapshot(self) -> Signed | None:
        """Return the snapshot that was taken last."""
        return _read(self._folder / "snapshot")

    def keep_snapshot(self, taken: Signed) -> None:
        """Keep a snapshot; the changes before it are of no use any more."""
        _write(self._folder / "snapshot", taken)
        for path in self._changes():
            path.unlink(missing_ok=True)

    def change(self, after: str) -> Signed | None:
        """Return what changed after a version."""
        return next((_read(path) for path in self._changes(after)), None)

    def keep_change(self, after: str, until: str, taken: Signed) -> None:
        """Keep what changed after a version."""
        self.drop_change(after)
        _write(self._folder / "changes" / f"{after}-{until}", taken)

    def drop_change(self, after: str) -> None:
        """Forget what changed after a version."""
        for path in self._changes(after):
            path.unlink(missing_ok=True)

    def count_changes(self) -> int:
        """Return how many changes are kept."""
        return len(self._changes())

    def _changes(self, after: str = "*") -> list[Path]:
        return list((self._folder / "changes").glob(f"{after}-*"))


def _written(certificates: Certificates, pinned: bytes) -> dict[str, str]:
    """Return what is kept of the certificates, and of those that were pinned at the time."""
    pem = "".join(certificate.pem for certificate in certificates.values())
    return {
        "pinned": hashlib.sha256(pinned).hexdigest(),
        "pem": pem,
        "sha256": hashlib.sha256(pem.encode()).hexdigest(),
    }


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever is killed when."""
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(path: Path, taken: Signed) -> None:
    write_whole(path, taken.jws.encode() + b"\n" + taken.body)


def _read(path: Path) -> Signed | None:
    try:
        jws, _, body = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    return Signed(jws=jws.decode("ascii", "replace"), body=body)
