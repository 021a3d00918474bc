"""The certificates of the keys that sign the feed: self-signed, and pinned by followers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rules.certificates.files import NoCertificateError, certificates_in
from rules.feed.refusals import FeedReason, FeedRefusedError
from rules.feed.values import is_number
from rules.periods import is_within_validity

NAME = "SMKI registration authority feed"
"""The common name; of no certification authority."""

LIST_FORMAT = "smki-ra-feed-certificates"
LIST_FORMAT_VERSION = 1
MOST_LISTED = 8

_LIST = frozenset({"format", "format_version", "certificates"})
_LISTED = frozenset({"use", "fingerprint", "not_before", "not_after", "pem"})
SIGNING, ANNOUNCED = "signing", "announced"

# The library has errors of its own for versions, kinds of keys and curves that it does not know.
_UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.InvalidVersion)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCertificate:
    """A certificate by whose key the feed may be signed."""

    fingerprint: str
    """The SHA-256 of its DER, in lower-case hexadecimal."""
    der: bytes
    public_key: ec.EllipticCurvePublicKey
    not_before: datetime
    not_after: datetime
    """Both inclusive (RFC 5280, 4.1.2.5)."""

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        of = x509.load_der_x509_certificate(self.der)
        return of.public_bytes(serialization.Encoding.PEM).decode()

    def require_in_force(self, at: datetime) -> None:
        """Return quietly where a moment is within the validity.

        Raises:
            FeedRefusedError: It is not.
        """
        if not is_within_validity(at, not_before=self.not_before, not_after=self.not_after):
            raise FeedRefusedError(
                FeedReason.CERTIFICATE_NOT_IN_FORCE,
                f"the certificate {self.fingerprint[:16]}… is valid from "
                f"{self.not_before.isoformat()} to {self.not_after.isoformat()}",
            )


def make_certificate(
    key: ec.EllipticCurvePrivateKey, *, serial: int, not_before: datetime, not_after: datetime
) -> FeedCertificate:
    """Make the self-signed certificate of a P-256 key that signs the feed and nothing else."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return read_certificate(made.public_bytes(serialization.Encoding.DER))


def read_certificate(der: bytes) -> FeedCertificate:
    """Read a certificate in DER.

    Raises:
        FeedRefusedError: It is none, or not of a P-256 key.
    """
    try:
        read = x509.load_der_x509_certificate(der)
        key = read.public_key()
        not_before, not_after = read.not_valid_before_utc, read.not_valid_after_utc
    except _UNREADABLE as fault:
        raise _unusable(f"it is no certificate that can be read: {fault!s:.80}") from fault
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _unusable("its key is not on P-256")
    return FeedCertificate(
        fingerprint=sha256(der).hexdigest(),
        der=der,
        public_key=key,
        not_before=not_before,
        not_after=not_after,
    )


def read_pem_certificates(pem: bytes) -> dict[str, FeedCertificate]:
    """Read every certificate of a file, such as PEM with several, by fingerprint.

    Raises:
        FeedRefusedError: There is none, or one that cannot be used.
    """
    try:
        found = certificates_in(pem)
    except NoCertificateError as fault:
        raise _unusable(f"there is no certificate in PEM: {fault!s:.80}") from fault
    read = (read_certificate(one.der) for one in found if one.der is not None)
    return {certificate.fingerprint: certificate for certificate in read}


def write_certificate_list(by_use: Iterable[tuple[str, FeedCertificate]]) -> bytes:
    """Return the list of the certificates that are live, each with its use."""
    return orjson.dumps(
        {
            "format": LIST_FORMAT,
            "format_version": LIST_FORMAT_VERSION,
            "certificates": [
                {
                    "use": use,
                    "fingerprint": certificate.fingerprint,
                    "not_before": certificate.not_before,
                    "not_after": certificate.not_after,
                    "pem": certificate.pem,
                }
                for use, certificate in by_use
            ],
        },
        option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def read_certificate_list(body: bytes) -> dict[str, FeedCertificate]:
    """Read the list, whose signature has been verified, by fingerprint.

    Raises:
        FeedRefusedError: It is not of the one form that is known.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise FeedRefusedError(
            FeedReason.LINE_NOT_JSON, f"the list is not JSON: {fault}"
        ) from fault
    if not isinstance(document, dict) or document.keys() != _LIST:
        raise _malformed("the list of certificates is malformed")
    if document["format"] != LIST_FORMAT or not is_number(
        document["format_version"], LIST_FORMAT_VERSION
    ):
        raise FeedRefusedError(
            FeedReason.FORMAT_UNKNOWN, "the list of certificates is of a format that is not known"
        )
    listed = document["certificates"]
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_LISTED:
        raise _malformed("the list of certificates has none, or too many")
    read = [_listed(item) for item in listed]
    return {certificate.fingerprint: certificate for certificate in read}


def _listed(item: Any) -> FeedCertificate:
    if not isinstance(item, dict) or item.keys() != _LISTED or not isinstance(item["pem"], str):
        raise _malformed("an entry of the list of certificates is malformed")
    found = read_pem_certificates(item["pem"].encode())
    if list(found) != [item["fingerprint"]]:
        raise _malformed("an entry of the list has another fingerprint than its certificate")
    return found[item["fingerprint"]]


def _malformed(says: str) -> FeedRefusedError:
    return FeedRefusedError(FeedReason.LINE_MALFORMED, says)


def _unusable(says: str) -> FeedRefusedError:
    return FeedRefusedError(FeedReason.CERTIFICATE_UNUSABLE, says)
