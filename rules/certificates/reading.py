"""Reads a submission as a certificate signing request, whatever it turns out to be.

SEC Appendix M, Appendix F: PKCS#10 (RFC 2986) in Base64 or DER. Reading never raises for bad
content: what can be read is read and what is wrong is noted, so that every finding comes at once.
"""

from dataclasses import dataclass
from typing import Final

from rules.certificates.structures import (
    AlgorithmIdentifier,
    Container,
    Extension,
    KeyUsage,
    Name,
    Problem,
    PublicKey,
)
from rules.identifiers import Eui64

MAX_SUBMISSION: Final = 64 * 1024
"""Octets. A request has some 450; the limit is asked before anything is parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReading:
    """What a submission says, as far as it can be read. None: it could not be."""

    problems: tuple[Problem, ...]
    container: Container | None = None
    der: bytes | None = None
    """The request alone, in DER (or the BER that was sent). Never any other material: a private
    key that was submitted by mistake is not kept in any field."""
    der_sha256: str | None = None
    """Lower-case hexadecimal."""
    version: int | None = None
    subject: Name | None = None
    common_name: str | None = None
    organizational_unit: str | None = None
    """As it is written, right or wrong."""
    remote_party_role: str | None = None
    """The organizationalUnitName where it is exactly the code of a known Remote Party Role."""
    eui64: Eui64 | None = None
    """The x500UniqueIdentifier where it is a BIT STRING of 64 bits."""
    mpids: tuple[str, ...] = ()
    """The MPIDs in the commonName, in upper case whatever their case; read leniently."""
    public_key: PublicKey | None = None
    spki_sha256: str | None = None
    """SHA-256 of the DER SubjectPublicKeyInfo, lower-case hexadecimal."""
    attributes: tuple[str, ...] = ()
    """The OIDs of the PKCS#10 attributes."""
    extensions: tuple[Extension, ...] | None = None
    """The extensions asked for by the extensionRequest; None where there is none to read."""
    key_usage: KeyUsage | None = None
    signature_algorithm: AlgorithmIdentifier | None = None
    proof_of_possession: bool | None = None
    """Whether the request's signature verifies under its own key; None where it cannot be told."""

    @property
    def point(self) -> bytes | None:
        """The public key as an uncompressed P-256 point, 65 octets, where it is a valid one."""
        return self.public_key.point if self.public_key is not None else None


def read_request(submission: bytes) -> RequestReading:
    """Read a submission in any form that Appendix F allows; what is wrong is in `problems`."""
    raise NotImplementedError(submission)
