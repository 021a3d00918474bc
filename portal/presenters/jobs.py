"""Jobs for pages: where they stand, how far they are, and what came of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from portal.presenters.cells import (
    NOTHING,
    Cell,
    Row,
    Table,
    Tag,
    identifier,
    link,
    moment,
    row,
    tags,
    text,
)
from portal.presenters.words import lasting
from registry.jobs.working import FailureReason
from registry.proofs.reads.proofs import ProofReport, is_of_a_broken_chain, report_of

if TYPE_CHECKING:
    from registry.models import Job

_STATES = {
    "queued": Tag(words="Waiting", colour="grey"),
    "running": Tag(words="Running"),
    "done": Tag(words="Done", colour="green"),
    "failed": Tag(words="Failed", colour="red"),
    "cancelled": Tag(words="Cancelled", colour="yellow"),
}
_BROKEN = Tag(words="Chain broken", colour="red")
_FAILURES = {
    FailureReason.KIND_UNKNOWN: "This version of the portal does not have this kind of job.",
    FailureReason.TRIES_USED_UP: (
        "It broke, or its worker ended, again and again at the same place."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is that is under way."""

    done: int
    of: int
    """0 where nobody knows yet."""
    says: str


def state_tag(job: "Job") -> Tag:
    """Return where a job stands; of a proof that found the chain broken, that it did."""
    return _BROKEN if is_of_a_broken_chain(job) else _STATES[job.state]


def progress_of(job: "Job") -> Progress | None:
    """Return how far a job is; None where it has ended."""
    if not job.is_under_way:
        return None
    if job.fault:
        says = "Something broke; it is tried again shortly."
    elif job.says:
        says = f"{job.says}."
    elif job.run:
        says = "It has begun."
    else:
        says = "It waits for a worker."
    return Progress(done=job.done, of=job.of, says=says)


def jobs_table(jobs: "Iterable[Job]", *, caption: str, empty: str) -> Table:
    """Return a table of jobs."""
    return Table(
        caption=caption,
        columns=("Job", "State", "How far", "Asked for by", "Asked for", "Ended"),
        rows=tuple(
            (
                link(job.called, reverse("job", args=[job.pk]), unseen=f"(job {job.pk})"),
                tags(state_tag(job)),
                text(job.says or NOTHING),
                text(job.asked_by.name),
                moment(job.asked_at),
                moment(job.ended_at),
            )
            for job in jobs
        ),
        empty=empty,
        is_caption_hidden=True,
    )


def job_rows(job: "Job") -> tuple[Row, ...]:
    """Return all that there is to say of a job."""
    rows = [
        row("What", text(job.called, hint=f"{job.kind}, format {job.format}")),
        row("State", tags(state_tag(job))),
        row("Asked for", moment(job.asked_at, hint=f"by {job.asked_by.name}")),
        row("Began", moment(job.started_at)),
    ]
    if job.says and not job.is_under_way:
        rows.append(row("How far", text(job.says)))
    if job.ended_at is not None:
        by = f"cancelled by {job.ended_by.name}" if job.ended_by is not None else ""
        rows.append(row("Ended", moment(job.ended_at, hint=by)))
        rows.append(row("How long it took", _how_long(job)))
    if job.reason:
        rows.append(row("Why it failed", text(_failure(job.reason), hint=job.reason)))
    if job.fault:
        rows.append(row("What last broke", identifier(job.fault)))
    report = report_of(job)
    if report is not None:
        rows += proof_rows(report)
    if job.kept_until is not None:
        rows.append(row("Kept until", moment(job.kept_until)))
    return tuple(rows)


def proof_rows(report: ProofReport) -> tuple[Row, ...]:
    """Return what a proof of the evidence found."""
    found = report.first_break or "The chain holds."
    return (
        row("What it found", text(found)),
        row("Events read", text(f"{report.events:,}")),
        row("Position and hash of the last", identifier(f"{report.events}:{report.head}")),
    )


def last_proof_rows(job: "Job", report: ProofReport) -> tuple[Row, ...]:
    """Return what the page of the proof says of the last one, under what it found."""
    return (
        *proof_rows(report)[1:],
        row("Proved", moment(job.ended_at, hint=f"asked for by {job.asked_by.name}")),
        row("How long it took", _how_long(job)),
        row("Job", link(f"Job {job.pk}", reverse("job", args=[job.pk]))),
    )


def _how_long(job: "Job") -> Cell:
    """Return the time between beginning and end; nothing where the clock was set back."""
    begun, ended = job.started_at, job.ended_at
    if begun is None or ended is None or ended < begun:
        return text(NOTHING)
    seconds = (ended - begun).total_seconds()
    if seconds < 1:
        return text("Less than a second")
    return text(lasting(round(seconds)))


def _failure(reason: str) -> str:
    """Return why a job failed; of a reason of another version, that it is not known."""
    try:
        return _FAILURES[FailureReason(reason)]
    except ValueError:
        return "This version of the portal does not know why."
