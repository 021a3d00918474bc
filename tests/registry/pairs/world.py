"""Two officers and what they do together, with an act over rows that a test can change."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from registry.errors import RefusedActError
from registry.models import Party
from registry.pairs.kinds import Doing, Facts, Line, PairedAct, Part, Payload, Shown
from rules.duties import Act
from tests.factories import AT

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
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
