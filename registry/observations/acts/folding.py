"""Counting what lies in the spool of this machine.

How far a segment has been counted is written in the transaction that adds its counts, so that
whatever is killed and whenever, each line is counted once. The file is removed after that, and
only when the process that wrote it has let go of it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import OperationalError, connection, transaction

from registry.evidence import history
from registry.gateways import spool
from registry.models import IdempotentCall, SpoolSegment
from registry.notices.acts.ceased import record_ceased
from registry.observations.acts.observations import count_observations
from registry.observations.acts.spooled import Gap, tally_of
from rules.duties import Act

logger = logging.getLogger(__name__)

KNOWN_FOR = timedelta(days=430)
"""How long it is remembered what has been counted. A segment that comes back with an old disk, or
a report that is sent again, is not counted again: a report may not lie back as far as this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What was counted in one go."""

    decisions: int
    damaged_lines: int


_NOTHING = Folded(decisions=0, damaged_lines=0)


def fold_spool(folder: Path, *, at: datetime) -> Folded:
    """Count everything that is in the spool and remove the segments that are done with.

    Several may do so at the same time. What cannot be counted is logged and left for the next
    time, and never holds up the others.

    Raises:
        OperationalError: The database is not there.
    """
    found = spool.segments(folder)
    known = SpoolSegment.objects.in_bulk([segment.name for segment in found])
    decisions = damaged = 0
    for segment in found:
        row = known.get(segment.name)
        try:
            folded = _fold_segment(segment, row, at=at)
        except Exception as fault:  # whatever is wrong with one segment, the others are counted
            if isinstance(fault, OperationalError) and not connection.is_usable():
                raise
            logger.exception("spool segment %s cannot be counted", segment.name)
            continue
        decisions += folded.decisions
        damaged += folded.damaged_lines
    spool.remove_abandoned(folder, now=at.timestamp())
    return Folded(decisions=decisions, damaged_lines=damaged)


def forget_folded(*, at: datetime) -> int:
    """Forget segments and calls that are long done with; return how many."""
    segments, _ = SpoolSegment.objects.filter(finished_at__lt=at - KNOWN_FOR).delete()
    calls, _ = IdempotentCall.objects.filter(at__lt=at - KNOWN_FOR).delete()
    return segments + calls


def _fold_segment(segment: spool.Segment, known: SpoolSegment | None, *, at: datetime) -> Folded:
    row, folded = known, _NOTHING
    if row is None or segment.has_more(row.folded_to):
        row, folded = _count_lines(segment, at=at)
    if row is not None:
        finished = SpoolSegment.objects.filter(pk=row.pk)
        # Said first: a row without it could never be forgotten, while a file that is still there
        # is removed the next time.
        segment.remove(
            read_to=row.folded_to,
            is_damaged=row.damaged_lines > 0,
            first=partial(finished.update, finished_at=at),
        )
    return folded


def _count_lines(segment: spool.Segment, *, at: datetime) -> tuple[SpoolSegment | None, Folded]:
    """Count the lines that are new in one transaction; return where the segment stands then.

    None, and nothing counted, where another worker is at it.
    """
    with transaction.atomic(durable=True):
        SpoolSegment.objects.bulk_create([SpoolSegment(name=segment.name)], ignore_conflicts=True)
        rows = SpoolSegment.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=segment.name).first()
        if row is None:
            return None, _NOTHING
        said = segment.read(row.folded_to)
        tally = tally_of(said.times)
        damaged = len(said.damaged) + tally.damaged
        if damaged:
            logger.error(
                "spool segment %s has %d damaged lines among those after octet %d",
                segment.name,
                damaged,
                row.folded_to,
            )
        count_observations(tally.counts, at=at)
        record_ceased(tally.ceased, at=at)
        row.folded_to = said.read_to
        row.damaged_lines += damaged
        row.save(update_fields=["folded_to", "damaged_lines"])
        for gap in tally.gaps:
            _tell(gap, segment, at=at)
    return row, Folded(decisions=sum(tally.counts.values()), damaged_lines=damaged)


def _tell(gap: Gap, segment: spool.Segment, *, at: datetime) -> None:
    """Have the evidence say that decisions are missing from the counts, and how many."""
    history.append(
        kind=Act.MISS_DECISIONS,
        actor=None,
        at=at,
        subject="observations",
        result="done",
        details={
            "decisions": gap.decisions,
            "since": gap.since.isoformat(),
            "until": gap.until.isoformat(),
            "segment": segment.name,
        },
    )
