"""The profile of SMKI Organisation Certificates and their requests, as data.

The request's part is SEC Appendix M, Appendix F. The certificate's part (SEC Appendix B,
Annex B) could not be read; it is what DCC test certificates show. If a value here changes, the
policy must have changed first.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rules.certificates.structures import COMMON_NAME, ORGANIZATIONAL_UNIT, UNIQUE_IDENTIFIER

EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"
PRIME256V1: Final = "1.2.840.10045.3.1.7"
ECDSA_WITH_SHA256: Final = "1.2.840.10045.4.3.2"
EXTENSION_REQUEST: Final = "1.2.840.113549.1.9.14"
KEY_USAGE: Final = "2.5.29.15"
SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
CERTIFICATE_POLICIES: Final = "2.5.29.32"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"

ALGORITHM_NAMES: Final = {
    EC_PUBLIC_KEY: "id-ecPublicKey",
    ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.3.101.110": "X25519",
    "1.3.101.112": "Ed25519",
    PRIME256V1: "P-256",
    "1.3.132.0.10": "secp256k1",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
}
"""Names of algorithms and curves, for people."""

EXTENSION_NAMES: Final = {
    KEY_USAGE: "keyUsage",
    SUBJECT_KEY_IDENTIFIER: "subjectKeyIdentifier",
    BASIC_CONSTRAINTS: "basicConstraints",
    CERTIFICATE_POLICIES: "certificatePolicies",
    AUTHORITY_KEY_IDENTIFIER: "authorityKeyIdentifier",
    "2.5.29.17": "subjectAltName",
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.37": "extKeyUsage",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
}
"""Names of extensions, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationProfile:
    """What an Organisation Certificate and its request must be."""

    request_version: int = 0
    certificate_version: int = 2
    """v3, which is encoded as 2."""
    subject_order: tuple[str, ...] = (COMMON_NAME, ORGANIZATIONAL_UNIT, UNIQUE_IDENTIFIER)
    subject_required: tuple[str, ...] = (ORGANIZATIONAL_UNIT, UNIQUE_IDENTIFIER)
    common_name_advised: int = 16
    """Characters. The longest seen in a DCC certificate; Appendix B's own limit is not known."""
    common_name_longest: int = 64
    """Characters: ub-common-name (RFC 5280, Appendix A.1)."""
    eui64_bits: int = 64
    serial_octets: int = 16
    lifetime_years: int = 10
    lifetime_leeway: timedelta = timedelta(days=1)
    """Seen: from 00:00:00 until 23:59:59 of the day ten years on, or of the day before it."""
    policy: str = "1.2.826.0.1.8641679.1.2.1.4"
    request_extensions: frozenset[str] = frozenset({KEY_USAGE})
    certificate_extensions: frozenset[str] = frozenset(
        {KEY_USAGE, SUBJECT_KEY_IDENTIFIER, AUTHORITY_KEY_IDENTIFIER, CERTIFICATE_POLICIES}
    )
    certificate_critical: frozenset[str] = frozenset({KEY_USAGE, CERTIFICATE_POLICIES})


ORGANISATION: Final = OrganisationProfile()
"""The one profile in force for SMKI Organisation Certificates."""


def named(oid: str) -> str:
    """Return an algorithm, curve or extension as a person knows it, else its OID."""
    return ALGORITHM_NAMES.get(oid) or EXTENSION_NAMES.get(oid) or oid
