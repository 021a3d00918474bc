"""Asking for a job, cancelling it, seeing it, and its being forgotten."""

from datetime import timedelta

import pytest

from registry.errors import ConflictError, NotFoundError, NotPermittedError
from registry.jobs.asking import ask, cancel
from registry.jobs.ending import forget_ended
from registry.jobs.seeing import job_seen_by, jobs_seen_by, may_cancel
from registry.jobs.working import work_on_jobs
from registry.models import Event, Job
from registry.tasks import forget_ended_jobs
from rules.duties import Act, PersonRole, Sight
from tests.factories import AT, a_person, end_appointments
from tests.registry.jobs.counting import Counting, counted, traces

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def auditor():
    return a_person(PersonRole.AUDITOR)


@pytest.fixture
def aro():
    return a_person(PersonRole.ARO)


def work(kinds):
    return work_on_jobs(kinds, clock=lambda: AT)


def test_a_worker_is_woken_once_the_asking_has_committed(
    officer, django_capture_on_commit_callbacks
):
    woken = []
    with django_capture_on_commit_callbacks(execute=True):
        counting = Counting(is_single=True)
        ask(counting.kind, actor=officer, at=AT, wake=lambda: woken.append(1))
        assert woken == []
    assert woken == [1]


def test_whose_role_may_not_start_such_a_job_is_refused(aro):
    with pytest.raises(NotPermittedError) as refusal:
        counted(Counting(started_by=Act.APPROVE_REQUEST).kind, aro)
    assert refusal.value.code == "role-may-not"
    assert not Job.objects.exists()


def test_whose_account_was_closed_asks_for_nothing_and_cancels_nothing(officer):
    counting = Counting()
    job = counted(counting.kind, officer)
    end_appointments(officer)
    with pytest.raises(NotPermittedError, match="person-inactive"):
        counted(counting.kind, officer)
    with pytest.raises(NotPermittedError, match="person-inactive"):
        cancel(job.pk, actor=officer, kinds=counting.kinds, at=AT)
    assert Job.objects.get().state == "queued"


def test_who_asks_again_for_what_is_under_way_is_led_to_it(officer, auditor):
    counting = Counting(is_single=True)
    first = counted(counting.kind, officer)
    assert counted(counting.kind, auditor) == first
    assert first.asked_by == officer
    work(counting.kinds)
    assert counted(counting.kind, auditor, mark="second") != first


def test_of_a_kind_that_is_not_single_each_asking_is_a_job(officer):
    counting = Counting()
    assert counted(counting.kind, officer) != counted(counting.kind, officer)


def test_what_waits_is_cancelled_at_once_by_its_asker(aro):
    counting = Counting()
    job = counted(counting.kind, aro)
    cancelled = cancel(job.pk, actor=aro, kinds=counting.kinds, at=AT)
    assert cancelled.state == "cancelled"
    assert work(counting.kinds) == 0
    assert traces("job") == []


@pytest.mark.parametrize("end", ["done", "failed", "cancelled"])
def test_what_has_ended_cannot_be_cancelled(officer, end):
    counting = Counting(tries=1)
    job = counted(counting.kind, officer)
    if end == "failed":
        counting.meets = lambda _: 1 / 0
    if end == "cancelled":
        cancel(job.pk, actor=officer, kinds=counting.kinds, at=AT)
    work(counting.kinds)
    with pytest.raises(ConflictError) as told:
        cancel(job.pk, actor=officer, kinds=counting.kinds, at=AT)
    assert told.value.code == "job-ended"
    job.refresh_from_db()
    assert job.state == end


def test_anothers_job_is_cancelled_by_whoever_may_start_such_a_one(officer, auditor):
    counting = Counting(started_by=Act.APPROVE_REQUEST)
    job = counted(counting.kind, officer)
    assert not may_cancel(auditor, job, counting.kinds)
    with pytest.raises(NotPermittedError) as refusal:
        cancel(job.pk, actor=auditor, kinds=counting.kinds, at=AT)
    assert refusal.value.code == "job-not-own"
    second = a_person(PersonRole.OFFICER)
    assert cancel(job.pk, actor=second, kinds=counting.kinds, at=AT).ended_by == second


def test_a_person_sees_their_own_and_staff_those_of_the_kinds_that_they_may_see(
    officer, auditor, aro
):
    open_kind = Counting(name="open", seen_by=Sight.EVIDENCE)
    officers = Counting(name="officers", seen_by=Act.APPROVE_REQUEST)
    kinds = {**open_kind.kinds, **officers.kinds}
    own = counted(open_kind.kind, aro)
    others = counted(officers.kind, a_person(PersonRole.ARO))
    gone = counted(Counting(name="gone").kind, a_person(PersonRole.SRO))

    def seen(person):
        return set(jobs_seen_by(person, kinds))

    assert seen(aro) == {own}
    assert seen(officer) == {own, others, gone}
    assert seen(auditor) == {own, gone}
    own_of_a_hidden_kind = counted(officers.kind, auditor)
    assert own_of_a_hidden_kind in seen(auditor)


def test_what_is_not_theirs_to_see_is_not_found_and_not_cancelled(officer, aro):
    counting = Counting()
    job = counted(counting.kind, officer)
    for act in (
        lambda: job_seen_by(aro, job.pk, counting.kinds),
        lambda: cancel(job.pk, actor=aro, kinds=counting.kinds, at=AT),
        lambda: cancel(999_999, actor=aro, kinds=counting.kinds, at=AT),
    ):
        with pytest.raises(NotFoundError):
            act()
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_job_of_a_kind_that_there_is_no_more_is_cancelled_by_staff(officer, aro):
    counting = Counting()
    job = counted(counting.kind, aro)
    assert cancel(job.pk, actor=officer, kinds={}, at=AT).state == "cancelled"


def test_a_job_leaves_no_event(officer):
    counting = Counting()
    counted(counting.kind, officer)
    work(counting.kinds)
    cancel(counted(counting.kind, officer).pk, actor=officer, kinds=counting.kinds, at=AT)
    assert not Event.objects.exists()


def test_what_has_ended_is_forgotten_after_its_time_and_what_is_under_way_never(officer, settings):
    settings.JOBS_KEPT_DAYS = 2
    counting = Counting()
    ended = counted(counting.kind, officer)
    work(counting.kinds)
    waiting = counted(counting.kind, officer)
    kept = timedelta(days=2)
    assert forget_ended(at=AT + kept) == 0
    assert forget_ended(at=AT + kept + timedelta(seconds=1)) == 1
    assert list(Job.objects.all()) == [waiting] != [ended]
    assert forget_ended(at=AT + timedelta(days=9000)) == 0


def test_the_sweep_forgets_and_is_scheduled(officer, settings):
    counting = Counting()
    counted(counting.kind, officer)
    work_on_jobs(counting.kinds, clock=lambda: AT.replace(year=2020))
    assert forget_ended_jobs() == 1
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"registry.tasks.work_on_jobs", "registry.tasks.forget_ended_jobs"} <= tasks
