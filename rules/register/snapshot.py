"""The immutable picture of the register that the runtime checker decides by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from rules.certificates.keys import key_x
from rules.identifiers import Eui64
from rules.register.arrangements import (
    HeldRole,
    Inactivity,
    Instruction,
    Period,
    RegistrationSwitch,
    ResourceProvider,
    Term,
    Threshold,
)
from rules.register.checkpoints import Checkpoint
from rules.roles import MESSAGE_SIGNING_ROLES, UserRole

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_NO_PARTS = frozenset({"version", "mark", "wholes"})
"""The members of a change that are no part of a snapshot."""

CertificateId = tuple[str, int]
"""An issuer as `rules.messages.names.normalise_issuer` spells it, and a serial number."""

ThresholdsOf = tuple[Eui64, str]
"""A User ID, and the Service Reference Variant whose number of messages has thresholds."""


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
    key_usage: str = ""
    """`digitalSignature` or `keyAgreement`; empty where it is absent, cannot be read, or is not
    exactly one: none of these may sign (docs/decisions/0060)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A certificate notified for a User ID, from one moment until another (exclusive)."""

    certificate: CertificateId
    notified_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotUserId(Term):
    """A User ID with its Party, its User Roles and the certificates notified for it.

    Its term is how long it is a User ID.
    """

    eui64: Eui64
    party: str
    party_reference: str
    user_roles: tuple[HeldRole, ...]
    notifications: tuple[Notification, ...]

    def roles_at(self, at: datetime) -> frozenset[UserRole]:
        """Return the User Roles that it has at a moment."""
        return frozenset(held.user_role for held in self.user_roles if held.holds(at))


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
    mark: str = ""
    """Tells this version from another that was counted alike, as after the register was set back
    to a backup; empty where that is not known."""
    certificates: Mapping[CertificateId, SnapshotCertificate]
    user_ids: Mapping[Eui64, SnapshotUserId]
    inactive_parties: Mapping[str, tuple[Inactivity, ...]] = field(default_factory=dict)
    """By the reference of a Party; one that is not in it was active always."""
    eligibility: Mapping[str, tuple[Eligibility, ...]]
    """By Service Reference Variant; one the snapshot does not know is no variant at all."""
    enforced_from: datetime | None
    """When MP104 goes live; monitored before it. None: no moment has been set, so monitored."""
    instructions: Mapping[str, Instruction] = field(default_factory=dict)
    """Of the Authority, for SolrContingency (MP134B-6a), each by its reference."""
    thresholds: Mapping[ThresholdsOf, tuple[Threshold, ...]] = field(default_factory=dict)
    """Without one there is no limit, but for SolrContingency, which has zero."""
    resource_providers: Mapping[str, tuple[ResourceProvider, ...]] = field(default_factory=dict)
    """By the reference of the Supplier's Party."""
    safety_critical_alerts: Mapping[str, tuple[Period, ...]] = field(default_factory=dict)
    """By Alert code in four upper-case hexadecimal digits, when it is in the list (MP134B-7)."""
    notification_waived_from: datetime | None = None
    """From when a certificate that was never notified may sign all the same; None: it may not."""
    all_alerts_from: datetime | None = None
    """From when every Alert to a failed Supplier is sent; None: only those of the list."""
    registration_switches: Mapping[Checkpoint, RegistrationSwitch] = field(default_factory=dict)
    """Where there is none for a checkpoint, it is off."""
    shared_keys: Mapping[str, frozenset[KeyHolder]] = field(init=False, repr=False, compare=False)
    """By `rules.certificates.keys.key_x`, the holders of a key, where there is more than one
    (MP104-KEY)."""
    device_certificates: Mapping[Eui64, tuple[SnapshotCertificate, ...]] = field(
        init=False, repr=False, compare=False
    )
    """By EUI-64, the certificates of all time that are used towards Devices, newest first."""

    def __post_init__(self) -> None:
        # Worked out here, so that nobody who makes a snapshot can forget it.
        held = self.certificates.values()
        object.__setattr__(self, "shared_keys", find_shared_keys(held))
        object.__setattr__(self, "device_certificates", find_device_certificates(held))

    def changed(self, change: "SnapshotChange") -> "Snapshot":
        """Return the snapshot that a change makes of this one, which stays as it is.

        Not `dataclasses.replace`, which would work out the shared keys of 100,000 certificates
        anew for each change of one.

        Raises:
            ValueError: The change names a member that a snapshot does not have as a whole.
        """
        unknown = change.wholes.keys() - WHOLES
        if unknown:
            raise ValueError(f"a snapshot has no whole `{min(unknown)}`")
        values: dict[str, Any] = {"version": change.version, "mark": change.mark, **change.wholes}
        if change.certificates:
            certificates = _merged(self.certificates, change.certificates)
            values["certificates"] = certificates
            values["shared_keys"] = self._keys_shared_after(change, certificates)
            values["device_certificates"] = self._device_certificates_after(change)
        for part in PARTS - {"certificates"}:
            entries = getattr(change, part)
            if entries:
                values[part] = _merged(getattr(self, part), entries)
        made = object.__new__(Snapshot)
        for member in fields(Snapshot):
            value = values.get(member.name, getattr(self, member.name))
            object.__setattr__(made, member.name, value)
        return made

    def _keys_shared_after(
        self,
        change: "SnapshotChange",
        certificates: Mapping[CertificateId, SnapshotCertificate],
    ) -> Mapping[str, frozenset[KeyHolder]]:
        """Return which keys are shared, looking only at those of the certificates that changed."""
        before = (self.certificates.get(name) for name in change.certificates)
        touched = {
            key_x(certificate.public_key)
            for certificate in (*before, *change.certificates.values())
            if certificate is not None
        }
        shared = find_shared_keys(
            c for c in certificates.values() if key_x(c.public_key) in touched
        )
        unchanged = {key: who for key, who in self.shared_keys.items() if key not in touched}
        return {**unchanged, **shared}

    def _device_certificates_after(
        self, change: "SnapshotChange"
    ) -> Mapping[Eui64, tuple[SnapshotCertificate, ...]]:
        """Return the index, looking only at the EUI-64s of the certificates that changed."""
        before = (self.certificates.get(name) for name in change.certificates)
        after = [certificate for certificate in change.certificates.values() if certificate]
        touched = {held.eui64 for held in (*before, *after) if held is not None}
        kept = (
            held
            for eui64 in touched
            for held in self.device_certificates.get(eui64, ())
            if (held.issuer, held.serial) not in change.certificates
        )
        index = dict(self.device_certificates)
        for eui64 in touched:
            index.pop(eui64, None)
        index.update(find_device_certificates((*kept, *after)))
        return index


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotChange:
    """What makes one snapshot of another: from any version to a later one, in one step."""

    version: str
    """The version that it leads to."""
    mark: str = ""
    certificates: Mapping[CertificateId, SnapshotCertificate | None] = field(default_factory=dict)
    """Those that are new or different; None for one that is in it no more."""
    user_ids: Mapping[Eui64, SnapshotUserId | None] = field(default_factory=dict)
    """Likewise, and so the parts that follow."""
    inactive_parties: Mapping[str, tuple[Inactivity, ...] | None] = field(default_factory=dict)
    eligibility: Mapping[str, tuple[Eligibility, ...] | None] = field(default_factory=dict)
    instructions: Mapping[str, Instruction | None] = field(default_factory=dict)
    thresholds: Mapping[ThresholdsOf, tuple[Threshold, ...] | None] = field(default_factory=dict)
    resource_providers: Mapping[str, tuple[ResourceProvider, ...] | None] = field(
        default_factory=dict
    )
    safety_critical_alerts: Mapping[str, tuple[Period, ...] | None] = field(default_factory=dict)
    registration_switches: Mapping[Checkpoint, RegistrationSwitch | None] = field(
        default_factory=dict
    )
    wholes: Mapping[str, Any] = field(default_factory=dict)
    """The members that changed of those in `WHOLES`, each as it is now, by name."""

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing but the version."""
        return not (self.wholes or any(getattr(self, part) for part in PARTS))


PARTS = frozenset(member.name for member in fields(SnapshotChange) if member.name not in _NO_PARTS)
"""The members of a snapshot that have entries, of which a change has those that changed."""

WHOLES = frozenset(
    member.name for member in fields(Snapshot) if member.init and member.name not in PARTS
) - {"version", "mark"}
"""The members of a snapshot that are one value each, which a change has or has not."""


def _merged(
    before: Mapping[_Key, _Value], change: Mapping[_Key, _Value | None]
) -> Mapping[_Key, _Value]:
    # A dictionary copies itself forty times as fast as `{**mapping}` reads a view of it.
    merged = before.copy() if isinstance(before, MappingProxyType) else dict(before)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = value
    return MappingProxyType(merged)


def find_shared_keys(
    certificates: Iterable[SnapshotCertificate],
) -> Mapping[str, frozenset[KeyHolder]]:
    """Return the keys that are in certificates of more than one holder, and who these are.

    Certificates of all time count, revoked and expired ones too. A User ID that has several
    certificates of one role with one key is one holder.
    """
    first: dict[str, KeyHolder] = {}
    shared: dict[str, set[KeyHolder]] = {}
    for certificate in certificates:
        holder = KeyHolder(
            certificate.eui64, certificate.remote_party_role, certificate.party_reference
        )
        key = key_x(certificate.public_key)
        known = first.setdefault(key, holder)
        if known != holder:
            shared.setdefault(key, {known}).add(holder)
    return {key: frozenset(holders) for key, holders in shared.items()}


def find_device_certificates(
    certificates: Iterable[SnapshotCertificate],
) -> Mapping[Eui64, tuple[SnapshotCertificate, ...]]:
    """Return the certificates whose keys are used towards Devices, by EUI-64, newest first."""
    found: dict[Eui64, list[SnapshotCertificate]] = {}
    for certificate in certificates:
        if certificate.remote_party_role not in MESSAGE_SIGNING_ROLES:
            found.setdefault(certificate.eui64, []).append(certificate)
    return {eui64: tuple(sorted(held, key=_newest_first)) for eui64, held in found.items()}


def _newest_first(certificate: SnapshotCertificate) -> tuple[float, str, int]:
    return -certificate.not_before.timestamp(), certificate.issuer, certificate.serial
