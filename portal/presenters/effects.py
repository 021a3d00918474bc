"""Background work for pages: how the lanes stand, what failed, what was given up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    NOTHING,
    Row,
    Table,
    identifier,
    moment,
    row,
    text,
)
from registry.effects.reads.waiting import LaneState, lane_called

if TYPE_CHECKING:
    from registry.models import OutboxMessage


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
                identifier(message.key, hint=lane_called(message.kind)),
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
            row("Which", identifier(message.key)),
            row("Asked for", moment(message.created_at)),
            row("Given up", moment(message.given_up_at)),
            row("Tries", text(f"{message.attempts:,}")),
            row("What went wrong", text(message.last_error or NOTHING)),
        ),
        action=reverse("background-work-retry", args=[message.pk]),
        which=message.key,
    )
