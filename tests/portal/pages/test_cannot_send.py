"""A Party that can no longer send is told so, first and on every page, until it is put right."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.certificates.acts.certificate_requests import submit_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.notifications.acts.notifications import withdraw_notification
from rules.duties import PersonRole
from rules.workflow import RevocationReason
from tests.arranging import set_enforcement
from tests.factories import a_certificate, a_notification, a_person, a_user_id
from tests.portal.pages.conftest import a_csr
from tests.portal.pages.names import serial_end
from tests.portal.pages.reading import page_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SHORT = "See why, and what to do"


@pytest.fixture(autouse=True)
def _enforced():
    set_enforcement(enforced_from=timezone.now() - DAY, at=timezone.now())


def a_sender(side):
    """Let a Party be able to send, and return its notification."""
    return a_notification(a_certificate(side.user_id), notified_by=side.aro)


def revoked(notification, officer):
    revoke_certificate(
        notification.certificate_id,
        actor=officer,
        reason=RevocationReason.KEY_COMPROMISE,
        note="Replaced.",
        at=timezone.now(),
    )


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page_of(response)).split())


def name_of(certificate) -> str:
    return f"xmlSign (87) {serial_end(certificate)} (no request here, valid from 1 September 2025)"


def test_who_can_send_is_told_nothing(north, signed_in):
    a_sender(north)
    browser = signed_in(north.aro)
    home = text_of(browser.get("/"))
    assert "Cannot send" not in home
    assert "Every live xmlSign certificate is notified for its User ID." in home
    assert SHORT not in text_of(browser.get("/requests"))
    assert "Every User ID with a User Role can send." in text_of(browser.get("/cannot-send"))


def test_after_its_last_certificate_is_revoked_home_says_so_before_all_else(
    north, officer, signed_in
):
    notification = a_sender(north)
    revoked(notification, officer)
    home = text_of(signed_in(north.sro).get("/"))
    said = (
        f"User ID {north.user_id.eui64} cannot send. The DCC does not process its messages. "
        f"{north.user_id.eui64} Certificate {name_of(notification.certificate)} was revoked on "
    )
    assert said in home
    assert home.index(said) < home.index("Request a certificate ") < home.index("Open requests")
    assert "Every live xmlSign certificate is notified" not in home


@pytest.mark.parametrize("role", [PersonRole.SRO, PersonRole.ARO])
def test_every_page_says_so_until_it_is_put_right(role, north, officer, signed_in):
    notification = a_sender(north)
    revoked(notification, officer)
    browser = signed_in(a_person(role, north.party))
    pages = [
        "/requests",
        "/requests/new",
        "/certificates",
        f"/certificates/{notification.certificate_id}",
        "/user-ids",
        f"/user-ids/{north.user_id.eui64}",
        f"/user-ids/{north.user_id.eui64}/notify",
        "/messages/check",
        "/reasons",
    ]
    for page in pages:
        assert SHORT in text_of(browser.get(page)), page
    # On the pages that tell the whole of it once is enough.
    for page in ("/", "/cannot-send"):
        assert SHORT not in text_of(browser.get(page)), page
    a_sender(north)
    for page in (*pages, "/", "/cannot-send"):
        assert SHORT not in text_of(browser.get(page)), page


def test_another_partys_trouble_is_not_told(north, south, officer, signed_in):
    a_sender(north)
    revoked(a_sender(south), officer)
    browser = signed_in(north.aro)
    for page in ("/", "/cannot-send", "/requests", "/user-ids"):
        told = text_of(browser.get(page))
        assert "cannot send." not in told
        assert south.user_id.eui64 not in told
        assert south.party.name not in told


def test_two_parties_in_trouble_are_each_told_of_their_own_alone(north, south, officer, signed_in):
    for side in (north, south):
        revoked(a_sender(side), officer)
    for mine, theirs in ((north, south), (south, north)):
        home = text_of(signed_in(mine.aro).get("/"))
        assert f"User ID {mine.user_id.eui64} cannot send." in home
        assert theirs.user_id.eui64 not in home


def test_staff_see_whose_they_are_on_home_and_on_the_user_id(
    north, south, officer, auditor, signed_in
):
    for side in (north, south):
        revoked(a_sender(side), officer)
    for person in (officer, auditor):
        browser = signed_in(person)
        home = text_of(browser.get("/"))
        assert "2 User IDs of 2 Parties cannot send." in home
        for side in (north, south):
            assert f"{side.user_id.eui64} of {side.party.name} Certificate" in home
        page = text_of(browser.get(f"/user-ids/{north.user_id.eui64}"))
        assert "1 User ID of 1 Party cannot send." in page
        assert south.user_id.eui64 not in page
        # Theirs are many Parties: no other page is about one of them.
        assert SHORT not in text_of(browser.get("/requests"))


def test_the_list_of_user_ids_tags_those_that_cannot_send(north, officer, signed_in):
    a_sender(north)
    other = a_user_id(north.party)
    revoked(a_notification(a_certificate(other)), officer)
    told = text_of(signed_in(north.aro).get("/user-ids"))
    assert told.count("Cannot send None live, but 1 revoked") == 1
    assert told.index(other.eui64) < told.index("Cannot send None live, but 1 revoked")


# --- why, and what to do next ------------------------------------------------------------------


def line_of(browser) -> tuple[str, str]:
    """Return why, and the address of what to do next."""
    page = page_of(browser.get("/cannot-send"))
    (line,) = re.findall(r'<li class="app-alarm__line">(.*?)</li>', page, re.DOTALL)
    why, _, after = line.partition("app-alarm__next")
    href = re.search(r'href="([^"]+)"', after)
    return " ".join(re.sub(r"<[^>]+>", " ", why).split()), href[1] if href else ""


def test_where_nothing_was_issued_a_certificate_is_requested(north, signed_in):
    why, href = line_of(signed_in(north.aro))
    assert "No xmlSign certificate that it could use has been issued." in why
    assert href == "/requests/new"


def test_where_a_certificate_is_not_notified_it_is_notified(north, signed_in):
    certificate = a_certificate(north.user_id)
    why, href = line_of(signed_in(north.aro))
    name = name_of(certificate)
    assert f"Certificate {name} is valid, but the DCC has not been notified of it." in why
    assert href == f"/user-ids/{north.user_id.eui64}/notify"


def test_where_it_is_notified_for_later_that_moment_is_said(north, signed_in):
    certificate = a_certificate(north.user_id)
    later = timezone.now() + DAY
    a_notification(certificate, notified_at=later, recorded_at=timezone.now())
    browser = signed_in(north.aro)
    why, href = line_of(browser)
    assert f"{name_of(certificate)} is notified for later; it can sign from" in why
    assert href == ""
    assert "It can send again from then on." in text_of(browser.get("/cannot-send"))


def test_what_stopped_it_is_said_beside_what_can_be_notified(north, officer, signed_in):
    ended = a_sender(north)
    revoked(ended, officer)
    fresh = a_certificate(north.user_id)
    why, href = line_of(signed_in(north.aro))
    assert f"{name_of(ended.certificate)} was revoked on" in why
    assert f"{name_of(fresh)} is valid, but" in why
    assert href == f"/user-ids/{north.user_id.eui64}/notify"


def test_where_it_was_withdrawn_or_has_expired_a_new_one_is_requested(north, south, signed_in):
    withdraw_notification(a_sender(north).pk, actor=north.aro, at=timezone.now())
    why, href = line_of(signed_in(north.aro))
    assert "is no longer used: its notification was withdrawn on" in why
    assert href == "/requests/new"
    expired = a_certificate(south.user_id, not_after=timezone.now() - DAY)
    a_notification(expired)
    why, href = line_of(signed_in(south.aro))
    assert f"{name_of(expired)} expired on" in why
    assert href == "/requests/new"


def test_where_a_request_is_open_it_is_named(north, signed_in):
    request = submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())
    browser = signed_in(north.aro)
    assert line_of(browser)[1] == f"/requests/{request.reference}"


def test_staff_are_told_what_the_party_must_do_and_offered_nothing_of_it(
    north, officer, signed_in
):
    a_certificate(north.user_id)
    browser = signed_in(officer)
    assert line_of(browser)[1] == ""
    assert "The Party must notify the DCC of it." in text_of(browser.get("/cannot-send"))


# --- what it costs -----------------------------------------------------------------------------


def queries(browser, page, captured) -> int:
    browser.get(page)
    with captured() as context:
        browser.get(page)
    return len(context)


def test_a_page_asks_the_database_three_times_more_and_in_trouble_at_most_ten(
    north, officer, signed_in, monkeypatch
):
    def count():
        return queries(browser, "/requests/new", lambda: CaptureQueriesContext(connection))

    browser = signed_in(north.aro)
    senders = [a_sender(north)]
    senders += [a_notification(a_certificate(a_user_id(north.party))) for _ in range(5)]
    healthy = count()
    for notification in senders:
        revoked(notification, officer)
    in_trouble = count()
    monkeypatch.setattr("portal.presenters.frame.troubles_of", lambda _request: ())
    without = count()
    assert healthy - without <= 3
    assert in_trouble - without <= 10
