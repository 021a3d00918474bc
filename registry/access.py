"""The one guarded door: who may do what, and from a URL's id to a row.

A stranger gets "not found", with the same words as for what does not exist. Which things have a
door, and by which way each leads to its Party, stands in one table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from registry.errors import NotFoundError, NotPermittedError, RoleMayNotError
from registry.models import (
    ApiClient,
    Appointment,
    CeasedMessage,
    CertificateRequest,
    DayOff,
    DccSigningCertificate,
    Document,
    DocumentContent,
    EnforcementMoment,
    Event,
    IdempotentCall,
    Job,
    KnownDevice,
    MpidTransferHold,
    MpidUse,
    Observation,
    OrganisationCertificate,
    Party,
    PartyMpid,
    PartyStanding,
    PassingThing,
    Person,
    Proposal,
    ProposalSubject,
    RequestCheck,
    SigningNotification,
    UserId,
    WordInName,
)
from registry.models.certificate_requests import REFERENCE_PREFIX, reference_of
from rules.duties import FOR_OWN_PARTY, Act, PersonRole, may
from rules.identifiers import IdentifierError, parse_eui64
from rules.roles import PartyCategory

Row = TypeVar("Row", bound=Model)


def require(actor: Person, act: Act, *, party: Party | None = None) -> None:
    """Return quietly when the person may do the act, for the Party where one is named.

    Raises:
        NotPermittedError: `person-inactive`, `role-may-not` or `party-not-own`.
    """
    require_active(actor)
    if not may(actor.person_role, act):
        raise RoleMayNotError(actor.role, act)
    if act in FOR_OWN_PARTY and party is not None and not acts_for(actor, party):
        raise NotPermittedError(
            "party-not-own", "This can only be done by the Party's own people."
        )


def require_active(actor: Person) -> None:
    """Return quietly where the account is open.

    Raises:
        NotPermittedError: It has been closed (`person-inactive`).
    """
    if not actor.is_active:
        raise NotPermittedError("person-inactive", "This account has been closed.")


def natural_person(account: Person) -> int:
    """Return the natural person behind an account: two accounts of one person give the same.

    The one place where the two are told apart.
    """
    return account.natural_person_id


def acts_for(actor: Person, party: Party) -> bool:
    """Tell whether a person acts for a Party: their own, or the DCC where an officer acts."""
    if actor.person_role is PersonRole.OFFICER:
        return party.party_category is PartyCategory.DCC
    return actor.party_id == party.pk


def party_acted_for(actor: Person) -> Party:
    """Return the Party that a person acts for: their own, or the DCC for an officer.

    Raises:
        NotPermittedError: The person acts for no Party.
    """
    if actor.party is not None:
        return actor.party
    if actor.person_role is PersonRole.OFFICER:
        dcc = Party.objects.filter(category=PartyCategory.DCC).order_by("pk").first()
        if dcc is not None:
            return dcc
    raise NotPermittedError("acts-for-no-party", "Your account is not linked to a Party.")


def sees_things_of(actor: Person, party_id: int) -> bool:
    """Tell whether a person may see what is a Party's: its own people may, and the DCC's staff."""
    return actor.is_staff_of_dcc or actor.party_id == party_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How a person comes to the things of one kind."""

    called: str
    """What there is none of, where there is none or it is not theirs to see."""
    party: str
    """The way from a row to its Party, as a query names it."""
    named: Callable[[str | int], Mapping[str, object] | None]
    """From the name in an address to what a query looks for; None where it names nothing."""


def _by_id(name: str | int) -> Mapping[str, object]:
    return {"pk": name}


def _by_reference(name: str | int) -> Mapping[str, object] | None:
    number = str(name).removeprefix(REFERENCE_PREFIX)
    if not (number.isascii() and number.isdigit() and len(number) <= 18):  # noqa: PLR2004 -- bigint
        return None
    # A request has one reference: `CSR-42` is not the one of `CSR-000042`.
    return {"pk": int(number)} if reference_of(int(number)) == name else None


