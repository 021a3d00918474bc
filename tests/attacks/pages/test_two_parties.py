"""Two Parties, each with something of everything, and every page that each of them can get to.

From the home page on every link is followed and every filter tried, as every role; and every
address there is besides. No page has anything of the other Party, or the name of an officer for a
Party's people; and whatever a page offers, its reader may take.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from lxml import html

from registry.certificates.acts.certificate_requests import reject_request, submit_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.models import (
    CertificateRequest,
    DayOff,
    Document,
    OrganisationCertificate,
    Party,
    PartyMpid,
    Person,
    SigningNotification,
    UserId,
)
from registry.notifications.acts.notifications import notify_certificate
from registry.passing.acts.keeping import keep
from registry.passing.reads.kept import PassingKind
from rules.duties import PersonRole
from rules.workflow import RevocationReason
from tests.attacks.page_forms import Found, forms_on
from tests.attacks.routes import Route, page_routes
from tests.browser.world import World, a_csr, a_world
from tests.factories import a_certificate, a_person
from tests.portal.pages.test_who_may_open import WHO_MAY_OPEN

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOTE = "Southgate asked by letter"
CONTESTED = "NWXX"
"""An MPID that both have written: of each it says nothing of the other."""
EXAMPLE = re.compile(r"(such as|like|--eui64) 90-B3-D5-1F-30-01-00-00")
"""On pages, for everybody."""
MOST_CHOICES = 8
"""Of one filter that are tried."""
ENDS_THE_SESSION = {"sign-out"}
# What a person enters into a form that asks for words or a choice.
ENTERED = {
    "request-reject": {"note": "Not theirs."},
    "certificate-revoke": {"note": "Stolen.", "reason": "key-compromise"},
}


@dataclass(frozen=True)
class Sides:
    world: World
    south_sro: Person

    @property
    def people(self) -> dict[str, Person]:
        of = self.world
        return {
            "north-sro": of.sro,
            "north-aro": of.aro,
            "south-sro": self.south_sro,
            "south-aro": of.stranger,
            "officer": of.officer,
            "auditor": of.auditor,
        }


@pytest.fixture
def sides() -> Sides:
    world = a_world()
    south = world.stranger.party
    assert south is not None
    user_id = UserId.objects.get(eui64="90-B3-D5-1F-30-03-00-00")
    at = timezone.now()
    certificate = OrganisationCertificate.objects.get(party=south, request__isnull=False)
    notify_certificate(user_id.eui64, certificate.pk, actor=world.stranger, at=at)
    revoke_certificate(
        a_certificate(user_id).pk,
        actor=world.officer,
        reason=RevocationReason.SUPERSEDED,
        note=NOTE,
        at=at,
    )
    rejected = submit_request(a_csr(user_id.eui64), actor=world.stranger, at=at)
    reject_request(
        rejected.reference,
        actor=world.officer,
        seen_version=rejected.version,
        note=NOTE,
        at=at,
    )
    submit_request(a_csr(user_id.eui64), actor=world.stranger, at=at)
    Person.objects.filter(pk=world.officer.pk).update(name="Olive Ferris")
    Person.objects.filter(pk=world.auditor.pk).update(name="Audrey Torrance")
    sro = a_person(PersonRole.SRO, south)
    Person.objects.filter(pk=sro.pk).update(name="Gwilym Sandover")
    return Sides(world, Person.objects.get(pk=sro.pk))


def traces_of(party: Party) -> dict[str, re.Pattern[str]]:
    """Return what tells of a Party, by what it is; none of it is on a page of another's."""
    words = {"its name": party.name, "its reference": party.reference}
    for person in Person.objects.filter(appointments__party=party):
        words |= {f"name of person {person.pk}": person.name, person.email: person.email}
    for user_id in UserId.objects.filter(party=party):
        words[f"User ID {user_id.eui64}"] = user_id.eui64
    for recorded in PartyMpid.objects.filter(party=party).exclude(mpid=CONTESTED):
        words[f"MPID {recorded.mpid}"] = recorded.mpid
    for request in CertificateRequest.objects.filter(party=party):
        words[request.reference] = request.reference
        words[f"note on {request.reference}"] = request.decision_note
    for certificate in OrganisationCertificate.objects.filter(party=party):
        number = f"{int(certificate.serial_number):032X}"
        colons = ":".join(re.findall("..", number))
        words |= {
            f"serial of {certificate.pk}": certificate.serial_number,
            f"serial of {certificate.pk} in hexadecimal": number.lstrip("0").lower(),
            f"serial of {certificate.pk} with colons": colons,
            f"end of the serial of {certificate.pk}": colons[-8:],
            f"link to certificate {certificate.pk}": f"/certificates/{certificate.pk}",
            f"note on certificate {certificate.pk}": certificate.revocation_note,
        }
    for notification in SigningNotification.objects.filter(user_id__party=party):
        words[f"notification {notification.pk}"] = f"/notifications/{notification.pk}"
    return {
        what: re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)
        for what, text in words.items()
        if text
    }


def traces_of_staff() -> dict[str, re.Pattern[str]]:
    staff = Person.objects.filter(appointments__party=None)
    return {
        f"{word} of staff": re.compile(re.escape(word))
        for person in staff
        for word in (person.name, person.email)
    }


@dataclass(frozen=True)
class Opened:
    """A page as somebody got to it."""

    address: str
    came_from: str
    answer: HttpResponse

    @property
    def is_page(self) -> bool:
        return self.answer.headers.get("Content-Type", "").startswith("text/html")


