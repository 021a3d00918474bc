"""What the parser reads and answers write: never waiting for the other end where it need not."""

import select
import socket
import threading

import pytest

from portal.serving import wire as wires
from portal.serving.wire import MOST_UNSENT, Wire

PLENTY = 4 * 1024 * 1024


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(10)
        yield Wire(ours), theirs


def filled(wire):
    """Fill what the system keeps for the other end."""
    count = 0
    while True:
        try:
            count += wire.connection.send(b"x" * 65_536)
        except BlockingIOError:
            return count


def test_what_is_held_is_read_and_then_it_ends(ends):
    wire, theirs = ends
    theirs.sendall(b"more")
    wire.hold(b"abcdef", reads_on=False)
    assert [wire.recv(4), wire.recv(4)] == [b"abcd", b"ef"]
    assert not wire.was_read_to_its_end
    assert wire.recv(4) == b""
    assert wire.was_read_to_its_end


def test_what_was_not_read_can_be_taken(ends):
    wire, _ = ends
    wire.hold(b"abcdef", reads_on=False)
    assert wire.recv(2) == b"ab"
    assert wire.unread() == b"cdef"
    assert wire.recv(2) == b""


def test_where_more_may_be_read_it_is_and_the_time_for_it_is_limited(ends, monkeypatch):
    wire, theirs = ends
    monkeypatch.setattr(wires, "PIECE_WITHIN", 0.01)
    wire.hold(b"ab", reads_on=True)
    theirs.sendall(b"cd")
    assert [wire.recv(9), wire.recv(9), wire.recv(9)] == [b"ab", b"cd", b""]


def test_a_short_answer_is_sent_as_one(ends):
    wire, theirs = ends
    wire.sendall(b"head, ")
    wire.sendall(b"body")
    assert wire.flush()
    assert theirs.recv(99) == b"head, body"


def test_a_longer_answer_is_on_its_way_before_it_ends(ends):
    wire, theirs = ends
    wire.sendall(b"x" * 20_000)
    assert theirs.recv(1 << 20) == b"x" * 20_000


def test_so_much_of_an_answer_is_kept_for_whoever_does_not_take_it(ends):
    wire, theirs = ends
    before = filled(wire)
    wire.sendall(b"y" * MOST_UNSENT)
    assert not wire.flush()
    got = bytearray()
    while len(got) < before + MOST_UNSENT:
        got += theirs.recv(1 << 20)
        wire.flush()
    assert got == b"x" * before + b"y" * MOST_UNSENT
    assert wire.flush()


def test_more_than_that_is_waited_for_and_not_for_ever(ends, monkeypatch):
    wire, _ = ends
    monkeypatch.setattr(wires, "PIECE_WITHIN", 0.01)
    filled(wire)
    with pytest.raises(TimeoutError):
        wire.sendall(b"y" * (MOST_UNSENT + 1))


def test_a_long_answer_arrives_whole_and_in_order(ends):
    wire, theirs = ends
    sent = bytes(range(256)) * (PLENTY // 256)
    got = bytearray()

    def read():
        while len(got) < 3 * len(sent):
            got.extend(theirs.recv(50_000))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(3):
        wire.sendall(sent)
    while not wire.flush():
        select.select([], [wire.connection], [], 10)
    reader.join(30)
    assert got == sent * 3


def test_whoever_has_the_whole_is_not_told_to_go_on(ends):
    wire, theirs = ends
    wire.hold(b"", reads_on=False)
    assert wire.send(b"go on") == 5
    wire.hold(b"", reads_on=True)
    assert wire.send(b"do go on") == 8
    assert theirs.recv(99) == b"do go on"


def test_a_cut_connection_is_seen(ends):
    wire, theirs = ends
    assert not wire.is_closed_by_the_other_end()
    theirs.sendall(b"x")
    assert not wire.is_closed_by_the_other_end()
    assert wire.connection.recv(1) == b"x"
    theirs.close()
    assert wire.is_closed_by_the_other_end()
    wire.connection.close()
    assert wire.is_closed_by_the_other_end()


def test_a_cut_connection_raises_when_it_is_written_to(ends):
    wire, theirs = ends
    theirs.close()
    wire.sendall(b"x")
    with pytest.raises(OSError, match="pipe"):
        wire.flush()
