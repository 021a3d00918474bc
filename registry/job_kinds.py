"""Every kind of job that there is."""

from registry.jobs.kinds import Kinds, by_name
from registry.proofs.acts.proving import EVIDENCE_PROOF

JOB_KINDS: Kinds = by_name((EVIDENCE_PROOF,))
