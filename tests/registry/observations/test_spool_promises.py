"""What the spool promises at moments that no test meets by chance: each is made to happen."""

import fcntl
import mmap
import os
from pathlib import Path

import pytest

from registry.gateways import spool
from registry.gateways.spool import Segment, SpoolWriter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def the_segment(folder: Path) -> Segment:
    (segment,) = spool.segments(folder)
    return segment


def is_locked(path: Path) -> bool:
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def write_at_its_end(segment: Segment, octets: bytes) -> None:
    with segment.path.open("r+b") as stream:
        stream.seek(stream.read().index(b"\0"))
        stream.write(octets)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def refuse_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


# --- writing ---------------------------------------------------------------------------------


def test_a_segment_is_locked_before_it_has_the_name_by_which_a_worker_finds_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = Path.rename
    found: list[bool] = []

    def rename(self: Path, target: Path) -> Path:
        found.append(is_locked(self))
        return renamed(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    writer = SpoolWriter(folder)
    writer.append(b"one")
    writer.close()
    assert found == [True]


class Watched(mmap.mmap):
    """A mapped file that tells what is written and what is brought to the disk."""

    def __setitem__(self, where, octets):
        is_alone = self.writer._lock.locked()  # noqa: SLF001 - what keeps the threads apart
        self.written.append((where.start, where.stop, is_alone))
        super().__setitem__(where, octets)

    def flush(self, offset=0, size=None):
        self.flushed.append((offset, offset + (len(self) if size is None else size)))
        return super().flush(offset, size)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    Watched.written, Watched.flushed = [], []
    monkeypatch.setattr(spool.mmap, "mmap", Watched)
    return Watched


def test_synced_each_line_is_on_the_disk_whole_before_the_next_question_is_answered(
    folder: Path, watched: type[Watched]
) -> None:
    writer = watched.writer = SpoolWriter(folder, is_synced=True)
    for number in range(200):
        writer.append(b"one", b"%03d" % number * 50)
        begin, end, _ = watched.written[-1]
        first, last = watched.flushed[-1]
        assert len(watched.flushed) == number + 1
        assert first <= begin
        assert end <= last
    writer.close()


def test_unsynced_no_line_waits_for_the_disk(folder: Path, watched: type[Watched]) -> None:
    writer = watched.writer = SpoolWriter(folder)
    writer.append(b"one")
    writer.close()
    assert len(watched.written) == 1
    assert watched.flushed == []


def test_one_thread_writes_at_a_time(folder: Path, watched: type[Watched]) -> None:
    writer = watched.writer = SpoolWriter(folder)
    for text in (b"one", b"one", b"two"):
        writer.append(text)
    writer.close()
    assert [is_alone for *_, is_alone in watched.written] == [True] * 3


def test_a_segment_that_cannot_be_begun_leaves_no_file_open_and_the_one_before_in_use(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = SpoolWriter(folder, segment_octets=40)
    writer.append(b"0123456789")
    before = open_files()
    with monkeypatch.context() as full:
        full.setattr(os, "posix_fallocate", refuse_space)
        for _ in range(3):
            with pytest.raises(OSError, match="No space left"):
                writer.append(b"longer than what is left of it")
        assert open_files() == before
        writer.append(b"0123456789")  # what fits is said
    segment = the_segment(folder)
    assert segment.read(0).times == {(b"0123456789", b""): 2}
    assert is_locked(segment.path)
    writer.close()
    assert open_files() < before


def test_a_forked_process_does_not_wait_for_a_thread_that_it_does_not_have(folder: Path) -> None:
    writer = SpoolWriter(folder)
    # As a thread of the parent may have it when it forks.
    writer._lock.acquire()  # noqa: SLF001
    writer.forget()
    assert not writer._lock.locked()  # noqa: SLF001
    writer.append(b"child")
    writer.close()
    assert the_segment(folder).read(0).times == {(b"child", b""): 1}


# --- reading and removing --------------------------------------------------------------------


def a_closed_segment(folder: Path) -> Segment:
    writer = SpoolWriter(folder)
    writer.append(b"one")
    writer.close()
    return the_segment(folder)


def test_each_damaged_line_is_told(folder: Path) -> None:
    segment = a_closed_segment(folder)
    write_at_its_end(segment, b"x\nx\ny\n")
    assert sorted(segment.read(0).damaged) == [b"x", b"x", b"y"]


def test_what_a_process_says_last_is_not_removed_unread(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says one more line and ends just when a worker looks whether it still writes."""
    segment = a_closed_segment(folder)
    read_to = segment.read(0).read_to
    is_let_go = spool._is_let_go  # noqa: SLF001 - the moment in question

    def one_more_line(descriptor: int) -> bool:
        write_at_its_end(segment, b"0\n")
        return is_let_go(descriptor)

    monkeypatch.setattr(spool, "_is_let_go", one_more_line)
    segment.remove(read_to=read_to, is_damaged=False, first=pytest.fail)
    assert segment.read(read_to).times == {(b"one", b""): 1}


@pytest.mark.parametrize("is_damaged", [True, False])
def test_that_another_worker_removes_it_first_is_no_fault(folder, is_damaged) -> None:
    segment = a_closed_segment(folder)
    read_to = segment.read(0).read_to
    segment.remove(read_to=read_to, is_damaged=is_damaged, first=segment.path.unlink)
    assert spool.segments(folder) == []


def test_octets_behind_a_hole_that_are_no_line_hold_up_nothing(folder: Path, caplog) -> None:
    segment = a_closed_segment(folder)
    write_at_its_end(segment, bytes(5_000) + b"=tor")
    segment.remove(read_to=segment.read(0).read_to, is_damaged=False, first=lambda: None)
    assert list(folder.iterdir()) == []
    assert "hole" not in caplog.text


def test_one_that_gets_its_name_while_the_abandoned_are_looked_for_is_left(folder: Path) -> None:
    folder.mkdir()
    # Is listed and then is not there.
    (folder / "0.new").symlink_to(folder / "gone")
    left = folder / "1.new"
    left.touch()
    spool.remove_abandoned(folder, now=left.stat().st_mtime + 3_601)
    assert not left.exists()
    assert (folder / "0.new").is_symlink()


def test_an_abandoned_one_is_left_for_an_hour(folder: Path) -> None:
    folder.mkdir()
    left = folder / "0.new"
    left.touch()
    spool.remove_abandoned(folder, now=left.stat().st_mtime + 3_600)
    assert left.exists()
