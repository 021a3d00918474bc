"""Background work: what waits in which lane, what failed, and what was given up."""

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from registry import outbox
from registry.certificates.acts.certificate_requests import submit_request
from registry.lanes import CERTIFICATES
from registry.models import Event, OutboxMessage
from tests.factories import AT, a_given_up_effect
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.reading import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-CSR")]

ADDRESS = "/background-work"


def waiting(key: str, **more: object) -> OutboxMessage:
    return OutboxMessage.objects.create(
        **{"kind": CERTIFICATES.kind, "key": key, "created_at": AT, "due_at": AT, **more}
    )


def cells_of(page: str, work: str) -> list[str]:
    """Return what the table of the lanes says of one, in words."""
    (line,) = [
        line
        for line in html.fromstring(page).xpath("//tbody/tr")
        if " ".join(line.xpath("string(th)").split()) == work
    ]
    return [" ".join(cell.xpath("string(.)").split()) for cell in line.xpath("td")]


def test_where_nothing_waits_each_list_says_so_in_words(officer, signed_in) -> None:
    page = page_of(signed_in(officer).get(ADDRESS))
    assert cells_of(page, CERTIFICATES.called) == ["None", "\N{EN DASH}", "None", "None"]
    assert "Nothing has failed that is still to be done." in page
    assert "Nothing has been given up." in page


def test_each_lane_says_what_waits_since_when_what_failed_and_what_was_given_up(
    auditor, signed_in
) -> None:
    waiting("CSR-000001/2")
    waiting("CSR-000002/2", attempts=3, last_error="OSError: no route", due_at=AT)
    waiting("CSR-000003/2", not_before=timezone.now() + timedelta(days=1))
    waiting("CSR-000004/2", done_at=AT)
    a_given_up_effect("CSR-000005/2")
    page = page_of(signed_in(auditor).get(ADDRESS))
    count, oldest, failed, given_up = cells_of(page, CERTIFICATES.called)
    assert count == "2 1 more must not start yet"
    assert str(AT.year) in oldest
    assert (failed, given_up) == ("1", "1")
    assert "OSError: no route" in page
    assert "CertificationAuthorityError: no answer" in page
    assert "Try again" not in page, "an auditor changes nothing"


def test_work_of_a_lane_that_this_version_does_not_know_is_shown_by_its_kind(
    officer, signed_in
) -> None:
    waiting("x", kind="of.another-version")
    page = page_of(signed_in(officer).get(ADDRESS))
    assert cells_of(page, "of.another-version")[0] == "1"


def test_an_officer_has_what_was_given_up_tried_again_with_evidence(officer, signed_in) -> None:
    message = a_given_up_effect()
    browser = signed_in(officer)
    assert "Try again" in page_of(browser.get(ADDRESS))
    answer = browser.post(f"{ADDRESS}/{message.pk}/retry", follow=True)
    page = page_of(answer)
    assert "It will be tried again now." in page
    assert "Nothing has been given up." in page
    assert outbox.has_due(CERTIFICATES, at=timezone.now())
    event = Event.objects.get(kind="outward-effect.retry")
    assert (event.result, event.actor) == ("done", officer)
    assert '"key":"CSR-000001/2"' in event.body


def test_what_is_tried_again_already_is_told_and_nothing_is_changed(officer, signed_in) -> None:
    message = a_given_up_effect()
    browser = signed_in(officer)
    browser.post(f"{ADDRESS}/{message.pk}/retry")
    OutboxMessage.objects.update(attempts=2)
    answer = browser.post(f"{ADDRESS}/{message.pk}/retry")
    assert answer.status_code == 409
    assert "This has been done, or is being tried again" in page_of(answer)
    assert OutboxMessage.objects.get().attempts == 2
    refused = Event.objects.get(kind="outward-effect.retry", result="refused")
    assert "effect-not-given-up" in refused.body


def test_a_certificate_that_waits_or_was_given_up_leads_to_its_request(
    north, officer, signed_in
) -> None:
    request = submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now()).reference
    waiting(f"{request}/2", attempts=3, last_error="OSError: no route")
    a_given_up_effect(f"{request}/3")
    a_given_up_effect("something/else")
    browser = signed_in(officer)
    page = html.fromstring(page_of(browser.get(ADDRESS)))
    (failed,), (given_up,) = page.xpath("//th//a[@href]"), page.xpath("//dd//a[@href]")
    assert (failed.text_content(), given_up.text_content()) == (f"{request}/2", f"{request}/3")
    assert failed.get("href") == given_up.get("href") == f"/requests/{request}"
    assert browser.get(failed.get("href")).status_code == 200
