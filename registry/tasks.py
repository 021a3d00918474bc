"""What workers do, and when: the other edge that may read the clock."""

import threading
from datetime import timedelta

from celery import shared_task
from celery.worker import state
from django.conf import settings
from django.utils import timezone

from registry import outbox
from registry.authority.acts import issuing
from registry.documents.acts import filing
from registry.effects.acts.telling import tell_of_given_up
from registry.feed.acts import feed_changes
from registry.job_kinds import JOB_KINDS
from registry.jobs import ending, working
from registry.lanes import CERTIFICATES, LANES, MAIL
from registry.mail import sending
from registry.observations.acts import folding
from registry.observations.acts.observing import spool_folder
from registry.passing.acts import keeping
from registry.wake import wake_outbox

HANDLERS: dict[str, outbox.Handler] = {
    CERTIFICATES.kind: issuing.issue_certificate,
    MAIL.kind: sending.send_mail,
}
"""Who makes the effects of which lane of the outbox."""

_WORKS_ON_JOBS = threading.Lock()
"""One thread of a worker process at most: the others are for what must not wait for long work."""


@shared_task(name="registry.tasks.drain_outbox")
def drain_outbox(kind: str | None = None) -> int:
    """Make the outward effects that are due in one lane, for a turn; without one, in all of them.

    Woken by commits, and swept periodically. What is left after a turn is woken for anew, so that
    a lane with much in it does not keep a worker from the others.
    """
    if kind is None:
        return outbox.drain(HANDLERS, clock=timezone.now, tell=tell_of_given_up)
    lane = LANES[kind]
    made = outbox.drain_lane(
        lane, HANDLERS[kind], clock=timezone.now, turn=outbox.TURN, tell=tell_of_given_up
    )
    if made and outbox.has_due(lane, at=timezone.now()):
        wake_outbox(lane)
    return made


@shared_task(name="registry.tasks.clear_outbox")
def clear_outbox() -> int:
    """Clear away the rows of the outbox that were done long ago."""
    kept_for = timedelta(days=settings.OUTBOX_DONE_KEPT_DAYS)
    return outbox.clear_done(before=timezone.now() - kept_for)


@shared_task(name="registry.tasks.fold_observations")
def fold_observations() -> int:
    """Count the decisions that the web processes of this machine have noted."""
    return folding.fold_spool(spool_folder(), at=timezone.now()).decisions


@shared_task(name="registry.tasks.forget_folded")
def forget_folded() -> int:
    """Forget the segments and the calls that are long done with."""
    return folding.forget_folded(at=timezone.now())


@shared_task(name="registry.tasks.clear_old_changes")
def clear_old_changes() -> int:
    """Clear away what changed so long ago that no follower needs it."""
    return feed_changes.clear_old_changes(at=timezone.now())


@shared_task(name="registry.tasks.forget_passed")
def forget_passed() -> int:
    """Forget what people sent to be checked half an hour ago."""
    return keeping.forget_passed(at=timezone.now())


@shared_task(name="registry.tasks.work_on_jobs")
def work_on_jobs() -> int:
    """Work on every job that waits. Woken by who asks for one, and swept periodically."""
    if not _WORKS_ON_JOBS.acquire(blocking=False):
        return 0
    try:
        return working.work_on_jobs(JOB_KINDS, clock=timezone.now, is_ending=_is_ending)
    finally:
        _WORKS_ON_JOBS.release()


def _is_ending() -> bool:
    """Tell whether this worker was told to end; Celery has the status of its end there, or 0."""
    told: tuple[object, ...] = (state.should_stop, state.should_terminate)
    return any(status is not None and status is not False for status in told)


@shared_task(name="registry.tasks.forget_ended_jobs")
def forget_ended_jobs() -> int:
    """Delete the jobs that ended so long ago that nobody needs their reports."""
    return ending.forget_ended(at=timezone.now())


@shared_task(name="registry.tasks.clear_documents")
def clear_documents() -> int:
    """Clear what stands in documents that have been kept for their time."""
    return filing.clear_passed_documents(at=timezone.now())
