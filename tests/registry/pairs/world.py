"""Two officers and what they do together, with an act over rows that a test can change."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from registry.arrangements.acts.enforcement import setting_enforcement
from registry.errors import RefusedActError
from registry.models import EnforcementMoment, Event, Party, Proposal
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.confirming import confirm
from registry.pairs.ending import review
from registry.pairs.kinds import Doing, Facts, Line, PairedAct, Part, Payload, Shown
from registry.pairs.proposing import propose
from rules.duties import Act
from rules.findings import RefusedError
from tests.factories import AT

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GO_LIVE = AT + 30 * DAY
WHY = "The SMKI PMA's decision 12 of 20 November."


class Renaming(PairedAct):
    """Renames a set of Parties, in the place of an act that has a set for a subject."""

    act = Act.SET_ENFORCEMENT

    def subjects(self, payload: Payload) -> tuple[str, ...]:
        return tuple(f"party:{reference}" for reference in payload["parties"])

    def named(self, payload: Payload) -> datetime | None:
        return AT + payload["days"] * DAY

    def gather(self, payload: Payload) -> Facts:
        found = {
            party.reference: {"name": party.name}
            for party in Party.objects.select_for_update()
            .filter(reference__in=payload["parties"], is_authorised_subscriber=True)
            .order_by("pk")
        }
        return {reference: found.get(reference) for reference in payload["parties"]}

    def check(self, payload: Payload, facts: Facts, *, at: datetime) -> None:
        del facts, at
        if payload["name"] == "forbidden":
            raise RefusedActError("name-forbidden", "This name is forbidden.")

    def shown(self, payload: Payload, facts: Facts) -> Shown:
        del payload
        lines = [
            Line(label=reference, text=fact["name"]) for reference, fact in facts.items() if fact
        ]
        return Shown(title="Rename Parties", lines=tuple(lines), harm="None.", after="Nothing.")

    def apply(self, payload: Payload, facts: Facts, doing: Doing) -> Mapping[str, Any]:
        del doing
        for reference in facts:
            Party.objects.filter(reference=reference).update(name=f"{payload['name']} {reference}")
        return {"renamed": sorted(facts)}


RENAMING = {Act.SET_ENFORCEMENT: Renaming()}


def renaming(*parties: Party, name: str = "Renamed", days: int = 30) -> Part:
    """Return the act on these Parties, to hold so many days from `AT` on."""
    references = [party.reference for party in parties]
    payload = {"parties": references, "name": name, "days": days}
    return Part(act=Act.SET_ENFORCEMENT, payload=payload)


def proposed(actor, part=None, *, kinds=PAIRED_ACTS, at=AT):
    part = part or setting_enforcement(GO_LIVE)
    return propose([part], actor=actor, note=WHY, kinds=kinds, at=at)


def confirmed(proposal, actor, *, kinds=PAIRED_ACTS, at=AT + HOUR, seen=None):
    digest = proposal.digest if seen is None else seen
    return confirm(proposal.pk, actor=actor, seen=digest, kinds=kinds, at=at)


def enforced():
    return [moment.enforced_from for moment in EnforcementMoment.objects.order_by("pk")]


def last_event():
    event = Event.objects.latest("position")
    return event, json.loads(event.body)


def refused_for(act):
    with pytest.raises(RefusedError) as refused:
        act()
    (reason,) = refused.value.report.reasons
    return reason


def reviewed(proposal, actor, verdict, *, at=AT + HOUR, note="Looked at."):
    return review(
        proposal.pk,
        verdict,
        actor=actor,
        seen=proposal.digest,
        note=note,
        kinds=PAIRED_ACTS,
        at=at,
    )


def a_row(first, **different):
    """Make the plainest proposal past our code."""
    plain = {
        "state": "open",
        "kind": "enforcement.set",
        "parts": "[]",
        "facts": "[]",
        "words": "[]",
        "digest": "d",
        "proposed_by": first,
        "proposed_at": AT,
        "note": WHY,
        "due_at": AT + DAY,
    }
    return Proposal.objects.create(**{**plain, **different})
