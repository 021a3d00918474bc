"""A development OCA: real certificates of the exact profile, by a hierarchy of its own.

For demonstrations and tests only; every page says so. Its names (`DEVROOT`, `DEVOCA`) are never
those of the DCC. Keys and answers lie in `settings.OCA_DIR`, so that the answer to a reference
stays the same whoever asks and however often, through crashes.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from registry.gateways.certification_authority import CertificationAuthorityError
from rules.certificates.making import build_certificate, build_hierarchy, validity_from

SERIAL_OCTETS = 16
"""As in every decoded certificate of the DCC's test OCA (domain facts, section 1)."""


class DevelopmentOca:
    """Issues at once whatever the registration authority asks for."""

    name = "Development OCA (OU=07, CN=DEVOCA)"
    is_for_development = True

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = Path(folder or settings.OCA_DIR)

    def issue(self, request_der: bytes, *, reference: str) -> bytes:
        """Return the certificate for a request; the same one when it is asked for again.

        A register that was set back, from a backup or to nothing, gives its references out again,
        so an answer belongs to the reference and the request together.

        Raises:
            CertificationAuthorityError: The OCA's folder cannot be read or written.
        """
        with self._locked():
            asked = sha256(request_der).hexdigest()
            answer = self._folder / "issued" / f"{reference}-{asked}.der"
            if answer.exists():
                return answer.read_bytes()
            issuing, key = self._hierarchy()
            not_before, not_after = validity_from(datetime.now(UTC))
            certificate = build_certificate(
                request_der,
                issuer_certificate=issuing,
                issuer_private_key=key,
                serial=_fresh_serial(),
                not_before=not_before,
                not_after=not_after,
            )
            _write_whole(answer, certificate, mode=0o644)
            return certificate

    def issuing_certificate(self) -> bytes:
        """Return the certificate of the issuing OCA, in DER.

        Raises:
            CertificationAuthorityError: The OCA's folder cannot be read or written.
        """
        with self._locked():
            issuing, _ = self._hierarchy()
            return issuing

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder: several workers share it, and there must be one hierarchy."""
        try:
            (self._folder / "issued").mkdir(parents=True, exist_ok=True, mode=0o700)
            with (self._folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as fault:
            raise CertificationAuthorityError(
                f"the development OCA cannot use `{self._folder}`: {fault}"
            ) from fault

    def _hierarchy(self) -> tuple[bytes, ec.EllipticCurvePrivateKey]:
        certificate, key = self._folder / "devoca.pem", self._folder / "devoca.key"
        if not certificate.exists():
            self._make_hierarchy(certificate, key)
        issuing = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise CertificationAuthorityError(f"`{key}` is no elliptic-curve key")
        return issuing.public_bytes(serialization.Encoding.DER), private

    def _make_hierarchy(self, certificate: Path, key: Path) -> None:
        root_key = ec.generate_private_key(ec.SECP256R1())
        issuing_key = ec.generate_private_key(ec.SECP256R1())
        root, issuing = build_hierarchy(
            root_key,
            issuing_key,
            root_name="DEVROOT",
            issuing_name="DEVOCA",
            serials=(_fresh_serial(), _fresh_serial()),
            at=datetime.now(UTC),
        )
        _write_whole(self._folder / "devroot.key", _private_pem(root_key), mode=0o600)
        _write_whole(self._folder / "devroot.pem", _certificate_pem(root), mode=0o644)
        _write_whole(key, _private_pem(issuing_key), mode=0o600)
        # The certificate comes last: where it is, everything else is.
        _write_whole(certificate, _certificate_pem(issuing), mode=0o644)


def _fresh_serial() -> int:
    """Return a random positive serial number of exactly 16 octets in DER."""
    return secrets.randbits(8 * SERIAL_OCTETS - 2) | 1 << (8 * SERIAL_OCTETS - 2)


def _certificate_pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_whole(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file so that it is there whole or not at all, whatever is killed when."""
    temporary = path.with_suffix(path.suffix + ".part")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
