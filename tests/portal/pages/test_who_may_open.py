"""Every route, held against who may open it: every role, strangers, and people half signed in.

The routes come from the URL configuration itself, so a new one fails here until it says who may
open it and stands in the table below.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.openings import Audience, Opening, opening_of
from registry.certificates.acts.certificate_requests import submit_request
from registry.models import Person
from rules.duties import PersonRole
from tests.attacks.routes import page_routes
from tests.factories import (
    a_certificate,
    a_day_off,
    a_document,
    a_given_up_effect,
    a_job,
    a_mail,
    a_notification,
    a_person,
)
from tests.portal.pages.conftest import Side, a_csr
from tests.portal.pages.reading import page_of
from tests.proposing import an_emergency

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SRO, ARO, OFFICER, AUDITOR = (
    PersonRole.SRO,
    PersonRole.ARO,
    PersonRole.OFFICER,
    PersonRole.AUDITOR,
)
EVERYBODY = {SRO, ARO, OFFICER, AUDITOR}
ACTING = {SRO, ARO, OFFICER}
STAFF = {OFFICER, AUDITOR}

WHO_MAY_OPEN: dict[str, set[PersonRole] | str] = {
    "healthz": "anybody",
    "readyz": "anybody",
    "readyz-checks": "anybody",
    "sign-in": "anybody",
    "sign-out": "anybody",
    "second-factor": "half signed in",
    "set-up-second-factor": "half signed in",
    "home": EVERYBODY,
    "cannot-send": EVERYBODY,
    "requests": EVERYBODY,
    "request-new": ACTING,
    "request-check": ACTING,
    "request-checked": ACTING,
    "request-submit": ACTING,
    "request": EVERYBODY,
    "request-withdraw": ACTING,
    "request-decision": {OFFICER},
    "request-approve": {OFFICER},
    "request-reject": {OFFICER},
    "certificates": EVERYBODY,
    "certificate": EVERYBODY,
    "certificate-pem": EVERYBODY,
    "certificate-der": EVERYBODY,
    "certificate-revoke": {OFFICER},
    "user-ids": EVERYBODY,
    "user-id": EVERYBODY,
    "user-id-notify": ACTING,
    "notification-withdraw": ACTING,
    "message-check": ACTING,
    "message-checked": ACTING,
    "reasons": EVERYBODY,
    "documents": STAFF,
    "document": STAFF,
    "document-file": STAFF,
    "document-add": {OFFICER},
    "working-days": STAFF,
    "day-off-add": {OFFICER},
    "day-off-take-back": {OFFICER},
    "proposals": STAFF,
    "proposal": STAFF,
    "proposal-confirm": {OFFICER},
    "proposal-withdraw": {OFFICER},
    "proposal-refuse": {OFFICER},
    "proposal-review": {OFFICER},
    "proposal-close": {OFFICER},
    "enforcement": {OFFICER},
    "evidence": STAFF,
    "evidence-prove": STAFF,
    "evidence-proof": STAFF,
    "event": STAFF,
    "jobs": STAFF,
    "job": STAFF,
    "job-cancel": STAFF,
    "background-work": STAFF,
    "mail": STAFF,
    "mail-message": STAFF,
    "background-work-retry": {OFFICER},
}
"""Who may open which page. If this changes, who may do what must have changed first."""

OF_ONE_PARTY = {
    "request",
    "request-withdraw",
    "request-decision",
    "request-approve",
    "request-reject",
    "certificate",
    "certificate-pem",
    "certificate-der",
    "certificate-revoke",
    "user-id",
    "user-id-notify",
    "notification-withdraw",
}
"""Routes to one Party's things: for another Party's people there is no such thing."""

OF_ONE_PERSON = {"message-checked", "request-checked"}
"""Routes to what one person has sent: for everybody else it is gone (test_passing.py)."""


def opened(name: str) -> set[int]:
    """Return the statuses of a page that opens, whether or not there is anything behind it."""
    return {410} if name in OF_ONE_PERSON else {200, 302}


FOR_OWN_PARTY_ONLY = {"request-withdraw", "user-id-notify", "notification-withdraw"}
"""Acts that an officer does for the DCC alone."""


NAMES = [route.name or route.pattern for route in page_routes()]


@dataclass(frozen=True, kw_only=True)
class Things:
    """What the addresses of one Party's pages name."""

    reference: str
    certificate_id: int
    eui64: str
    notification_id: int
    day_off_id: int = 0
    proposal_id: int = 0
    job_id: int = 0
    document_id: int = 0

    def address(self, name: str) -> str:
        wanted = {
            "request": {"reference": self.reference},
            "certificate": {"certificate_id": self.certificate_id},
            "user-id": {"eui64": self.eui64},
            "notification": {"notification_id": self.notification_id},
            "event": {"position": 1},
            "day-off-take-back": {"day_off_id": self.day_off_id},
            "proposal": {"proposal_id": self.proposal_id},
            "job": {"job_id": self.job_id},
            "document": {"document_id": self.document_id},
        }
        if name in OF_ONE_PERSON:
            return reverse(name, kwargs={"token": "-" * 43})
        if name == "background-work-retry":
            return reverse(name, kwargs={"message_id": a_given_up_effect().pk})
        if name == "mail-message":
            return reverse(name, kwargs={"mail_id": a_mail().pk})
        is_of_one = name in {
            *(*OF_ONE_PARTY, "event", "day-off-take-back", "job", "job-cancel"),
            *("document", "document-file"),
        }
        if is_of_one or name.split("-", maxsplit=1)[0] == "proposal":
            start = next(key for key in wanted if name.startswith(key))
            return reverse(name, kwargs=wanted[start])
        return reverse(name)


