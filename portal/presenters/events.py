"""Events of the evidence for officers and auditors."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from portal.presenters.acts import words_of
from portal.presenters.cells import (
    NOTHING,
    Cell,
    Table,
    Tag,
    certificate_link,
    identifier,
    link,
    moment,
    tags,
    text,
)
from portal.presenters.certificate_names import CertificateName
from registry.evidence.history import AlteredEventError, actor_of, other_actor_of
from rules.duties import Act

if TYPE_CHECKING:
    from registry.models import Event

RESULT_TAGS = {
    "done": Tag(words="Done", colour="green"),
    "refused": Tag(words="Refused", colour="red"),
}
"""How each result is shown."""

SYSTEM = "The system"
NOT_TOLD = "Not told, since this event was altered"
"""Stands for who did it where nobody can say."""

_CERTIFICATE = re.compile("organisationcertificate:([0-9]{1,18})")
_PAGES = {"certificaterequest": "request", "proposal": "proposal"}


def actor_cell(event: "Event") -> Cell:
    """Return who did it, as hashed then, and below it who that is today where that differs."""
    try:
        was = actor_of(event)
    except AlteredEventError:
        return text(NOT_TOLD)
    if was is None:
        return text(SYSTEM)
    then = f"{was.name} ({was.role})"
    now = str(event.actor)
    other = other_actor_of(event)
    hints = []
    if other is not None:
        hints.append(f"{first_did(event).capitalize()} {other.name} ({other.role})")
    if now != then:
        hints.append(f"Today: {now}")
    return text(then, hint=". ".join(hints))


_FIRST_DID = {
    Act.REVIEW_PROPOSAL.value: "done alone by",
    Act.CLOSE_PROPOSAL.value: "done alone by",
}


def first_did(event: "Event") -> str:
    """Return what the other person of an event of two had done before; their name follows."""
    return _FIRST_DID.get(event.kind, "proposed by")


def kind_cell(event: "Event") -> Cell:
    """Return what was done or tried in words, with the kind as the evidence has it."""
    return text(words_of(event.kind).tag, hint=event.kind)


def certificates_in(events: Iterable["Event"]) -> frozenset[int]:
    """Return the ids of the certificates that events are about, as far as such can be."""
    found = (_CERTIFICATE.fullmatch(event.subject) for event in events)
    return frozenset(int(match[1]) for match in found if match is not None)


def subject_cell(event: "Event", names: Mapping[int, CertificateName]) -> Cell:
    """Return on what it was, as a link where that has a page.

    A refusal may be about what does not exist, so its subject leads nowhere.

    Args:
        event: The event.
        names: Of the certificates that there are, by their ids.
    """
    if not event.subject:
        return text(NOTHING)
    for number in certificates_in((event,)):
        if number in names:
            return dataclasses.replace(certificate_link(names[number]), hint=event.subject)
    kind, _, name = event.subject.partition(":")
    page = _PAGES.get(kind)
    if page is None or event.result != "done":
        return identifier(event.subject)
    try:
        return link(event.subject, reverse(page, args=[name]), is_identifier=True)
    except NoReverseMatch:  # an altered one
        return identifier(event.subject)


def events_table(
    events: Iterable["Event"],
    *,
    names: Mapping[int, CertificateName],
    caption: str,
    empty: str,
    is_caption_hidden: bool = False,
) -> Table:
    """Return a table of events; `names` as `subject_cell` takes them."""
    return Table(
        caption=caption,
        columns=("Event", "When", "Kind", "Who", "On what", "Result"),
        rows=tuple(
            (
                link(str(event.position), reverse("event", args=[event.position])),
                moment(event.at),
                kind_cell(event),
                actor_cell(event),
                subject_cell(event, names),
                tags(RESULT_TAGS[event.result]),
            )
            for event in events
        ),
        empty=empty,
        is_caption_hidden=is_caption_hidden,
    )
