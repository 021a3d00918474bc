"""Evidence: every act and every refusal writes one event, or it did not happen.

A service does its work inside `acting(...)`: one transaction for the change and its event, so
that neither exists without the other. Where the act is refused the transaction is rolled back
and the refusal is recorded in a transaction of its own, since raising would throw it away.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from registry.errors import RegistryError
from registry.evidence.holding import hold_appointment
from registry.models import Event, EventChainHead, Person
from rules.duties import Act
from rules.findings import RefusedError
from rules.workflow import IllegalMoveError

GENESIS = "0" * 64
"""The previous hash of the first event."""

Refusal = RegistryError | RefusedError | IllegalMoveError


@dataclass
class ActRecord:
    """What an act under way will say of itself once it is done."""

    kind: Act
    """May be set to what it turned out to be, before it is done."""
    actor: Person | None
    at: datetime
    subject: str
    details: dict[str, Any] = field(default_factory=dict)
    is_done: bool = False
    together_with: Person | None = None
    """The other of two persons, where it takes two."""
    quotes_nothing: bool = False
    """Whether a refusal is told without the words of its findings, which quote what came."""

    def done(self, subject: models.Model | str | None = None, **details: Any) -> None:
        """Say that the act has been done, on what, and what a later reader must know."""
        if subject is not None:
            self.subject = subject if isinstance(subject, str) else subject_of(subject)
        self.details.update(details)
        self.is_done = True


def subject_of(thing: models.Model) -> str:
    """Return how evidence names a stored thing: `certificaterequest:CSR-000042`, `userid:7`."""
    name = getattr(thing, "reference", thing.pk)
    return f"{type(thing).__name__.lower()}:{name}"


@contextmanager
def acting(
    kind: Act, *, actor: Person | None, at: datetime, subject: models.Model | str = ""
) -> Iterator[ActRecord]:
    """Run one act in one transaction together with its event; record it if it is refused.

    Raises:
        NotPermittedError: The person's appointment has ended (`person-inactive`).
        RuntimeError: The body ended without saying `done`; an act without evidence is a fault.
    """
    name = subject if isinstance(subject, str) else subject_of(subject)
    record = ActRecord(kind=kind, actor=actor, at=at, subject=name)
    try:
        with transaction.atomic(durable=True):
            if actor is not None:
                hold_appointment(actor)
            yield record
            if not record.is_done:
                raise RuntimeError(f"`{kind}` ended without evidence")
            append(
                kind=record.kind,
                actor=actor,
                at=at,
                subject=record.subject,
                result="done",
                details=record.details,
                together_with=record.together_with,
            )
    except (RegistryError, RefusedError, IllegalMoveError) as refusal:
        with transaction.atomic(durable=True):
            append(
                kind=record.kind,
                actor=actor,
                at=at,
                subject=record.subject,
                result="refused",
                details={
                    **record.details,
                    **refusal_details(refusal, quotes_nothing=record.quotes_nothing),
                },
            )
        raise


def refusal_details(refusal: Refusal, *, quotes_nothing: bool = False) -> dict[str, Any]:
    """Return why something was refused, as evidence has it.

    With `quotes_nothing` by rule and reason alone: of what somebody sent and nobody took, the
    evidence must not have a part, which may be a secret (docs/decisions/0022).
    """
    if isinstance(refusal, RefusedError):
        findings = [finding.as_dict() for finding in refusal.report.blocking]
        if quotes_nothing:
            findings = [{k: v for k, v in each.items() if k != "says"} for each in findings]
        return {"reasons": list(refusal.report.reasons), "findings": findings}
    if isinstance(refusal, IllegalMoveError):
        return {"reasons": ["illegal-move"], "state": refusal.state, "move": refusal.move}
    return {"reasons": [refusal.code]}


def append(  # noqa: PLR0913 -- what an event consists of
    *,
    kind: Act,
    actor: Person | None,
    at: datetime,
    subject: str,
    result: str,
    details: Mapping[str, Any],
    together_with: Person | None = None,
) -> Event:
    """Append one event to the chain, in the caller's transaction.

    Where it took two persons the event names both: who did it last is the actor.

    The chain's head is locked until that transaction ends, so call this last.
    """
    head = _locked_head()
    position = head.position + 1
    said = {
        "position": position,
        "at": at.isoformat(),
        "kind": str(kind),
        "actor": _actor(actor),
        "subject": subject,
        "result": result,
        "details": dict(details),
    }
    if together_with is not None:  # so that an event of one person is hashed as it ever was
        said["together_with"] = _actor(together_with)
    body = canonical_json(said)
    digest = chained_hash(head.hash, body)
    event = Event.objects.create(
        position=position,
        at=at,
        kind=str(kind),
        actor=actor,
        together_with=together_with,
        subject=subject,
        result=result,
        body=body,
        previous_hash=head.hash,
        hash=digest,
    )
    EventChainHead.objects.filter(pk=True).update(position=position, hash=digest)
    return event


def canonical_json(value: object) -> str:
    """Return the one spelling of a JSON value that hashes are made over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained_hash(previous: str, body: str) -> str:
    """Return the hash of an event: SHA-256 over the previous hash and the body."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def _locked_head() -> EventChainHead:
    heads = EventChainHead.objects.select_for_update()
    head = heads.filter(pk=True).first()
    if head is None:
        EventChainHead.objects.bulk_create(
            [EventChainHead(pk=True, position=0, hash=GENESIS)], ignore_conflicts=True
        )
        head = heads.get(pk=True)
    return head


def _actor(actor: Person | None) -> dict[str, Any] | None:
    if actor is None:
        return None
    return {"id": actor.pk, "name": actor.name, "email": actor.email, "role": actor.role}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainBreak:
    """The first place at which the evidence does not hold, and in what way."""

    position: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainProof:
    """What reading the whole chain showed."""

    events: int
    head: str
    """The hash of the last event; noted elsewhere, it proves that nothing was cut off."""
    first_break: ChainBreak | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPoint:
    """An event of the chain, up to which it was proven."""

    position: int
    hash: str


BEGINNING = ChainPoint(position=0, hash=GENESIS)
"""Before the first event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPart:
    """What reading a part of the chain showed."""

    proven: ChainPoint
    """The last event up to which it holds."""
    of: int
    """How many events the chain's head says there are."""
    is_last: bool
    """Whether nothing is left to read: the chain's end was reached, or it breaks here."""
    first_break: ChainBreak | None


