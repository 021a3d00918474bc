"""What needs somebody's attention, for the home page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count

from registry import access
from registry.certificates.reads.certificate_requests import requests_visible_to
from registry.certificates.reads.certificates import (
    live_xml_sign,
    not_notified,
    with_published_key,
)
from registry.evidence.events import EventFilter, events
from registry.models import CertificateRequest, Event, OrganisationCertificate, Person, UserId
from registry.notifications.reads.user_ids import user_ids_visible_to
from registry.pairs.waiting import waits_for
from rules.workflow import OPEN_STATES, RequestState

SHOWN = 10
"""So many of each kind are on the home page; the lists have the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Few:
    """The first few of something, and how many there are in all."""

    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FewRequests(Few):
    """The first few requests."""

    first: tuple[CertificateRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FewCertificates(Few):
    """The first few certificates."""

    first: tuple[OrganisationCertificate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FewUserIds(Few):
    """The first few User IDs."""

    first: tuple[UserId, ...]


class Overview:
    """What needs the attention of a person, as far as they may see it.

    Each part is read when it is first asked for: nobody's home page shows all of them, and some
    are counted over the whole register.
    """

    def __init__(self, person: Person, *, at: datetime) -> None:
        self._person = person
        self._at = at

    @cached_property
    def open_requests(self) -> FewRequests:
        """Those that are not ended, the newest first."""
        return _requests(self._person, *OPEN_STATES)

    @cached_property
    def awaiting_decision(self) -> FewRequests:
        """The oldest first: they have waited longest."""
        return _requests(self._person, RequestState.ACCEPTED, oldest_first=True)

    @cached_property
    def anomalies(self) -> FewRequests:
        """Where the certificate that came is not what was asked for."""
        return _requests(self._person, RequestState.ANOMALY)

    @cached_property
    def stopped(self) -> FewRequests:
        """Approved, and stopped before they were sent; an officer decides anew."""
        return _requests(self._person, RequestState.STOPPED, oldest_first=True)

    @cached_property
    def unrecorded(self) -> FewRequests:
        """Where the register cannot take what came, for an officer to end."""
        return _requests(self._person, RequestState.UNRECORDED, oldest_first=True)

    @cached_property
    def not_notified(self) -> FewCertificates:
        """Live xmlSign certificates that are notified for nothing."""
        found = not_notified(self._person, at=self._at)
        return FewCertificates(total=found.count(), first=tuple(found[:SHOWN]))

    @cached_property
    def published_keys(self) -> FewCertificates:
        """Certificates that can be used, and whose private key anyone can have."""
        found = with_published_key(self._person, at=self._at)
        return FewCertificates(total=found.count(), first=tuple(found[:SHOWN]))

    @cached_property
    def has_xml_sign(self) -> bool:
        """Whether there is a live xmlSign certificate at all."""
        return live_xml_sign(self._person, at=self._at).exists()

    @cached_property
    def user_ids(self) -> FewUserIds:
        """User IDs and what they sign with."""
        found = user_ids_visible_to(self._person, at=self._at)
        return FewUserIds(total=found.count(), first=tuple(found[:SHOWN]))

    @cached_property
    def requests_by_state(self) -> dict[RequestState, int]:
        """How many requests are in each state."""
        counts = access.visible(self._person, CertificateRequest).values_list("state")
        found = dict(counts.annotate(count=Count("pk")))
        return {state: found.get(state.value, 0) for state in RequestState}

    @cached_property
    def proposals(self) -> int:
        """How many proposals wait for the person as the second; for an auditor, for anybody."""
        return waits_for(self._person, at=self._at)

    @cached_property
    def recent_events(self) -> tuple[Event, ...]:
        """The newest events; none but for staff."""
        return tuple(events(EventFilter())[:SHOWN]) if self._person.is_staff_of_dcc else ()


def _requests(person: Person, *states: RequestState, oldest_first: bool = False) -> FewRequests:
    found = requests_visible_to(person, states=states)
    ordered = found.order_by("submitted_at", "pk") if oldest_first else found
    return FewRequests(total=found.count(), first=tuple(ordered[:SHOWN]))
