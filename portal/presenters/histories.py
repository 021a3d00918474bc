"""The evidence about one thing, told as its history to whoever may read it.

A Party's people are told who of theirs did what and when, and what the DCC did, but not which
officer did it, nor what an officer tried and was refused. Staff are told everything.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.presenters.acts import words_of
from portal.presenters.events import NOT_TOLD, SYSTEM, first_did
from portal.presenters.words import REVOCATION_REASONS
from registry.evidence.history import (
    AlteredEventError,
    RecordedActor,
    actor_of,
    fault_of,
    other_actor_of,
)
from rules.duties import STAFF, Act
from rules.workflow import RevocationReason

if TYPE_CHECKING:
    from registry.models import Event, Person

_DCC = "A DCC officer"
_ALTERED = "What was done is not told, since its evidence was altered"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One thing that happened."""

    at: datetime
    who: str
    says: str
    was_refused: bool
    notes: tuple[str, ...]
    """What somebody wrote, or the reasons of a refusal."""
    position: int | None
    """Where it is in the evidence; for staff only."""


def history_lines(events: Iterable["Event"], *, reader: "Person") -> tuple[HistoryLine, ...]:
    """Return the history of one thing, the newest first, as far as its reader may know it."""
    lines = (_line(event, reader=reader) for event in events)
    return tuple(reversed([line for line in lines if line is not None]))


def details_of(event: "Event") -> dict[str, Any] | None:
    """Return what an event says besides who, when and on what; None where it was altered."""
    if fault_of(event) is not None:
        return None
    details: dict[str, Any] = json.loads(event.body).get("details", {})
    return details


def _line(event: "Event", *, reader: "Person") -> HistoryLine | None:
    is_refused = event.result == "refused"
    if is_refused and _is_by_staff(event) and not reader.is_staff_of_dcc:
        return None
    details = details_of(event)
    notes: tuple[str, ...] = ()
    if details is None:
        says, is_refused = _ALTERED, False
    elif is_refused:
        says, notes = words_of(event.kind).refusal, _reasons(details)
    else:
        says, notes = _done(event.kind, details, reader=reader)
    return HistoryLine(
        at=event.at,
        who=_who(event, reader=reader),
        says=says,
        was_refused=is_refused,
        notes=notes,
        position=event.position if reader.is_staff_of_dcc else None,
    )


def _is_by_staff(event: "Event") -> bool:
    """Tell whether staff did it: by the role they had, or have where the event was altered."""
    try:
        was = actor_of(event)
    except AlteredEventError:
        return event.actor is not None and event.actor.role in STAFF
    return was is not None and was.role in STAFF


def _who(event: "Event", *, reader: "Person") -> str:
    try:
        was = actor_of(event)
    except AlteredEventError:
        return NOT_TOLD
    if was is None:
        return SYSTEM
    if was.role in STAFF and not reader.is_staff_of_dcc:
        return _DCC
    who = _named(was, event.actor)
    other = other_actor_of(event)
    if other is None:
        return who
    return f"{who}, {first_did(event)} {_named(other, event.together_with)}"


def _named(was: RecordedActor, today: "Person | None") -> str:
    now = today.name if today is not None else was.name
    return was.name if now == was.name else f"{was.name} (today {now})"


_ANOMALY = "Could not issue the certificate: an issuance anomaly"
_ANOMALIES: dict[str, str] = {
    "answer-not-recorded": "Received an answer that the register cannot take",
}


def _done(kind: str, details: dict[str, Any], *, reader: "Person") -> tuple[str, tuple[str, ...]]:
    words = words_of(kind)
    if details.get("repeated"):
        return words.repeat or words.deed, ()
    if kind == Act.ISSUE_CERTIFICATE and "anomaly" in details:
        return _ANOMALIES.get(details["anomaly"], _ANOMALY), _said(details)
    if kind == Act.STOP_REQUEST:
        return words.deed, _said(details)
    notes = [str(details["note"])] if details.get("note") else []
    if kind == Act.REVOKE_CERTIFICATE and "reason" in details:
        notes.insert(0, REVOCATION_REASONS[RevocationReason(details["reason"])][0])
    if kind == Act.APPROVE_REQUEST and reader.is_staff_of_dcc:
        acknowledged = details.get("acknowledgements") or {}
        notes.extend(f"{reason}: {words}" for reason, words in acknowledged.items())
    return words.deed, tuple(notes)


def _said(details: dict[str, Any]) -> tuple[str, ...]:
    """Return what an event says in words of why something did not go on."""
    findings = details.get("findings") or []
    says = [str(details["says"])] if details.get("says") else []
    return (*says, *(str(finding["says"]) for finding in findings))


def _reasons(details: dict[str, Any]) -> tuple[str, ...]:
    reasons = details.get("reasons") or []
    return (", ".join(str(reason) for reason in reasons),) if reasons else ()
