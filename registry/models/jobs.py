"""Long work that a person asked for, and how far a worker has come with it."""

from enum import StrEnum
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from registry.models.people import Person


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    """It waits for a worker: never begun, or put back after a fault."""
    RUNNING = "running"
    """A worker has it, or had it and was killed."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (JobState.QUEUED.value, JobState.RUNNING.value)
ENDED = (JobState.DONE.value, JobState.FAILED.value, JobState.CANCELLED.value)

_FREE = (
    *("state", "due_at", "run", "tries", "checkpoint", "done", "of", "says", "report"),
    *("reason", "fault", "started_at", "ended_at", "ended_by", "kept_until"),
)


class Job(models.Model):
    """One piece of long work. What it is and who asked stays; the rest moves until its end."""

    kind = models.CharField(max_length=60)
    """As `registry.job_kinds` has it; a later version of the portal may have it no longer."""
    format = models.PositiveSmallIntegerField()
    """Which version of its kind's `given` and `checkpoint` it has."""
    called = models.CharField(max_length=120)
    """In words, as its kind was called when it was asked for."""
    given = models.JSONField(default=dict)
    """What it was asked for with."""
    is_single = models.BooleanField(default=False)
    """No other of its kind may be under way."""
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="asked_jobs")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, default=JobState.QUEUED.value)
    due_at = models.DateTimeField()
    """No worker takes it before: when its worker's lease ends, or its wait after a fault."""
    run = models.PositiveIntegerField(default=0)
    """How often a worker has taken it. Whoever holds an older one has lost it."""
    tries = models.PositiveIntegerField(default=0)
    """How often it was taken since it last came further."""
    checkpoint = models.JSONField(null=True, blank=True)
    """From where its next step goes on; None: from the beginning."""
    done = models.PositiveBigIntegerField(default=0)
    of = models.PositiveBigIntegerField(default=0)
    """How much there is to do in all; 0 where nobody knows yet."""
    says = models.CharField(max_length=200, blank=True)
    """How far it has come, in words."""
    report = models.JSONField(null=True, blank=True)
    """What came of it, where it is done."""
    reason = models.CharField(max_length=60, blank=True)
    """The code of why it failed."""
    fault = models.TextField(blank=True)
    """What last broke, for those who look after the system."""
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="cancelled_jobs"
    )
    """Who cancelled it."""
    kept_until = models.DateTimeField(null=True, blank=True)
    """Afterwards the sweep deletes it."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[*UNDER_WAY, *ENDED]), name="job_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, ended_at__isnull=True, kept_until__isnull=True)
                | Q(state__in=ENDED, ended_at__isnull=False, kept_until__isnull=False),
                name="job_has_ended_or_is_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.DONE.value, report__isnull=False)
                | (~Q(state=JobState.DONE.value) & Q(report__isnull=True)),
                name="job_that_is_done_reports",
            ),
            models.CheckConstraint(
                condition=(Q(state=JobState.FAILED.value) & ~Q(reason=""))
                | (~Q(state=JobState.FAILED.value) & Q(reason="")),
                name="job_that_failed_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.CANCELLED.value, ended_by__isnull=False)
                | (~Q(state=JobState.CANCELLED.value) & Q(ended_by__isnull=True)),
                name="job_is_cancelled_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(is_single=True, state__in=UNDER_WAY),
                name="single_job_is_under_way_once",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=UNDER_WAY), name="jobs_under_way"),
            models.Index(fields=["kept_until"], name="jobs_over"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(name="job_stays_its_own", exclude=list(_FREE)),
            pgtrigger.Protect(
                name="job_stays_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=ENDED),
            ),
            pgtrigger.Protect(
                name="job_under_way_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=UNDER_WAY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        """Whether it may still come to something, or be cancelled."""
        return self.state in UNDER_WAY
