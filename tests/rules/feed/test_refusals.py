"""What is not whole, or not understood, is refused with its reason, and nothing of it is used."""

import gzip
import json
import time
import tracemalloc
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given, settings, strategies as st

from rules.feed.bundles import (
    Answer,
    read_changes,
    read_snapshot,
    write_change_lines,
    write_changes,
    write_snapshot,
)
from rules.feed.compression import ALWAYS_ALLOWED, compressed, decompressed
from rules.feed.framing import MOST_LINE
from rules.feed.refusals import FeedReason as R, FeedRefusedError
from rules.register.snapshot import SnapshotChange
from tests.rules.feed.picture import AT, SUPPLIER, a_certificate, a_snapshot, a_user_id, by_id

BODY = b"".join(write_snapshot(a_snapshot(), made_at=AT))
PACKED = b"".join(compressed([BODY]))
CHANGES = write_changes(
    write_change_lines(
        SnapshotChange(
            version="419",
            mark="m-419",
            certificates={**by_id(a_certificate(3)), ("CN=X", 9): None},
            user_ids={SUPPLIER: a_user_id()},
            wholes={"enforced_from": None},
        )
    ),
    after=("418", "m-418"),
    until=("419", "m-419"),
    answer=Answer(made_at=AT, nonce=None, confirmed_after=0.0, certificates=()),
)


def documents(body):
    return [json.loads(line) for line in body.decode().splitlines()]


def sealed(lines, /, **end):
    """Return a body of some documents with an end that is right, or differs as said."""
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    last = {"kind": "end", "lines": len(lines), "sha256": sha256(body).hexdigest(), **end}
    return body + json.dumps(last).encode() + b"\n"


def altered(alter, body=BODY):
    """Return a body whose documents were altered, with an end that is right for them."""
    lines = documents(body)[:-1]
    alter(lines)
    return sealed(lines)


def as_they_are(lines):
    assert lines


def reason_of(body, read=lambda body: read_snapshot([body])):
    with pytest.raises(FeedRefusedError) as refused:
        read(body)
    return refused.value.reason


def test_what_is_sealed_anew_without_being_altered_is_taken():
    assert read_snapshot([altered(as_they_are)]) == a_snapshot()
    assert read_changes(altered(as_they_are, CHANGES)).change.version == "419"


# --- whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", range(0, len(PACKED), 37))
def test_a_compressed_body_that_breaks_off_anywhere_is_refused(kept):
    with pytest.raises(FeedRefusedError) as refused:
        read_snapshot(decompressed(PACKED[:kept]))
    assert refused.value.reason is R.TRUNCATED


@pytest.mark.parametrize("kept", range(0, len(BODY), 53))
def test_a_body_that_breaks_off_anywhere_is_refused(kept):
    body = BODY[:kept]
    # Where it breaks off between two lines, what is missed first is a line that was counted.
    between = {R.COUNTS_DIFFER} if body.endswith(b"\n") else set()
    assert reason_of(body) in {R.TRUNCATED, R.LINE_NOT_JSON} | between


def test_a_body_that_breaks_off_between_two_lines_is_refused():
    lines = BODY.splitlines(keepends=True)
    reasons = [reason_of(b"".join(lines[:count])) for count in range(len(lines))]
    # The last line is always taken for the end, so before it there may be too few of them.
    assert reasons[:2] == [R.TRUNCATED, R.TRUNCATED]
    assert set(reasons[2:]) == {R.COUNTS_DIFFER}


@pytest.mark.parametrize("left_out", range(1, 16))
def test_a_line_that_is_missing_is_refused_even_with_an_end_that_is_right(left_out):
    assert reason_of(altered(lambda lines: lines.pop(left_out))) is R.COUNTS_DIFFER


def test_an_end_of_other_lines_is_refused():
    lines = documents(BODY)[:-1]
    assert reason_of(sealed(lines, lines=len(lines) + 1)) is R.DIGEST_DIFFERS
    assert reason_of(sealed(lines, lines=float(len(lines)))) is R.DIGEST_DIFFERS
    assert reason_of(sealed(lines, sha256="0" * 64)) is R.DIGEST_DIFFERS
    assert reason_of(sealed(lines, more=1)) is R.TRUNCATED
    assert reason_of(sealed(lines, kind="finis")) is R.TRUNCATED


