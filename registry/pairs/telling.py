"""Telling people, by mail, of a proposal: who may confirm or review it, and what became of it.

Each is asked for in the transaction of what it tells of, before its event locks the chain's head.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from registry import access
from registry.mail.asking import ask_for_mail
from registry.models import Person, Proposal
from registry.pairs.kinds import Kinds, Part
from registry.pairs.waiting import can_be_confirmed_until
from registry.pairs.wording import fact_called, fact_value, title_of


def tell_who_may_confirm(proposal: Proposal, parts: Sequence[Part], *, at: datetime) -> None:
    """Ask that everybody who may confirm or refuse a new proposal be told of it."""
    until = can_be_confirmed_until(proposal)
    _tell("proposal-made", _seconds(proposal, parts), proposal, at=at, until=until)


def tell_who_may_review(proposal: Proposal, parts: Sequence[Part], *, at: datetime) -> None:
    """Ask that everybody who may review what one person has done alone be told of it."""
    _tell("proposal-done-alone", _seconds(proposal, parts), proposal, at=at)


def tell_both_of_void(proposal: Proposal, kinds: Kinds, *, at: datetime) -> None:
    """Ask that both persons be told that a proposal is void, and what changed."""
    stored = json.loads(proposal.differing)
    changes = [
        {
            "what": fact_called(each["what"], kinds),
            "then": fact_value(each["then"]),
            "now": fact_value(each["now"]),
        }
        for each in stored["differing"]
    ]
    both = _both(proposal)
    _tell("proposal-void", both, proposal, at=at, changes=changes, ended=stored["ended"])


def tell_both_of_refusal(proposal: Proposal, *, at: datetime) -> None:
    """Ask that both persons be told that a proposal was refused, and why."""
    _tell("proposal-refused", _both(proposal), proposal, at=at)


def _tell(
    template: str, people: Iterable[Person], proposal: Proposal, *, at: datetime, **more: object
) -> None:
    values = {"proposal": proposal, "title": title_of(proposal), **more}
    for person in people:
        ask_for_mail(template, to=person.email, values=values, at=at)


def _seconds(proposal: Proposal, parts: Sequence[Part]) -> list[Person]:
    """Return who may be the second in every part: not the first, whichever account they use."""
    roles = frozenset.intersection(*(part.rule.second for part in parts))
    first = access.natural_person(proposal.proposed_by)
    people = Person.objects.appointed_as(roles).order_by("pk")
    return [each for each in people if access.natural_person(each) != first]


def _both(proposal: Proposal) -> list[Person]:
    return [
        each
        for each in (proposal.proposed_by, proposal.second)
        if each is not None and each.is_active
    ]
