"""Many at once: each step is made by one worker, and a job that ends does so in one way."""

from functools import partial

import pytest
from django.db import transaction

from registry.jobs.asking import cancel
from registry.jobs.working import work_on_jobs
from registry.models import Job
from rules.duties import PersonRole
from tests.factories import AT, a_person
from tests.racing import outcomes, overtake, race
from tests.registry.jobs.counting import Counting, all_of, counted, traces
from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.slow]

MANY = 32


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


def working(counting):
    return partial(work_on_jobs, counting.kinds, clock=lambda: AT)


@rounds(3)
@pytest.mark.alone
def test_many_workers_make_each_step_of_each_job_once(officer):
    counting = Counting()
    for number in range(12):
        counted(counting.kind, officer, until=5, mark=f"job{number:02}")
    results = race([working(counting)] * MANY)
    assert sum(results) == 12
    assert sorted(counting.met) == sorted((f"job{n:02}", s) for n in range(12) for s in range(5))
    assert set(Job.objects.values_list("state", "run")) == {("done", 1)}


@rounds(3)
@pytest.mark.alone
def test_many_who_ask_for_what_is_single_are_led_to_one_job(officer):
    counting = Counting(is_single=True)
    results = race([partial(counted, counting.kind, officer)] * MANY)
    assert [job.pk for job in results] == [Job.objects.get().pk] * MANY


@rounds(3)
@pytest.mark.alone
def test_of_many_who_cancel_beside_workers_one_does_or_the_job_is_done(officer):
    counting = Counting()
    jobs = [counted(counting.kind, officer, until=3, mark=f"job{n}") for n in range(4)]
    cancelling = [
        partial(cancel, job.pk, actor=officer, kinds=counting.kinds, at=AT)
        for job in jobs
        for _ in range(4)
    ]
    results = race([*cancelling, *[working(counting)] * (MANY - len(cancelling))])
    for number, job in enumerate(jobs):
        told = outcomes(results[number * 4 : number * 4 + 4])
        refused = "ConflictError: job-ended: This job has ended, so it cannot be cancelled."
        job.refresh_from_db()
        assert job.state in {"done", "cancelled"}
        cancelled = job.state == "cancelled"
        assert told == [refused] * (4 - cancelled) + ["won"] * cancelled
        left = traces(f"job{number}")
        assert left == ([f"step-{n}" for n in range(job.done)] if cancelled else all_of(3))
        assert ("effect" in left) == (job.state == "done")


def test_who_cancels_waits_for_the_step_that_finishes_and_learns_that_it_is_done(officer):
    counting = Counting()
    job = counted(counting.kind, officer, until=1)
    told, has_waited = overtake(
        working(counting),
        lambda: race([partial(cancel, job.pk, actor=officer, kinds=counting.kinds, at=AT)]),
    )
    assert has_waited
    assert "job-ended" in str(told[0])
    job.refresh_from_db()
    assert (job.state, traces("job")) == ("done", all_of(1))


def test_a_worker_waits_for_who_cancels_and_then_does_nothing(officer):
    counting = Counting()
    job = counted(counting.kind, officer, until=2)

    def is_cancelled_beside():
        """Cancel after the first step, in a transaction that the next step meets."""
        if len(counting.met) == 1 and Job.objects.get().is_under_way:
            with transaction.atomic():
                cancel(job.pk, actor=officer, kinds=counting.kinds, at=AT)
        return False

    work_on_jobs(counting.kinds, clock=lambda: AT, is_ending=is_cancelled_beside)
    assert counting.met == [("job", 0)]
    assert traces("job") == ["step-0"]


def test_what_another_worker_takes_in_hand_is_passed_by_without_waiting(officer):
    counting = Counting()
    first, second = (counted(counting.kind, officer, until=1, mark=mark) for mark in "ab")
    took, has_waited = overtake(
        lambda: Job.objects.select_for_update().get(pk=first.pk), working(counting)
    )
    assert (took, has_waited) == (1, False)
    second.refresh_from_db()
    assert second.state == "done"
    first.refresh_from_db()
    assert first.state == "queued"
