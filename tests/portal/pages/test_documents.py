"""The pages of documents: list, one of them, its file, and filing one with a hold."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from registry.documents.acts.filing import Filed, file_document
from registry.models import Document, DocumentContent, Event
from registry.parties.acts.mpid_transfer_holds import lift_mpid_hold
from tests.factories import a_hold
from tests.pdfs import a_pdf
from tests.portal.pages.reading import page_of
from tests.uploads import a_docx, a_png

pytestmark = [pytest.mark.django_db, pytest.mark.serves("RA-DOCUMENTS+")]

NAME = "Letter\u202e of <12> November.pdf"


@pytest.fixture
def hold(officer, north):
    return a_hold(north.party, officer=officer)


def send(browser, hold, octets: bytes, name: str, **differs):
    values = {"hold": hold.pk, "title": "Decision 12 of the SMKI PMA", **differs}
    return browser.post("/documents/add", {**values, "file": SimpleUploadedFile(name, octets)})


def test_without_a_document_or_a_hold_the_pages_say_so(officer, auditor, signed_in) -> None:
    assert "No document is filed yet." in page_of(signed_in(auditor).get("/documents"))
    assert "File a document" not in page_of(signed_in(auditor).get("/documents"))
    assert "No hold on an MPID is in force" in page_of(signed_in(officer).get("/documents/add"))


def test_an_officer_files_a_document_and_staff_download_it(
    officer, auditor, hold, north, signed_in
) -> None:
    octets = a_pdf()
    answer = send(signed_in(officer), hold, octets, NAME)
    document = Document.objects.get()
    assert answer["Location"] == f"/documents/{document.pk}"
    browser = signed_in(auditor)
    page = page_of(browser.get(answer["Location"]))
    assert f"Hold on the MPID {hold.mpid}, {north.party.name}" in page
    assert "Letter of _12_ November.pdf" in page
    assert document.sha256 in page
    assert "Set when what it is filed with ends" in page
    assert "Decision 12 of the SMKI PMA" in page_of(browser.get("/documents"))
    file = browser.get(f"/documents/{document.pk}/file")
    assert file.content == octets
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="Letter of _12_ November.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"].startswith("sandbox; default-src 'none'; ")


@pytest.mark.parametrize(
    ("octets", "name", "says"),
    [
        (a_png(), "a.pdf", "By its content the file is a PNG image"),
        (b"text", "a.pdf", "not one of those that are kept"),
        (b"", "a.pdf", "The file is empty."),
        (a_docx({"word/vbaProject.bin": b"a"}), "a.docx", "holds a macro"),
        (a_pdf(password="a"), "a.pdf", "encrypted or protected by a password"),
        (a_pdf(active="open", object_streams=True), "a.pdf", "holds a script"),
        (a_png(30_000, 30_000), "a.png", "30,000 by 30,000 pixels"),
    ],
)
def test_what_is_not_taken_is_told_and_nothing_of_it_is_kept(
    officer, hold, signed_in, octets, name, says
) -> None:
    browser = signed_in(officer)
    answer = send(browser, hold, octets, name)
    assert answer.status_code == 422
    assert says in page_of(answer)
    assert 'value="Decision 12 of the SMKI PMA"' in page_of(answer)
    assert not DocumentContent.objects.exists()
    assert send(browser, hold, a_png(), "a.png").status_code == 302


def test_a_file_beyond_the_limit_is_told_with_the_limit(
    officer, hold, signed_in, settings
) -> None:
    browser = signed_in(officer)
    settings.DOCUMENT_SIZE_LIMIT = 3 * 2**20
    assert "or Word document (DOCX), up to 3 MB." in page_of(browser.get("/documents/add"))
    settings.DOCUMENT_SIZE_LIMIT = len(a_png())
    answer = send(browser, hold, a_png() + b"a", "a.png")
    assert f"It must have {len(a_png())} or fewer." in page_of(answer)
    assert send(browser, hold, a_png(), "a.png").status_code == 302


def test_a_hold_that_was_lifted_meanwhile(officer, hold, signed_in) -> None:
    browser = signed_in(officer)
    lift_mpid_hold(hold.pk, actor=officer, reason="Decision 14.", at=timezone.now())
    answer = send(browser, hold, a_png(), "a.png")
    assert answer.status_code == 422
    assert "Choose a hold that is in force." in page_of(answer)


def test_what_had_to_be_kept_all_the_same_is_shown_to_nobody(officer, signed_in) -> None:
    document = file_document(
        a_docx({"word/vbaProject.bin": b"a"}),
        name="a.docx",
        title="An instruction",
        subject=lambda: Filed(kind="thing", key="7", kept_until=None),
        actor=officer,
        at=timezone.now(),
        forced_because="The Authority sent it so.",
    )
    browser = signed_in(officer)
    page = page_of(browser.get(f"/documents/{document.pk}"))
    assert "Shown to nobody" in page
    assert "The Authority sent it so." in page
    assert "Download" not in page
    assert browser.get(f"/documents/{document.pk}/file").status_code == 422


def test_a_document_that_is_not_there_leaves_the_refusal_in_the_evidence(
    officer, signed_in
) -> None:
    for address in ("/documents/7", "/documents/7/file"):
        assert signed_in(officer).get(address).status_code == 404
    assert Event.objects.filter(kind="page.open", result="refused").count() == 2
