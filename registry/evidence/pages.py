"""Recording that a person was refused a page: what the pages of the portal are refused by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from registry.evidence import history
from registry.models import Person
from rules.duties import Act

_LONGEST = 80
"""Characters kept of what somebody wrote into an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """Which page somebody asked for, and how."""

    name: str
    """Of its route: `request-decision`."""
    method: str
    named: Mapping[str, object]
    """What its address names: `reference` and `CSR-000042`."""


def record_refused_page(person: Person, page: PageAsked, *, reason: str, at: datetime) -> None:
    """Record, in a transaction of its own, that a signed-in person was refused a page.

    Args:
        person: Who asked.
        page: For what.
        reason: The code of why not.
        at: Now.
    """
    with transaction.atomic(durable=True):
        history.append(
            kind=Act.OPEN_PAGE,
            actor=person,
            at=at,
            subject=f"page:{page.name}",
            result="refused",
            details={
                "reasons": [reason],
                "method": page.method[:_LONGEST],
                "named": {name: str(value)[:_LONGEST] for name, value in page.named.items()},
            },
        )