def test_what_follows_the_end_is_refused():
    assert reason_of(BODY + b'{"kind":"certificate"}\n') is R.LINE_MALFORMED
    with pytest.raises(FeedRefusedError) as refused:
        list(decompressed(PACKED + b"\x00"))
    assert refused.value.reason is R.GOES_ON_AFTER_THE_END
    with pytest.raises(FeedRefusedError) as refused:
        list(decompressed(PACKED + PACKED))
    assert refused.value.reason is R.GOES_ON_AFTER_THE_END


def test_a_body_that_expands_beyond_what_lines_would_is_refused():
    with pytest.raises(FeedRefusedError) as refused:
        list(decompressed(b"".join(compressed([b"\n" * (ALWAYS_ALLOWED + 1)]))))
    assert refused.value.reason is R.EXPANDS_TOO_FAR
    allowed = b"\n" * ALWAYS_ALLOWED
    assert b"".join(decompressed(b"".join(compressed([allowed])))) == allowed


def test_what_is_not_gzip_is_refused():
    with pytest.raises(FeedRefusedError) as refused:
        list(decompressed(BODY))
    assert refused.value.reason is R.NOT_GZIP


# --- understood --------------------------------------------------------------------------------


def header_with(**members):
    return altered(lambda lines: lines[0].update(members))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (header_with(format_version=3), R.FORMAT_UNKNOWN),
        (header_with(format_version=0), R.FORMAT_UNKNOWN),
        (header_with(format_version="2"), R.FORMAT_UNKNOWN),
        (header_with(format_version=True), R.FORMAT_UNKNOWN),
        (header_with(format_version=2.0), R.FORMAT_UNKNOWN),
        (header_with(format="smki-ra-changes"), R.FORMAT_UNKNOWN),
        (header_with(kind="head"), R.HEADER_MALFORMED),
        (header_with(more=1), R.HEADER_MALFORMED),
        (altered(lambda lines: lines[0].pop("mark")), R.HEADER_MALFORMED),
        (header_with(version="-1"), R.HEADER_MALFORMED),
        (header_with(version=418), R.HEADER_MALFORMED),
        (header_with(version="0418"), R.HEADER_MALFORMED),
        (header_with(mark=None), R.HEADER_MALFORMED),
        (header_with(made_at="yesterday"), R.HEADER_MALFORMED),
        (header_with(counts=[]), R.HEADER_MALFORMED),
        (header_with(counts={"certificate": -1}), R.HEADER_MALFORMED),
        (header_with(counts={"certificate": True}), R.HEADER_MALFORMED),
        (header_with(ignorable="weather"), R.HEADER_MALFORMED),
        (altered(lambda lines: lines[0]["counts"].pop("user-id")), R.LINE_MALFORMED),
        (altered(lambda lines: lines[0]["counts"].update(weather=1)), R.KIND_UNKNOWN),
        (altered(lambda lines: lines[0]["counts"].update(certificate=3)), R.COUNTS_DIFFER),
        (altered(lambda lines: lines.insert(2, {"kind": "weather"})), R.LINE_MALFORMED),
        (altered(lambda lines: lines.insert(2, [])), R.LINE_MALFORMED),
        (altered(lambda lines: lines.insert(2, 7)), R.LINE_MALFORMED),
        (altered(lambda lines: lines.insert(2, {"kind": []})), R.LINE_MALFORMED),
        (altered(lambda lines: lines.insert(2, lines[1])), R.LINE_REPEATED),
        (altered(lambda lines: lines[1].update(more=1)), R.LINE_MALFORMED),
        (altered(lambda lines: lines[1].pop("mpids")), R.LINE_MALFORMED),
        (BODY.replace(b'"kind":"certificate"', b'"kind":certificate', 1), R.LINE_NOT_JSON),
        (BODY.replace(b"\n", b"\n\n", 1), R.LINE_NOT_JSON),
        (b"\xef\xbb\xbf" + BODY, R.LINE_NOT_JSON),
        (b"7\n" + BODY, R.LINE_NOT_JSON),
        (b"", R.TRUNCATED),
    ],
)
def test_what_is_not_understood_is_refused(body, reason):
    assert reason_of(body) is reason


CERTIFICATE, USER, STANDING, ELIGIBLE, INSTRUCTION, THRESHOLDS = 1, 3, 4, 5, 7, 9
THRESHOLD = documents(BODY)[THRESHOLDS]["thresholds"][0]


