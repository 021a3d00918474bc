"""The pieces that a request and a certificate have in common, as values."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.findings import Value

COMMON_NAME: Final = "2.5.4.3"
ORGANIZATIONAL_UNIT: Final = "2.5.4.11"
UNIQUE_IDENTIFIER: Final = "2.5.4.45"

ATTRIBUTE_NAMES: Final = {
    COMMON_NAME: "commonName",
    ORGANIZATIONAL_UNIT: "organizationalUnitName",
    UNIQUE_IDENTIFIER: "x500UniqueIdentifier",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "countryName",
    "2.5.4.7": "localityName",
    "2.5.4.8": "stateOrProvinceName",
    "2.5.4.10": "organizationName",
    "2.5.4.46": "dnQualifier",
    "1.2.840.113549.1.9.1": "emailAddress",
    "0.9.2342.19200300.100.1.25": "domainComponent",
}
"""Names of subject attributes, for people (RFC 5280, Appendix A.1; X.520)."""

_SHORT_NAMES: Final = {
    COMMON_NAME: "CN",
    ORGANIZATIONAL_UNIT: "OU",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
}
_SPECIAL: Final = re.compile(r'(^[ #]|[",;+<>\\]| $)')
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Container(StrEnum):
    """How a submission wrapped the DER."""

    PEM = "PEM"
    BASE64 = "Base64 without PEM lines"
    DER = "DER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that kept something from being read, or from being read as DER."""

    kind: str
    """What sort of problem it is; the rule that answers for it makes its reason code of this."""
    values: tuple[tuple[str, Value], ...] = ()
    """What it is about, by name: `rules.certificates.problems` makes the sentence of it."""

    @classmethod
    def of(cls, kind: str, **values: Value) -> "Problem":
        """Return a problem of a kind with its values."""
        return cls(kind=kind, values=tuple(values.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAttribute:
    """One attribute of a distinguished name."""

    oid: str
    string_type: str
    """The ASN.1 type of the value: `UTF8String`, `BIT STRING`, …"""
    content: bytes
    """The value's content octets; of a BIT STRING with the octet that counts unused bits."""
    der: bytes
    """The whole value, with its type and length."""
    text: str | None
    """The value where it is a character string that can be read."""

    @property
    def label(self) -> str:
        """The attribute's name where it has a usual one, else its OID."""
        return ATTRIBUTE_NAMES.get(self.oid, self.oid)

    @property
    def shown(self) -> str:
        """The value as a person can read it."""
        return self.text if self.text is not None else self.content.hex("-").upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A distinguished name as it is written: its RDNs in order, each a tuple of attributes."""

    der: bytes
    rdns: tuple[tuple[NameAttribute, ...], ...]

    @property
    def attributes(self) -> tuple[NameAttribute, ...]:
        """Every attribute, in the order in which they are written."""
        return tuple(attribute for rdn in self.rdns for attribute in rdn)

    @property
    def text(self) -> str:
        """The name as RFC 4514 writes it, last RDN first: `CN=Z1,OU=07`."""
        return ",".join(
            "+".join(_rfc4514(attribute) for attribute in rdn) for rdn in reversed(self.rdns)
        )

    def all_of(self, oid: str) -> tuple[NameAttribute, ...]:
        """Return the attributes of one type, in order."""
        return tuple(a for a in self.attributes if a.oid == oid)


def _rfc4514(attribute: NameAttribute) -> str:
    """Write one attribute as RFC 4514, 2.3 and 2.4 have it."""
    kind = _SHORT_NAMES.get(attribute.oid, attribute.oid)
    if attribute.text is None or attribute.oid not in _SHORT_NAMES:
        return f"{kind}=#{attribute.der.hex()}"
    text = _SPECIAL.sub(r"\\\1", attribute.text)
    return f"{kind}={_CONTROL.sub(lambda found: f'{chr(92)}{ord(found[0]):02x}', text)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmIdentifier:
    """An algorithm and its parameters."""

    oid: str
    parameters: bytes | None
    """The DER of the parameters; None where they are absent, which is not NULL."""


class PointFault(StrEnum):
    """Why a P-256 public key is no valid uncompressed point."""

    COMPRESSED = "compressed"
    MALFORMED = "malformed"
    OFF_CURVE = "off-curve"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A subject's public key as a request or a certificate has it."""

    algorithm: AlgorithmIdentifier
    curve: str | None
    """The OID of the named curve; None where no curve is named."""
    encoded: bytes
    """The octets of the key's BIT STRING."""
    point: bytes | None
    """The uncompressed P-256 point, 65 octets; None where it is no valid one."""
    point_fault: PointFault | None
    """Why `point` is None, where the curve is P-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An X.509 extension."""

    oid: str
    critical: bool
    value: bytes
    """The content of extnValue."""


class KeyUsageBit(StrEnum):
    """The bits of keyUsage, in order (RFC 5280, 4.2.1.3)."""

    DIGITAL_SIGNATURE = "digitalSignature"
    CONTENT_COMMITMENT = "contentCommitment"
    KEY_ENCIPHERMENT = "keyEncipherment"
    DATA_ENCIPHERMENT = "dataEncipherment"
    KEY_AGREEMENT = "keyAgreement"
    KEY_CERT_SIGN = "keyCertSign"
    CRL_SIGN = "cRLSign"
    ENCIPHER_ONLY = "encipherOnly"
    DECIPHER_ONLY = "decipherOnly"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUsage:
    """The keyUsage extension as it is read."""

    critical: bool
    bits: frozenset[KeyUsageBit]

    @property
    def name(self) -> str | None:
        """The bit that is set, where exactly one is."""
        return next(iter(self.bits)).value if len(self.bits) == 1 else None
