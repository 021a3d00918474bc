"""What an uploaded file is found to be, and each thing that speaks against one."""

import io
import zipfile

import pytest

from rules.documents.examining import PdfFound, examine
from rules.documents.images import LONGEST_SIDE, MOST_PIXELS
from rules.documents.kinds import DocumentFault, DocumentType, Examined
from rules.documents.names import LONGEST_NAME, safe_name
from rules.documents.word import MOST_PARTS
from tests.pdfs import a_pdf
from tests.uploads import a_docx, a_jpeg, a_png, packed_otherwise, with_many_parts

pytestmark = pytest.mark.serves("RA-DOCUMENTS+")

LIMIT = 1024 * 1024
SOUND_PDF = PdfFound(is_readable=True)
OUTSIDE = (
    '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'attachedTemplate" Target="https://a.example/t.dotm" TargetMode="External"/>'
)
MACRO_TYPE = (
    '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.'
    'm&#97;croEnabled.main+xml"/></Types>'
)
LINK = (
    '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'hyperlink" Target="https://a.example" TargetMode="External"/>'
)


def found(octets: bytes, name: str, *, pdf: PdfFound = SOUND_PDF) -> Examined:
    return examine(octets, name=name, size_limit=LIMIT, read_pdf=lambda _: pdf)


def codes(octets: bytes, name: str, *, pdf: PdfFound = SOUND_PDF) -> list[DocumentFault]:
    return [fault.code for fault in found(octets, name, pdf=pdf).faults]


def encrypted_zip() -> bytes:
    made = bytearray(a_docx())
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = made.find(start)
        while where >= 0:
            made[where + at] |= 1
            where = made.find(start, where + 4)
    return bytes(made)


def named_twice() -> bytes:
    made = io.BytesIO(a_docx())
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(made, "a") as package,
    ):
        package.writestr("word/document.xml", b"another")
    return made.getvalue()


@pytest.mark.parametrize(
    ("octets", "name", "kind"),
    [
        (a_pdf(), "a.pdf", DocumentType.PDF),
        (a_pdf() + b"\r\n\0\0", "A.PDF", DocumentType.PDF),
        (a_png(), "a.png", DocumentType.PNG),
        (a_jpeg(), "a.jpeg", DocumentType.JPEG),
        (a_jpeg(), "a.jpg", DocumentType.JPEG),
        (a_docx(), "a.docx", DocumentType.DOCX),
        (a_docx(relation=LINK), "a.docx", DocumentType.DOCX),
    ],
)
def test_a_sound_file_is_what_its_content_says(octets, name, kind) -> None:
    assert found(octets, name) == Examined(type=kind, faults=())