@pytest.mark.parametrize(
    ("line", "member", "value"),
    [
        (CERTIFICATE, "issuer", 7),
        (CERTIFICATE, "serial", 7),
        (CERTIFICATE, "serial", "0x7"),
        (CERTIFICATE, "serial", "07"),
        (CERTIFICATE, "serial", "-7"),
        (CERTIFICATE, "serial", "9" * 51),
        (CERTIFICATE, "eui64", "90-b3-d5-1f-30-01-00-00"),
        (CERTIFICATE, "eui64", "90B3D51F30010000"),
        (CERTIFICATE, "remote_party_role", "8"),
        (CERTIFICATE, "not_before", "2026-11-20T09:00:00"),
        (CERTIFICATE, "not_before", "2026-11-20T09:00:00+00:00"),
        (CERTIFICATE, "not_before", "2026-W47-5T09:00:00Z"),
        (CERTIFICATE, "not_before", "2026-02-30T09:00:00Z"),
        (CERTIFICATE, "not_before", None),
        (CERTIFICATE, "revoked_at", 0),
        (CERTIFICATE, "public_key", "AAAA"),
        (CERTIFICATE, "public_key", "not base64!"),
        (CERTIFICATE, "public_key", None),
        # Another spelling of a key: bits are set that say nothing.
        (CERTIFICATE, "public_key", b64encode(b"\x04" + bytes(64)).decode().replace("A=", "B=")),
        (CERTIFICATE, "mpids", "ABCD"),
        (CERTIFICATE, "mpids", [7]),
        (CERTIFICATE, "key_usage", None),
        (USER, "user_roles", [{"user_role": "King", "valid_from": None, "valid_until": None}]),
        (USER, "user_roles", [{"user_role": "IS", "valid_from": None}]),
        (USER, "user_roles", [{"user_role": "IS", "valid_from": 0, "valid_until": None}]),
        (USER, "user_roles", ["IS"]),
        (USER, "user_roles", "IS"),
        (USER, "valid_from", "2026-11-20"),
        (USER, "valid_until", 0),
        (STANDING, "party_reference", None),
        (STANDING, "not_active", [{"standing": "active"}]),
        (
            STANDING,
            "not_active",
            [{"standing": "active", "valid_from": "2026-11-20T09:00:00Z", "valid_until": None}],
        ),
        (USER, "notifications", {}),
        (USER, "notifications", [{}]),
        (USER, "notifications", [[]]),
        (INSTRUCTION, "reference", 1),
        (INSTRUCTION, "service_reference_variants", "1.6"),
        (INSTRUCTION, "service_reference_variants", ["2.1", "1.6"]),
        (INSTRUCTION, "service_reference_variants", ["1.6", "1.6"]),
        (INSTRUCTION, "last_resort_references", None),
        (THRESHOLDS, "user_id", "90B3D51F30040000"),
        (THRESHOLDS, "thresholds", [{**THRESHOLD, "author": "nobody"}]),
        (THRESHOLDS, "thresholds", [{**THRESHOLD, "window": "year"}]),
        (THRESHOLDS, "thresholds", [{**THRESHOLD, "quarantine": -1}]),
        (THRESHOLDS, "thresholds", [{**THRESHOLD, "quarantine": 1.0}]),
        (THRESHOLDS, "thresholds", [{**THRESHOLD, "quarantine": 7, "warning": 8}]),
        (THRESHOLDS, "thresholds", [{**THRESHOLD, "value": 7}]),
        (ELIGIBLE, "eligible", [{"user_role": "IS"}]),
        (ELIGIBLE, "service_reference_variant", None),
    ],
)
def test_a_value_that_is_not_spelled_as_it_is_written_is_refused(line, member, value):
    body = altered(lambda lines: lines[line].__setitem__(member, value))
    assert reason_of(body) is R.LINE_MALFORMED


@pytest.mark.parametrize("kind", ["enforcement", "notification-waiver", "all-alerts"])
def test_a_snapshot_without_the_one_line_of_a_kind_is_refused(kind):
    def alter(lines):
        lines[:] = [line for line in lines if line["kind"] != kind]
        lines[0]["counts"][kind] = 0

    assert reason_of(altered(alter)) is R.LINE_MALFORMED


def test_a_kind_that_the_header_calls_ignorable_is_passed_over_and_counted():
    def alter(lines):
        lines[0]["ignorable"] = ["weather"]
        lines[0]["counts"]["weather"] = 1
        lines.insert(2, {"kind": "weather", "is": "fine"})

    assert read_snapshot([altered(alter)]) == a_snapshot()

    def alter_and_lose_it(lines):
        alter(lines)
        lines.pop(2)

    assert reason_of(altered(alter_and_lose_it)) is R.COUNTS_DIFFER


