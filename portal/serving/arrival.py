"""Tells, by the octets of a request as they come, when it can be given to a thread."""

import re
from typing import Final

LONGEST_HEAD: Final = 64 * 1024
"""Octets of a request line and its header fields that are waited for."""
PIECE: Final = 64 * 1024
"""Octets of a body that must come in a given time."""
PART_OF_HEAD: Final = 1
"""The progress of a request of which part of the head is here."""

_HEAD_ENDS: Final = b"\r\n\r\n"
_EXPECTS: Final = b"100-continue"
_LENGTH = re.compile(rb"[0-9]{1,18}")


class Arrival:
    """What has come of one request.

    Only *when* it is handed over is told here. What it says and where it ends is for the server's
    own parser, which gets these octets and no more: where the two read a header differently, that
    parser finds that the request breaks off, and the connection is closed.
    """

    def __init__(self, *, longest_body: int) -> None:
        self.octets = bytearray()
        self.is_whole = False
        """Whether all of its head and its body is here."""
        self.has_head = False
        self.is_head_alone = False
        """Whether its body is not waited for: it is too long, or does not say how long it is."""
        self.expects_continue = False
        """Whether the other end waits to be told to go on (RFC 9110, 10.1.1)."""
        self._longest_body = longest_body
        self._head_length = 0
        self._needed = 0

    def add(self, octets: bytes) -> None:
        """Take in what came next."""
        searched = max(0, len(self.octets) - len(_HEAD_ENDS) + 1)
        self.octets += octets
        if not self.has_head:
            end = self.octets.find(_HEAD_ENDS, searched)
            if end < 0:
                return
            self._read_head(bytes(self.octets[:end]))
            self._head_length = end + len(_HEAD_ENDS)
            self._needed += self._head_length
        self.is_whole = not self.is_head_alone and len(self.octets) >= self._needed

    def take(self) -> bytes:
        """Return the octets, and keep none."""
        octets = bytes(self.octets)
        self.octets.clear()
        return octets

    @property
    def is_ready(self) -> bool:
        """Whether nothing more is waited for."""
        return self.is_whole or self.is_head_alone

    @property
    def has_too_long_a_head(self) -> bool:
        """Whether its head has more octets than are waited for."""
        return not self.has_head and len(self.octets) > LONGEST_HEAD

    @property
    def progress(self) -> int:
        """How far it is: nothing, part of its head, all of it, and each piece of its body."""
        if self.has_head:
            return PART_OF_HEAD + 1 + (len(self.octets) - self._head_length) // PIECE
        return PART_OF_HEAD if self.octets else 0

    def _read_head(self, head: bytes) -> None:
        self.has_head = True
        lengths: set[bytes] = set()
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            match name.lower():
                case b"content-length":
                    lengths.add(value.strip(b" \t"))
                case b"transfer-encoding":
                    self.is_head_alone = True
                case b"expect":
                    self.expects_continue = value.strip(b" \t").lower() == _EXPECTS
        if not lengths:
            return
        length = lengths.pop()
        if lengths or not _LENGTH.fullmatch(length) or int(length) > self._longest_body:
            self.is_head_alone = True
        else:
            self._needed = int(length)
