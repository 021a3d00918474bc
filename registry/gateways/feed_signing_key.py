"""The keys that sign the feed: one that signs, and the next one, announced before it is used.

Both are live: their certificates are published together, so that a follower knows the next one
before the first thing comes that it signed. Another store than a folder, such as a hardware
security module, is a class of the same shape named in `settings.FEED_KEYS`.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from django.conf import settings
from django.utils.module_loading import import_string

from rules.feed.certificates import FeedCertificate, make_certificate, read_certificate
from rules.feed.jws import compact_jws, digest_to_sign, protected_header, raw_signature

VALID_FOR = timedelta(days=5 * 365)
"""Of a certificate. Our choice: a follower that was pinned by hand should not end unasked."""

_BACKDATED = timedelta(hours=1)
"""So that a follower whose clock is behind can begin at once."""
_SERIAL_BITS = 126
_TRIES = 3
_PREHASHED = ec.ECDSA(Prehashed(hashes.SHA256()))


class FeedKeyError(Exception):
    """The keys cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKeySet:
    """The keys that are live."""

    signing: FeedCertificate
    announced: FeedCertificate
    announced_at: datetime
    sign_digest: Callable[[bytes], tuple[int, int]]
    """From a SHA-256 to r and s, by the key that signs."""

    def sign(self, payload: bytes) -> str:
        """Return a detached JWS over some octets."""
        header = protected_header(self.signing.fingerprint)
        r, s = self.sign_digest(digest_to_sign(header, payload))
        return compact_jws(header, raw_signature(r, s))


class FeedKeys(Protocol):
    """What the feed needs of a store of keys."""

    def current(self, *, at: datetime) -> FeedKeySet:
        """Return the keys that are live; may make the first ones.

        Raises:
            FeedKeyError: There are none, or they cannot be had.
        """
        ...

    def announced_at(self) -> datetime | None:
        """Return when the next key was announced; None where there are no keys yet.

        Raises:
            FeedKeyError: They cannot be had.
        """
        ...

    def rotate(self, *, at: datetime) -> FeedKeySet:
        """Have the announced key sign, announce a new one and forget the one that signed.

        Where there are no keys yet, make the first two.

        Raises:
            FeedKeyError: The keys cannot be had or written.
        """
        ...


def feed_keys() -> FeedKeys:
    """Return the store that the settings name."""
    keys: FeedKeys = import_string(settings.FEED_KEYS)()
    return keys


class FolderOfKeys:
    """Keeps the keys in files of mode 0600, in a folder that every node of the portal shares.

    `keys.json` says which key signs and which is announced; it is replaced in one step, after the
    keys that it names have been written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = Path(folder or settings.FEED_KEYS_DIR)
        self._state = self._folder / "keys.json"

    def current(self, *, at: datetime) -> FeedKeySet:
        """Return the keys that are live; make them where `FEED_KEYS_ARE_MADE` says so.

        Raises:
            FeedKeyError: There are none, or they cannot be read.
        """
        try:
            return self._read()
        except FileNotFoundError:
            if not settings.FEED_KEYS_ARE_MADE:
                raise FeedKeyError(
                    f"there are no keys in `{self._folder}` to sign the feed with; "
                    "run `manage.py rotate_feed_key`"
                ) from None
        with self._locked():
            if not self._state.exists():
                self._write(_new_key(self._folder, at=at), _new_key(self._folder, at=at), at=at)
            return self._read()

    def announced_at(self) -> datetime | None:
        """Return when the next key was announced; None where there are no keys yet.

        Raises:
            FeedKeyError: They cannot be read.
        """
        try:
            return self._read().announced_at
        except FileNotFoundError:
            return None

    def rotate(self, *, at: datetime) -> FeedKeySet:
        """Have the announced key sign, and announce a new one.

        Raises:
            FeedKeyError: The keys cannot be read or written.
        """
        with self._locked():
            announced = _new_key(self._folder, at=at)
            try:
                signing = self._read().announced.fingerprint
            except FileNotFoundError:
                signing = _new_key(self._folder, at=at)
            self._write(signing, announced, at=at)
            for key in self._folder.glob("*.pem"):
                if key.stem not in {signing, announced}:
                    key.unlink()
            return self._read()

    def _read(self) -> FeedKeySet:
        """Read the keys; nothing that was read stays when another process has rotated them.

        Raises:
            FileNotFoundError: There are none yet.
            FeedKeyError: They cannot be read.
        """
        for _ in range(_TRIES):
            try:
                return self._read_once()
            except FileNotFoundError:
                if not self._state.exists():
                    raise
                # A rotation removed a key between the two readings: what it wrote is there now.
            except (OSError, ValueError, KeyError, TypeError) as fault:
                raise FeedKeyError(
                    f"the keys in `{self._folder}` cannot be read: {fault}"
                ) from fault
        raise FeedKeyError(f"a key that `{self._state}` names is not there")

    def _read_once(self) -> FeedKeySet:
        stamp = self._state.stat()
        stood = (str(self._state), stamp.st_mtime_ns, stamp.st_ino, stamp.st_size)
        known = _process.known
        if known is None or known[0] != stood:
            known = _process.known = (stood, self._parsed())
        return known[1]

    def _parsed(self) -> FeedKeySet:
        state = json.loads(self._state.read_text("utf-8"))
        private, signing = self._key(state["signing"])
        _, announced = self._key(state["announced"])

        def sign_digest(digest: bytes) -> tuple[int, int]:
            return decode_dss_signature(private.sign(digest, _PREHASHED))

        return FeedKeySet(
            signing=signing,
            announced=announced,
            announced_at=datetime.fromisoformat(state["announced_at"]),
            sign_digest=sign_digest,
        )

    def _key(self, fingerprint: str) -> tuple[ec.EllipticCurvePrivateKey, FeedCertificate]:
        pem = (self._folder / f"{fingerprint}.pem").read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"`{fingerprint}.pem` has no elliptic-curve key")  # noqa: TRY004 -- of a file, not of a caller
        der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
        return key, read_certificate(der)

    def _write(self, signing: str, announced: str, *, at: datetime) -> None:
        state = {
            "signing": signing,
            "announced": announced,
            "announced_at": at.astimezone(UTC).isoformat(),
        }
        _write_whole(self._state, json.dumps(state, indent=2).encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder: several processes share it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (self._folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as fault:
            raise FeedKeyError(f"`{self._folder}` cannot be used: {fault}") from fault


class _Process:
    """What this process read last, by the file that it read it from: one value, for threads."""

    known: tuple[tuple[str, int, int, int], FeedKeySet] | None = None


_process = _Process()


def _new_key(folder: Path, *, at: datetime) -> str:
    """Make a key with its certificate, write them, and return the fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    not_before = (at - _BACKDATED).replace(microsecond=0)
    certificate = make_certificate(
        key,
        serial=secrets.randbits(_SERIAL_BITS) | 1 << _SERIAL_BITS,
        not_before=not_before,
        not_after=not_before + VALID_FOR,
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_whole(folder / f"{certificate.fingerprint}.pem", pem + certificate.pem.encode())
    return certificate.fingerprint


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file of mode 0600; it is there whole or not at all, whatever is killed when."""
    temporary = path.with_suffix(path.suffix + ".part")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
