"""Filing a document, who may open it, and clearing it when its time is over."""

import hashlib
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from registry.documents.acts.filing import (
    LONGEST_TITLE,
    Filed,
    RefusedDocumentError,
    clear_passed_documents,
    file_document,
    keep_until,
)
from registry.documents.reads.documents import content_of, documents_visible_to
from registry.errors import ConflictError, NotFoundError, NotPermittedError, RefusedActError
from registry.models import Document, DocumentContent, Event, PartyMpid
from registry.parties.acts.hold_documents import file_with_hold
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold, place_mpid_hold
from rules.documents.kinds import DocumentFault
from rules.duties import PersonRole
from rules.periods import years_after
from tests.factories import AT, a_party, a_person
from tests.pdfs import a_pdf
from tests.uploads import a_docx, a_png

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-DOCUMENTS+")]

DAY = timedelta(days=1)
PNG = a_png()
MACRO = a_docx({"word/vbaProject.bin": b"a"})


@pytest.fixture
def officer():
    return a_person(PersonRole.OFFICER)


@pytest.fixture
def hold(officer):
    party = a_party("Failed Energy")
    PartyMpid.objects.create(mpid="ABCD", party=party, recorded_at=AT)
    return partial(
        place_mpid_hold,
        "ABCD",
        party_reference=party.reference,
        actor=officer,
        reason="Decision 12.",
        at=AT,
    )


def filed(officer, octets=PNG, **differs) -> Document:
    whole = {
        "name": "letter.png",
        "title": "Letter of 12 November",
        "subject": lambda: Filed(kind="thing", key="7", kept_until=AT + 9 * DAY),
        "actor": officer,
        "at": AT,
        **differs,
    }
    return file_document(octets, **whole)


def last_event() -> Event:
    return Event.objects.order_by("-position")[0]


def test_a_document_is_kept_as_it_came_with_its_digest(officer) -> None:
    document = filed(officer)
    assert content_of(officer, document.pk) == (document, PNG)
    assert document.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (document.media_type, document.size) == ("image/png", len(PNG))
    assert (last_event().kind, last_event().subject) == ("document.file", "thing:7")
    assert document.sha256 in last_event().body


@pytest.mark.parametrize(
    ("differs", "code"),
    [
        ({"octets": b"text"}, "document-type-unknown"),
        ({"name": "letter.pdf"}, "document-not-as-named"),
        ({"octets": MACRO, "name": "a.docx"}, "document-active"),
        ({"title": " \u200b"}, "title-missing"),
        ({"title": "a" * (LONGEST_TITLE + 1)}, "title-too-long"),
    ],
)
def test_what_is_refused_leaves_its_digest_and_reason_alone(officer, differs, code) -> None:
    octets = differs.get("octets", PNG)
    with pytest.raises(RefusedActError) as refused:
        filed(officer, **differs)
    assert refused.value.code == code
    assert not Document.objects.exists()
    assert not DocumentContent.objects.exists()
    event = last_event()
    assert event.result == "refused"
    assert hashlib.sha256(octets).hexdigest() in event.body
    assert code in event.body
    assert "letter" not in event.body
    filed(officer)


def test_only_an_officer_files(officer) -> None:
    for role in (PersonRole.AUDITOR, PersonRole.ARO):
        with pytest.raises(NotPermittedError) as refused:
            filed(a_person(role))
        assert refused.value.code == "role-may-not"
    filed(officer)


def test_who_must_keep_what_is_active_says_why_and_nobody_opens_it(officer) -> None:
    whole = {"octets": MACRO, "name": "a.docx"}
    with pytest.raises(RefusedDocumentError) as refused:
        filed(officer, **whole, forced_because="\u200b")
    assert [fault.code for fault in refused.value.faults] == [DocumentFault.ACTIVE]
    document = filed(officer, **whole, forced_because="The Authority sent it so.")
    assert document.faults == ["document-active"]
    with pytest.raises(RefusedActError) as shown:
        content_of(officer, document.pk)
    assert shown.value.code == "document-shown-to-nobody"
    with pytest.raises(RefusedDocumentError):
        filed(officer, octets=b"text", name="a.txt", forced_because="It was sent so.")


def test_a_partys_document_is_for_its_people_and_staff_alone(officer) -> None:
    north, south = a_party(), a_party()
    own = filed(
        officer, subject=lambda: Filed(kind="thing", key="8", kept_until=None, party=north)
    )
    staffs = filed(officer)
    ours, theirs = a_person(PersonRole.ARO, north), a_person(PersonRole.ARO, south)
    assert content_of(ours, own.pk)[1] == PNG
    for person, document in ((theirs, own), (ours, staffs), (theirs, staffs)):
        with pytest.raises(NotFoundError):
            content_of(person, document.pk)
    assert list(documents_visible_to(ours)) == [own]
    assert set(documents_visible_to(a_person(PersonRole.AUDITOR))) == {own, staffs}


def test_when_its_time_is_over_its_content_is_cleared_and_the_row_stays(officer) -> None:
    document, other = filed(officer), filed(officer)
    keep_until("thing", "7", AT + 8 * DAY)
    filed(officer, subject=lambda: Filed(kind="open", key="1", kept_until=None))
    assert clear_passed_documents(at=AT + 8 * DAY - timedelta(seconds=1)) == 0
    assert clear_passed_documents(at=AT + 8 * DAY) == 2
    assert clear_passed_documents(at=AT + 900 * DAY) == 0, "what is open is kept"
    document.refresh_from_db()
    assert document.cleared_at == AT + 8 * DAY
    assert last_event().kind == "document.clear"
    assert Event.objects.filter(kind="document.clear", result="done").count() == 2
    assert document.sha256 in "".join(event.body for event in Event.objects.all())
    for each in (document, other):
        with pytest.raises(NotFoundError):
            content_of(officer, each.pk)
    assert DocumentContent.objects.count() == 1


def test_the_database_clears_nothing_before_its_time(officer) -> None:
    document = filed(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(cleared_at=AT)


# --- with a hold on an MPID ----------------------------------------------------------------------


def test_a_holds_document_is_kept_until_years_after_the_lifting(officer, hold) -> None:
    placed = hold()
    document = file_with_hold(
        placed.pk, a_pdf(), name="pma.pdf", title="PMA 12", actor=officer, at=AT
    )
    assert document.kept_until is None
    lift_mpid_hold(placed.pk, actor=officer, reason="Decision 14.", at=AT + 30 * DAY)
    document.refresh_from_db()
    assert document.kept_until == years_after(AT + 30 * DAY, 7)
    with pytest.raises(ConflictError) as ended:
        file_with_hold(placed.pk, PNG, name="a.png", title="A", actor=officer, at=AT + 31 * DAY)
    assert ended.value.code == "hold-ended"


def test_a_hold_that_ends_by_itself_says_until_when(officer, hold) -> None:
    placed = hold(valid_until=AT + 5 * DAY)
    document = file_with_hold(placed.pk, PNG, name="a.png", title="A", actor=officer, at=AT)
    assert document.kept_until == years_after(AT + 5 * DAY, 7)
    with pytest.raises(ConflictError):
        file_with_hold(placed.pk, PNG, name="a.png", title="A", actor=officer, at=AT + 5 * DAY)
    with pytest.raises(NotFoundError):
        file_with_hold(placed.pk + 99, PNG, name="a.png", title="A", actor=officer, at=AT)
