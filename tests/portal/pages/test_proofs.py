"""The proof of the evidence as a page: asked for, seen while it is made, and what it found."""

import html
import re

import pytest
from django.db import connection
from django.utils import timezone

from registry.evidence import history
from registry.models import Event, Job
from registry.proofs.acts import proving
from registry.tasks import work_on_jobs
from rules.duties import Act
from tests.factories import AT, a_job
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-EVIDENCE")]

PROVE = "Check that nothing was altered"


def some_events(person, count: int) -> None:
    for _ in range(count):
        history.append(
            kind=Act.SIGN_IN,
            actor=person,
            at=timezone.now(),
            subject=f"person:{person.pk}",
            result="refused",
            details={"reasons": ["wrong-password"]},
        )


def past_the_triggers(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE registry_eventchainhead DISABLE TRIGGER USER")
        cursor.execute(statement)


def proved(browser) -> str:
    """Ask for a proof, have the worker make it, and return the page that says what it found."""
    asked = browser.post("/evidence/prove")
    assert asked.headers["Location"] == "/evidence/proof"
    work_on_jobs()
    return html.unescape(page_of(browser.get("/evidence/proof")))


def test_the_chain_is_proved_on_demand(auditor, officer, signed_in) -> None:
    some_events(officer, 3)
    page = proved(signed_in(auditor))
    assert "The chain holds" in page
    # As `verify_history --expect` takes it.
    assert f"3:{Event.objects.get(pk=3).hash}" in page
    assert f"asked for by {auditor.name}" in page
    assert "Less than a second" in page
    assert PROVE in page


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE registry_event SET body = replace(body, 'wrong', 'right')",
            "Event 1 is not what was hashed.",
        ),
        # No act is possible any more, so no event either; the proof says so all the same.
        (
            "UPDATE registry_eventchainhead SET position = 1",
            "The chain's head says that there are 1 events; the last one found is 3.",
        ),
        (
            "DELETE FROM registry_eventchainhead",
            "The chain's head says that there are 0 events; the last one found is 3.",
        ),
    ],
)
def test_what_was_altered_is_named(auditor, officer, signed_in, statement, says) -> None:
    some_events(officer, 3)
    browser = signed_in(auditor)
    past_the_triggers(statement)
    page = proved(browser)
    assert "The chain is broken" in page
    assert says in page
    assert "The chain holds" not in page
    assert says in html.unescape(page_of(browser.get(f"/jobs/{Job.objects.get().pk}")))
    assert "Chain broken" in page_of(browser.get("/jobs"))


def test_a_broken_chain_stays_in_sight_though_a_later_proof_is_cancelled(
    auditor, officer, signed_in
) -> None:
    browser = signed_in(auditor)
    assert "The evidence has been altered" not in page_of(browser.get("/"))
    some_events(officer, 1)
    past_the_triggers("UPDATE registry_event SET body = '{}' WHERE position = 1")
    proved(browser)
    browser.post("/evidence/prove")
    later = Job.objects.latest("pk")
    browser.post(f"/jobs/{later.pk}/cancel")
    page = page_of(browser.get("/evidence/proof"))
    assert "The chain is broken" in page
    assert f'href="/jobs/{later.pk}"' in page
    assert "The evidence has been altered" in page_of(browser.get("/"))
    assert "The evidence has been altered" in page_of(signed_in(officer).get("/"))


def test_a_proof_is_not_made_by_a_link(auditor, signed_in) -> None:
    assert signed_in(auditor).get("/evidence/prove").headers["Location"] == "/evidence/proof"
    assert not Job.objects.exists()


def test_before_the_first_proof_the_page_says_that_none_is_kept(auditor, signed_in) -> None:
    page = page_of(signed_in(auditor).get("/evidence/proof"))
    assert "No proof is kept." in page
    assert PROVE in page


def test_while_it_is_made_the_page_shows_how_far_and_refreshes(
    auditor, officer, signed_in, monkeypatch
) -> None:
    monkeypatch.setattr(proving, "EVENTS_A_STEP", 2)
    some_events(officer, 3)
    browser = signed_in(auditor)
    answer = browser.post("/evidence/prove", follow=True)
    assert "It waits for a worker." in page_of(answer)
    assert answer.headers["Refresh"] == "5"
    assert PROVE not in page_of(answer).partition("<main")[2]
    Job.objects.update(state="running", run=1, done=2, of=3, says="2 of 3 events read")
    answer = browser.get("/evidence/proof")
    assert "2 of 3 events read." in page_of(answer)
    assert re.search(r'<progress [^>]*value="2" max="3"', page_of(answer))
    still = browser.get("/evidence/proof?still")
    assert "Refresh" not in still.headers
    assert 'href="/evidence/proof">Refresh it every' in page_of(still)
    Job.objects.update(due_at=AT)
    work_on_jobs()
    done = browser.get("/evidence/proof")
    assert "Refresh" not in done.headers
    assert "The chain holds" in page_of(done)


def test_the_last_proof_stands_below_the_one_that_is_made(auditor, officer, signed_in) -> None:
    browser = signed_in(auditor)
    proved(browser)
    a_job(officer)
    page = page_of(browser.get("/evidence/proof"))
    assert page.index("A proof is being made") < page.index("The last finished proof")
    assert "The chain holds" in page


def test_two_who_ask_at_once_are_led_to_one_proof(auditor, officer, signed_in) -> None:
    for person in (auditor, officer):
        signed_in(person).post("/evidence/prove")
    assert Job.objects.get().asked_by == auditor


def test_a_proof_that_was_cancelled_is_not_taken_for_one_that_holds(auditor, signed_in) -> None:
    browser = signed_in(auditor)
    browser.post("/evidence/prove")
    job = Job.objects.get()
    browser.post(f"/jobs/{job.pk}/cancel")
    page = page_of(browser.get("/evidence/proof"))
    assert "was cancelled or failed" in page
    assert f'href="/jobs/{job.pk}"' in page
    assert "The chain holds" not in page