def every_page(browser: Client, seeds: list[str]) -> Iterator[Opened]:
    """Open the home page and every page that a link or a filter leads to; then the seeds."""
    waiting = [(seed, "an address of theirs") for seed in reversed(seeds)]
    waiting.append(("/", ""))
    seen: set[str] = set()
    while waiting:
        address, came_from = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        opened = Opened(address, came_from, browser.get(address))
        yield opened
        if opened.is_page and opened.answer.status_code == 200:
            waiting.extend((led_to, address) for led_to in led_from(opened))


def led_from(opened: Opened) -> list[str]:
    document = html.fromstring(opened.answer.content.decode())
    links = [
        urljoin(opened.address, link.get("href", "")).partition("#")[0]
        for link in document.iter("a")
    ]
    for form in document.forms:
        if form.method == "GET":
            for select in form.iter("select"):
                values = [option.get("value") for option in select.iter("option")]
                links += [
                    f"{form.get('action')}?{urlencode({select.name: value})}"
                    for value in values[:MOST_CHOICES]
                    if value
                ]
    return [link for link in links if link.startswith("/") and is_our_page(link)]


def is_our_page(address: str) -> bool:
    try:
        name = resolve(address.partition("?")[0]).url_name
    except Resolver404:
        return False
    return name in WHO_MAY_OPEN and name not in ENDS_THE_SESSION


def things_of(party: Party) -> Iterator[dict[str, object]]:
    """Return what addresses of a Party's things name, of each kind of thing every one."""
    for request in CertificateRequest.objects.filter(party=party):
        yield {"reference": request.reference}
    for certificate in OrganisationCertificate.objects.filter(party=party):
        yield {"certificate_id": certificate.pk}
    for user_id in UserId.objects.filter(party=party):
        yield {"eui64": user_id.eui64}
    for notification in SigningNotification.objects.filter(user_id__party=party):
        yield {"notification_id": notification.pk}
    for person in Person.objects.filter(appointments__party=party):
        sent = {"generation": "SMETS1"}
        kept = keep(person, PassingKind.MESSAGE, fields=sent, octets=b"<a/>", at=timezone.now())
        yield {"token": kept}


def addresses_of(routes: list[Route], party: Party) -> list[str]:
    everything = [
        {},
        {"position": 1},
        *({"day_off_id": each.pk} for each in DayOff.objects.all()),
        *({"document_id": each.pk} for each in Document.objects.all()),
        *things_of(party),
    ]
    return [
        route.address(things)
        for route in routes
        if route.name not in ENDS_THE_SESSION
        for things in everything
        if set(route.arguments) == set(things)
    ]


@pytest.mark.parametrize("who", ["north-aro", "south-sro"])
def test_no_page_has_anything_of_the_other_party_or_the_name_of_an_officer(
    who, sides, signed_in
) -> None:
    person = sides.people[who]
    (other,) = Party.objects.exclude(pk=person.party_id).exclude(name="DCC")
    traces = {**traces_of(other), **traces_of_staff()}
    own = traces_of(person.party)
    openable = {
        name
        for name, roles in WHO_MAY_OPEN.items()
        if isinstance(roles, set) and person.person_role in roles
    }
    found, seen_of_own, visited = [], set(), set()
    routes = [route for route in page_routes() if route.name in openable]
    for opened in every_page(signed_in(person), addresses_of(routes, person.party)):
        text = html_text(opened)
        visited.add(resolve(opened.address.partition("?")[0]).url_name)
        found += [f"{opened.address}: {what}" for what in traces if traces[what].search(text)]
        seen_of_own |= {what for what, pattern in own.items() if pattern.search(text)}
    assert found == []
    # Controls: nearly everything of their own was seen, and every page that is theirs to open.
    # Of a serial number the pages show some spellings, and of a Party its name.
    shown = {what for what in own if not what.startswith(("serial", "its reference"))}
    assert len(seen_of_own & shown) > 0.8 * len(shown), shown - seen_of_own
    assert openable <= visited


def html_text(opened: Opened) -> str:
    """Return a page's source; of a download nothing, since it is what its Party knows."""
    return EXAMPLE.sub("", opened.answer.content.decode()) if opened.is_page else ""


@pytest.mark.parametrize("who", ["north-sro", "south-aro", "officer", "auditor"])
def test_whatever_a_page_offers_its_reader_may_take(who, sides, signed_in) -> None:
    browser = signed_in(sides.people[who])
    faults, sent = [], set()
    for opened in every_page(browser, []):
        if opened.answer.status_code >= 400:
            faults.append(f"{opened.came_from} leads to {opened.address}")
            continue
        if not opened.is_page:
            continue
        for form in forms_on(opened.answer, opened.address):
            if form.method == "GET" or form.route in ENDS_THE_SESSION:
                continue
            sent.add(form.route)
            status = tried(browser, form)
            if status not in {200, 302, 422}:
                faults.append(f"{opened.address} offers {form.action}: {status}")
    assert faults == []
    expected = {
        "officer": {
            *("request-approve", "request-reject", "certificate-revoke"),
            *("evidence-prove", "job-cancel"),
        },
        "auditor": {"evidence-prove", "job-cancel"},
    }.get(who, {"request-check", "message-check", "request-withdraw", "notification-withdraw"})
    assert expected <= sent


def tried(browser: Client, form: Found) -> int:
    """Send a form as it stands, and undo in the database whatever came of it."""
    before = connection.savepoint()
    try:
        return browser.post(
            form.action, {**form.values, **ENTERED.get(form.route, {})}
        ).status_code
    finally:
        connection.savepoint_rollback(before)
