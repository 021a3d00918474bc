"""A worker does a job step by step; what dies, breaks or is overtaken in between is not lost."""

from datetime import timedelta

import pytest

from registry.jobs.asking import cancel
from registry.jobs.kinds import by_name
from registry.jobs.working import (
    FIRST_RETRY,
    LEASE,
    LONGEST_RETRY,
    TRIES_OF_UNKNOWN,
    work_on_jobs,
)
from registry.models import Job
from rules.duties import PersonRole
from tests.factories import AT, a_person
from tests.registry.jobs.counting import Counting, KilledError, all_of, counted, traces

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


def work(kinds, *, at=AT, **more):
    return work_on_jobs(kinds, clock=lambda: at, **more)


def dies(_work):
    raise KilledError


def breaks(_work):
    raise OSError("the disk is full")


def die_in_a_step(counting, *, at=AT, in_step=0):
    counting.meets = lambda work: dies(work) if (work.checkpoint or 0) == in_step else None
    with pytest.raises(KilledError):
        work(counting.kinds, at=at)
    counting.meets = lambda _: None


def test_a_job_is_done_to_its_end_and_reports(officer):
    counting = Counting()
    job = counted(counting.kind, officer, until=3)
    assert (job.state, job.asked_by, job.asked_at, job.called) == ("queued", officer, AT, "Count")
    assert work(counting.kinds, at=AT + SECOND) == 1
    job.refresh_from_db()
    assert (job.state, job.report, job.reason) == ("done", {"counted": 3}, "")
    assert (job.done, job.of, job.tries, job.run) == (3, 3, 0, 1)
    assert (job.started_at, job.ended_at, job.ended_by) == (AT + SECOND, AT + SECOND, None)
    assert traces("job") == all_of(3)
    assert work(counting.kinds, at=AT + SECOND) == 0


def test_jobs_are_done_in_the_order_in_which_they_were_asked_for(officer):
    counting = Counting()
    for mark in "abc":
        counted(counting.kind, officer, until=2, mark=mark)
    assert work(counting.kinds) == 3
    assert counting.met == [(mark, step) for mark in "abc" for step in (0, 1)]


def test_how_far_it_came_is_seen_while_it_runs(officer):
    counting, seen = Counting(), []
    job = counted(counting.kind, officer, until=3)

    def look(_work):
        now = Job.objects.get(pk=job.pk)
        seen.append((now.state, now.done, now.of, now.says, now.due_at))

    counting.meets = look
    work(counting.kinds)
    assert seen == [
        ("running", 0, 0, "", AT + LEASE),
        ("running", 1, 3, "1 of 3", AT + LEASE),
        ("running", 2, 3, "2 of 3", AT + LEASE),
    ]


def test_what_a_killed_worker_began_goes_on_after_its_lease_from_the_last_step(officer):
    counting = Counting()
    job = counted(counting.kind, officer, until=4)
    die_in_a_step(counting, in_step=2)
    assert traces("job") == ["step-0", "step-1"]
    assert work(counting.kinds, at=AT + LEASE - SECOND) == 0
    assert work(counting.kinds, at=AT + LEASE) == 1
    job.refresh_from_db()
    assert (job.state, job.run, job.started_at) == ("done", 2, AT)
    assert traces("job") == all_of(4)
    assert counting.met == [("job", step) for step in (0, 1, 2, 2, 3)]


def test_the_lease_is_renewed_with_each_step_and_ends_before_a_clock_far_ahead(officer):
    counting = Counting()
    job = counted(counting.kind, officer, until=9)
    now = [AT]

    def clock():
        now[0] += LEASE / 2
        return now[0]

    work_on_jobs(counting.kinds, clock=clock)
    job.refresh_from_db()
    assert job.state == "done"
    assert job.ended_at - job.started_at > 4 * LEASE


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_a_clock_set_back_holds_up_neither_what_was_never_taken_nor_a_lease(officer, back):
    counting = Counting()
    counted(counting.kind, officer, mark="taken")
    die_in_a_step(counting)
    counted(counting.kind, officer, mark="new")
    assert work(counting.kinds, at=AT - back) == 2


def test_a_clock_set_back_a_little_holds_a_job_up_for_the_longest_wait_at_most(officer):
    counting = Counting()
    counted(counting.kind, officer)
    die_in_a_step(counting)
    back = AT - LONGEST_RETRY
    assert work(counting.kinds, at=back + LEASE) == 0
    assert work(counting.kinds, at=back + LEASE + LONGEST_RETRY) == 1


