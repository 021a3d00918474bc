"""The immutable picture of the register that the runtime checker decides by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from rules.identifiers import Eui64
from rules.roles import DSP_XML_SIGN, XML_SIGN, PartyCategory, UserRole

CertificateId = tuple[str, int]
"""An issuer as `rules.messages.names.normalise_issuer` spells it, and a serial number."""

MESSAGE_SIGNING_ROLES = frozenset({XML_SIGN, DSP_XML_SIGN})
"""The Remote Party Roles whose keys are never used towards Devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotCertificate:
    """An Organisation Certificate of the register, as far as a decision needs it."""

    issuer: str
    serial: int
    eui64: Eui64
    remote_party_role: str
    not_before: datetime
    not_after: datetime
    """Both inclusive (RFC 5280, 4.1.2.5)."""
    revoked_at: datetime | None
    public_key: bytes
    """The uncompressed P-256 point, 65 octets; parsed when first used."""
    party: str
    party_reference: str
    mpids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A certificate notified for a User ID, from one moment until another (exclusive)."""

    certificate: CertificateId
    notified_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotUserId:
    """A User ID with its Party, its User Roles and the certificates notified for it."""

    eui64: Eui64
    party: str
    party_reference: str
    category: PartyCategory
    user_roles: frozenset[UserRole]
    notifications: tuple[Notification, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """A User Role may send a Service Reference Variant in `[valid_from, valid_until)`."""

    user_role: UserRole
    valid_from: datetime
    valid_until: datetime | None


class KeyHolder(NamedTuple):
    """For whom, and for what, a certificate with a certain key was issued."""

    eui64: Eui64
    remote_party_role: str
    party_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that a decision rests on. Never changed once made."""

    version: str
    certificates: Mapping[CertificateId, SnapshotCertificate]
    user_ids: Mapping[Eui64, SnapshotUserId]
    eligibility: Mapping[str, tuple[Eligibility, ...]]
    """By Service Reference Variant; one the snapshot does not know is no variant at all."""
    enforced_from: datetime | None
    """When MP104 goes live; monitored before it. None: no moment has been set, so monitored."""
    shared_keys: Mapping[bytes, frozenset[KeyHolder]] = field(
        init=False, repr=False, compare=False
    )
    """By public key, its holders, where there is more than one (MP104-KEY)."""

    def __post_init__(self) -> None:
        # Worked out here, so that nobody who makes a snapshot can forget it.
        object.__setattr__(self, "shared_keys", find_shared_keys(self.certificates.values()))


def find_shared_keys(
    certificates: Iterable[SnapshotCertificate],
) -> Mapping[bytes, frozenset[KeyHolder]]:
    """Return the keys that are in certificates of more than one holder, and who these are.

    Certificates of all time count, revoked and expired ones too. A User ID that has several
    certificates of one role with one key is one holder.
    """
    first: dict[bytes, KeyHolder] = {}
    shared: dict[bytes, set[KeyHolder]] = {}
    for certificate in certificates:
        holder = KeyHolder(
            certificate.eui64, certificate.remote_party_role, certificate.party_reference
        )
        known = first.setdefault(certificate.public_key, holder)
        if known != holder:
            shared.setdefault(certificate.public_key, {known}).add(holder)
    return {key: frozenset(holders) for key, holders in shared.items()}
