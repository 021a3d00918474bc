"""The evidence as pages show it. Who may see which event is for the page to hold."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from registry.errors import NotFoundError
from registry.models import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What a list of events is narrowed down to. Empty: everything."""

    kind: str = ""
    subject: str = ""
    """A part of a subject, as `CSR-000042`."""
    result: str = ""
    person: int | None = None
    """What one person did, alone or as one of two."""


def events(wanted: EventFilter) -> "QuerySet[Event]":
    """Return the events, the newest first, narrowed down."""
    found = _with_people()
    if wanted.person is not None:
        found = found.filter(Q(actor=wanted.person) | Q(together_with=wanted.person))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.result:
        found = found.filter(result=wanted.result)
    if wanted.subject:
        found = found.filter(subject__contains=wanted.subject)
    return found.order_by("-position")


def event_at(position: int) -> Event:
    """Return the event at a position of the chain.

    Raises:
        NotFoundError: There is none.
    """
    found = _with_people().filter(pk=position).first()
    if found is None:
        raise NotFoundError("event")
    return found


def events_about(subject: str) -> tuple[Event, ...]:
    """Return every event about one thing, in the order in which they happened."""
    return tuple(_with_people().filter(subject=subject).order_by("position"))


def _with_people() -> "QuerySet[Event]":
    """Return the events with their people, and as what each of these acts today."""
    return Event.objects.select_related("actor", "together_with").prefetch_related(
        "actor__appointments", "together_with__appointments"
    )
