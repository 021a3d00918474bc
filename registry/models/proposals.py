"""What one person proposes for another to confirm, and what became of it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from registry.models.people import Person
from rules.pairs.life import DONE_STATES, ProposalState

_DECIDED = ("state", "second", "decided_at", "decision_note", "differing", "holds_from")
_BY_A_SECOND = sorted(
    state.value
    for state in {*DONE_STATES, ProposalState.REFUSED, ProposalState.VOID}
    if state is not ProposalState.REVIEW_OWED
)
"""States to which a second person brought it."""
_CLOSED = ("closed_by", "closed_at", "closing_note")


class Proposal(models.Model):
    """Something that needs two persons, exactly as the first of them put it.

    What was proposed never changes; a trigger lets the state move as the life of a proposal has it
    (docs/decisions/0087).
    """

    state = models.CharField(max_length=20)
    kind = models.CharField(max_length=60)
    """The act of its first part, as the evidence names it."""
    parts = models.TextField()
    """All that will be done, in order: canonical JSON of acts, formats and payloads."""
    facts = models.TextField()
    """What it rests on, as it was then: canonical JSON, by part and member."""
    words = models.TextField()
    """As it was shown to the first person, and is to the second: canonical JSON."""
    digest = models.CharField(max_length=64)
    """SHA-256 over parts, facts and words."""
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposals")
    """Who was first: who proposed it, or did it alone."""
    proposed_at = models.DateTimeField()
    note = models.TextField()
    """Why, in the first person's words."""
    named = models.DateTimeField(null=True, blank=True)
    """The moment that it names for the act to hold from, if it names one."""
    due_at = models.DateTimeField()
    """Until when it can be confirmed, exclusive; or when the review of an emergency is late."""
    second = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="seconded_proposals"
    )
    """Who confirmed, refused or reviewed it, or found it void."""
    decided_at = models.DateTimeField(null=True, blank=True)
    """When it was confirmed, withdrawn, refused, reviewed, found void, or ended as expired."""
    decision_note = models.TextField(blank=True)
    differing = models.TextField(blank=True)
    """What had changed, or what was left out since it had ended: canonical JSON."""
    holds_from = models.DateTimeField(null=True, blank=True)
    """From when what was done holds: the earliest, where several acts were."""
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="closed_proposals"
    )
    """Who recorded that it was put right."""
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="proposal_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ProposalState]),
                name="proposal_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("proposed_by")),
                name="proposal_is_of_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("proposed_by")),
                name="proposal_is_closed_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_BY_A_SECOND)
                | Q(second__isnull=False, decided_at__isnull=False),
                name="proposal_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.MADE_GOOD.value)
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(closing_note="")),
                name="proposal_is_made_good_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="proposal_says_why"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(name="proposal_stays_its_own", exclude=[*_DECIDED, *_CLOSED]),
            pgtrigger.Protect(name="proposal_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"

    @property
    def proposal_state(self) -> ProposalState:
        """The state as the rules name it."""
        return ProposalState(self.state)


class ProposalSubject(models.Model):
    """What a proposal is about. While it is open no other one is about the same."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="subjects")
    key = models.CharField(max_length=160)
    """As `enforcement` or `mpid:ABCD`; there need not be a row of that yet."""
    is_held = models.BooleanField()
    """Whether the proposal is open; a trigger takes it away when it no longer is."""

    class Meta:
        indexes = [models.Index(fields=["key"], name="proposal_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(is_held=True), name="subject_is_in_one_open_proposal"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(name="proposal_subject_stays_its_own", exclude=["is_held"]),
            pgtrigger.Protect(name="proposal_subject_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.key
