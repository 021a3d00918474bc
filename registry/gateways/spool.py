"""An append-only spool on the local disk: a process writes segments, a worker reads them.

A segment is a file of a fixed length, all zeros at first, that the process has mapped into its
memory. A line that `append` has copied there belongs to the kernel: nothing which happens to the
process can lose it; only what happens to the machine can, and then no more than the kernel had
not yet written (with `is_synced`, nothing). There is no call to the kernel for a line, and space
that was promised when the segment was made, so a disk that is full is met there and not later.

No line has a zero in it, and no octet is written twice. So a reader who goes as far as the first
zero, and back to the last line's end, has whole lines, whatever the process was doing.

A text that is said again and again is written once, on a line that begins with `=`, and from then
on as its number, which counts those lines from 0: less memory to touch. What is said besides, each
time something else, stands behind the number and a tab.

A segment is locked by the process that writes it for as long as it does. The kernel lets go of
the lock however the process ends, and that is how a worker knows that a segment which it has read
to its end will not grow any more.

The folder must be on a local file system: locks and mapped files mean nothing certain elsewhere.
"""

import contextlib
import errno
import fcntl
import logging
import mmap
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

logger = logging.getLogger(__name__)

SEGMENT_OCTETS = 1024 * 1024
"""How long a segment is."""

_CURRENT = ".v1"
"""What segments in the format of this version are called; those of others are left alone."""
_NEW = ".new"
_NAMES = b"="
_NAMED = re.compile(rb"^=(.*)$", re.MULTILINE)
_DAMAGED = ".damaged"
_ABANDONED_AFTER = 3600.0
"""Seconds. One that has not got its name by then belongs to a process that ended before."""


