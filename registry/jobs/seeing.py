"""Which jobs a person sees: their own, and staff those that the kind's rule lets them."""

from django.db.models import F, Q, QuerySet

from registry.errors import NotFoundError
from registry.jobs.kinds import Kinds
from registry.models import Job, Person
from rules.duties import may


def jobs_seen_by(person: Person, kinds: Kinds) -> "QuerySet[Job]":
    """Return the jobs that a person may see.

    What this version has no kind for any more, all of the staff see, so that it is not lost.
    """
    own = Q(asked_by_id=person.pk)
    if not person.is_staff_of_dcc:
        return Job.objects.filter(own)
    hidden = Q()
    for kind in kinds.values():
        if not may(person.person_role, kind.seen_by):
            hidden |= Q(kind=kind.name, format=kind.format)
    return Job.objects.filter(own | ~hidden) if hidden else Job.objects.all()


def jobs_listed_for(person: Person, kinds: Kinds) -> "QuerySet[Job]":
    """Return the jobs that a person may see: those under way first, then the newest."""
    jobs = jobs_seen_by(person, kinds).select_related("asked_by")
    return jobs.order_by(F("ended_at").desc(nulls_first=True), "-pk")


def job_seen_by(person: Person, job_id: int, kinds: Kinds, *, lock: bool = False) -> Job:
    """Return one job, locked for change where asked.

    Raises:
        NotFoundError: There is none, or it is not this person's to see.
    """
    jobs = jobs_seen_by(person, kinds)
    if lock:
        jobs = jobs.select_for_update(of=("self",))
    else:
        jobs = jobs.select_related("asked_by", "ended_by")
    found = jobs.filter(pk=job_id).first()
    if found is None:
        raise NotFoundError("job")
    return found


def may_cancel(person: Person, job: Job, kinds: Kinds) -> bool:
    """Tell whether a person who sees a job may cancel it while it is under way.

    Their own, or one such as they may ask for themselves; one whose kind is not known any more,
    whoever of the staff.
    """
    if job.asked_by_id == person.pk:
        return True
    kind = kinds.get((job.kind, job.format))
    return person.is_staff_of_dcc if kind is None else may(person.person_role, kind.started_by)
