"""What the rules about a certificate signing request are told of the register."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.certificates.reading import RequestReading
from rules.identifiers import Eui64
from rules.roles import PartyCategory, UserRole, remote_party_role_words
from rules.words import serial_end


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantParty:
    """The Authorised Subscriber for whom a request is made."""

    reference: str
    """Names the Party uniquely; never shown where it is not the reader's own."""
    name: str
    category: PartyCategory
    is_authorised_subscriber: bool
    mpids: frozenset[str]
    """The MPIDs recorded as this Party's at the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUserId:
    """The User ID that the register holds for an EUI-64, whoever's it is."""

    eui64: Eui64
    party_reference: str
    user_roles: frozenset[UserRole]


class KeySource(StrEnum):
    """Where the register has seen a key."""

    REQUEST = "request"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySighting:
    """One place, of all time, in which the register holds the request's public key."""

    source: KeySource
    reference: str
    """The request's reference, or the certificate's serial number in decimal."""
    party_reference: str
    eui64: Eui64
    remote_party_role: str
    is_open: bool
    """A request that is neither issued nor ended. False for a certificate."""
    certificate_issued: bool
    """Whether a certificate was issued with this key here. True for a certificate."""
    answer_unrecorded: bool = False
    """A request that was answered with what could not be recorded: there may be a certificate."""

    @property
    def name(self) -> str:
        """What people call it; told only to its own Party."""
        if self.source is KeySource.REQUEST:
            return f"request {self.reference}"
        role = remote_party_role_words(self.remote_party_role)
        return f"certificate {role} {serial_end(int(self.reference))} of {self.eui64}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MpidHolding:
    """A different Supplier Party's hold on an MPID that an xmlSign request names."""

    mpid: str
    until: datetime | None
    """When the MPID is free at the latest as things stand; None where no end is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """A token that an xmlSign certificate and a name have in common; it may be a word there.

    A name is the commonName of a certificate of another role than xmlSign. One of the two is the
    request's, the other one a different Supplier Party's. None where an officer has decided that
    the token is a word in that name.
    """

    mpid: str
    """The token, written as an MPID."""
    party_reference: str
    """The different Supplier Party; never shown."""
    common_name: str
    """The name, whoever of the two has it; never shown where it is not the applicant's."""
    is_recorded: bool
    """The token is recorded as the MPID of some other Party than the applicant."""
    until: datetime | None
    """As of an MPID that is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """Everything the rule book for Organisation certificate signing requests asks about."""

    reading: RequestReading
    party: ApplicantParty
    user_id: KnownUserId | None
    """None where the register knows no User ID with the request's EUI-64."""
    key_sightings: tuple[KeySighting, ...]
    """All but the request's own row, when a stored request is checked again."""
    mpid_holdings: tuple[MpidHolding, ...]
    name_matches: tuple[NameMatch, ...]
