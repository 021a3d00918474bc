"""When a request is handed to a thread: when it is whole, or when the rest is not waited for."""

import pytest

from portal.serving.arrival import LONGEST_HEAD, PIECE, Arrival

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LONGEST = 10 * PIECE


def arrived(*pieces):
    arrival = Arrival(longest_body=LONGEST)
    for piece in pieces:
        arrival.add(piece)
    return arrival


def post(*fields, body=b""):
    return b"\r\n".join([b"POST / HTTP/1.1", *fields, b"", body])


def test_a_request_without_a_body_is_whole_with_its_head():
    assert not arrived(GET[:-1]).is_ready
    arrival = arrived(GET)
    assert arrival.is_whole
    assert arrival.take() == GET
    assert not arrival.octets


@pytest.mark.parametrize("cut", range(1, len(GET)))
def test_where_it_is_cut_makes_no_difference(cut):
    arrival = arrived(GET[:cut])
    assert not arrival.is_ready
    arrival.add(GET[cut:])
    assert arrival.is_whole


@pytest.mark.parametrize(
    "field",
    [b"Content-Length: 5", b"content-length:5", b"CONTENT-LENGTH: \t5 ", b"Content-Length: 05"],
)
def test_a_body_is_waited_for_to_its_last_octet(field):
    request = post(field, body=b"12345")
    assert not arrived(request[:-1]).is_ready
    assert arrived(request).is_whole


def test_what_follows_is_kept_with_it():
    request = post(b"Content-Length: 5", body=b"12345") + GET
    arrival = arrived(request)
    assert arrival.is_whole
    assert arrival.take() == request


@pytest.mark.parametrize(
    "fields",
    [
        [b"Content-Length: %d" % (LONGEST + 1)],
        [b"Content-Length: " + b"9" * 40],
        [b"Content-Length: -1"],
        [b"Content-Length: +5"],
        [b"Content-Length: 5,5"],
        [b"Content-Length:"],
        [b"Content-Length: 5", b"Content-Length: 6"],
        [b"Transfer-Encoding: chunked"],
        [b"transfer-encoding:identity"],
        [b"Content-Length: 0", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Content-Length: 5"],
    ],
)
def test_a_body_that_is_too_long_or_of_no_sure_length_is_not_waited_for(fields):
    arrival = arrived(post(*fields))
    assert arrival.is_head_alone
    assert arrival.is_ready
    assert not arrival.is_whole


def test_the_longest_body_is_waited_for():
    head = post(b"Content-Length: %d" % LONGEST)
    assert not arrived(head).is_ready
    assert not arrived(head, b"x" * (LONGEST - 1)).is_ready
    assert arrived(head, b"x" * LONGEST).is_whole


def test_a_head_may_have_so_many_octets():
    assert not arrived(b"x" * LONGEST_HEAD).has_too_long_a_head
    assert arrived(b"x" * (LONGEST_HEAD + 1)).has_too_long_a_head
    assert not arrived(post(b"Content-Length: 70000"), b"x" * 69_000).has_too_long_a_head


def test_progress_is_made_with_each_stage_and_with_each_piece():
    arrival = arrived()
    seen = [arrival.progress]
    head = post(b"Content-Length: %d" % LONGEST)
    for octets in (b"P", head[1:-1], b"\n", b"x" * (PIECE - 1), b"x", b"x" * 2 * PIECE):
        arrival.add(octets)
        seen.append(arrival.progress)
    assert seen == [0, 1, 1, 2, 2, 3, 5]


def test_it_is_known_whether_the_other_end_waits_to_be_told_to_go_on():
    assert arrived(post(b"Expect: 100-Continue", b"Content-Length: 5")).expects_continue
    assert not arrived(post(b"Expect: tea", b"Content-Length: 5")).expects_continue
    assert not arrived(post(b"Content-Length: 5")).expects_continue
