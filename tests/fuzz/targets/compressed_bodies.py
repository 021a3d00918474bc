"""Compressed bodies of the feed: what is let through is what gzip makes of it, in small pieces."""

import gzip
from itertools import islice

from rules.feed.compression import compressed, decompressed
from rules.feed.refusals import FeedRefusedError
from tests.fuzz.feed_bodies import require_documented
from tests.fuzz.target import Target
from tests.rules.feed.test_refusals import BODY, PACKED

_MOST_PIECE = 1 << 18
_PIECES = 16
"""A few octets may stand for gigabytes; whoever reads lines gives up early."""


def hold(data: bytes) -> None:
    _hold(data)
    # Whatever it is, it comes back.
    assert b"".join(decompressed(b"".join(compressed([data])))) == data


def _hold(data: bytes) -> None:
    pieces = []
    try:
        for piece in islice(decompressed(data), _PIECES):
            assert 0 < len(piece) <= _MOST_PIECE
            pieces.append(piece)
    except FeedRefusedError as refused:
        require_documented(refused)
        return
    if len(pieces) < _PIECES:
        assert b"".join(pieces) == gzip.decompress(data)


TARGET = Target(
    hold=hold,
    seeds=(
        PACKED,
        PACKED + PACKED,
        PACKED[:-1],
        b"".join(compressed([b""])),
        b"".join(compressed([BODY], level=0))[:4_096],
        b"".join(compressed([BODY[:100]], level=0)),
        gzip.compress(bytes(1 << 22)),
    ),
    words=(b"\x1f\x8b\x08", b"\x00\x00\xff\xff", b"\x03\x00"),
)
