"""The page of the jobs: what runs, what waits, what was done, by whom, and cancelling one."""

import html
from datetime import timedelta

import pytest

from portal.presenters.cells import NOTHING
from registry.jobs.working import FailureReason, work_on_jobs
from registry.models import Event, Job
from registry.models.jobs import JobState
from registry.tasks import work_on_jobs as worker
from tests.factories import AT, a_job
from tests.portal.pages.reading import page_of

pytestmark = pytest.mark.django_db

REPORT = {"events": 7, "head": "ab" * 32, "break": None}
SAME = {"kind": "count", "called": "Count"}


def ended(state: str, **more: object) -> dict[str, object]:
    return {"state": state, "ended_at": AT + timedelta(seconds=125), "kept_until": AT, **more}


def shown(browser, address: str) -> str:
    return html.unescape(page_of(browser.get(address))).partition("<main")[2]


def test_where_there_is_no_job_the_page_says_so(officer, signed_in) -> None:
    assert "No job waits, runs or has been kept." in shown(signed_in(officer), "/jobs")


def test_what_is_under_way_stands_first_then_the_newest(officer, signed_in) -> None:
    running = a_job(officer)
    done = a_job(officer, **SAME, **ended("done", report=REPORT))
    cancelled = a_job(officer, **SAME, **ended("cancelled", ended_by=officer))
    page = shown(signed_in(officer), "/jobs")
    places = [page.index(f'href="/jobs/{job.pk}"') for job in (running, cancelled, done)]
    assert places == sorted(places)
    for words in ("Running", "Done", "Cancelled", officer.name, "620,000 of 1,000,000"):
        assert words in page


@pytest.mark.parametrize("state", list(JobState))
def test_each_state_has_a_word_of_its_own(state, officer, signed_in) -> None:
    under_way = state in {JobState.QUEUED, JobState.RUNNING}
    more = {
        JobState.DONE: {"report": REPORT},
        JobState.FAILED: {"reason": "job-tries-used-up"},
        JobState.CANCELLED: {"ended_by": officer},
    }.get(state, {})
    job = a_job(officer, **({"state": state} if under_way else ended(state, **more)))
    page = shown(signed_in(officer), f"/jobs/{job.pk}")
    words = {"queued": "Waiting"}.get(state, state.capitalize())
    assert f">{words}</strong>" in page
    assert ("Cancel this job" in page) == under_way


@pytest.mark.parametrize("reason", [*FailureReason, "of-another-version"])
def test_why_a_job_failed_is_told_in_words_with_what_broke(reason, officer, signed_in) -> None:
    job = a_job(officer, **ended("failed", reason=reason, fault="OSError: the disk is full"))
    page = shown(signed_in(officer), f"/jobs/{job.pk}")
    assert reason in page
    assert "OSError: the disk is full" in page
    words = {
        "job-kind-unknown": "This version of the portal does not have this kind of job.",
        "job-tries-used-up": "It broke, or its worker ended, again and again at the same place.",
    }.get(reason, "This version of the portal does not know why.")
    assert words in page


def test_a_kind_that_there_is_no_more_is_shown_and_can_be_cancelled(auditor, signed_in) -> None:
    job = a_job(auditor, kind="gone", called="What we once had", state="queued", run=0)
    browser = signed_in(auditor)
    assert "What we once had" in shown(browser, "/jobs")
    assert "gone, format 1" in shown(browser, f"/jobs/{job.pk}")
    browser.post(f"/jobs/{job.pk}/cancel")
    job.refresh_from_db()
    assert job.state == "cancelled"


@pytest.mark.parametrize(
    ("differs", "says"),
    [
        ({"run": 0, "says": "", "state": "queued"}, "It waits for a worker."),
        ({"says": ""}, "It has begun."),
        ({}, "620,000 of 1,000,000 events read."),
        (
            {"fault": "OSError: …", "state": "queued"},
            "Something broke; it is tried again shortly.",
        ),
    ],
)
def test_how_far_it_is_is_told_in_words(differs, says, officer, signed_in) -> None:
    job = a_job(officer, **differs)
    assert says in shown(signed_in(officer), f"/jobs/{job.pk}")


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0.4, "Less than a second"),
        (1, "1 second"),
        (59.7, "1 minute"),
        (125, "2 minutes 5 seconds"),
        (892_020, "10 days 7 hours"),
        (86_400, "1 day"),
        (-30, NOTHING),
    ],
)
def test_how_long_it_took_is_told_also_where_the_clock_was_set_back(
    seconds, says, officer, signed_in
) -> None:
    end = ended("done", report=REPORT)
    end["ended_at"] = AT + timedelta(seconds=seconds)
    page = shown(signed_in(officer), f"/jobs/{a_job(officer, **end).pk}")
    assert says in page.partition("How long it took")[2][:300]


def test_a_job_is_cancelled_and_the_page_says_so(officer, auditor, signed_in) -> None:
    job = a_job(officer)
    answer = signed_in(auditor).post(f"/jobs/{job.pk}/cancel", follow=True)
    page = page_of(answer)
    assert f"Job {job.pk} has been cancelled. It changed nothing." in page
    assert f"cancelled by {auditor.name}" in page
    assert "Refresh" not in answer.headers
    assert worker() == 0


def test_what_ended_meanwhile_is_not_cancelled_and_the_page_says_so(officer, signed_in) -> None:
    job = a_job(officer)
    Job.objects.filter(pk=job.pk).update(**ended("done", report=REPORT))
    answer = signed_in(officer).post(f"/jobs/{job.pk}/cancel")
    assert answer.status_code == 409
    assert "This job has ended, so it cannot be cancelled." in page_of(answer)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_job_is_not_cancelled_by_a_link(officer, signed_in) -> None:
    job = a_job(officer)
    answer = signed_in(officer).get(f"/jobs/{job.pk}/cancel")
    assert answer.headers["Location"] == f"/jobs/{job.pk}"
    job.refresh_from_db()
    assert job.state == "running"


def test_a_job_that_is_not_there_is_not_found(officer, signed_in) -> None:
    browser = signed_in(officer)
    assert browser.get("/jobs/99999").status_code == 404
    assert browser.post("/jobs/99999/cancel").status_code == 404


def test_a_page_that_is_watched_leaves_no_event(officer, signed_in) -> None:
    job = a_job(officer)
    browser = signed_in(officer)
    answer = browser.get(f"/jobs/{job.pk}")
    assert answer.headers["Refresh"] == "5"
    assert "Refresh" not in browser.get(f"/jobs/{job.pk}?still").headers
    work_on_jobs({}, clock=lambda: AT)
    assert not Event.objects.exists()
