"""What a person sent to be checked, for that person alone and not for long."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registry.models import PassingThing, Person

KEPT_FOR = timedelta(minutes=29)
"""For how long it can be read. The sweep comes every minute, so that no row is older than 30."""

_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


class PassingKind(StrEnum):
    """What is kept."""

    MESSAGE = "message"
    REQUEST = "request"
    """A certificate signing request that could be read, without anything that came beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing that is kept."""

    token: str
    fields: Mapping[str, str]
    octets: bytes
    kept_at: datetime

    @property
    def until(self) -> datetime:
        """Until when it can be read, where nothing newer takes its place."""
        return self.kept_at + KEPT_FOR


def kept_for(person: Person, kind: PassingKind, token: str, *, at: datetime) -> Kept | None:
    """Return what a person has kept under a token.

    None where there is nothing under it, it is another's, or its time is over; which of these it
    is nobody learns.
    """
    if not _TOKEN.fullmatch(token):
        return None
    found = PassingThing.objects.filter(
        person_id=person.pk,
        kind=kind.value,
        token=token,
        kept_at__range=(at - KEPT_FOR, at + KEPT_FOR),
    ).first()
    if found is None:
        return None
    return Kept(
        token=found.token,
        fields=found.fields,
        octets=bytes(found.octets),
        kept_at=found.kept_at,
    )
