"""Proving the whole evidence as a job: a part of the chain in each step."""

from datetime import datetime

from registry.evidence.history import BEGINNING, ChainPoint, prove_part
from registry.jobs.asking import ask
from registry.jobs.kinds import Finished, Going, JobKind, Work
from registry.models import Job, Person
from registry.proofs.reads.proofs import FORMAT, PROOF
from registry.wake import wake_jobs
from rules.duties import Sight

EVENTS_A_STEP = 2_000
"""Read in less than half a second, which is how long somebody who cancels may wait."""


def _prove_some(work: Work) -> Going | Finished:
    after = BEGINNING if work.checkpoint is None else ChainPoint(**work.checkpoint)
    part = prove_part(after, most=EVENTS_A_STEP)
    read = part.proven.position
    # What was put in beside the chain's head may be more than it says.
    of = max(part.of, read)
    says = f"{read:,} of {of:,} events read"
    if not part.is_last:
        checkpoint = {"position": read, "hash": part.proven.hash}
        return Going(checkpoint=checkpoint, done=read, of=of, says=says)
    report = {
        "events": read,
        "head": part.proven.hash,
        "break": None if part.first_break is None else part.first_break.says,
    }
    return Finished(report=report, done=read, of=of, says=says)


EVIDENCE_PROOF = JobKind(
    name=PROOF,
    format=FORMAT,
    called="Proof of the evidence",
    started_by=Sight.EVIDENCE,
    seen_by=Sight.EVIDENCE,
    is_single=True,
    step=_prove_some,
)


def ask_for_proof(*, actor: Person, at: datetime) -> Job:
    """Ask for a proof of the whole evidence, and return the one that is under way.

    Raises:
        NotPermittedError: As `registry.jobs.asking.ask`.
    """
    return ask(EVIDENCE_PROOF, actor=actor, at=at, wake=wake_jobs)
