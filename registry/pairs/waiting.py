"""Which proposals wait for a second person, and one of them as a page shows it."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet

from registry import access
from registry.errors import NotFoundError
from registry.models import Person, Proposal
from registry.pairs.content import (
    Comparison,
    as_json,
    compared,
    gathered,
    moments_of,
    past,
    stored_facts,
)
from registry.pairs.kinds import Kinds, read_parts
from rules.pairs.acts import Moment
from rules.pairs.life import ProposalState

_OWED = (ProposalState.REVIEW_OWED.value, ProposalState.MAKING_GOOD.value)


def waiting(*, at: datetime) -> "QuerySet[Proposal]":
    """Return what waits for a second person, by when it is due.

    So late reviews come first: what is open is due in the future, or it has expired.
    """
    return (
        Proposal.objects.filter(
            Q(state=ProposalState.OPEN.value, due_at__gt=at) | Q(state__in=_OWED)
        )
        .select_related("proposed_by")
        .order_by("due_at", "pk")
    )


def ended(*, at: datetime) -> "QuerySet[Proposal]":
    """Return the proposals on which nothing is left to do, the latest first."""
    return (
        Proposal.objects.exclude(pk__in=waiting(at=at).values("pk"))
        .select_related("proposed_by", "second")
        .order_by("-proposed_at", "-pk")
    )


def waits_for(person: Person, *, at: datetime) -> int:
    """Return how many proposals an officer can do something with as the second; others, see."""
    if not person.is_officer:
        return waiting(at=at).count()
    first = waiting(at=at).select_related(None).values_list("proposed_by", flat=True)
    accounts = Person.objects.in_bulk(set(first))
    own = access.natural_person(person)
    return sum(access.natural_person(accounts[each]) != own for each in first)


def proposal_at(proposal_id: int) -> Proposal:
    """Return one proposal with the people of it.

    Raises:
        NotFoundError: There is none.
    """
    found = (
        Proposal.objects.select_related("proposed_by", "second", "closed_by")
        .filter(pk=proposal_id)
        .first()
    )
    if found is None:
        raise NotFoundError("proposal")
    return found


def state_at(proposal: Proposal, *, at: datetime) -> ProposalState:
    """Return where a proposal stands: past its time it counts as expired."""
    if proposal.proposal_state is ProposalState.OPEN and at >= proposal.due_at:
        return ProposalState.EXPIRED
    return proposal.proposal_state


def can_be_confirmed_until(proposal: Proposal) -> datetime:
    """Return until when an open proposal can be confirmed: no longer than to the moment it names.

    Only acts that hold from a named moment end with it; others hold from the later of the two.
    """
    parts = read_parts(proposal) or ()
    is_named = any(part.rule.moment is Moment.NAMED for part in parts)
    if proposal.named is None or not is_named:
        return proposal.due_at
    return min(proposal.due_at, proposal.named)


def changed_since(proposal: Proposal, kinds: Kinds, *, at: datetime) -> Comparison | None:
    """Return what has changed under an open proposal; None where its acts are not known.

    That the moment it names has passed is a change, as it is when somebody confirms it.
    """
    parts = read_parts(proposal)
    if parts is None:
        return None
    comparison = compared(stored_facts(proposal), as_json(gathered(parts, kinds)))
    if moments_of(parts, kinds, at=at) is None:
        return replace(comparison, differing=(*comparison.differing, past(proposal, at=at)))
    return comparison
