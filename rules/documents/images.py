"""PNG and JPEG images, read as far as their size and their end; no pixel is decoded.

PNG: W3C Portable Network Graphics, 5 and 11.2. JPEG: ITU-T T.81, B.1 and B.2.
"""

import struct
import zlib
from collections.abc import Iterator

from rules.documents.kinds import DocumentFault, Fault

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
MOST_PIXELS = 100_000_000
"""Of one image: a sheet of A3 scanned with 600 dots an inch has 70 million."""
LONGEST_SIDE = 30_000
"""Pixels."""
MOST_PIECES = 20_000
"""Chunks of a PNG image, markers of a JPEG image before its scan: reading more takes seconds."""

_BEGINS_A_MARKER = 0xFF
_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""


class _DamagedError(ValueError):
    """It is not as its format has it."""


def png_faults(octets: bytes) -> Iterator[Fault]:
    """Yield what speaks against a PNG image."""
    try:
        width, height, end = _png(octets)
    except (_DamagedError, struct.error):
        yield _damaged("PNG")
        return
    yield from _pixels(width, height)
    if end != len(octets):
        yield _two_things("PNG image", len(octets) - end)


def jpeg_faults(octets: bytes) -> Iterator[Fault]:
    """Yield what speaks against a JPEG image."""
    try:
        width, height = _jpeg(octets)
    except (_DamagedError, struct.error, IndexError):
        yield _damaged("JPEG")
        return
    yield from _pixels(width, height)
    end = octets.rfind(b"\xff\xd9") + 2
    if end != len(octets):
        yield _two_things("JPEG image", len(octets) - end)


def _png(octets: bytes) -> tuple[int, int, int]:
    """Return width, height and where the image ends."""
    at, size = len(PNG_SIGNATURE), None
    for _ in range(MOST_PIECES):
        length, kind = struct.unpack_from(">I4s", octets, at)
        body = octets[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", octets, at + 8 + length)
        if zlib.crc32(kind + body) != check:
            raise _DamagedError
        if size is None:
            if kind != b"IHDR":
                raise _DamagedError
            size = struct.unpack_from(">II", body)
        at += length + 12
        if kind == b"IEND":
            return size[0], size[1], at
    raise _DamagedError


def _jpeg(octets: bytes) -> tuple[int, int]:
    """Return width and height, from the first frame; the scan after it is not read."""
    at, size = 2, None
    for _ in range(MOST_PIECES):
        begins, marker = octets[at], octets[at + 1]
        if begins != _BEGINS_A_MARKER or marker == _END_OF_IMAGE:
            raise _DamagedError
        if marker == _START_OF_SCAN:
            if size is None or b"\xff\xd9" not in octets[at:]:
                raise _DamagedError
            return size
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", octets, at + 5)
            size = width, height
        at = _next(octets, at, marker)
    raise _DamagedError


def _next(octets: bytes, at: int, marker: int) -> int:
    """Return where the marker after one stands."""
    if marker == _BEGINS_A_MARKER:  # which fills up
        return at + 1
    if marker in _ALONE:
        return at + 2
    (length,) = struct.unpack_from(">H", octets, at + 2)
    return at + 2 + max(int(length), 2)


def _pixels(width: int, height: int) -> Iterator[Fault]:
    if not width or not height:
        yield _damaged("image")
    elif width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        yield Fault(
            code=DocumentFault.TOO_MANY_PIXELS,
            says=f"The image says that it has {width:,} by {height:,} pixels. It must have "
            f"{MOST_PIXELS:,} or fewer, and {LONGEST_SIDE:,} or fewer on a side. Save it smaller.",
        )


def _damaged(what: str) -> Fault:
    return Fault(
        code=DocumentFault.DAMAGED,
        says=f"The file begins as a {what} does and cannot be read as one. Save it again.",
    )


def _two_things(what: str, more: int) -> Fault:
    return Fault(
        code=DocumentFault.TWO_THINGS,
        says=f"After the end of the {what} come {more:,} more bytes. Save the image again, alone.",
    )
