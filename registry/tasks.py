"""What workers do, and when: the other edge that may read the clock."""

from celery import shared_task
from django.utils import timezone

from registry import outbox
from registry.authority.acts import issuing
from registry.certificates.acts.asking_for_issue import ISSUE
from registry.feed.acts import feed_changes
from registry.observations.acts import folding
from registry.observations.acts.observing import spool_folder
from registry.passing.acts import keeping

HANDLERS: dict[str, outbox.Handler] = {ISSUE: issuing.issue_certificate}
"""Who makes which effect of the outbox."""


@shared_task(name="registry.tasks.drain_outbox")
def drain_outbox() -> int:
    """Make every outward effect that is due. Woken by commits, and swept periodically."""
    return outbox.drain(HANDLERS, clock=timezone.now)


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