def test_a_kind_that_only_changes_have_is_refused_in_a_snapshot():
    def alter(lines):
        lines[0]["counts"]["user-id-gone"] = 1
        lines.insert(2, {"kind": "user-id-gone", "eui64": SUPPLIER})

    assert reason_of(altered(alter)) is R.KIND_UNKNOWN


# --- changes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"format": "smki-ra-snapshot"}, R.FORMAT_UNKNOWN),
        ({"after": 418}, R.HEADER_MALFORMED),
        ({"after": "x"}, R.HEADER_MALFORMED),
        ({"after_mark": None}, R.HEADER_MALFORMED),
        ({"nonce": 7}, R.HEADER_MALFORMED),
        ({"confirmed_after": "0"}, R.HEADER_MALFORMED),
        ({"confirmed_after": True}, R.HEADER_MALFORMED),
        ({"certificates": "ab"}, R.HEADER_MALFORMED),
        ({"certificates": [7]}, R.HEADER_MALFORMED),
    ],
)
def test_a_header_of_changes_that_is_malformed_is_refused(members, reason):
    body = altered(lambda lines: lines[0].update(members), CHANGES)
    assert reason_of(body, read_changes) is reason


def test_a_user_id_that_is_both_here_and_gone_is_refused():
    def alter(lines):
        lines[0]["counts"]["user-id-gone"] = 1
        lines.append({"kind": "user-id-gone", "eui64": SUPPLIER})

    assert reason_of(altered(alter, CHANGES), read_changes) is R.LINE_REPEATED


# --- whatever it is ----------------------------------------------------------------------------


@settings(max_examples=300)
@given(at=st.integers(0, len(BODY) - 1), octet=st.integers(0, 255))
def test_one_octet_of_another_value_is_refused_or_says_the_same(at, octet):
    body = BODY[:at] + bytes([octet]) + BODY[at + 1 :]
    try:
        read = read_snapshot([body])
    except FeedRefusedError:
        assert body != BODY
    else:
        assert body == BODY
        assert read == a_snapshot()


@settings(max_examples=200)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_anything_else_is_refused(body):
    for read in (read_changes, lambda body: read_snapshot([body])):
        with pytest.raises(FeedRefusedError):
            read(body)
    with pytest.raises(FeedRefusedError):
        list(decompressed(body))


def bombs():
    deep = b"[" * 500_000
    yield "zeros", b"\x00" * (1 << 30)
    yield "blank lines", b"\n" * (1 << 28)
    yield "one line", BODY.splitlines(keepends=True)[0] + b"a" * (1 << 28)
    yield "nesting", BODY.splitlines(keepends=True)[0] + deep + b"\n" + deep + b"\n"
    first = json.dumps({**documents(BODY)[0], "counts": {"certificate": 10**9}}).encode() + b"\n"
    yield "the same line again", first + BODY.splitlines(keepends=True)[1] * 200_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["zeros", "blank lines", "one line", "nesting"])
def test_a_bomb_is_refused_before_it_has_grown(name):
    """At most 1 MB as it comes; what it would become is never made."""
    packed = gzip.compress(dict(bombs())[name], compresslevel=9)
    assert len(packed) < 2_000_000
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(FeedRefusedError):
        read_snapshot(decompressed(packed))
    taken = time.process_time() - begun
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000
    assert taken < 1


@pytest.mark.slow
def test_the_same_line_again_and_again_is_refused_at_the_second():
    packed = gzip.compress(dict(bombs())["the same line again"], compresslevel=9)
    with pytest.raises(FeedRefusedError) as refused:
        read_snapshot(decompressed(packed))
    assert refused.value.reason is R.LINE_REPEATED


def test_a_line_may_be_long_but_not_too_long():
    longest = a_certificate(party="x" * (MOST_LINE - 1_000))
    snapshot = a_snapshot(certificates=by_id(longest))
    body = b"".join(write_snapshot(snapshot, made_at=AT))
    pieces = [body[i : i + 4096] for i in range(0, len(body), 4096)]
    assert read_snapshot(pieces) == snapshot
    too_long = a_snapshot(certificates=by_id(a_certificate(party="x" * MOST_LINE)))
    body = b"".join(write_snapshot(too_long, made_at=AT))
    with pytest.raises(FeedRefusedError) as refused:
        read_snapshot(body[i : i + 4096] for i in range(0, len(body), 4096))
    assert refused.value.reason is R.LINE_TOO_LONG
