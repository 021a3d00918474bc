"""The proof of the whole evidence as a job: part by part, what it finds, and while acts go on."""

import pytest
from django.db import connection

from registry import tasks
from registry.errors import NotPermittedError
from registry.evidence import history
from registry.job_kinds import JOB_KINDS
from registry.jobs.working import work_on_jobs
from registry.models import Event, EventChainHead, Job
from registry.proofs.acts import proving
from registry.proofs.acts.proving import ask_for_proof
from registry.proofs.reads.proofs import ProofReport, last_proof, proof_under_way, report_of
from rules.duties import Act, PersonRole
from tests.factories import AT, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-EVIDENCE")]


@pytest.fixture
def auditor():
    return a_person(PersonRole.AUDITOR)


@pytest.fixture(autouse=True)
def _three_events_a_step(monkeypatch):
    monkeypatch.setattr(proving, "EVENTS_A_STEP", 3)


def some_acts(count):
    for number in range(count):
        with history.acting(Act.SET_ENFORCEMENT, actor=None, at=AT) as act:
            act.done(f"thing:{number}", number=number)


def past_the_triggers(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("registry_event", "registry_eventchainhead"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)


def proven(auditor, **more):
    job = ask_for_proof(actor=auditor, at=AT)
    assert proof_under_way() == job
    work_on_jobs(JOB_KINDS, clock=lambda: AT, **more)
    job.refresh_from_db()
    assert (job.state, job.fault) == ("done", "")
    assert (proof_under_way(), last_proof()) == (None, job)
    report = report_of(job)
    assert report is not None
    return report


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_a_proof_in_parts_finds_what_one_in_a_piece_does(auditor, count):
    some_acts(count)
    whole = history.prove_history()
    assert proven(auditor) == ProofReport(events=count, head=whole.head, first_break="")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_event SET body = replace(body, '1', '7') WHERE position = 2",
        "UPDATE registry_event SET result = 'refused' WHERE position = 4",
        "DELETE FROM registry_event WHERE position = 1",
        "DELETE FROM registry_event WHERE position = 3",
        "DELETE FROM registry_event WHERE position = 4",
        "DELETE FROM registry_event WHERE position = 8",
        "DELETE FROM registry_event WHERE position > 6",
        "DELETE FROM registry_event",
        "UPDATE registry_event SET previous_hash = repeat('f', 64) WHERE position = 4",
        "UPDATE registry_eventchainhead SET position = 6",
        "UPDATE registry_eventchainhead SET position = 9",
        "UPDATE registry_eventchainhead SET hash = repeat('0', 64)",
        "DELETE FROM registry_eventchainhead",
        "UPDATE registry_event SET position = 0 WHERE position = 8",
    ],
)
def test_what_was_altered_is_named_as_by_a_proof_in_a_piece(auditor, statement):
    some_acts(8)
    past_the_triggers(statement)
    whole = history.prove_history()
    assert whole.first_break is not None
    assert proven(auditor) == ProofReport(
        events=whole.events, head=whole.head, first_break=whole.first_break.says
    )


def test_what_was_altered_in_the_last_event_of_a_part_is_found_by_that_part(auditor):
    some_acts(6)
    past_the_triggers("UPDATE registry_event SET hash = repeat('0', 64) WHERE position = 3")
    assert proven(auditor).events == 2


def test_what_happens_while_it_is_made_is_proven_too(auditor):
    some_acts(4)
    left = [5]

    def act_beside():
        if left[0]:
            left[0] -= 1
            head = EventChainHead.objects.get()
            history.append(
                kind=Act.SET_ENFORCEMENT,
                actor=None,
                at=AT,
                subject="thing:beside",
                result="done",
                details={"after": head.position},
            )
        return False

    report = proven(auditor, is_ending=act_beside)
    assert 4 < report.events <= Event.objects.count()
    assert report.first_break == ""
    assert report.head == Event.objects.get(position=report.events).hash


def test_how_far_it_has_come_is_told_in_words(auditor):
    some_acts(7)
    job, said = ask_for_proof(actor=auditor, at=AT), []

    def look():
        job.refresh_from_db()
        said.append((job.done, job.of, job.says))
        return False

    work_on_jobs(JOB_KINDS, clock=lambda: AT, is_ending=look)
    assert (3, 7, "3 of 7 events read") in said
    job.refresh_from_db()
    assert job.says == "7 of 7 events read"


def test_it_reads_no_event_twice(auditor, monkeypatch):
    some_acts(7)
    ask_for_proof(actor=auditor, at=AT)
    read = []
    fault = history._fault  # noqa: SLF001 -- it is called once for each event

    def counting(event, *rest):
        read.append(event.position)
        return fault(event, *rest)

    monkeypatch.setattr(history, "_fault", counting)
    work_on_jobs(JOB_KINDS, clock=lambda: AT)
    assert read == [1, 2, 3, 4, 5, 6, 7]


def test_a_party_does_not_prove_the_evidence():
    with pytest.raises(NotPermittedError) as refusal:
        ask_for_proof(actor=a_person(PersonRole.SRO), at=AT)
    assert refusal.value.code == "role-may-not"


def test_the_last_proof_is_the_one_that_ended_last_whatever_came_of_it(auditor):
    assert last_proof() is None
    first = ask_for_proof(actor=auditor, at=AT)
    tasks.work_on_jobs()
    assert last_proof() == first
    some_acts(1)
    Job.objects.create(
        kind="another",
        format=1,
        called="Another",
        asked_by=auditor,
        asked_at=AT,
        due_at=AT,
    )
    assert last_proof() == first


def test_the_task_leaves_jobs_to_the_thread_that_is_at_them(auditor):
    job = ask_for_proof(actor=auditor, at=AT)
    with tasks._WORKS_ON_JOBS:  # noqa: SLF001 -- as another thread of the worker has it
        assert tasks.work_on_jobs() == 0
    job.refresh_from_db()
    assert job.state == "queued"
    assert tasks.work_on_jobs() == 1


@pytest.mark.parametrize("flag", ["should_stop", "should_terminate"])
@pytest.mark.parametrize(("status", "is_done"), [(0, False), (True, False), (None, True)])
def test_a_worker_that_celery_tells_to_end_takes_no_job(
    auditor, monkeypatch, flag, status, is_done
):
    monkeypatch.setattr(tasks.state, flag, status)
    ask_for_proof(actor=auditor, at=AT)
    assert tasks.work_on_jobs() == is_done
