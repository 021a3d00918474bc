"""What the rules about a Response are told: what was read, and the DCC's certificates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rules.identifiers import Eui64
from rules.messages.schema import SchemaFault
from rules.messages.signature_form import SignatureForm
from rules.responses.kinds import SigningPurpose
from rules.responses.reading import Response
from rules.responses.refusals import ResponseRefusedError

CertificateId = tuple[str, int]
"""An issuer as `rules.messages.names.normalise_issuer` spells it, and a serial number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The DCC has told Users that it signs with a certificate for a purpose, in `[start, end)`."""

    purpose: SigningPurpose
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DccCertificate:
    """An Organisation Certificate of the DCC in the register."""

    issuer: str
    serial: int
    eui64: Eui64
    remote_party_role: str
    not_before: datetime
    not_after: datetime
    """Both inclusive (RFC 5280, 4.1.2.5)."""
    revoked_at: datetime | None
    public_key: bytes
    """The uncompressed P-256 point, 65 octets."""
    publications: tuple[Publication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DccRegister:
    """What the register holds of the DCC, as far as verifying a Response needs it."""

    certificates: Mapping[CertificateId, DccCertificate]
    roles_of_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By `rules.certificates.keys.key_x`, the Remote Party Roles of all certificates of all time
    that have the key, whoever's they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFacts:
    """Everything the rule book for Responses asks about."""

    response: Response | None
    """None where it could not be read."""
    unreadable: ResponseRefusedError | None
    form: SignatureForm | None
    """None where there is no signature of the right form."""
    form_refused: ResponseRefusedError | None
    """Why not; None where it simply has none."""
    certificate: DccCertificate | None
    register: DccRegister
    is_held_to_schema: bool
    """Whether a DUIS schema was supplied."""
    schema_fault: SchemaFault | None
    """Where the Response is not valid by it; None where it is, or was not asked."""
    at: datetime
    """The moment as of which the certificate must stand: when the Response was received."""
    known_by: datetime
    """Revocations up to this moment count (`rules.periods.known_by`)."""
