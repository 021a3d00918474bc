"""The spool: what was appended is read once it is whole, by whom it may, whoever was killed."""

import os
import signal
import threading
import time

import pytest

from registry.gateways import spool
from registry.gateways.spool import SpoolWriter
from tests.faults.disks import tiny_disk


@pytest.fixture
def writer(folder):
    writer = SpoolWriter(folder)
    yield writer
    writer.close()


def the_segment(folder):
    (segment,) = spool.segments(folder)
    return segment


def texts(folder):
    """Return what every segment says, in no order and without what is said besides."""
    return sorted(
        text
        for segment in spool.segments(folder)
        for (text, _), times in segment.read(0).times.items()
        for _ in range(times)
    )


def scribble(segment, octets):
    """Write over what is still empty of a segment, which no process writes any more."""
    with segment.path.open("r+b") as stream:
        stream.seek(stream.read().index(b"\0"))
        stream.write(octets)


def in_a_process_of_its_own(work):
    """Fork, do the work, and kill the process where the work does not do that itself."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def test_what_was_said_is_read_from_where_one_stopped(writer, folder):
    writer.append(b"one")
    writer.append(b"two", b"besides")
    writer.append(b"one")
    segment = the_segment(folder)
    said = segment.read(0)
    assert said.times == {(b"one", b""): 2, (b"two", b"besides"): 1}
    assert said.damaged == []
    assert not segment.has_more(said.read_to)
    writer.append(b"one")
    writer.append(b"one", b"something else")
    writer.append(b"three")
    assert segment.has_more(said.read_to)
    more = segment.read(said.read_to)
    assert more.times == {(b"one", b""): 1, (b"one", b"something else"): 1, (b"three", b""): 1}
    assert segment.read(more.read_to).times == {}


def test_what_is_said_again_and_again_takes_a_few_octets_each_time(writer, folder):
    for _ in range(1_000):
        writer.append(b"a text of some length" * 10)
    said = the_segment(folder).read(0)
    assert list(said.times.values()) == [1_000]
    assert said.read_to < 3_000


def test_where_there_is_no_folder_there_is_nothing(folder):
    assert spool.segments(folder) == []
    spool.remove_abandoned(folder, now=time.time())


def test_nobody_else_may_read_it(writer, folder):
    writer.append(b"one")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert the_segment(folder).path.stat().st_mode & 0o777 == 0o600


def test_a_segment_that_is_full_is_followed_by_another_that_says_its_texts_anew(folder):
    writer = SpoolWriter(folder, segment_octets=20)
    for _ in range(10):
        writer.append(b"0123456789")
    writer.append(b"another")
    assert len(spool.segments(folder)) == 4
    assert texts(folder) == [b"0123456789"] * 10 + [b"another"]
    with pytest.raises(OSError, match="too long"):
        writer.append(b"longer than a whole segment")
    writer.append(b"another")
    assert texts(folder) == [b"0123456789"] * 10 + [b"another"] * 2
    writer.close()


def test_threads_share_a_writer_and_what_each_says_stays_whole(folder):
    writer = SpoolWriter(folder, segment_octets=10_000)

    def write(letter):
        for number in range(500):
            writer.append(bytes([letter]) * 60, b"%03d" % number)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in b"abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    said = {}
    for segment in spool.segments(folder):
        assert segment.read(0).damaged == []
        said.update(segment.read(0).times)
    assert said == {
        (bytes([letter]) * 60, b"%03d" % number): 1
        for letter in b"abcdefgh"
        for number in range(500)
    }


def test_a_reader_meets_whole_lines_whatever_the_writer_is_doing(folder):
    writer = SpoolWriter(folder, segment_octets=300_000)
    writer.append(b"a", b"0")

    def write():
        for number in range(1, 3_000):
            writer.append(b"a", b"%d" % number * 20)

    thread = threading.Thread(target=write)
    segment = the_segment(folder)
    thread.start()
    met = 0
    read_to = 0
    while met < 3_000:
        said = segment.read(read_to)
        read_to = said.read_to
        assert said.damaged == []
        numbers = sorted(int(besides[: len(besides) // 20] or b"0") for _, besides in said.times)
        assert numbers == list(range(met, met + len(numbers)))
        met += len(numbers)
    thread.join()
    writer.close()


def test_synced_it_waits_for_the_disk_at_each_line_and_says_the_same(folder):
    writer = SpoolWriter(folder, is_synced=True, segment_octets=20_000)
    for number in range(200):
        writer.append(b"one", b"%03d" % number * 50)
    writer.close()
    assert texts(folder) == [b"one"] * 200


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", [b"x\n", b"\n", b"1\n", b"-1\n", b"00x\n", b"\xff\n", b" 0\n", b"\t\n"]
)
def test_a_line_that_no_writer_made_is_told_and_the_others_are_read(writer, folder, damage):
    writer.append(b"one")
    writer.close()
    segment = the_segment(folder)
    scribble(segment, damage + b"0\n")
    said = segment.read(0)
    assert said.times == {(b"one", b""): 2}
    assert said.damaged == [damage[:-1]]


def test_of_a_segment_that_is_shorter_than_was_read_nothing_is_read_again(writer, folder):
    writer.append(b"one")
    writer.append(b"one")
    writer.close()
    segment = the_segment(folder)
    segment.path.write_bytes(segment.path.read_bytes()[:5])
    assert segment.read(9).times == {}
    assert segment.read(9).read_to == 9


# --- removing --------------------------------------------------------------------------------


def is_removed(segment, *, read_to, is_damaged=False):
    """Try to remove a segment; return whether it was, and hold what was said first to it."""
    was_there = []
    segment.remove(
        read_to=read_to,
        is_damaged=is_damaged,
        first=lambda: was_there.append(segment.path.exists()),
    )
    assert was_there in ([], [True])
    assert segment.path.exists() != bool(was_there)
    return bool(was_there)


def test_a_segment_is_removed_when_it_is_read_and_its_process_has_let_go(writer, folder):
    writer.append(b"one")
    segment = the_segment(folder)
    end = segment.read(0).read_to
    assert not is_removed(segment, read_to=end), "its process may still write"
    writer.close()
    assert not is_removed(segment, read_to=0), "a line has not been read"
    assert is_removed(segment, read_to=end)
    segment.remove(read_to=end, is_damaged=False, first=pytest.fail)  # somebody else was first
    writer.append(b"two")
    assert texts(folder) == [b"two"]


def test_a_process_that_was_killed_has_let_go(folder):
    in_a_process_of_its_own(lambda: SpoolWriter(folder).append(b"one"))
    segment = the_segment(folder)
    said = segment.read(0)
    assert said.times == {(b"one", b""): 1}
    assert is_removed(segment, read_to=said.read_to)


def test_a_line_without_its_end_is_never_read_and_holds_up_nothing(folder, caplog):
    in_a_process_of_its_own(lambda: SpoolWriter(folder).append(b"one"))
    segment = the_segment(folder)
    scribble(segment, b"=tw")
    said = segment.read(0)
    assert said.times == {(b"one", b""): 1}
    assert said.damaged == []
    assert is_removed(segment, read_to=said.read_to)
    assert "ends in 3 octets of no line" in caplog.text


def test_a_damaged_segment_is_kept_aside(writer, folder):
    writer.append(b"one")
    writer.close()
    segment = the_segment(folder)
    assert is_removed(segment, read_to=segment.read(0).read_to, is_damaged=True)
    (aside,) = folder.iterdir()
    assert aside.suffix == ".damaged"
    assert aside.read_bytes().startswith(b"=one\n0\n\0")
    assert spool.segments(folder) == []


def test_a_segment_with_lines_behind_a_hole_is_kept_aside(writer, folder, caplog):
    """As a loss of power may leave it: a later page was on the disk, an earlier one was not."""
    writer.append(b"one")
    writer.close()
    segment = the_segment(folder)
    scribble(segment, bytes(5_000) + b"0\n0\n")
    said = segment.read(0)
    assert said.times == {(b"one", b""): 1}
    assert is_removed(segment, read_to=said.read_to)
    assert "lines behind a hole" in caplog.text
    (aside,) = folder.iterdir()
    assert aside.suffix == ".damaged"


def test_a_forked_process_writes_a_segment_of_its_own_and_holds_none_of_its_parents(
    writer, folder
):
    writer.append(b"parent")
    parents = the_segment(folder)
    go, gone = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        writer.forget()
        writer.append(b"child")
        os.write(gone[1], b"!")
        os.read(go[0], 1)
        os._exit(0)
    os.read(gone[0], 1)
    writer.append(b"parent")
    assert texts(folder) == [b"child", b"parent", b"parent"]
    assert len(spool.segments(folder)) == 2
    writer.close()
    end = parents.read(0).read_to
    assert is_removed(parents, read_to=end), "the child, still alive, does not hold it"
    os.write(go[1], b"!")
    os.waitpid(child, 0)


def test_what_a_process_left_before_its_segment_had_a_name_is_removed_in_the_end(writer, folder):
    writer.append(b"one")
    left = folder / "0.new"
    left.touch()
    made = left.stat().st_mtime
    spool.remove_abandoned(folder, now=made)
    assert left.exists(), "it may be about to get its name"
    spool.remove_abandoned(folder, now=made + 3601)
    assert not left.exists()
    assert texts(folder) == [b"one"]


# --- disks -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_on_a_full_disk_it_says_so_and_goes_on_when_there_is_space_again():
    with tiny_disk(megabytes=1) as disk:
        folder = disk.path / "spool"
        writer = SpoolWriter(folder, segment_octets=20_000)
        said = []
        for number in range(200):
            said.append(b"%06d" % number + b"." * 500)
            writer.append(said[-1])
        disk.fill()
        refused = 0
        for number in range(200, 1_000):
            text = b"%06d" % number + b"." * 500
            try:
                writer.append(text)
            except OSError:
                refused += 1
            else:
                said.append(text)
        # It has what was promised to its segment, and no more.
        assert 700 < refused < 800
        assert texts(folder) == said
        assert {path.suffix for path in folder.iterdir()} == {".v1"}
        assert len(list(folder.iterdir())) < 20, "a refusal leaves no file"
        disk.free()
        writer.append(b"after")
        assert texts(folder) == [*said, b"after"]
        writer.close()


@pytest.mark.slow
def test_on_a_disk_that_was_full_from_the_start_it_says_so_too():
    with tiny_disk(megabytes=2) as disk:
        writer = SpoolWriter(disk.path / "spool")
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            writer.append(b"one")
        disk.free()
        writer.append(b"one")
        assert texts(disk.path / "spool") == [b"one"]
        writer.close()


def test_a_folder_that_cannot_be_written_to_is_an_error_and_leaves_nothing(tmp_path):
    in_the_way = tmp_path / "spool"
    in_the_way.write_text("no folder")
    with pytest.raises(OSError, match="exists"):
        SpoolWriter(in_the_way).append(b"one")
