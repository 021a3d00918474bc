"""Names that are markup, or a query, or a format: shown as they are on every page, and no more.

Whatever can be named by somebody is given a name of this kind, and every page is opened by every
kind of person; no page has it in any other form than as text.
"""

import html
import re
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from registry.certificates.acts.certificate_requests import reject_request, submit_request
from registry.certificates.acts.certificates import revoke_certificate
from registry.models import Party, Person
from registry.passing.acts.keeping import keep
from registry.passing.reads.kept import PassingKind
from rules.duties import PersonRole
from rules.workflow import RevocationReason
from tests.attacks.routes import page_routes
from tests.factories import (
    a_certificate,
    a_day_off,
    a_document,
    a_given_up_effect,
    a_job,
    a_mail,
    a_notification,
    a_party,
    a_person,
    a_user_id,
)
from tests.portal.pages.conftest import a_csr
from tests.proposing import a_proposal
from tests.rules.messages.builders import DUIS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MARK = "zqx"
"""In every one of the names, and in nothing else."""

NASTY = [
    f'<script>alert("{MARK}")</script>',
    f'"><img src=x onerror=alert("{MARK}")>',
    f"'-alert(`{MARK}`)-'",
    f"</title><svg/onload=alert({MARK})>",
    f"{{{{ {MARK} }}}}{{% load {MARK} %}}",
    f"javascript:alert('{MARK}')",
    f"&lt;b&gt;{MARK}&amp;",
    f"'; DROP TABLE registry_party; -- {MARK}",
    f"%s %(x)s {{0.__class__}} {MARK}",
    f"\u202e{MARK}\u2066\u200b",
    f"<!-- {MARK} --><![CDATA[{MARK}]]>",
    f"\ufffe\U0001f600{MARK}",
    f"=HYPERLINK({MARK})",
]


