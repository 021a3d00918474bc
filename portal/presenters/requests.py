"""Certificate signing requests for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    Cell,
    Table,
    Tag,
    eui64,
    link,
    moment,
    table_by_party,
    tags,
    text,
)
from portal.presenters.findings import FindingsView, findings_view
from portal.presenters.words import state_tag
from rules.duties import Act
from rules.roles import remote_party_role_words
from rules.stored_findings import restored
from rules.workflow import OPEN_STATES, RequestState

if TYPE_CHECKING:
    from registry.models import CertificateRequest, Event, Person, RequestCheck

_STAGES = {
    "submitted": "When it was submitted",
    "approved": "When it was approved",
    "sent": "When it was to be sent to the certification authority",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step on the way of a request."""

    label: str
    mark: str
    """`done`, `current`, `waiting`, `stopped` or `ahead`."""
    at: datetime | None

    @property
    def mark_words(self) -> str:
        """What the mark means, for those who do not see it."""
        return {
            "done": "done",
            "current": "now",
            "waiting": "waits here for an officer",
            "stopped": "ended here",
            "ahead": "not yet",
        }[self.mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheck:
    """One asking of the rule book that was stored with a request."""

    title: str
    at: datetime
    catalogue: str
    facts_sha256: str
    findings: FindingsView


def state_tag_of(request: "CertificateRequest") -> Tag:
    """Return a request's state as a tag."""
    words, colour = state_tag(request.request_state)
    return Tag(words=words, colour=colour)


def requests_table(
    requests: Iterable["CertificateRequest"],
    *,
    reader: "Person",
    caption: str,
    empty: str,
    is_caption_hidden: bool = False,
) -> Table:
    """Return a table of requests; with their Parties for those who see more than one."""
    return table_by_party(
        ("Reference", "User ID", "Role", "Submitted", "State"),
        (
            (
                request.party.name,
                (
                    link(request.reference, reverse("request", args=[request.reference])),
                    eui64(request.eui64),
                    text(remote_party_role_words(request.remote_party_role)),
                    moment(request.submitted_at),
                    tags(state_tag_of(request)),
                ),
            )
            for request in requests
        ),
        is_party_shown=reader.is_staff_of_dcc,
        caption=caption,
        empty=empty,
        is_caption_hidden=is_caption_hidden,
    )


def steps_of(request: "CertificateRequest", events: Iterable["Event"]) -> tuple[Step, ...]:
    """Return the steps of a request: those done, the present one and those to come."""
    when = {event.kind: event.at for event in events if event.result == "done"}
    state = request.request_state
    way = [
        (RequestState.ACCEPTED, "Accepted", request.submitted_at),
        (RequestState.APPROVED, "Approved", when.get(Act.APPROVE_REQUEST)),
        (RequestState.SENT, "Sent to the certification authority", when.get(Act.SEND_REQUEST)),
        (RequestState.ISSUED, "Issued", when.get(Act.ISSUE_CERTIFICATE)),
    ]
    order = [step for step, _, _ in way]
    if state in order:
        reached = order.index(state)
        return tuple(
            Step(label=label, mark=_mark(index, reached, last=len(way) - 1), at=at)
            for index, (_, label, at) in enumerate(way)
        )
    behind = [
        Step(label=label, mark="done", at=at)
        for step, label, at in way
        if at is not None and step is not RequestState.ISSUED
    ]
    words, _ = state_tag(state)
    mark = "waiting" if state in OPEN_STATES else "stopped"
    return (*behind, Step(label=words, mark=mark, at=request.state_changed_at))


def stored_checks(
    checks: Iterable["RequestCheck"], *, reader: "Person"
) -> tuple[StoredCheck, ...]:
    """Return the stored checks; an officer's reasons for letting warnings stand only to staff."""
    return tuple(
        StoredCheck(
            title=_STAGES.get(check.stage, check.stage),
            at=check.checked_at,
            catalogue=check.catalogue,
            facts_sha256=check.facts_sha256,
            findings=findings_view(
                (restored(each) for each in check.findings),
                check.acknowledgements if reader.is_staff_of_dcc else None,
            ),
        )
        for check in checks
    )


def who_cell(person: "Person", *, reader: "Person") -> Cell:
    """Return who did something; an officer's name only to staff."""
    is_hidden = person.is_staff_of_dcc and not reader.is_staff_of_dcc
    return text("A DCC officer" if is_hidden else person.name)


def _mark(index: int, reached: int, *, last: int) -> str:
    if index < reached or (index == reached == last):
        return "done"
    return "current" if index == reached else "ahead"