class SpoolWriter:
    """One process's own end of a spool. Threads may share it; a forked process may not."""

    def __init__(
        self, folder: Path, *, is_synced: bool = False, segment_octets: int = SEGMENT_OCTETS
    ) -> None:
        self._folder = folder
        self._is_synced = is_synced
        self._length = segment_octets
        self._lock = threading.Lock()
        self._mapped: mmap.mmap | None = None
        self._descriptor = 0
        self._end = 0
        self._numbers: dict[bytes, bytes] = {}
        """By text, the line that says it again in this segment."""

    def append(self, text: bytes, besides: bytes = b"") -> None:
        """Append a line: a text that recurs, and what is particular to this time.

        Neither may contain a line feed or a zero octet.

        Raises:
            OSError: It is not in the spool; the disk is full, or worse.
        """
        with self._lock:
            line = known = self._numbers.get(text)
            if line is None or besides:
                line = self._line(text, besides)
            begin = self._end
            end = begin + len(line)
            mapped = self._mapped
            if mapped is None or end > self._length:
                mapped = self._begin_segment()
                line, known = self._line(text, besides), None
                begin, end = 0, len(line)
                if end > self._length:
                    raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
            mapped[begin:end] = line
            self._end = end
            if known is None:
                self._numbers[text] = b"%d\n" % len(self._numbers)
            if self._is_synced:
                page = begin - begin % mmap.PAGESIZE
                mapped.flush(page, end - page)

    def _line(self, text: bytes, besides: bytes) -> bytes:
        line = self._numbers.get(text)
        begin = b""
        if line is None:
            begin, line = b"=%b\n" % text, b"%d\n" % len(self._numbers)
        if besides:
            line = b"%b\t%b\n" % (line[:-1], besides)
        return begin + line

    def close(self) -> None:
        """Let go of the segment; another is begun with the next line."""
        with self._lock:
            self._end_segment()

    def forget(self) -> None:
        """Let go of it in a forked process: the segment and its lock stay the parent's."""
        self._lock = threading.Lock()
        self._end_segment()

    def _begin_segment(self) -> mmap.mmap:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = uuid4().hex
        new = self._folder / (name + _NEW)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(new, flags, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, self._length)
            mapped = mmap.mmap(descriptor, self._length)
            # Locked before it has the name under which a worker would look at it.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            new.rename(self._folder / (name + _CURRENT))
        except OSError:
            os.close(descriptor)
            new.unlink(missing_ok=True)
            raise
        self._end_segment()
        self._mapped, self._descriptor = mapped, descriptor
        return mapped

    def _end_segment(self) -> None:
        if self._mapped is not None:
            self._mapped.close()
            os.close(self._descriptor)
        self._mapped, self._end, self._numbers = None, 0, {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the lines in a part of a segment say."""

    read_to: int
    """How many octets of the segment have been read, with those from before."""
    times: Mapping[tuple[bytes, bytes], int]
    """How often each pair occurs: the text that recurs, and what was particular to that time."""
    damaged: Sequence[bytes]
    """Lines that no writer of ours made."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment, as a worker reads it."""

    path: Path

    @property
    def name(self) -> str:
        """What no other segment is ever called."""
        return self.path.stem

    def read(self, after: int) -> Said:
        """Return what was said after so many octets; nothing where there is no file any more."""
        lines = self._whole_lines()
        texts = _NAMED.findall(lines)
        times: dict[tuple[bytes, bytes], int] = {}
        damaged: list[bytes] = []
        for line, count in Counter(lines[after:].split(b"\n")[:-1]).items():
            if line.startswith(_NAMES):
                continue
            number, _, besides = line.partition(b"\t")
            if number.isdigit() and int(number) < len(texts):
                said = texts[int(number)], besides
                times[said] = times.get(said, 0) + count
            else:
                damaged += [line] * count
        return Said(read_to=max(after, len(lines)), times=times, damaged=damaged)

    def has_more(self, after: int) -> bool:
        """Tell whether there are whole lines after so many octets."""
        return len(self._whole_lines()) > after

    def remove(self, *, read_to: int, is_damaged: bool, first: Callable[[], object]) -> None:
        """Remove it if no process writes it any more and all its lines have been read.

        Args:
            read_to: How many octets of it have been read.
            is_damaged: Whether to keep it aside, under another name.
            first: Is called before it is removed, where it is.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            # Whoever wrote it is gone if the lock is ours; what is there then is all there is.
            if not _is_let_go(descriptor) or self.has_more(read_to):
                return
            torn, _, behind = self._octets()[read_to:].partition(b"\0")
            if torn:
                # A process that was killed while it wrote; nobody has had that answer.
                logger.warning(
                    "spool segment %s ends in %d octets of no line", self.name, len(torn)
                )
            has_a_hole = bool(behind.strip(b"\0")) and b"\n" in behind
            if has_a_hole:
                logger.error("spool segment %s has lines behind a hole", self.name)
            first()
            # Another worker may have been at it in between.
            with contextlib.suppress(FileNotFoundError):
                if is_damaged or has_a_hole:
                    self.path.rename(self.path.with_suffix(_DAMAGED))
                else:
                    self.path.unlink()
        finally:
            os.close(descriptor)

    def _whole_lines(self) -> bytes:
        octets = self._octets().partition(b"\0")[0]
        return octets[: octets.rfind(b"\n") + 1]

    def _octets(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""


def segments(folder: Path) -> list[Segment]:
    """Return the segments that there are, in no order that means anything."""
    return [Segment(path) for path in sorted(folder.glob("*" + _CURRENT))]


def remove_abandoned(folder: Path, *, now: float) -> None:
    """Remove what processes left that ended before their segment had its name: nothing is in it.

    Args:
        folder: The spool's.
        now: Seconds since the epoch, as the file system counts them.
    """
    for path in folder.glob("*" + _NEW):
        try:
            if now - path.stat().st_mtime > _ABANDONED_AFTER:
                path.unlink()
        except FileNotFoundError:
            continue  # it has got its name


def _is_let_go(descriptor: int) -> bool:
    """Tell whether nobody has it locked; it is then locked by this descriptor."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
