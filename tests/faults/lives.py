"""The rows that an act works on, made anew for each of its lives, and what must hold after each.

Everything is committed through the product's own services, as people do it.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any
from unittest import mock

from registry import outbox
from registry.certificates.acts.certificate_requests import (
    approve_request,
    submit_request,
)
from registry.certificates.acts.request_checks import check_again
from registry.evidence import history
from registry.gateways import development_oca
from registry.lanes import CERTIFICATES
from registry.models import (
    CertificateRequest,
    Event,
    OrganisationCertificate,
    OutboxMessage,
    Party,
    PartyMpid,
    Person,
    UserId,
)
from registry.tasks import HANDLERS
from rules.certificates.making import build_request
from rules.duties import PersonRole
from tests.factories import AT, a_key, a_person, a_user_id

_numbers = count(36**3)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Cast:
    """A Supplier Party's User ID, its ARO, and an officer."""

    user_id: UserId
    aro: Person
    officer: Person

    def __init__(self) -> None:
        self.user_id = a_user_id()
        self.aro = a_person(PersonRole.ARO, self.user_id.party)
        self.officer = a_person(PersonRole.OFFICER)

    def submission(self, mpid: str = "") -> bytes:
        """Return a request with a key of its own, and the MPID where one is given."""
        if mpid:
            PartyMpid.objects.get_or_create(
                mpid=mpid, party=self.user_id.party, defaults={"recorded_at": AT}
            )
        return build_request(
            a_key(),
            eui64=self.user_id.eui64,
            remote_party_role="87",
            common_name=mpid or None,
        )

    def submitted(self, mpid: str = "", *, at: datetime = AT) -> CertificateRequest:
        """Return a request that was accepted."""
        return submit_request(self.submission(mpid), actor=self.aro, at=at)

    def approved(self, mpid: str = "", *, at: datetime = AT) -> CertificateRequest:
        """Return a request that was approved and waits in the outbox."""
        return self.approving(self.submitted(mpid, at=at), at=at)()

    def approving(
        self, request: CertificateRequest, *, at: datetime = AT
    ) -> Callable[[], CertificateRequest]:
        """Return the officer's approval of what the page shows at this moment."""
        return partial(
            approve_request,
            request.reference,
            actor=self.officer,
            seen_version=request.version,
            seen_facts=check_again(request, at=at).facts_sha256,
            acknowledgements={},
            at=at,
        )

    def issued(self, mpid: str = "") -> CertificateRequest:
        """Return a request whose certificate is in the register."""
        request = self.approved(mpid)
        sweep(AT)
        request.refresh_from_db()
        assert request.state == "issued"
        return request


def stopped(cast: Cast, mpid: str = "") -> CertificateRequest:
    """Return a request that was approved and stopped before it was sent; nothing blocks it now."""
    request = cast.approved(mpid)
    party = Party.objects.filter(pk=cast.user_id.party_id)
    party.update(is_authorised_subscriber=False)
    sweep(AT)
    party.update(is_authorised_subscriber=True)
    request.refresh_from_db()
    assert request.state == "stopped"
    return request


def unrecorded(cast: Cast, mpid: str = "") -> CertificateRequest:
    """Return a request whose answer has a serial number that the register has already."""
    serial = (1 << 126) + 5
    with mock.patch.object(development_oca, "_fresh_serial", return_value=serial):
        if not OrganisationCertificate.objects.filter(serial_number=str(serial)).exists():
            cast.issued()
        request = cast.approved(mpid)
        sweep(AT)
    request.refresh_from_db()
    assert request.state == "unrecorded-answer"
    return request


def an_mpid() -> str:
    """Return an MPID that nobody has used yet."""
    number, text = next(_numbers), ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def sweep(at: datetime) -> int:
    """Do once what the periodic sweep does, at a moment of the test's choice."""
    return outbox.drain(HANDLERS, clock=lambda: at)


def sweep_after_a_lease(at: datetime = AT) -> int:
    """Do what the sweep does once the lease of a dead worker has run out."""
    return sweep(at + CERTIFICATES.lease + timedelta(seconds=1))


def evidence(kind: str, *, after: int, result: str = "done") -> list[dict[str, Any]]:
    """Return the bodies of the events of a kind after a position, without the repeated ones."""
    events = Event.objects.filter(kind=kind, result=result, position__gt=after)
    bodies = [json.loads(event.body) for event in events.order_by("position")]
    return [body for body in bodies if not body["details"].get("repeated")]


def last_position() -> int:
    """Return where the evidence ends."""
    newest = Event.objects.order_by("-position").first()
    return newest.position if newest is not None else 0


def the_chain_proves() -> None:
    """Hold the whole evidence to its proof."""
    assert history.prove_history().first_break is None


def nothing_waits() -> None:
    """Hold the outbox to having nothing left to do."""
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()