def prove_history() -> ChainProof:
    """Read every event in order and tell whether the chain holds, or where it breaks first.

    Takes no lock, so that nobody waits for it, however long the chain is: the head is read in
    the same statement as the events, so both are of one moment.
    """
    part = prove_part(BEGINNING)
    return ChainProof(
        events=part.proven.position, head=part.proven.hash, first_break=part.first_break
    )


def prove_part(after: ChainPoint, *, most: int | None = None) -> ChainPart:
    """Read the events after a point in order, `most` of them, and tell whether the chain holds.

    The part that reaches the end compares it with the chain's head as of the moment at which that
    part was read. Takes no lock.
    """
    position, previous = after.position, after.hash
    heads = EventChainHead.objects.filter(pk=True)
    # Where there are no events this is the head; it only grows, so it may be of a moment before.
    head_position, head_hash = heads.values_list("position", "hash").first() or (0, GENESIS)
    events = Event.objects.order_by("position").annotate(
        head_position=models.Subquery(heads.values("position")),
        head_hash=models.Subquery(heads.values("hash")),
    )
    if after != BEGINNING:  # from there also what is put in before the first
        events = events.filter(position__gt=after.position)
    with transaction.atomic():
        for event in events[:most].iterator():
            position += 1
            says = _fault(event, position, previous)
            if says is not None:
                return _broken(position - 1, previous, says, of=event.head_position or 0)
            previous = event.hash
            head_position, head_hash = event.head_position, event.head_hash
    of = head_position or 0
    if most is not None and position - after.position == most:
        proven = ChainPoint(position=position, hash=previous)
        return ChainPart(proven=proven, of=of, is_last=False, first_break=None)
    if head_position == position and head_hash != previous:
        says = f"Event {position} is not the one that the chain's head names."
        return _broken(position - 1, previous, says, of=of)
    if head_position != position:
        says = (
            f"The chain's head says that there are {of} events; the last one found is {position}."
        )
        return _broken(position, previous, says, of=of)
    proven = ChainPoint(position=position, hash=previous)
    return ChainPart(proven=proven, of=of, is_last=True, first_break=None)


def _broken(proven: int, previous: str, says: str, *, of: int) -> ChainPart:
    """Return that the chain breaks at the event after the last one that was proven."""
    return ChainPart(
        proven=ChainPoint(position=proven, hash=previous),
        of=of,
        is_last=True,
        first_break=ChainBreak(position=proven + 1, says=says),
    )


def fault_of(event: Event) -> str | None:
    """Return how an event, by itself, is not what was hashed; None where it is."""
    return _fault(event, event.position, event.previous_hash)


class AlteredEventError(Exception):
    """An event is not what was hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedActor:
    """Who did something, as they were when they did it: what was hashed, not today's people."""

    id: int
    name: str
    role: str


def actor_of(event: Event) -> RecordedActor | None:
    """Return who an event says did it; None: the system itself.

    Raises:
        AlteredEventError: The event is not what was hashed, so nobody can say who it was.
    """
    return _recorded(event, "actor")


def other_actor_of(event: Event) -> RecordedActor | None:
    """Return with whom an event says it was done; None where it took one person.

    Raises:
        AlteredEventError: The event is not what was hashed, so nobody can say who it was.
    """
    return _recorded(event, "together_with")


def _recorded(event: Event, which: str) -> RecordedActor | None:
    if fault_of(event) is not None:
        raise AlteredEventError
    try:
        read = json.loads(event.body)
        said = read["actor"] if which == "actor" else read.get(which)
        if said is None:
            return None
        return RecordedActor(id=said["id"], name=str(said["name"]), role=str(said["role"]))
    except (KeyError, TypeError) as forged:  # hashed anew by somebody, and none of ours
        raise AlteredEventError from forged


def _fault(event: Event, position: int, previous: str) -> str | None:
    if event.position != position:
        return f"Event {position} is missing; the next one found is {event.position}."
    if event.previous_hash != previous:
        return f"Event {position} does not follow from the event before it."
    if event.hash != chained_hash(previous, event.body):
        return f"Event {position} is not what was hashed."
    columns = {
        "position": event.position,
        "at": event.at,
        "kind": event.kind,
        "actor": event.actor_id,
        "together_with": event.together_with_id,
        "subject": event.subject,
        "result": event.result,
    }
    said = _said(event.body)
    differing = [name for name, value in columns.items() if said.get(name) != value]
    if differing:
        return f"Event {position} has been altered in: {', '.join(differing)}."
    return None


def _said(body: str) -> dict[str, Any]:
    """Return what a body says of its event, or nothing where it is no event's body."""
    try:
        read = json.loads(body)
        actor, other = read["actor"], read.get("together_with")
        return {
            **{name: read[name] for name in ("position", "kind", "subject", "result")},
            "at": datetime.fromisoformat(read["at"]),
            "actor": actor["id"] if actor else None,
            "together_with": other["id"] if other else None,
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
