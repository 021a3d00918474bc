"""What proofs of the evidence found, and the one that is under way."""

from dataclasses import dataclass

from django.db.models import QuerySet

from registry.models import Job
from registry.models.jobs import UNDER_WAY, JobState

PROOF = "evidence.prove"
"""The kind of job."""
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofReport:
    """What a proof found."""

    events: int
    """Read, and whole and unaltered."""
    head: str
    """The hash of the last of them."""
    first_break: str
    """In which way the chain does not hold at the event after it; empty where it holds."""


def report_of(job: Job) -> ProofReport | None:
    """Return what a proof found; None where it did not come to its end, or is another job."""
    if (
        (job.kind, job.format) != (PROOF, FORMAT)
        or job.state != JobState.DONE.value
        or job.report is None
    ):
        return None
    read = job.report
    return ProofReport(events=read["events"], head=read["head"], first_break=read["break"] or "")


def proof_under_way() -> Job | None:
    """Return the proof that waits or is being made."""
    return _proofs().filter(state__in=UNDER_WAY).first()


def last_proof() -> Job | None:
    """Return the proof that was asked for last of those that ended, whatever came of it."""
    return _proofs().exclude(state__in=UNDER_WAY).order_by("-pk").first()


def last_finding() -> Job | None:
    """Return the last proof that came to its end; a later one that did not hides nothing of it."""
    return _proofs().filter(state=JobState.DONE.value).order_by("-pk").first()


def is_of_a_broken_chain(job: Job) -> bool:
    """Tell whether a job is a proof that found the chain broken."""
    report = report_of(job)
    return report is not None and report.first_break != ""


def chain_was_broken() -> bool:
    """Tell whether the last proof that came to its end found the chain broken."""
    job = last_finding()
    return job is not None and is_of_a_broken_chain(job)


def _proofs() -> "QuerySet[Job]":
    return Job.objects.select_related("asked_by", "ended_by").filter(kind=PROOF)