class Reader(HTMLParser):
    """Notes where the mark is in a page: in a text, or in anything else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.elsewhere: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script" and not dict(attrs).get("src")
        for name, value in attrs:
            if name.startswith("on") or MARK in name:
                self.elsewhere.append(f"{tag} {name}")
            if (
                value
                and MARK in value
                and name in {"href", "src", "action", "formaction", "style"}
            ):
                self.elsewhere.append(f"{tag} {name}={value}")
        # The arrows of our own, which lead to the next page of a long list.
        is_arrow = tag == "svg" and "govuk-pagination__icon" in (dict(attrs).get("class") or "")
        if MARK in tag or (tag in {"svg", "img"} and not is_arrow):
            self.elsewhere.append(tag)

    def handle_data(self, data: str) -> None:
        if MARK in data:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.elsewhere.append(f"comment {data}")

    def unknown_decl(self, data: str) -> None:
        self.elsewhere.append(f"declaration {data}")


def named_everywhere(nasty: str, party: Party) -> Person:
    """Give everything that somebody can name a nasty name; returns who acts for the Party."""
    Party.objects.filter(pk=party.pk).update(name=nasty)
    party.refresh_from_db()
    person = a_person(PersonRole.ARO, party)
    Person.objects.filter(pk=person.pk).update(name=nasty, email=f"{MARK}@example.test")
    person.refresh_from_db()
    return person


@pytest.mark.parametrize("nasty", NASTY)
def test_no_page_has_a_name_as_anything_but_text(nasty, signed_in, auditor) -> None:
    party = a_party()
    user_id = a_user_id(party)
    person = named_everywhere(nasty, party)
    officer = a_person(PersonRole.OFFICER)
    Person.objects.filter(pk=officer.pk).update(name=nasty)
    officer.refresh_from_db()
    now = timezone.now()
    rejected = submit_request(a_csr(user_id), actor=person, at=now)
    reject_request(
        rejected.reference, actor=officer, seen_version=rejected.version, note=nasty, at=now
    )
    request = submit_request(a_csr(user_id), actor=person, at=now)
    # A commonName that no rule would let pass; an imported register may have one.
    certificate = a_certificate(user_id, common_name=nasty[:64])
    notification = a_notification(certificate, notified_by=person)
    revoke_certificate(
        a_certificate(user_id).pk,
        actor=officer,
        reason=RevocationReason.KEY_COMPROMISE,
        note=nasty,
        at=now,
    )
    sent = {"generation": "SMETS1", "registered_user_ids": nasty}
    things = {
        "reference": request.reference,
        "certificate_id": certificate.pk,
        "eui64": user_id.eui64,
        "notification_id": notification.pk,
        "day_off_id": a_day_off(name=nasty).pk,
        "message_id": a_given_up_effect(nasty[:100]).pk,
        "mail_id": a_mail(nasty[:200]).pk,
        "document_id": a_document(officer, title=nasty).pk,
        "position": 1,
        "proposal_id": a_proposal(officer, note=nasty).pk,
        "job_id": a_job(person, kind=nasty[:60], called=nasty[:120], says=nasty, fault=nasty).pk,
        "token": keep(person, PassingKind.MESSAGE, fields=sent, octets=nasty.encode(), at=now),
    }
    addresses = [route.address(things) for route in page_routes() if "sign-" not in route.name]
    addresses += [
        f"/requests/{rejected}",
        "/evidence/2",
        "/evidence/3",
        f"/certificates/{certificate.pk + 1}",
    ]
    seen = 0
    for reader_of in (person, officer, auditor):
        browser = signed_in(reader_of)
        for address in addresses:
            answer = browser.get(address)
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            page = answer.content.decode()
            reader = Reader()
            reader.feed(page)
            assert reader.elsewhere == [], address
            assert reader.scripts == 0, address
            seen += len(reader.texts)
            # The name itself is there, and whole, where any of it is.
            assert nasty not in page or html.escape(nasty) == nasty
    assert seen > 10
    assert Party.objects.get(pk=party.pk).name == nasty


@pytest.mark.parametrize("nasty", NASTY)
def test_what_is_typed_comes_back_as_text(nasty, north, officer, signed_in) -> None:
    browser = signed_in(officer)
    request = submit_request(a_csr(north.user_id), actor=north.aro, at=timezone.now())
    pages = [
        browser.get("/certificates", {"eui64": nasty, "serial": nasty, "party": nasty}),
        browser.get("/evidence", {"subject": nasty, "kind": nasty}),
        browser.get("/requests", {"state": nasty, "page": nasty}),
        browser.get("/sign-in", {"next": nasty}),
        browser.get(f"/{nasty.replace('%', '').replace('/', '')}"),
        browser.post(f"/requests/{request}/reject", {"note": nasty, "version": nasty}),
        browser.post(f"/requests/{request}/approve", {"facts": nasty, "version": nasty}),
        browser.post("/requests/check", {"text": nasty}, follow=True),
        browser.post("/messages/check", {"text": nasty, "generation": nasty}, follow=True),
        browser.post(
            "/messages/check", {"text": f"<a>{nasty}", "generation": "SMETS1"}, follow=True
        ),
        browser.post("/sign-in/code", {"code": nasty}),
    ]
    for answer in pages:
        assert answer.status_code < 500
        if answer.status_code == 302:
            continue
        reader = Reader()
        reader.feed(answer.content.decode())
        assert reader.elsewhere == []
        assert reader.scripts == 0


def test_what_a_message_says_comes_back_as_text(north, signed_in) -> None:
    """A message's values are shown in the words of its findings."""
    browser = signed_in(north.aro)
    escaped = html.escape('<img src=x onerror="zqx">')
    for message in (
        f"<a>{escaped}</a>",
        f"<{MARK}><b/></{MARK}>",
        f'<sr:Request xmlns:sr="{escaped}"/>',
        f'<sr:Request xmlns:sr="{DUIS}" schemaVersion="{escaped}"/>',
    ):
        answer = browser.post(
            "/messages/check", {"text": message, "generation": "SMETS1"}, follow=True
        )
        assert answer.status_code == 200
        reader = Reader()
        reader.feed(answer.content.decode())
        assert reader.elsewhere == []
        assert not re.search(r"<img src=x", answer.content.decode())


def test_a_file_is_named_by_us_alone(north, signed_in) -> None:
    certificate = a_certificate(north.user_id, common_name='"; filename="x')
    for form in ("pem", "der"):
        answer = signed_in(north.aro).get(f"/certificates/{certificate.pk}.{form}")
        assert re.fullmatch(
            rf'attachment; filename="certificate-[0-9A-F-]+-[0-9a-f]+\.{form}"',
            answer.headers["Content-Disposition"],
        )