@pytest.fixture
def things_of() -> Callable[[Any], Things]:
    def made(side: Any) -> Things:
        request = submit_request(a_csr(side.user_id), actor=side.aro, at=timezone.now())
        certificate = a_certificate(side.user_id)
        return Things(
            reference=request.reference,
            certificate_id=certificate.pk,
            eui64=side.user_id.eui64,
            notification_id=a_notification(certificate, notified_by=side.aro).pk,
            day_off_id=a_day_off().pk,
            proposal_id=an_emergency(a_person(OFFICER)).pk,
            job_id=a_job(a_person(OFFICER)).pk,
            document_id=a_document(a_person(OFFICER)).pk,
        )

    return made


@pytest.fixture
def everybody(dcc, officer, auditor) -> Callable[[Side], dict[PersonRole, Person]]:
    """Return who there is of each role, with the DCC that officers act for."""
    assert dcc.party.name == "DCC"
    return lambda side: {SRO: side.sro, ARO: side.aro, OFFICER: officer, AUDITOR: auditor}


def answers(client: Client, address: str) -> set[int]:
    """Return the statuses of opening a page and of sending it an empty form."""
    return {client.get(address).status_code, client.post(address).status_code}


def test_every_route_stands_in_the_table_and_says_the_same_itself() -> None:
    said = {}
    for name, route in zip(NAMES, page_routes(), strict=True):
        opening = opening_of(route.view)
        assert isinstance(opening, Opening), f"`{name}` does not say who may open it"
        said[name] = {
            Audience.ANYBODY: "anybody",
            Audience.HALF_SIGNED_IN: "half signed in",
            Audience.SIGNED_IN: set(opening.roles),
        }[opening.audience]
    assert said == WHO_MAY_OPEN


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_asked_to_sign_in(name, north, things_of) -> None:
    address = things_of(north).address(name)
    response = Client().get(address)
    if WHO_MAY_OPEN[name] == "anybody":
        assert response.status_code == 200
    else:
        assert response.status_code == 302
        assert response["Location"].split("?")[0] == "/sign-in"


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(WHO_MAY_OPEN.get(n), set)])
def test_a_form_sent_after_the_session_ended_is_said_to_be_undone_and_leads_back_to_its_page(
    name, north, officer, things_of, signed_in
) -> None:
    address = things_of(north).address(name)
    person = north.aro if ARO in WHO_MAY_OPEN[name] else officer
    browser = signed_in(person)
    del browser.cookies["sessionid"]
    sent = browser.post(address, {"reason": "Typed for nothing"})
    page = page_of(browser.get(sent["Location"]))
    assert "Your changes were not saved" in page
    assert (f'name="next" value="{address}"' in page) == (address != "/")
    assert signed_in(person).get(address).status_code in opened(name)
    assert "Your changes were not saved" not in page_of(browser.get("/sign-in"))


@pytest.mark.parametrize("name", NAMES)
def test_a_password_alone_opens_nothing(name, north, things_of, half_signed_in) -> None:
    address = things_of(north).address(name)
    browser = half_signed_in(north.aro)
    if WHO_MAY_OPEN[name] in ("anybody", "half signed in"):
        assert browser.get(address).status_code in {200, 302}
        return
    for response in (browser.get(address), browser.post(address)):
        assert response.status_code == 302
        assert response["Location"].split("?")[0] == "/sign-in/code"


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(WHO_MAY_OPEN.get(n), set)])
def test_each_role_opens_its_pages_and_no_others(
    name, north, everybody, things_of, signed_in
) -> None:
    address = things_of(north).address(name)
    people: dict[PersonRole, Person] = everybody(north)
    for role, person in people.items():
        browser = signed_in(person)
        is_open = role in WHO_MAY_OPEN[name]
        if name in FOR_OWN_PARTY_ONLY and role is OFFICER:
            is_open = False
        found = answers(browser, address)
        if is_open:
            assert found & {*opened(name), 422}, f"{role} at {address}: {found}"
            assert not found & {403, 404, 500}, f"{role} at {address}: {found}"
        else:
            assert found == {403}, f"{role} at {address}: {found}"


@pytest.mark.parametrize("name", sorted(OF_ONE_PARTY))
def test_another_partys_things_are_not_found_with_the_same_words_as_what_is_absent(
    name, north, south, things_of, signed_in
) -> None:
    theirs = things_of(south)
    absent = Things(
        reference="CSR-999999",
        certificate_id=999_999,
        eui64="90-B3-D5-1F-FF-FF-FF-FF",
        notification_id=999_999,
        job_id=999_999,
    )
    for person in (north.sro, north.aro):
        if person.person_role not in WHO_MAY_OPEN[name]:
            continue
        browser = signed_in(person)
        for send in (browser.get, browser.post):
            foreign, missing = send(theirs.address(name)), send(absent.address(name))
            assert foreign.status_code == missing.status_code
            assert foreign.status_code in {404, 405}
            assert _main(foreign) == _main(missing)


def test_a_view_that_does_not_say_who_may_open_it_opens_to_nobody(
    officer, signed_in, settings
) -> None:
    settings.ROOT_URLCONF = "tests.portal.pages.unclassified_urls"
    assert signed_in(officer).get("/unclassified").status_code == 403


def _main(response: Any) -> str:
    page = page_of(response)
    return page[page.index("<main") : page.index("</main>")]
