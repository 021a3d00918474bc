"""Clears away what changed long ago, which no follower needs any more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min

from registry.models import SnapshotChange


def clear_old_changes(*, at: datetime) -> int:
    """Clear away changes older than `FEED_CHANGES_KEPT_FOR`; return how many.

    A follower that asked within that time finds everything since: whole versions are cleared, the
    oldest first, and never the newest, by whose mark a follower is told from one of another
    history. One that was away for longer takes the snapshot anew.

    Age counts back from the newest change where that is older than now, so that a clock that
    jumps ahead clears nothing away that somebody who follows still needs.
    """
    kept_for = timedelta(seconds=settings.FEED_CHANGES_KEPT_FOR)
    with transaction.atomic():
        ends = SnapshotChange.objects.aggregate(noted_at=Max("noted_at"), version=Max("version"))
        if ends["version"] is None:
            return 0
        since = min(at, ends["noted_at"]) - kept_for
        kept = SnapshotChange.objects.filter(noted_at__gte=since).aggregate(version=Min("version"))
        # The version before the first that is kept stays too: whoever holds it may go on.
        first = min(kept["version"] or ends["version"], ends["version"]) - 1
        cleared, _ = SnapshotChange.objects.filter(version__lt=first).delete()
    return cleared
