"""Word documents (DOCX: ECMA-376, an Office Open XML package in a ZIP file).

The limits come first: what the file says of its parts, then what they really unpack to, read in
pieces and thrown away.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from rules.documents.kinds import DocumentFault, Fault
from rules.documents.part_lists import lists_something_active

ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An OLE compound file (MS-CFB): an encrypted DOCX, or a document as Word made them until 2007."""
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes of all its parts."""
MOST_PARTS = 2_000

_PIECE = 64 * 1024
_MOST_OF_LISTS = 1024 * 1024
"""Bytes of all the parts which say what the others are; some hundred links are 100 kB."""
_ACTIVE_PART = re.compile(
    r"(?i)(?:^|/)(?:vbaProject\.bin|vbaData\.xml|activeX/|embeddings/|customUI/|macrosheets/)"
)
_NAMES = frozenset({"[Content_Types].xml", "word/document.xml"})
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How a part may be packed (ECMA-376-2, Annex B). Others may ask for gigabytes of memory."""
_ENTRY = b"PK\x01\x02"
_EOCD = 22
"""Bytes of the end of a ZIP file that has no comment."""


def is_word(octets: bytes) -> bool:
    """Tell whether a file is a ZIP file with a Word document in it, as far as its list says."""
    if _has_many_parts(octets):
        return all(name.encode() in octets for name in _NAMES)
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as package:
            names = {part.filename for part in package.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return names >= _NAMES


def _has_many_parts(octets: bytes) -> bool:
    """Tell whether a package has more parts than are taken, before its list is read into memory.

    Counted by how each entry begins; what is packed has these four bytes once in 4 GB by chance.
    """
    return octets.count(_ENTRY) > MOST_PARTS


def word_faults(octets: bytes) -> Iterator[Fault]:
    """Yield what speaks against a Word document, for which `is_word` holds."""
    if octets[-_EOCD:][:4] != b"PK\x05\x06":
        yield Fault(
            code=DocumentFault.TWO_THINGS,
            says="Something comes after the end of the Word document. Save it again, alone.",
        )
    if _has_many_parts(octets):
        yield _too_large()
        return
    with zipfile.ZipFile(io.BytesIO(octets)) as package:
        parts = package.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            yield _too_large()
            return
        if any(part.flag_bits & 1 for part in parts):
            yield encrypted("Word document")
            return
        try:
            _require_plain(parts)
            unpacked, lists = _unpack(package, parts)
            is_active = _is_active(parts, lists)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            ValueError,
        ):
            yield _damaged()
            return
    if unpacked > MOST_UNPACKED:
        yield _too_large()
    elif is_active:
        yield Fault(
            code=DocumentFault.ACTIVE,
            says="The Word document holds a macro, an embedded object or a template from "
            "elsewhere. Save it as PDF, or without these.",
        )


def encrypted(what: str) -> Fault:
    """Return the fault of what is protected by a password."""
    return Fault(
        code=DocumentFault.ENCRYPTED,
        says=f"The {what} is encrypted or protected by a password, so nobody can check what is in "
        "it. Save it without.",
    )


def _require_plain(parts: list[zipfile.ZipInfo]) -> None:
    if len({part.filename for part in parts}) != len(parts):
        raise ValueError("two parts of one name")
    if any(part.compress_type not in _METHODS for part in parts):
        raise ValueError("a part is packed as none of a package may be")


def _unpack(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> tuple[int, list[bytes]]:
    """Return how much it unpacks to, at most a piece beyond the limit, and its lists of parts."""
    unpacked, of_lists, lists = 0, 0, list[bytes]()
    for part in parts:
        is_list = part.filename == "[Content_Types].xml" or part.filename.endswith(".rels")
        kept = bytearray()
        with package.open(part) as stream:
            while piece := stream.read(_PIECE):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED:
                    return unpacked, []
                if is_list:
                    of_lists += len(piece)
                    kept += piece
                if of_lists > _MOST_OF_LISTS:
                    raise ValueError(f"{part.filename} is too long")
        if is_list:
            lists.append(bytes(kept))
    return unpacked, lists


def _is_active(parts: list[zipfile.ZipInfo], lists: list[bytes]) -> bool:
    # Each list is read, also after one that is active: what cannot be read is told.
    of_lists = [lists_something_active(each) for each in lists]
    names = (part.filename.replace("\\", "/") for part in parts)
    return any(of_lists) or any(_ACTIVE_PART.search(name) for name in names)


def _too_large() -> Fault:
    return Fault(
        code=DocumentFault.UNPACKS_TOO_LARGE,
        says=f"The Word document unpacks to more than {MOST_UNPACKED // 2**20} MB or has more "
        f"than {MOST_PARTS:,} parts. Save it as PDF.",
    )


def _damaged() -> Fault:
    return Fault(
        code=DocumentFault.DAMAGED,
        says="The file begins as a Word document does and cannot be read as one. Save it again.",
    )
