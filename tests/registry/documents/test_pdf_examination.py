"""A PDF is looked into by a process that has little memory and little time."""

import pytest

from registry.gateways import pdf_examination
from registry.gateways.pdf_examination import read_pdf
from rules.documents.examining import PdfFound
from tests.pdfs import a_pdf
from tests.uploads import a_pdf_bomb

pytestmark = [pytest.mark.slow, pytest.mark.serves("RA-DOCUMENTS+")]


@pytest.mark.parametrize("object_streams", [False, True])
@pytest.mark.parametrize(
    ("active", "is_active"),
    [
        ("", False),
        ("link", False),
        ("open", True),
        ("launch", True),
        ("submit", True),
        ("file", True),
    ],
)
def test_what_a_pdf_does_is_found_wherever_it_stands(active, is_active, object_streams) -> None:
    read = read_pdf(a_pdf(active=active, object_streams=object_streams))
    assert read == PdfFound(is_readable=True, is_active=is_active)


def test_a_password_is_found_also_one_that_only_forbids() -> None:
    assert read_pdf(a_pdf(password="secret")).is_encrypted
    assert read_pdf(a_pdf(password="")).is_encrypted


@pytest.mark.parametrize(
    "octets", [b"%PDF-1.7 nothing %%EOF", a_pdf().replace(b"/Pages", b"/Pagez")]
)
def test_what_cannot_be_read_is_said_to_be_so(octets) -> None:
    assert not read_pdf(octets).is_readable


@pytest.mark.alone
def test_a_bomb_is_given_up() -> None:
    bomb = a_pdf_bomb()
    assert len(bomb) < 10 * 2**20
    assert read_pdf(bomb) == PdfFound(is_readable=False)


def test_a_reader_that_hangs_is_ended(monkeypatch, tmp_path) -> None:
    child = tmp_path / "hangs.py"
    child.write_text("import threading\nthreading.Event().wait()\n")
    monkeypatch.setattr(pdf_examination, "_CHILD", child)
    monkeypatch.setattr(pdf_examination, "LONGEST", 0.5)
    assert read_pdf(a_pdf()) == PdfFound(is_readable=False)
