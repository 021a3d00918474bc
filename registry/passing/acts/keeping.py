"""Keeping what a person is still working on, and forgetting it; no evidence and no log has it."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Length

from registry.models import PassingThing, Person
from registry.passing.reads.kept import KEPT_FOR, PassingKind

MOST = 20
"""Things of one person, the last ones."""
MOST_OCTETS = 48 * 1024 * 1024
"""Of one person in all; the last thing is kept however long it is."""


@transaction.atomic
def keep(
    person: Person,
    kind: PassingKind,
    *,
    fields: Mapping[str, str],
    octets: bytes = b"",
    at: datetime,
) -> str:
    """Keep something for a person for `KEPT_FOR`, and return the token that its address has.

    What the person kept first goes where it would be more than `MOST` things or `MOST_OCTETS`.
    """
    forget_passed(at=at)
    made = PassingThing.objects.create(
        token=secrets.token_urlsafe(32),
        person_id=person.pk,
        kind=kind.value,
        fields=dict(fields),
        octets=octets,
        kept_at=at,
    )
    _make_room(person, last=made.pk)
    return made.token


def forget_passed(*, at: datetime) -> int:
    """Forget everything whose time is over, and return how many things there were."""
    over = Q(kept_at__lt=at - KEPT_FOR)
    # Of a clock that was set back since: it could not be read any more either.
    ahead = Q(kept_at__gt=at + KEPT_FOR)
    number, _ = PassingThing.objects.filter(over | ahead).delete()
    return number


def _make_room(person: Person, *, last: int) -> None:
    sizes = (
        PassingThing.objects.filter(person_id=person.pk)
        .exclude(pk=last)
        .order_by("-kept_at", "-pk")
        .values_list("pk", Length("octets"))
    )
    left = MOST_OCTETS - sum(
        PassingThing.objects.filter(pk=last).values_list(Length("octets"), flat=True)
    )
    too_many = []
    for number, (key, size) in enumerate(sizes, start=2):
        left -= size
        if number > MOST or left < 0:
            too_many.append(key)
    PassingThing.objects.filter(pk__in=too_many).delete()
