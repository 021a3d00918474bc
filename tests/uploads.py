"""Files to upload: sound ones of each kind, made here, and what is done to make them otherwise."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{0}</Relationships>"
)
_DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


def a_png(width: int = 2, height: int = 2) -> bytes:
    """Make a PNG image; with a size that it only says that it has where that is large."""
    rows = b"".join(b"\0" + b"\x80" * 3 * min(width, 4) for _ in range(min(height, 4)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(rows)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def a_jpeg(width: int = 2, height: int = 2) -> bytes:
    """Make a JPEG image as far as its scan."""
    return b"".join(
        (
            b"\xff\xd8",
            b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
            b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00",
            b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00",
            b"\x00\x7f",
            b"\xff\xd9",
        )
    )


def a_docx(more: Mapping[str, bytes] | None = None, *, relation: str = "") -> bytes:
    """Make a Word document, with parts beside the usual ones."""
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": _RELS.format(relation).encode(),
        "word/document.xml": _DOCUMENT.encode(),
        **(more or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return made.getvalue()


def a_bomb() -> bytes:
    """Make a Word document of 9.5 megabytes, of which a third of one unpacks to 300."""
    made = io.BytesIO(a_docx())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        piece = b"\0" * 2**20
        with package.open("word/media/0", "w") as part:
            for _ in range(300):
                part.write(piece)
        stored = zipfile.ZipInfo("word/media/1")
        package.writestr(stored, b"\1" * (19 * 2**19 - made.tell()))
    return made.getvalue()


def that_says_less(bomb: bytes) -> bytes:
    """Return a package whose list says that each of its parts has one byte."""
    changed = bytearray(bomb)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", 1)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def with_many_parts(parts: int) -> bytes:
    """Return a Word document with so many parts beside the usual ones, each of nothing."""
    made = a_docx()
    at = made.find(b"PK\x01\x02")
    usual, end = made[at:-22], bytearray(made[-22:])
    empty = bytearray(usual[: 46 + len("[Content_Types].xml")])
    empty[20:28] = bytes(8)
    entries = usual + bytes(empty) * parts
    struct.pack_into("<HHII", end, 8, *(min(parts + 3, 65_535),) * 2, len(entries), at)
    return made[:at] + entries + bytes(end)


def packed_otherwise(octets: bytes, method: int) -> bytes:
    """Return a package whose list says that its parts are packed by another method."""
    changed = bytearray(octets)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<H", changed, at + 10, method)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def a_pdf_bomb(megabytes: int = 2_000) -> bytes:
    """Make a PDF whose list of objects unpacks to so many megabytes."""
    packing = zlib.compressobj(9)
    begins, piece = b"5 0 \n<<>>", b" " * 2**20
    packed = packing.compress(begins) + packing.flush(zlib.Z_FULL_FLUSH)
    # After a full flush each block stands by itself, so that one can be said again.
    packed += (packing.compress(piece) + packing.flush(zlib.Z_FULL_FLUSH)) * megabytes
    check = zlib.adler32(begins)
    for _ in range(megabytes):
        check = zlib.adler32(piece, check)
    packed += b"\x03\0" + struct.pack(">I", check)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/X 5 0 R>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
        % (len(packed), packed),
    )
    made, places = b"%PDF-1.5\n", [(0, 0, 65_535)]
    for number, body in enumerate(objects, start=1):
        places.append((1, len(made), 0))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    places += [(1, len(made), 0), (2, 3, 0)]
    table = b"".join(struct.pack(">BIH", *place) for place in places)
    return made + (
        b"4 0 obj\n<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%b\nendstream\n"
        b"endobj\nstartxref\n%d\n%%%%EOF" % (len(table), table, len(made))
    )
