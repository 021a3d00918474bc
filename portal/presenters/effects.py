"""Background work for pages: how the lanes stand, what failed, what was given up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    NOTHING,
    Cell,
    Row,
    Table,
    identifier,
    link,
    moment,
    row,
    text,
)
from registry.effects.reads.waiting import LaneState, lane_called
from registry.lanes import CERTIFICATES, MAIL

if TYPE_CHECKING:
    from registry.models import OutboxMessage

_REQUEST = re.compile("(CSR-[0-9]{1,18})/[0-9]{1,9}")
_NUMBER = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """One effect that was given up."""

    heading: str
    rows: tuple[Row, ...]
    action: str
    """Where the form is sent that has it tried again."""
    which: str
    """Distinguishes its button from the others for those who hear the page."""


def lanes_table(states: Iterable[LaneState]) -> Table:
    """Return a table of the lanes."""
    return Table(
        caption="What waits",
        columns=("Work", "Waiting", "Oldest since", "Failed", "Given up"),
        rows=tuple(
            (
                text(state.called),
                text(_count(state.waiting), hint=_later(state.later)),
                moment(state.oldest_at),
                text(_count(state.failed)),
                text(_count(state.given_up)),
            )
            for state in states
        ),
        empty="There is no background work.",
    )


def _count(number: int) -> str:
    return f"{number:,}" if number else "None"


def _later(number: int) -> str:
    return f"{number:,} more must not start yet" if number else ""


def failed_table(messages: Iterable["OutboxMessage"]) -> Table:
    """Return a table of what failed and is tried again by itself."""
    return Table(
        caption="Failed, and will be tried again",
        columns=("Work", "Tries", "Next try", "What went wrong"),
        rows=tuple(
            (
                replace(_which(message), hint=lane_called(message.kind)),
                text(f"{message.attempts:,}"),
                moment(message.due_at),
                text(message.last_error),
            )
            for message in messages
        ),
        empty="Nothing has failed that is still to be done.",
    )


def given_up(message: "OutboxMessage") -> GivenUp:
    """Return one effect that was given up, and where to have it tried again."""
    return GivenUp(
        heading=lane_called(message.kind),
        rows=(
            row("Which", _which(message)),
            row("Asked for", moment(message.created_at)),
            row("Given up", moment(message.given_up_at)),
            row("Tries", text(f"{message.attempts:,}")),
            row("What went wrong", text(message.last_error or NOTHING)),
        ),
        action=reverse("background-work-retry", args=[message.pk]),
        which=message.key,
    )


def _which(message: "OutboxMessage") -> Cell:
    """Return what an effect is for, with a link where that has a page."""
    request = _REQUEST.fullmatch(message.key) if message.kind == CERTIFICATES.kind else None
    if request is not None:
        href = reverse("request", args=[request[1]])
        return link(message.key, href, is_identifier=True)
    if message.kind == MAIL.kind and _NUMBER.fullmatch(message.key):
        return link(f"Mail {message.key}", reverse("mail-message", args=[int(message.key)]))
    return identifier(message.key)