def test_a_fault_puts_a_job_back_for_longer_each_time_and_the_others_go_on(officer):
    counting = Counting(tries=4)
    broken = counted(counting.kind, officer, mark="broken")
    sound = counted(counting.kind, officer, mark="sound")
    counting.meets = lambda w: breaks(w) if w.given["mark"] == "broken" else None
    assert work(counting.kinds) == 1
    at = AT
    for wait in (FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY):
        broken.refresh_from_db()
        assert (broken.state, broken.fault) == ("queued", "OSError: the disk is full")
        assert broken.due_at == at + wait
        assert work(counting.kinds, at=at + wait - SECOND) == 0
        at += wait
        ended = work(counting.kinds, at=at)
    assert ended == 1
    broken.refresh_from_db()
    assert (broken.state, broken.reason) == ("failed", "job-tries-used-up")
    assert (broken.fault, broken.report) == ("OSError: the disk is full", None)
    assert traces("broken") == []
    sound.refresh_from_db()
    assert sound.state == "done"


def test_a_job_that_kills_its_worker_at_one_place_fails_and_is_not_taken_for_ever(officer):
    counting = Counting(tries=3)
    job = counted(counting.kind, officer)
    at = AT
    for _ in range(3):
        die_in_a_step(counting, at=at, in_step=1)
        at += LEASE
    # The step before counted in the first of the three, which began its tries anew.
    die_in_a_step(counting, at=at, in_step=1)
    assert work(counting.kinds, at=at + LEASE) == 1
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", "job-tries-used-up")
    assert traces("job") == ["step-0"]


def test_a_job_that_comes_further_each_time_may_be_killed_any_number_of_times(officer):
    counting = Counting(tries=1)
    job = counted(counting.kind, officer, until=8)
    at = AT
    for step in range(1, 8):
        die_in_a_step(counting, at=at, in_step=step)
        at += LEASE
    job.refresh_from_db()
    assert (job.state, job.done) == ("running", 7)


def test_a_worker_that_was_overtaken_leaves_the_job_to_the_other(officer):
    slow = Counting()
    job = counted(slow.kind, officer, until=4)

    def is_overtaken_by_then():
        if len(slow.met) == 2 and not other.met:
            # The lease has run out, and another has taken the job and dies in its first step.
            die_in_a_step(other, at=AT + LEASE, in_step=2)
        return False

    other = Counting()
    assert work(slow.kinds, is_ending=is_overtaken_by_then) == 0
    job.refresh_from_db()
    assert slow.met == [("job", 0), ("job", 1)]
    assert other.met == [("job", 2)]
    assert (job.state, job.run, job.done) == ("running", 2, 2)


def test_a_worker_that_is_told_to_end_hands_the_job_back_after_its_step(officer):
    counting, told = Counting(), []
    job = counted(counting.kind, officer, until=4)
    counting.meets = told.append
    assert work(counting.kinds, is_ending=lambda: len(told) >= 2) == 0
    job.refresh_from_db()
    assert (job.state, job.done, job.tries, job.due_at) == ("queued", 2, 0, AT)
    assert work(counting.kinds) == 1
    assert traces("job") == all_of(4)


def test_a_worker_that_is_told_to_end_takes_no_other_job(officer):
    counting = Counting()
    counted(counting.kind, officer)
    assert work(counting.kinds, is_ending=lambda: True) == 0
    assert counting.met == []


@pytest.mark.parametrize("had", ["no-kind", "another-format"])
def test_a_job_of_a_kind_that_there_is_no_more_fails_with_a_reason_and_is_not_lost(officer, had):
    counting = Counting()
    job = counted(counting.kind, officer)
    kinds = {} if had == "no-kind" else {("count", 2): counting.kind}
    at = AT
    for _ in range(TRIES_OF_UNKNOWN - 1):
        assert work(kinds, at=at) == 0
        job.refresh_from_db()
        assert job.state == "queued"
        at = job.due_at
    assert at - AT > timedelta(minutes=5), "a worker of another release has this long to take it"
    assert work(kinds, at=at) == 1
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", "job-kind-unknown")
    assert "count, format 1" in job.fault
    assert counting.met == []


def test_a_job_that_was_cancelled_between_two_steps_goes_no_further(officer):
    counting = Counting()
    job = counted(counting.kind, officer, until=3)

    def is_cancelled_by_then():
        if len(counting.met) == 2 and Job.objects.get().is_under_way:
            cancel(job.pk, actor=officer, kinds=counting.kinds, at=AT + SECOND)
        return False

    assert work(counting.kinds, is_ending=is_cancelled_by_then) == 0
    job.refresh_from_db()
    assert (job.state, job.ended_by, job.ended_at) == ("cancelled", officer, AT + SECOND)
    assert counting.met == [("job", 0), ("job", 1)]
    assert "effect" not in traces("job")


def test_two_kinds_of_one_name_and_format_are_a_fault():
    with pytest.raises(ValueError, match="two kinds of job are `count`"):
        by_name([Counting().kind, Counting().kind])
