"""Whatever happens to jobs, in any order: each step counts once, nothing is lost or half done."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from registry.errors import ConflictError
from registry.jobs.asking import cancel
from registry.jobs.ending import forget_ended
from registry.jobs.working import LEASE, LONGEST_RETRY, work_on_jobs
from registry.models import Job, PassingThing
from registry.models.jobs import ENDED, UNDER_WAY
from rules.duties import PersonRole
from tests.factories import AT, a_person
from tests.registry.jobs.counting import Counting, KilledError, all_of, counted, traces
from tests.rounds import rounds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

UNTIL = 4
MOST = 12
"""Jobs in one history."""


class History:
    """Jobs, what happens to them, and what was last seen of each."""

    def __init__(self, seed):
        self.random = Random(seed)  # noqa: S311 -- which history a test goes through
        self.officer = a_person(PersonRole.OFFICER)
        self.counting = Counting(meets=self.meet, tries=3)
        self.single = Counting(name="single", is_single=True, meets=self.meet, tries=3)
        self.kinds = {**self.counting.kinds, **self.single.kinds}
        self.at = AT
        self.is_calm = False
        self.is_told_to_end = False
        self.seen = {}
        self.marks = {}
        self.took = 0

    def meet(self, _work):
        self.took += 1
        if self.is_calm:
            return
        chance = self.random.random()
        if chance < 0.15:
            raise KilledError
        if chance < 0.35:
            raise OSError("broken")
        if chance < 0.45:
            self.is_told_to_end = True

    def queue(self):
        if len(self.marks) < MOST:
            kind = self.random.choice([self.counting, self.single]).kind
            mark = f"job{len(self.marks)}"
            job = counted(kind, self.officer, until=UNTIL, mark=mark, at=self.at)
            self.marks.setdefault(job.pk, mark)

    def work(self):
        self.is_told_to_end = False
        due = {job.pk for job in Job.objects.filter(state__in=UNDER_WAY) if self.is_due(job)}
        before = {job.pk: job.run for job in Job.objects.all()}
        with suppress(KilledError):
            work_on_jobs(self.kinds, clock=lambda: self.at, is_ending=lambda: self.is_told_to_end)
        for job in Job.objects.all():
            assert job.run == before[job.pk] or job.pk in due, "taken before it was due"

    def is_due(self, job):
        return job.run == 0 or not self.at < job.due_at <= self.at + LONGEST_RETRY

    def cancel(self):
        known = list(Job.objects.all())
        if known:
            job = self.random.choice(known)
            try:
                cancel(job.pk, actor=self.officer, kinds=self.kinds, at=self.at)
            except ConflictError:
                assert job.state in ENDED
            else:
                assert job.state in UNDER_WAY
                job.refresh_from_db()
                assert job.state == "cancelled"

    def wait(self):
        self.at += self.random.choice([timedelta(seconds=3), LEASE, LONGEST_RETRY])

    def set_back(self):
        self.at -= self.random.choice([timedelta(seconds=30), timedelta(hours=2)])

    def forget(self):
        forget_ended(at=self.at)

    def go_on(self):
        happens = [self.queue, self.work, self.work, self.cancel, self.wait, self.set_back]
        self.random.choice([*happens, self.forget])()
        self.is_sound()

    def is_sound(self):
        jobs = {job.pk: job for job in Job.objects.all()}
        for pk, before in self.seen.items():
            if before["state"] in UNDER_WAY:
                assert pk in jobs, "lost while it was under way"
            elif pk in jobs:
                assert self.picture(jobs[pk]) == before, "changed after it had ended"
        for pk, job in jobs.items():
            left = traces(self.marks[pk])
            if job.state == "done":
                assert left == all_of(UNTIL)
                assert job.report == {"counted": UNTIL}
            else:
                assert left == [f"step-{number}" for number in range(job.done)], "half a step"
            assert (job.state == "failed") == (job.reason == "job-tries-used-up")
            assert job.tries <= 3 + (job.state == "failed")
            if job.state == "failed":
                assert job.tries >= 3
        assert Job.objects.filter(kind="single", state__in=UNDER_WAY).count() <= 1
        self.seen = {pk: self.picture(job) for pk, job in jobs.items()}

    @staticmethod
    def picture(job):
        return {name: value for name, value in vars(job).items() if not name.startswith("_")}

    def come_to_an_end(self):
        """Whatever was left, a worker that is not disturbed ends every job in one pass."""
        self.is_calm = True
        self.at += LONGEST_RETRY
        self.work()
        self.is_sound()
        assert not Job.objects.filter(state__in=UNDER_WAY).exists()


@rounds(8)
@pytest.mark.parametrize("part", range(3))
def test_any_history_of_jobs_is_sound_and_comes_to_an_end(round_number, part):
    took = 0
    for number in range(20):
        history = History(f"{round_number}/{part}/{number}")
        for _ in range(40):
            history.go_on()
        history.come_to_an_end()
        took += history.took
        Job.objects.all().delete()
        PassingThing.objects.all().delete()
    assert took > 100  # in one of many nothing may come up at all