@pytest.mark.parametrize(
    ("octets", "name", "fault"),
    [
        (b"", "a.pdf", DocumentFault.EMPTY),
        (b"%PDF-" + b"a" * LIMIT, "a.pdf", DocumentFault.TOO_LARGE),
        (b"Just text", "a.pdf", DocumentFault.UNKNOWN),
        (b"GIF89a", "a.png", DocumentFault.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "a.doc", DocumentFault.UNKNOWN),
        (b"PK\x03\x04 and no more", "a.docx", DocumentFault.UNKNOWN),
        (a_png(), "a.pdf", DocumentFault.NOT_AS_NAMED),
        (a_docx(), "a.docx.exe", DocumentFault.NOT_AS_NAMED),
        (a_pdf()[:-9], "a.pdf", DocumentFault.DAMAGED),
        (a_png()[:-3], "a.png", DocumentFault.DAMAGED),
        (a_png().replace(b"IHDR", b"IHDX"), "a.png", DocumentFault.DAMAGED),
        (a_png(0, 5), "a.png", DocumentFault.DAMAGED),
        (a_jpeg()[:-2], "a.jpg", DocumentFault.DAMAGED),
        (a_jpeg()[:9], "a.jpg", DocumentFault.DAMAGED),
        (a_docx({"word/a.rels": b"a" * 2**21}), "a.docx", DocumentFault.DAMAGED),
        (named_twice(), "a.docx", DocumentFault.DAMAGED),
        (a_png() + b"more", "a.png", DocumentFault.TWO_THINGS),
        (a_jpeg() + b"more", "a.jpg", DocumentFault.TWO_THINGS),
        (
            a_jpeg()[:2] + b"\xff\xfe\x00\x08%PDF-1" + a_jpeg()[2:],
            "a.jpg",
            DocumentFault.TWO_THINGS,
        ),
        (a_pdf() + a_docx() + b"%%EOF", "a.pdf", DocumentFault.TWO_THINGS),
        (a_docx() + b"more", "a.docx", DocumentFault.TWO_THINGS),
        (a_png(LONGEST_SIDE + 1, 1), "a.png", DocumentFault.TOO_MANY_PIXELS),
        (a_png(10_001, MOST_PIXELS // 10_000), "a.png", DocumentFault.TOO_MANY_PIXELS),
        (a_jpeg(65_535, 65_535), "a.jpg", DocumentFault.TOO_MANY_PIXELS),
        (
            a_docx({f"word/{number}": b"" for number in range(MOST_PARTS)}),
            "a.docx",
            DocumentFault.UNPACKS_TOO_LARGE,
        ),
        (with_many_parts(MOST_PARTS), "a.docx", DocumentFault.UNPACKS_TOO_LARGE),
        *(
            (packed_otherwise(a_docx(), method), "a.docx", DocumentFault.DAMAGED)
            for method in (1, 9, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
        ),
        *(
            (a_docx({"word/a.rels": text}), "a.docx", DocumentFault.DAMAGED)
            for text in (
                b"<!DOCTYPE a><a/>",
                "<!DOCTYPE a><a/>".encode("utf-16"),
                b'<?xml version="1.0" encoding="utf-7"?><a/>',
                b"<a>",
                b"",
            )
        ),
        (encrypted_zip(), "a.docx", DocumentFault.ENCRYPTED),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            DocumentFault.ENCRYPTED,
        ),
        (a_docx({"word/vbaProject.bin": b"a"}), "a.docx", DocumentFault.ACTIVE),
        (a_docx({"word\\VBAPROJECT.BIN": b"a"}), "a.docx", DocumentFault.ACTIVE),
        (a_docx({"word/embeddings/oleObject1.bin": b"a"}), "a.docx", DocumentFault.ACTIVE),
        (a_docx({"word/activeX/activeX1.xml": b"a"}), "a.docx", DocumentFault.ACTIVE),
        (a_docx(relation=OUTSIDE), "a.docx", DocumentFault.ACTIVE),
        (
            a_docx(relation=OUTSIDE.replace("External", "&#69;xternal")),
            "a.docx",
            DocumentFault.ACTIVE,
        ),
        (
            a_docx(relation=OUTSIDE.replace(" Target=", ' Other="&gt;>" Target=')),
            "a.docx",
            DocumentFault.ACTIVE,
        ),
        (
            a_docx({"[Content_Types].xml": MACRO_TYPE.encode()}),
            "a.docx",
            DocumentFault.ACTIVE,
        ),
        (
            a_docx({"word/_rels/a.rels": OUTSIDE.encode("utf-16")}),
            "a.docx",
            DocumentFault.ACTIVE,
        ),
    ],
)
def test_each_fault_is_found_and_no_other(octets, name, fault) -> None:
    assert codes(octets, name) == [fault]


@pytest.mark.parametrize(
    ("pdf", "expected"),
    [
        (PdfFound(is_readable=False), [DocumentFault.DAMAGED]),
        (PdfFound(is_readable=False, is_encrypted=True), [DocumentFault.ENCRYPTED]),
        (
            PdfFound(is_readable=True, is_encrypted=True, is_active=True),
            [DocumentFault.ENCRYPTED, DocumentFault.ACTIVE],
        ),
    ],
)
def test_what_is_found_in_a_pdf(pdf, expected) -> None:
    assert codes(a_pdf(), "a.pdf", pdf=pdf) == expected


def test_all_that_speaks_against_a_file_is_said_at_once() -> None:
    octets = a_png(LONGEST_SIDE + 1, 1) + b"more"
    assert codes(octets, "a.pdf") == [
        DocumentFault.NOT_AS_NAMED,
        DocumentFault.TOO_MANY_PIXELS,
        DocumentFault.TWO_THINGS,
    ]


def test_only_what_is_encrypted_or_active_can_be_kept_all_the_same() -> None:
    active = a_docx({"word/vbaProject.bin": b"a"})
    assert found(active, "a.docx").may_be_forced
    assert not found(active, "a.pdf").may_be_forced
    assert not found(b"text", "a.pdf").may_be_forced


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Letter of 12 November.pdf", "Letter of 12 November.pdf"),
        ("C:\\Users\\Olive\\a.pdf", "a.pdf"),
        ("../../etc/a.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\0b\r\nSet-Cookie: c.pdf", "abSet-Cookie_ c.pdf"),
        ('a"; filename="b.exe', "a__ filename=_b.exe"),
        ("\u200b\u2066.pdf", "pdf"),
        ("", "document"),
        ("...", "document"),
        ("Ünïcode ☂.pdf", "Ünïcode ☂.pdf"),
        ("a" * 300 + ".docx", "a" * (LONGEST_NAME - 5) + ".docx"),
        ("a" * 300, "a" * LONGEST_NAME),
    ],
)
def test_a_name_is_made_safe(given, kept) -> None:
    assert safe_name(given) == kept
