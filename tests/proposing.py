"""Proposals of each kind, as tests of pages need them."""

from datetime import timedelta

from django.utils import timezone

from registry.arrangements.acts.enforcement import postponing_enforcement, setting_enforcement
from registry.models import Person, Proposal
from registry.paired_acts import PAIRED_ACTS
from registry.pairs.ending import review
from registry.pairs.proposing import act_alone, propose
from rules.duties import PersonRole
from rules.pairs.life import ProposalMove
from tests.arranging import set_enforcement
from tests.factories import a_person

_WHY = "The SMKI PMA's decision 12 of 20 November."


def a_proposal(actor: Person, *, note: str = _WHY) -> Proposal:
    """Propose go-live, sooner than an emergency below has it; only one can be open at a time."""
    moment = timezone.now() + timedelta(days=20)
    return propose(
        [setting_enforcement(moment)],
        actor=actor,
        note=note,
        kinds=PAIRED_ACTS,
        at=timezone.now(),
    )


def an_emergency(actor: Person) -> Proposal:
    """Go back to monitoring, alone; its review is owed."""
    set_enforcement(enforced_from=timezone.now() + timedelta(days=30), at=timezone.now())
    return act_alone(
        [postponing_enforcement(None)],
        actor=actor,
        note=_WHY,
        kinds=PAIRED_ACTS,
        at=timezone.now(),
    )


def a_wrong_one(actor: Person) -> Proposal:
    """Go back to monitoring, alone, which another officer finds wrong."""
    done = an_emergency(actor)
    return review(
        done.pk,
        ProposalMove.FIND_WRONG,
        actor=a_person(PersonRole.OFFICER),
        seen=done.digest,
        note="Users must be told.",
        kinds=PAIRED_ACTS,
        at=timezone.now(),
    )