def _by_eui64(name: str | int) -> Mapping[str, object] | None:
    try:
        return {"eui64": parse_eui64(str(name))}
    except IdentifierError:
        return None


DOORS: Mapping[type[Model], Door] = {
    Appointment: Door(called="appointment", party="party", named=_by_id),
    CertificateRequest: Door(
        called="certificate signing request", party="party", named=_by_reference
    ),
    OrganisationCertificate: Door(called="certificate", party="party", named=_by_id),
    Document: Door(called="document", party="party", named=_by_id),
    UserId: Door(called="User ID", party="party", named=_by_eui64),
    SigningNotification: Door(called="notification", party="user_id__party", named=_by_id),
}
"""The things that a person comes to, and the way to their Party. What is not here has no door."""

WITHOUT_DOOR: Mapping[type[Model], str] = {
    ApiClient: "made and revoked by commands on the machine",
    CeasedMessage: "no page shows them yet",
    DayOff: "nobody's: only who recorded it leads to people",
    DccSigningCertificate: "published by commands; every User may know it",
    EnforcementMoment: "nobody's: only the proposal that set it leads to people",
    DocumentContent: "read with its document",
    Event: "the whole chain is for staff; a history is read with the thing that it is about",
    IdempotentCall: "seen by the API client that made it",
    Job: "seen by who asked for it, and by staff as its kind says (registry/jobs/seeing.py)",
    KnownDevice: "looked up by its token while somebody signs in",
    MpidTransferHold: "placed and lifted by officers",
    MpidUse: "shown to officers with the request that it blocks",
    Observation: "counted; no page shows them yet",
    Party: "listed for staff",
    PartyStanding: "recorded by the registry; no page shows it yet",
    PassingThing: "kept for one person, who has its token",
    PartyMpid: "recorded by the registry; no page shows it",
    ProposalSubject: "a part of its proposal",
    Proposal: "for the DCC's staff, who find it by its number",
    Person: "named beside what they did",
    RequestCheck: "shown with its request",
    WordInName: "shown to officers with the request that it blocks",
}
"""What is a Party's and has no door of its own, and why not."""


def visible(actor: Person, kind: type[Row]) -> QuerySet[Row]:
    """Return the things of one kind that a person may see: the own Party's, or all for staff.

    Raises:
        KeyError: Things of this kind have no door, which is a fault of ours.
    """
    own = of_party(kind, actor.party_id)
    return kind._default_manager.all() if actor.is_staff_of_dcc else own  # noqa: SLF001 -- public


def of_party(kind: type[Row], party_id: int | None) -> QuerySet[Row]:
    """Return the things of one kind that are a Party's; none where there is no Party.

    Raises:
        KeyError: Things of this kind have no door, which is a fault of ours.
    """
    rows = kind._default_manager.filter(**{DOORS[kind].party: party_id})  # noqa: SLF001 -- public
    return rows if party_id is not None else rows.none()


def find(actor: Person, kind: type[Row], name: str | int, *, lock: bool = False) -> Row:
    """Return one thing by what an address names it by, locked for change where asked.

    Args:
        actor: Who asks.
        kind: What kind of thing.
        name: A reference, an EUI-64 in any usual spelling, or an id: as its door takes it.
        lock: Whether it is to be changed.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
        KeyError: Things of this kind have no door, which is a fault of ours.
    """
    door = DOORS[kind]
    rows = visible(actor, kind)
    if lock:
        # Against other changes, not against references: those are looked at when a transaction
        # commits, with the chain's head in its hand, and this one may be waiting for that head.
        rows = rows.select_for_update(no_key=True, of=("self",))
    wanted = door.named(name)
    found = rows.filter(**wanted).first() if wanted is not None else None
    if found is None:
        raise NotFoundError(door.called)
    return found
