"""Certificate signing requests as pages list and show them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from registry import access
from registry.lanes import CERTIFICATES
from registry.models import (
    CertificateRequest,
    MpidUse,
    OrganisationCertificate,
    OutboxMessage,
    Person,
    RequestCheck,
)
from registry.parties.reads.mpid_uses import uses_that_may_clash
from rules.duties import PersonRole
from rules.workflow import RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingHold:
    """What a different Supplier Party has of what is named. For officers only (decision 61)."""

    mpid: str
    party: str
    in_name: str
    """The name of its certificate in which it stands, where that is not of xmlSign."""
    certificate: OrganisationCertificate | None
    """The certificate that has it, where it is one, with its Party."""
    request_reference: str
    """The request that reserves it, where it is a reservation."""
    transfer_hold: str
    """Why the SMKI PMA holds its transfer, where that is what blocks (MP185)."""
    until: datetime | None
    """None: a reservation, which ends with its request, or a hold until it is lifted."""


def requests_visible_to(
    person: Person, *, states: Collection[RequestState] = ()
) -> "QuerySet[CertificateRequest]":
    """Return the requests that a person may see, the newest first; in these states, if any."""
    requests = access.visible(person, CertificateRequest).select_related("party", "submitted_by")
    if states:
        requests = requests.filter(state__in=[state.value for state in states])
    return requests.order_by("-submitted_at", "-pk")


def request_visible_to(person: Person, reference: str) -> CertificateRequest:
    """Return one request with everything its page shows.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    found = access.find(person, CertificateRequest, reference)
    return CertificateRequest.objects.select_related(
        "party", "submitted_by", "decided_by", "certificate__party"
    ).get(pk=found.pk)


def given_up_at(request: CertificateRequest) -> datetime | None:
    """Return when having its certificate issued was given up; None where it was not."""
    asked = OutboxMessage.objects.filter(
        kind=CERTIFICATES.kind,
        # What follows is the version at its approval, which later moves have counted up.
        key__startswith=f"{request.reference}/",
        given_up_at__isnull=False,
    )
    return asked.order_by("-pk").values_list("given_up_at", flat=True).first()


def checks_of(request: CertificateRequest) -> tuple[RequestCheck, ...]:
    """Return the stored checks of a request, in the order in which they were made."""
    return tuple(request.checks.order_by("checked_at", "pk"))


def blocking_holds(
    request: CertificateRequest, *, person: Person, at: datetime
) -> tuple[BlockingHold, ...]:
    """Return what others have of what a request names; nothing but to an officer."""
    if person.person_role is not PersonRole.OFFICER:
        return ()
    return tuple(_hold(use) for use in uses_that_may_clash(request, party=request.party, at=at))


def _hold(use: MpidUse) -> BlockingHold:
    return BlockingHold(
        mpid=use.mpid,
        party=use.party.name,
        in_name=use.in_name,
        certificate=use.certificate,
        request_reference=use.request.reference if use.request is not None else "",
        transfer_hold=use.transfer_hold.reason if use.transfer_hold is not None else "",
        until=use.held.upper,
    )
