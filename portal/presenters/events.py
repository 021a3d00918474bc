"""Events of the evidence for officers and auditors."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import NOTHING, Table, Tag, identifier, link, moment, tags, text

if TYPE_CHECKING:
    from registry.models import Event

RESULT_TAGS = {
    "done": Tag(words="Done", colour="green"),
    "refused": Tag(words="Refused", colour="red"),
}
"""How each result is shown."""


def actor_words(event: "Event") -> str:
    """Return who did it, with their role."""
    if event.actor is None:
        return "The system"
    return f"{event.actor.name} ({event.actor.role})"


def events_table(
    events: Iterable["Event"], *, caption: str, empty: str, is_caption_hidden: bool = False
) -> Table:
    """Return a table of events."""
    return Table(
        caption=caption,
        columns=("Event", "When", "Kind", "Who", "On what", "Result"),
        rows=tuple(
            (
                link(str(event.position), reverse("event", args=[event.position])),
                moment(event.at),
                text(event.kind),
                text(actor_words(event)),
                identifier(event.subject) if event.subject else text(NOTHING),
                tags(RESULT_TAGS[event.result]),
            )
            for event in events
        ),
        empty=empty,
        is_caption_hidden=is_caption_hidden,
    )
