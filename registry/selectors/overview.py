"""What needs somebody's attention, for the home page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from registry import access
from registry.models import CertificateRequest, Event, OrganisationCertificate, Person, UserId
from registry.selectors.certificate_requests import requests_visible_to
from registry.selectors.certificates import not_notified
from registry.selectors.events import EventFilter, events
from registry.selectors.user_ids import user_ids_visible_to
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the home page tells."""

    open_requests: FewRequests
    awaiting_decision: FewRequests
    """The oldest first: they have waited longest."""
    anomalies: FewRequests
    not_notified: FewCertificates
    user_ids: FewUserIds
    requests_by_state: dict[RequestState, int]
    recent_events: tuple[Event, ...]
    """Empty but for staff."""


def overview_for(person: Person, *, at: datetime) -> Overview:
    """Return what needs the attention of a person, as far as they may see it."""
    certificates = not_notified(person, at=at)
    user_ids = user_ids_visible_to(person)
    is_staff = person.is_staff_of_dcc
    return Overview(
        open_requests=_requests(person, *OPEN_STATES),
        awaiting_decision=_requests(person, RequestState.ACCEPTED, oldest_first=True),
        anomalies=_requests(person, RequestState.ANOMALY),
        not_notified=FewCertificates(
            total=certificates.count(), first=tuple(certificates[:SHOWN])
        ),
        user_ids=FewUserIds(total=user_ids.count(), first=tuple(user_ids[:SHOWN])),
        requests_by_state=_by_state(person),
        recent_events=tuple(events(EventFilter())[:SHOWN]) if is_staff else (),
    )


def _requests(person: Person, *states: RequestState, oldest_first: bool = False) -> FewRequests:
    found = requests_visible_to(person, states=states)
    ordered = found.order_by("submitted_at", "pk") if oldest_first else found
    return FewRequests(total=found.count(), first=tuple(ordered[:SHOWN]))


def _by_state(person: Person) -> dict[RequestState, int]:
    counts = access.visible_requests(person).values_list("state").annotate(count=Count("pk"))
    found = dict(counts)
    return {state: found.get(state.value, 0) for state in RequestState}
