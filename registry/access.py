"""The one guarded door: who may do what, and from a URL's id to a row.

A stranger gets "not found", with the same words as for what does not exist.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet

from registry.errors import NotFoundError, NotPermittedError
from registry.models import (
    CertificateRequest,
    OrganisationCertificate,
    Party,
    Person,
    SigningNotification,
    UserId,
)
from registry.models.certificate_requests import REFERENCE_PREFIX
from rules.duties import FOR_OWN_PARTY, Act, PersonRole, may
from rules.identifiers import IdentifierError, parse_eui64
from rules.roles import PartyCategory

Row = TypeVar("Row", bound=Model)


def require(actor: Person, act: Act, *, party: Party | None = None) -> None:
    """Return quietly when the person may do the act, for the Party where one is named.

    Raises:
        NotPermittedError: `person-inactive`, `role-may-not` or `party-not-own`.
    """
    if not actor.is_active:
        raise NotPermittedError("person-inactive", "This account has been closed.")
    if not may(actor.person_role, act):
        raise NotPermittedError(
            "role-may-not", f"A person with the role {actor.role} may not do this."
        )
    if act in FOR_OWN_PARTY and party is not None and not acts_for(actor, party):
        raise NotPermittedError(
            "party-not-own", "This can only be done by the Party's own people."
        )


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
    raise NotPermittedError("acts-for-no-party", "You act for no Party.")


def sees_things_of(actor: Person, party_id: int) -> bool:
    """Tell whether a person may see what is a Party's: its own people may, and the DCC's staff."""
    return actor.is_staff_of_dcc or actor.party_id == party_id


def visible_requests(actor: Person) -> QuerySet[CertificateRequest]:
    """Return the certificate signing requests that a person may see."""
    requests = CertificateRequest.objects.all()
    return requests if actor.is_staff_of_dcc else requests.filter(party=actor.party_id)


def visible_certificates(actor: Person) -> QuerySet[OrganisationCertificate]:
    """Return the certificates that a person may see."""
    certificates = OrganisationCertificate.objects.all()
    return certificates if actor.is_staff_of_dcc else certificates.filter(party=actor.party_id)


def visible_user_ids(actor: Person) -> QuerySet[UserId]:
    """Return the User IDs that a person may see."""
    user_ids = UserId.objects.all()
    return user_ids if actor.is_staff_of_dcc else user_ids.filter(party=actor.party_id)


def access_request(actor: Person, reference: str, *, lock: bool = False) -> CertificateRequest:
    """Return a certificate signing request by its reference, locked for change where asked.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    number = reference.removeprefix(REFERENCE_PREFIX)
    if not (number.isascii() and number.isdigit() and len(number) <= 18):  # noqa: PLR2004 -- bigint
        raise NotFoundError("certificate signing request")
    found = _locked(visible_requests(actor), lock=lock).filter(pk=int(number)).first()
    if found is None or found.reference != reference:
        raise NotFoundError("certificate signing request")
    return found


def access_certificate(
    actor: Person, certificate_id: int, *, lock: bool = False
) -> OrganisationCertificate:
    """Return a certificate by its id, locked for change where asked.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    found = _locked(visible_certificates(actor), lock=lock).filter(pk=certificate_id).first()
    if found is None:
        raise NotFoundError("certificate")
    return found


def access_user_id(actor: Person, eui64: str, *, lock: bool = False) -> UserId:
    """Return a User ID by its EUI-64 in any usual spelling, locked for change where asked.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    try:
        canonical = parse_eui64(eui64)
    except IdentifierError:
        raise NotFoundError("User ID") from None
    found = _locked(visible_user_ids(actor), lock=lock).filter(eui64=canonical).first()
    if found is None:
        raise NotFoundError("User ID")
    return found


def access_notification(
    actor: Person, notification_id: int, *, lock: bool = False
) -> SigningNotification:
    """Return a notification by its id, locked for change where asked.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    notifications = SigningNotification.objects.all()
    if not actor.is_staff_of_dcc:
        notifications = notifications.filter(user_id__party=actor.party_id)
    found = _locked(notifications, lock=lock).filter(pk=notification_id).first()
    if found is None:
        raise NotFoundError("notification")
    return found


def _locked(rows: "QuerySet[Row]", *, lock: bool) -> "QuerySet[Row]":
    if not lock:
        return rows
    # Against other changes, not against references: those are looked at when a transaction
    # commits, with the chain's head in its hand, and this one may be waiting for that head.
    return rows.select_for_update(no_key=True, of=("self",))
