"""A worker killed at any step of a job: it is taken up again, and each part of it counts once.

The job is the proof of the evidence, in several parts; another counts, and has an effect at its
end. Whoever asks for a job or cancels it and is killed has done so, or has not.
"""

from datetime import timedelta
from functools import partial

import pytest

from registry.errors import ConflictError
from registry.evidence.history import prove_history
from registry.job_kinds import JOB_KINDS
from registry.jobs.asking import cancel
from registry.jobs.working import LEASE, work_on_jobs
from registry.models import Job
from registry.proofs.acts import proving
from registry.proofs.acts.proving import ask_for_proof
from registry.proofs.reads.proofs import report_of
from rules.duties import PersonRole
from tests.factories import AT, a_person
from tests.faults.killing import SAMPLE_AND_ALL, each_death
from tests.faults.lives import Cast
from tests.registry.jobs.counting import Counting, all_of, counted, traces

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def _evidence_of_several_parts(monkeypatch):
    monkeypatch.setattr(proving, "EVENTS_A_STEP", 2)
    cast = Cast()
    for _ in range(5):
        cast.submitted()


def working(kinds, at=AT):
    return work_on_jobs(kinds, clock=lambda: at)


def after_the_lease(kinds):
    return working(kinds, AT + LEASE + timedelta(seconds=1))


@pytest.mark.usefixtures("_evidence_of_several_parts")
@SAMPLE_AND_ALL
def test_a_worker_killed_at_any_step_of_a_proof_leaves_one_that_comes_to_its_end(
    officer, count_of_deaths, one_in
):
    jobs = []

    def a_life():
        jobs.append(ask_for_proof(actor=officer, at=AT))
        return lambda: working(JOB_KINDS)

    deaths = 0
    for _ in each_death(a_life, one_in=one_in, least=60):
        deaths += 1
        job = jobs[-1]
        job.refresh_from_db()
        assert job.state in {"queued", "running", "done"}
        assert job.done in {0, 2, 4, 5}
        assert (job.state == "done") == (report_of(job) is not None)
        ended_there = job.state == "done"
        assert after_the_lease(JOB_KINDS) == (not ended_there)
        job.refresh_from_db()
        report, proof = report_of(job), prove_history()
        assert report is not None
        assert (report.events, report.head, report.first_break) == (5, proof.head, "")
        assert job.run <= 2
    count_of_deaths("prove the evidence", deaths)


@SAMPLE_AND_ALL
def test_a_worker_killed_at_any_step_of_a_job_makes_its_effect_once_in_the_end(
    officer, count_of_deaths, one_in
):
    counting, jobs = Counting(), []

    def a_life():
        mark = f"job{len(jobs)}"
        jobs.append((mark, counted(counting.kind, officer, mark=mark)))
        return lambda: working(counting.kinds)

    deaths = 0
    for _ in each_death(a_life, one_in=one_in, least=60):
        deaths += 1
        mark, job = jobs[-1]
        job.refresh_from_db()
        steps = [f"step-{number}" for number in range(job.done)]
        assert traces(mark) == (all_of(3) if job.state == "done" else steps)
        after_the_lease(counting.kinds)
        job.refresh_from_db()
        assert (job.state, traces(mark)) == ("done", all_of(3))
    count_of_deaths("work on a job", deaths)


@SAMPLE_AND_ALL
def test_killed_while_asking_for_a_proof(officer, count_of_deaths, one_in):
    deaths = 0

    def a_life():
        for job in Job.objects.filter(state="queued"):
            cancel(job.pk, actor=officer, kinds=JOB_KINDS, at=AT)
        return partial(ask_for_proof, actor=officer, at=AT)

    for _ in each_death(a_life, one_in=one_in, least=10):
        deaths += 1
        there = list(Job.objects.filter(state="queued"))
        assert len(there) <= 1
        again = ask_for_proof(actor=officer, at=AT)
        assert there in ([], [again])
    count_of_deaths("ask for a job", deaths)


@SAMPLE_AND_ALL
def test_killed_while_cancelling(officer, count_of_deaths, one_in):
    counting, jobs = Counting(), []

    def cancelling(job):
        return partial(cancel, job.pk, actor=officer, kinds=counting.kinds, at=AT)

    def a_life():
        working(counting.kinds)
        jobs.append(counted(counting.kind, officer, mark=f"job{len(jobs)}"))
        return cancelling(jobs[-1])

    deaths = 0
    for _ in each_death(a_life, one_in=one_in, least=10):
        deaths += 1
        job = jobs[-1]
        job.refresh_from_db()
        assert (job.state, job.ended_by) in {("queued", None), ("cancelled", officer)}
        if job.state == "cancelled":
            with pytest.raises(ConflictError):
                cancelling(job)()
        else:
            cancelling(job)()
        job.refresh_from_db()
        assert job.state == "cancelled"
    count_of_deaths("cancel a job", deaths)
