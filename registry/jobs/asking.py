"""Asking for a job, and cancelling one. Neither is an event: docs/decisions/0085."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from registry.errors import ConflictError, NotPermittedError, RoleMayNotError
from registry.jobs.ending import end
from registry.jobs.kinds import JobKind, Kinds
from registry.jobs.seeing import job_seen_by, may_cancel
from registry.models import Job, Person
from registry.models.jobs import UNDER_WAY, JobState
from rules.duties import may

_AGAIN = 10
"""Looks for the one under way that another asked for first, each of which may have just ended."""


def ask(
    kind: JobKind, *, actor: Person, at: datetime, wake: Callable[[], object], given: Any = None
) -> Job:
    """Ask for a job and return it; of a kind that is single, the one that is under way already.

    Args:
        kind: What is to be done.
        actor: Who asks.
        at: Now.
        wake: Called when the transaction has committed; it only hastens the sweep.
        given: JSON that its steps are told.

    Raises:
        NotPermittedError: `person-inactive` or `role-may-not`.
    """
    if not actor.is_active:
        raise NotPermittedError("person-inactive", "This account has been closed.")
    if not may(actor.person_role, kind.started_by):
        raise RoleMayNotError(actor.role, kind.started_by)
    with transaction.atomic():
        job = _asked(kind, actor=actor, at=at, given=given or {})
        transaction.on_commit(wake, robust=True)
    return job


def _asked(kind: JobKind, *, actor: Person, at: datetime, given: Any) -> Job:
    for left in reversed(range(_AGAIN)):
        if kind.is_single:
            there = Job.objects.filter(kind=kind.name, is_single=True, state__in=UNDER_WAY).first()
            if there is not None:
                return there
        try:
            with transaction.atomic():
                return Job.objects.create(
                    kind=kind.name,
                    format=kind.format,
                    called=kind.called,
                    given=given,
                    is_single=kind.is_single,
                    asked_by=actor,
                    asked_at=at,
                    due_at=at,
                )
        except IntegrityError:
            # Somebody else asked in between, so theirs is found in the next round.
            if not (kind.is_single and left):
                raise
    raise AssertionError("the last round returns or raises")


def cancel(job_id: int, *, actor: Person, kinds: Kinds, at: datetime) -> Job:
    """Cancel a job that is under way: it has done nothing, and will do nothing.

    Waits for the step that a worker is in. Where that step finishes the job, the job is done.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
        NotPermittedError: `person-inactive` or `job-not-own`.
        ConflictError: `job-ended`; it is done, has failed or was cancelled.
    """
    if not actor.is_active:
        raise NotPermittedError("person-inactive", "This account has been closed.")
    with transaction.atomic():
        job = job_seen_by(actor, job_id, kinds, lock=True)
        if not may_cancel(actor, job, kinds):
            raise NotPermittedError("job-not-own", "Another person asked for this job.")
        if not job.is_under_way:
            raise ConflictError("job-ended", "This job has ended, so it cannot be cancelled.")
        end(job, JobState.CANCELLED, at=at, ended_by=actor)
    return job
