"""Working on jobs: a worker takes one by a lease and does it step by step.

Each step is one transaction that holds the job's row: it finds the job still its own, works, and
writes how far it came, with the lease renewed. A worker that was killed leaves the last step's
checkpoint, from which another goes on once the lease has run out; one that was overtaken finds a
newer `run` and stops. A fault puts the job back for a while, and a job that does not come further
however often it is taken has failed.

The moments in a job are those of a clock that may be set back. So what was never taken is due
whatever it says, and so is what lies further ahead than any wait of ours.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from registry.faults import fault_words
from registry.jobs.ending import end
from registry.jobs.kinds import Finished, Going, JobKind, Kinds, Work
from registry.models import Job
from registry.models.jobs import UNDER_WAY, JobState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Longer than any step takes; a worker that dies holds a job back this long."""
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
TRIES_OF_UNKNOWN = 7
"""Five minutes of waits, in which a worker of a release that has the kind may take it."""


class FailureReason(StrEnum):
    """Why a job failed."""

    KIND_UNKNOWN = "job-kind-unknown"
    """This version of the portal does not have its kind in its format."""
    TRIES_USED_UP = "job-tries-used-up"
    """It broke, or its worker was killed, again and again at the same place."""


class UnknownKindError(Exception):
    """There is no such kind of job in this version of the portal."""


@dataclass(frozen=True, slots=True)
class _Hold:
    """A job that a worker has taken."""

    job_id: int
    run: int
    kind: JobKind | None


def work_on_jobs(
    kinds: Kinds,
    *,
    clock: Callable[[], datetime],
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Work on every job that may be taken, one after the other, and return how many ended.

    Args:
        kinds: What kinds there are.
        clock: Tells the moment.
        is_ending: Whether this process was told to end: the job is then handed back after its
            present step.
    """
    ended = 0
    while not is_ending() and (hold := _take(kinds, clock())) is not None:
        ended += _work_on(hold, clock=clock, is_ending=is_ending)
    return ended


def _take(kinds: Kinds, at: datetime) -> _Hold | None:
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(
                Q(due_at__lte=at) | Q(run=0) | Q(due_at__gt=at + LONGEST_RETRY),
                state__in=UNDER_WAY,
            )
            .order_by("pk")
            .first()
        )
        if job is None:
            return None
        job.state = JobState.RUNNING.value
        job.run += 1
        job.tries += 1
        job.due_at = at + LEASE
        job.started_at = job.started_at or at
        job.save()
        return _Hold(job.pk, job.run, kinds.get((job.kind, job.format)))


def _work_on(hold: _Hold, *, clock: Callable[[], datetime], is_ending: Callable[[], bool]) -> bool:
    """Do the steps of a job that was taken; return whether it ended by them."""
    while True:
        try:
            with transaction.atomic():
                job = _still_held(hold)
                if job is None:  # cancelled, or taken by another after a lease that ran out
                    return False
                if _is_given_up(job, hold, clock()):
                    return True
                if _step(job, hold, clock):
                    return True
        except Exception as fault:  # whatever a step raises, the other jobs must go on
            # Kept with the job for those who look after the system, and tried again.
            logger.exception("job %s failed in a step", hold.job_id)
            return _put_back(hold, clock(), fault)
        if is_ending():
            _hand_back(hold, clock())
            return False


def _still_held(hold: _Hold) -> Job | None:
    return (
        Job.objects.select_for_update()
        .filter(pk=hold.job_id, run=hold.run, state=JobState.RUNNING.value)
        .first()
    )


def _is_given_up(job: Job, hold: _Hold, at: datetime) -> bool:
    """End a job whose workers were killed too often at the same place."""
    if job.tries <= _most_tries(hold):
        return False
    end(job, JobState.FAILED, at=at, reason=_reason(hold).value)
    return True


def _step(job: Job, hold: _Hold, clock: Callable[[], datetime]) -> bool:
    if hold.kind is None:
        raise UnknownKindError(f"{job.kind}, format {job.format}")
    came = hold.kind.step(Work(given=job.given, checkpoint=job.checkpoint, at=clock()))
    # Renewed before the steps after this, however long this one took.
    return _record(job, came, clock())


def _record(job: Job, came: Going | Finished, at: datetime) -> bool:
    if isinstance(came, Going) and came.done > job.done:
        job.tries = 0
    job.done, job.of, job.says = came.done, came.of, came.says
    job.fault = ""
    if isinstance(came, Finished):
        end(job, JobState.DONE, at=at, report=came.report)
        return True
    job.checkpoint = came.checkpoint
    job.due_at = at + LEASE
    job.save()
    return False


def _put_back(hold: _Hold, at: datetime, fault: Exception) -> bool:
    """Have a job wait after a fault, or end it where that was its last try."""
    with transaction.atomic():
        job = _still_held(hold)
        if job is None:
            return False
        job.fault = fault_words(fault)
        if job.tries >= _most_tries(hold):
            end(job, JobState.FAILED, at=at, reason=_reason(hold).value)
            return True
        job.state = JobState.QUEUED.value
        job.due_at = at + min(FIRST_RETRY * 2 ** min(job.tries - 1, 10), LONGEST_RETRY)
        job.save()
        return False


def _hand_back(hold: _Hold, at: datetime) -> None:
    """Leave a job to the next worker at once; that this one ends is no fault of the job's."""
    with transaction.atomic():
        job = _still_held(hold)
        if job is not None:
            job.state = JobState.QUEUED.value
            job.due_at = at
            job.tries = 0
            job.save()


def _most_tries(hold: _Hold) -> int:
    return TRIES_OF_UNKNOWN if hold.kind is None else hold.kind.tries


def _reason(hold: _Hold) -> FailureReason:
    return FailureReason.KIND_UNKNOWN if hold.kind is None else FailureReason.TRIES_USED_UP
