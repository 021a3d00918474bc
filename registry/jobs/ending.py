"""How a job ends, and that it is forgotten some time after."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from registry.models import Job, Person
from registry.models.jobs import JobState


def end(
    job: Job,
    state: JobState,
    *,
    at: datetime,
    report: Any = None,
    reason: str = "",
    ended_by: Person | None = None,
) -> None:
    """End a job that is under way and whose row the caller has locked."""
    job.state = state.value
    job.report = report
    job.reason = reason
    job.ended_by = ended_by
    job.checkpoint = None
    job.ended_at = at
    job.kept_until = at + timedelta(days=settings.JOBS_KEPT_DAYS)
    job.save()


def forget_ended(*, at: datetime) -> int:
    """Delete the jobs whose time is over, and return how many there were."""
    number, _ = Job.objects.filter(kept_until__lt=at).delete()
    return number
