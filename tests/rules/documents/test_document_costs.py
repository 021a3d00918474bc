"""What a hostile upload costs: a bomb in a Word document, an image of absurd size."""

import zlib

import pytest

from rules.documents.examining import PdfFound, examine
from rules.documents.kinds import DocumentFault
from tests.attacks.costs import measured
from tests.uploads import a_bomb, a_docx, a_jpeg, a_png, that_says_less, with_many_parts

pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.serves("RA-DOCUMENTS+")]

MOST_MEGABYTES = 24
"""A copy of the upload, twice; not a tenth of what the bomb unpacks to."""
MOST_MILLISECONDS = 1_500


PNG, JPEG = a_png(), a_jpeg()
AFTER_SIGNATURE, AFTER_START = 8, 2
TOO_LARGE, DAMAGED = DocumentFault.UNPACKS_TOO_LARGE.value, DocumentFault.DAMAGED.value


def codes(octets: bytes) -> list[str]:
    found = examine(
        octets,
        name={b"\x89": "a.png", b"\xff": "a.jpg"}.get(octets[:1], "a.docx"),
        size_limit=10 * 2**20,
        read_pdf=lambda _: PdfFound(is_readable=False),
    )
    return [fault.code.value for fault in found.faults]


def filled(sound: bytes, at: int, piece: bytes) -> bytes:
    """Put a piece into a sound file so often that it is nearly as large as it may be."""
    return sound[:at] + piece * ((10 * 2**20 - len(sound)) // len(piece)) + sound[at:]


def test_a_hostile_upload_costs_little() -> None:
    bomb = a_bomb()
    assert 9 * 2**20 < len(bomb) < 10 * 2**20
    chunk = b"\0\0\0\0aaaa" + zlib.crc32(b"aaaa").to_bytes(4, "big")
    inputs = {
        "a bomb": (bomb, [TOO_LARGE]),
        "a bomb that lies": (that_says_less(bomb), [DAMAGED]),
        "nearly a bomb": (a_docx({"word/a": bytes(99 * 2**20)}), []),
        "a list of parts": (with_many_parts(150_000), [TOO_LARGE]),
        "a list that opens": (a_docx({"word/a.rels": b"<" * 1_000_000}), [DAMAGED]),
        "a list of nothing": (
            a_docx({"word/a.rels": b"<a>" + b"<a/>" * 250_000 + b"</a>"}),
            [],
        ),
        "lists": (
            a_docx({f"word/{n}.rels": b"<a>%b</a>" % (b" " * 2**19) for n in range(150)}),
            [DAMAGED],
        ),
        "pixels": (a_png(30_000, 30_000), [DocumentFault.TOO_MANY_PIXELS.value]),
        "chunks": (filled(PNG, AFTER_SIGNATURE + 25, chunk), [DAMAGED]),
        "fill": (filled(JPEG, AFTER_START, b"\xff"), [DAMAGED]),
        "markers": (filled(JPEG, AFTER_START, b"\xff\xd0"), [DAMAGED]),
        "segments": (filled(JPEG, AFTER_START, b"\xff\xe0\0\2"), [DAMAGED]),
    }
    costs = measured(
        codes, [(name, octets) for name, (octets, _) in inputs.items()], ordinary=a_docx()
    )
    said = "\n".join(
        f"{cost.milliseconds:7.1f} ms {cost.megabytes:6.1f} MB {cost.octets:10,} B: {cost.name}"
        for cost in costs
    )
    print(said)  # noqa: T201 -- shown where somebody asks for it, with `-s`
    assert {cost.name: cost.answer for cost in costs} == {
        name: answer for name, (_, answer) in inputs.items()
    }
    assert all(cost.megabytes < MOST_MEGABYTES for cost in costs), said
    assert all(cost.milliseconds < MOST_MILLISECONDS for cost in costs), said
