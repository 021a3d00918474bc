"""A body as it is sent and signed when it is large: one member of gzip (RFC 1952)."""

import zlib
from collections.abc import Iterable, Iterator

from rules.feed.refusals import FeedReason, FeedRefusedError

LEVEL = 3
"""Of a large register, level 6 takes three times as long for a twentieth less."""

MOST_EXPANSION = 100
"""Octets that one compressed octet may become; of a register's lines, about five."""

ALWAYS_ALLOWED = 1 << 20
"""Octets that a body may become however short it is."""

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 1 << 18


def compressed(pieces: Iterable[bytes], *, level: int = LEVEL) -> Iterator[bytes]:
    """Return a body compressed, in pieces; the same for the same body."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()


def decompressed(body: bytes) -> Iterator[bytes]:
    """Return a compressed body as it was, in pieces of at most 256 KiB.

    Raises:
        FeedRefusedError: It is not gzip, breaks off, becomes far larger than lines of a register
            would, or something follows it.
    """
    left = max(ALWAYS_ALLOWED, MOST_EXPANSION * len(body))
    unpacker = zlib.decompressobj(_GZIP)
    rest: bytes | memoryview = memoryview(body)
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
            left -= len(piece)
            if left < 0:
                raise FeedRefusedError(
                    FeedReason.EXPANDS_TOO_FAR,
                    f"it becomes more than {MOST_EXPANSION} times as large as it came",
                )
            if piece:
                yield piece
            elif not unpacker.eof:
                raise FeedRefusedError(FeedReason.TRUNCATED, "the compressed body breaks off")
    except zlib.error as fault:
        raise FeedRefusedError(FeedReason.NOT_GZIP, f"it is not gzip: {fault}") from fault
    if unpacker.unused_data:
        raise FeedRefusedError(
            FeedReason.GOES_ON_AFTER_THE_END, "something follows the compressed body"
        )
