"""The evidence: events, and one event. The proof is in test_proofs.py."""

import html
import json
import re

import pytest
from django.db import connection
from django.utils import timezone

from registry.certificates.acts.certificate_requests import reject_request, submit_request
from registry.evidence import history
from registry.models import Event, Person
from rules.duties import Act, PersonRole
from tests.factories import appoint_instead
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-EVIDENCE")]


@pytest.fixture
def reference(north) -> str:
    request = submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())
    return request.reference


def positions(browser, query: str = "") -> list[int]:
    page = page_of(browser.get(f"/evidence{query}"))
    return [int(number) for number in re.findall(r'href="/evidence/(\d+)"', page)]


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


def test_events_are_listed_the_newest_first_and_narrowed_down(
    officer, reference, signed_in
) -> None:
    some_events(officer, 2)
    browser = signed_in(officer)
    assert positions(browser) == [3, 2, 1]
    assert positions(browser, "?kind=certificate-request.submit") == [1]
    assert positions(browser, "?result=refused") == [3, 2]
    assert positions(browser, f"?subject={reference}") == [1]
    assert positions(browser, "?subject=nothing-like-it") == []
    assert "There is a problem" in page_of(browser.get("/evidence?kind=nonsense"))


def test_25_events_are_on_a_page(auditor, officer, signed_in) -> None:
    some_events(officer, 26)
    browser = signed_in(auditor)
    assert len(positions(browser)) == 25
    assert positions(browser, "?page=2") == [1]


def test_an_event_is_shown_whole_with_its_hashes(auditor, north, reference, signed_in) -> None:
    event = Event.objects.get()
    assert event.subject.endswith(reference)
    page = page_of(signed_in(auditor).get("/evidence/1"))
    for said in (event.hash, event.previous_hash, "certificate-request.submit", north.aro.name):
        assert said in page
    assert json.loads(event.body)["details"]["der_sha256"] in page


def test_what_was_done_is_told_in_words_and_leads_to_its_page(
    auditor, reference, signed_in
) -> None:
    for address in ("/evidence", "/evidence/1"):
        page = page_of(signed_in(auditor).get(address))
        assert "Request submitted" in page
        assert f'href="/requests/{reference}">certificaterequest:{reference}</a>' in page


def test_a_refusal_leads_nowhere_since_it_may_be_about_what_does_not_exist(officer, signed_in):
    history.append(
        kind=Act.REJECT_REQUEST,
        actor=officer,
        at=timezone.now(),
        subject="certificaterequest:CSR-999999",
        result="refused",
        details={"reasons": ["not-found"]},
    )
    page = page_of(signed_in(officer).get("/evidence"))
    assert "certificaterequest:CSR-999999" in page
    assert "/requests/CSR-999999" not in page


def test_an_event_that_is_not_there_is_not_found(auditor, signed_in) -> None:
    assert signed_in(auditor).get("/evidence/77").status_code == 404


ALTERED_BODIES = [
    "",
    "no JSON",
    "[]",
    "null",
    "7",
    "[" * 100_000,
    "9" * 10_000,
    '{"details": 7}',
    '{"details": {"reasons": 7, "reason": [], "note": {}, "acknowledgements": 7}}',
]


def alter(body: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE registry_event SET body = %s", [body])


@pytest.mark.parametrize("body", ALTERED_BODIES, ids=lambda body: body[:20])
def test_an_event_whose_body_was_altered_is_shown_as_it_is_stored_and_says_so(
    body, auditor, officer, signed_in
) -> None:
    some_events(officer, 1)
    alter(body)
    response = signed_in(auditor).get("/evidence/1")
    page = html.unescape(page_of(response))
    assert response.status_code == 200
    assert "Event 1 is not what was hashed." in page
    assert body in page or body.startswith("{")


def test_an_event_that_was_not_altered_says_nothing_of_it(auditor, officer, signed_in) -> None:
    some_events(officer, 1)
    page = page_of(signed_in(auditor).get("/evidence/1"))
    assert "not what was hashed" not in page


@pytest.mark.parametrize("body", ALTERED_BODIES, ids=lambda body: body[:20])
def test_a_request_whose_events_were_altered_can_be_opened_and_says_so(
    body, north, auditor, reference, signed_in
) -> None:
    alter(body)
    for reader in (auditor, north.aro):
        response = signed_in(reader).get(f"/requests/{reference}")
        assert response.status_code == 200
        assert "since its evidence was altered" in page_of(response)


@pytest.fixture
def renamed(north, reference) -> str:
    """Rename and promote who submitted, and return the page of the request."""
    was = north.aro.name
    type(north.aro).objects.filter(pk=north.aro.pk).update(name="Renamed Since")
    appoint_instead(Person.objects.get(pk=north.aro.pk), PersonRole.SRO, north.party)
    assert was != "Renamed Since"
    return f"/requests/{reference}"


@pytest.mark.parametrize("address", ["/evidence", "/evidence/1"])
@pytest.mark.usefixtures("renamed")
def test_who_did_it_is_what_was_hashed_and_today_stands_beside_it(
    address, auditor, north, signed_in
) -> None:
    page = html.unescape(page_of(signed_in(auditor).get(address)))
    assert f"{north.aro.name} (ARO)" in page
    assert "Today: Renamed Since (SRO)" in page


@pytest.mark.parametrize("reader", ["auditor", "sro"])
def test_a_history_tells_who_it_was_then_and_what_they_are_called_today(
    reader, auditor, north, renamed, signed_in
) -> None:
    browser = signed_in(auditor if reader == "auditor" else north.sro)
    page = html.unescape(page_of(browser.get(renamed)))
    assert f"{north.aro.name} (today Renamed Since)" in page


@pytest.mark.usefixtures("reference")
def test_today_is_not_told_where_nothing_changed(auditor, signed_in) -> None:
    assert "Today:" not in page_of(signed_in(auditor).get("/evidence/1"))


def test_an_officer_who_became_somebody_elses_person_is_still_not_named_to_a_party(
    north, officer, reference, signed_in
) -> None:
    reject_request(
        reference, actor=officer, seen_version=1, note="Nobody asked for it.", at=timezone.now()
    )
    appoint_instead(officer, PersonRole.ARO, north.party)
    page = page_of(signed_in(north.sro).get(f"/requests/{reference}"))
    assert "A DCC officer" in page
    assert officer.name not in page


@pytest.mark.parametrize("address", ["/evidence", "/evidence/1", "/requests/{}"])
def test_nobody_is_named_where_the_event_was_altered(
    address, auditor, north, reference, signed_in
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_event DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE registry_event SET body = replace(body, %s, 'Somebody Else')",
            [north.aro.name],
        )
    page = page_of(signed_in(auditor).get(address.format(reference)))
    assert "Not told, since this event was altered" in page
