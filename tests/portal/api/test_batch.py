"""A batch is answered in order, each message as if it had been asked alone."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from portal.api import batch as view
from portal.api.json_reading import Repeated, first_repeated, read_json
from registry.feed.reads import snapshot_holder
from registry.observations.acts import deciding
from rules.roles import UserRole
from tests.factories import NOT_BEFORE, a_certificate, a_key, a_notification, a_user_id
from tests.portal.api.conftest import of_shape, registered_for
from tests.signing import a_signed_message

pytestmark = pytest.mark.serves("RA-API")

JSON = "application/json"
NDJSON = "application/x-ndjson"


def question(message, **members):
    return {
        "message": b64encode(message).decode(),
        "generation": "SMETS2+",
        "purpose": "diagnosis",
        "received_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": {"registered_user_ids": registered_for(message)},
        **members,
    }


def lines_of(*questions):
    return b"".join(
        (q if isinstance(q, bytes) else json.dumps(q).encode()) + b"\n" for q in questions
    )


def ask(api, body, content_type=NDJSON):
    return api.call("POST", "checks/batch", body, content_type)


def by_lines(api, *questions):
    answer = ask(api, lines_of(*questions))
    assert answer.status_code == 200
    assert answer["Content-Type"] == NDJSON
    octets = answer.getvalue()
    assert octets == b"" or octets.endswith(b"\n")
    return checked([json.loads(line) for line in octets.splitlines()])


def by_json(api, *questions):
    answer = ask(api, json.dumps({"messages": questions}).encode(), JSON)
    assert answer.status_code == 200
    assert answer["Content-Type"] == JSON
    document = json.loads(answer.getvalue())
    assert list(document) == ["answers"]
    return checked(document["answers"])


def checked(answers):
    for answer in answers:
        of_shape(answer, "CheckAnswer" if "decision" in answer else "ProblemDocument")
    return answers


BOTH = pytest.mark.parametrize("ask_by", [by_lines, by_json])


def undated(answer):
    return {
        name: value for name, value in answer.items() if name not in {"checked_at", "snapshot_age"}
    }


@BOTH
def test_each_message_is_answered_as_if_it_were_asked_alone_and_in_order(
    engine, subscriber, ask_by
):
    messages = [subscriber.message(counter=number) for number in range(1000, 1012)]
    messages[3] = messages[3].replace(b"4.1.1", b"9.9.9")
    messages[5] = b"not XML"
    messages[7] = b""
    questions = [question(message) for message in messages]
    answers = ask_by(engine, *questions)
    alone = [engine.check_json(json.dumps(q).encode()).json() for q in questions]
    assert list(map(undated, answers)) == list(map(undated, alone))
    assert [a["decision"] for a in answers].count("process") == 9
    counters = [a["message"]["request_id"].rpartition(":")[2] for a in answers if a["message"]]
    assert counters == sorted(counters)


BAD = [
    ([], "body-not-json", None),
    (7, "body-not-json", None),
    (None, "body-not-json", None),
    ({}, "question-malformed", "field-missing"),
    ({"message": "AAAA"}, "question-malformed", "field-missing"),
    ({"message": "A", "generation": "SMETS1"}, "question-malformed", "field-malformed"),
    ({"message": 7, "generation": "SMETS1"}, "question-malformed", "field-malformed"),
    ({"message": "AAAA", "generation": "SMETS3"}, "question-malformed", "field-malformed"),
    (
        {"message": "AAAA", "generation": "SMETS1", "more": 1},
        *("question-malformed", "field-unknown"),
    ),
    (
        {"message": "AAAA", "generation": "SMETS1", "device": 7},
        *("question-malformed", "field-malformed"),
    ),
    (
        {"message": "AAAA", "generation": "SMETS1", "received_at": "2020-01-01T00:00:00Z"},
        "scope-missing",
        None,
    ),
]


@BOTH
@pytest.mark.parametrize(("bad", "code", "field_code"), BAD)
def test_one_that_is_bad_never_spoils_the_others(
    engine, subscriber, ask_by, bad, code, field_code
):
    good = question(subscriber.message())
    first, problem, last = ask_by(engine, good, bad, good)
    assert (first["decision"], last["decision"]) == ("process", "process")
    assert problem["code"] == code
    if field_code:
        assert {fault["code"] for fault in problem["errors"]} == {field_code}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "body-not-json"),
        (b"{", "body-not-json"),
        (b"\xff", "body-not-json"),
        (b"{'message': 1}", "body-not-json"),
        (b'{"message":"AAAA","generation":"SMETS1"}{}', "body-not-json"),
        (b"[" * 5000, "body-not-json"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "question-malformed"),
        (b'{"message":"AAAA","generation":"SMETS1","generation":"SMETS1"}', "question-malformed"),
        (
            b'{"message":"AAAA","generation":"SMETS1","device":{"s1sp":"a","s1sp":"b"}}',
            "question-malformed",
        ),
    ],
)
def test_a_line_that_is_no_question_never_spoils_the_others(engine, subscriber, line, code):
    good = question(subscriber.message())
    first, problem, last = by_lines(engine, good, line, good)
    assert (first["decision"], last["decision"]) == ("process", "process")
    assert problem["code"] == code


def test_an_object_that_has_a_member_twice_is_seen_in_a_body_of_json_too(engine, subscriber):
    good = json.dumps(question(subscriber.message()))
    twice = '{"message":"AAAA","generation":"SMETS1","generation":"SMETS2+"}'
    body = f'{{"messages":[{good},{twice},{good}]}}'.encode()
    answers = json.loads(ask(engine, body, JSON).getvalue())["answers"]
    assert [answer.get("decision") for answer in answers] == ["process", None, "process"]
    assert answers[1]["errors"][0]["code"] == "field-repeated"


def test_a_line_that_is_too_long_is_passed_over(engine, subscriber, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    good = question(subscriber.message())
    for size in (100_001, 250_000):
        too_long = b" " * size
        first, problem, last = by_lines(engine, good, too_long, good)
        assert (first["decision"], last["decision"]) == ("process", "process")
        assert problem["code"] == "body-too-large"
        assert [a.get("code") for a in by_lines(engine, too_long)] == ["body-too-large"]
    assert by_lines(engine, b" " * 90_000 + lines_of(good).strip())[0]["decision"] == "process"


def test_the_last_line_needs_no_end(engine, subscriber):
    body = lines_of(question(subscriber.message()))
    for sent in (body, body[:-1]):
        assert len(ask(engine, sent).getvalue().splitlines()) == 1


def test_an_empty_batch_has_an_empty_answer(engine, subscriber):  # noqa: ARG001 -- a register
    assert by_lines(engine) == []
    assert by_json(engine) == []


@pytest.mark.slow
def test_a_thousand_messages_are_answered_and_no_more(engine, subscriber):  # noqa: ARG001
    bad = {"message": "AAAA", "generation": "SMETS1"}
    for ask_by, content_type, body in (
        (by_lines, NDJSON, lines_of(*[bad] * 1001)),
        (by_json, JSON, json.dumps({"messages": [bad] * 1001}).encode()),
    ):
        assert len(ask_by(engine, *[bad] * 1000)) == 1000
        refused = ask(engine, body, content_type)
        assert (refused.status_code, refused.json()["code"]) == (413, "batch-too-large")
    assert ask(engine, lines_of(*[bad] * 1001)[:-1]).status_code == 413


@pytest.mark.slow
@pytest.mark.parametrize("content_type", [NDJSON, JSON])
def test_answers_leave_while_the_rest_is_still_to_be_decided(
    engine, subscriber, content_type, monkeypatch
):
    real, decided = view.decide_message, []

    def counted(question):
        decided.append(question)
        return real(question)

    monkeypatch.setattr(view, "decide_message", counted)
    asked = [question(subscriber.message())] * 1000
    body = lines_of(*asked) if content_type == NDJSON else json.dumps({"messages": asked}).encode()
    answer = ask(engine, body, content_type)
    assert answer.streaming
    pieces = iter(answer.streaming_content)
    left = len(next(pieces))
    assert 0 < len(decided) < 50
    for piece in pieces:
        # What was decided and has not left yet is less than a piece.
        assert len(piece) < 200_000
        left += len(piece)
    assert len(decided) == 1000
    assert left > 1_000_000


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[]", 400, "body-not-json"),
        (b"{", 400, "body-not-json"),
        (b"{}", 400, "question-malformed"),
        (b'{"messages":null}', 400, "question-malformed"),
        (b'{"messages":{}}', 400, "question-malformed"),
        (b'{"messages":[],"more":1}', 400, "question-malformed"),
        (b'{"messages":[],"messages":[]}', 400, "question-malformed"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_whole(engine, body, status, code):
    answer = ask(engine, body, JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_only_lines_and_json_are_taken_and_nothing_in_the_query(engine):
    for content_type in ("application/xml", "text/plain", ""):
        assert ask(engine, b"", content_type).status_code == 415
    answer = engine.call("POST", "checks/batch?generation=SMETS1", b"", NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "question-malformed")


def test_a_batch_that_is_too_large_is_refused_before_it_is_read(engine, settings):
    settings.BATCH_SIZE_LIMIT = 1000
    answer = ask(engine, b"x" * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


def test_only_a_client_that_may_ask_is_answered(client_of):
    other = client_of("register:read", "snapshot:read", name="other")
    answer = ask(other, b"")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")


@BOTH
def test_another_moment_is_decided_for_whoever_may_ask_so(client_of, subscriber, ask_by):
    may = client_of("checks:ask", "checks:as-of", name="may")
    before = question(subscriber.message(), received_at="2020-01-01T00:00:00Z")
    now = question(subscriber.message())
    first, second = ask_by(may, before, now)
    assert first["reason"] == "certificate-not-yet-valid"
    assert second["decision"] == "process"


@BOTH
def test_a_snapshot_that_becomes_stale_on_the_way_is_said_of_each_item(
    engine, subscriber, ask_by, monkeypatch
):
    calls = iter(range(100))
    real = deciding.held_register

    def stale_at_the_second():
        if next(calls) == 1:
            raise snapshot_holder.SnapshotStaleError(61.0)
        return real()

    monkeypatch.setattr(deciding, "held_register", stale_at_the_second)
    good = question(subscriber.message())
    first, stale, last = ask_by(engine, good, good, good)
    assert (first["decision"], last["decision"]) == ("process", "process")
    assert (stale["status"], stale["code"]) == (503, "snapshot-stale")


@BOTH
def test_by_a_stale_register_each_item_is_decided_but_solr_contingency(
    client_of, subscriber, ask_by, settings
):
    key = a_key()
    provider = a_certificate(a_user_id(user_roles=[UserRole.SOLR_CONTINGENCY]), key=key)
    a_notification(provider, notified_at=NOT_BEFORE)
    engine = client_of("checks:ask")
    of_provider = question(a_signed_message(provider, key))
    of_supplier = question(subscriber.message())
    settings.SNAPSHOT_STALE_AFTER = -1
    first, refused, last = ask_by(engine, of_supplier, of_provider, of_supplier)
    assert (first["decision"], last["decision"]) == ("process", "process")
    assert first["snapshot_age"] >= 0
    assert (refused["status"], refused["code"]) == (503, "snapshot-stale")


def test_what_was_sent_is_closed_though_nobody_reads_the_answer(engine, monkeypatch):
    files = []

    def recorded(**how):
        files.append(SpooledTemporaryFile(**how))  # noqa: SIM115 -- the product closes it
        return files[-1]

    monkeypatch.setattr(view, "_File", recorded)
    answer = ask(engine, lines_of({}))
    assert not files[0].closed
    answer.close()
    assert files[0].closed


def test_lines_are_taken_together_but_large_ones_by_themselves(monkeypatch):
    monkeypatch.setattr(view, "_FEW", 3)
    monkeypatch.setattr(view, "_FEW_OCTETS", 10)
    lines = [b"a", None, b"b", b"c", b"1234567890", b"12345678901", b"d", b"123456789", None, b"e"]
    taken = list(view.few_at_a_time(iter(lines)))
    assert [len(few) for few in taken] == [3, 2, 1, 2, 2]
    assert [line for few in taken for line in few] == lines


def test_no_more_lines_are_read_than_are_answered_together(monkeypatch):
    monkeypatch.setattr(view, "_FEW", 2)
    read = []
    taken = view.few_at_a_time(read.append(number) or b"" for number in range(5))
    assert read == []
    assert (next(taken), read) == ([b"", b""], [0, 1])
    assert (len(list(taken)), read) == (2, [0, 1, 2, 3, 4])


@BOTH
def test_a_fault_of_ours_in_one_is_a_problem_of_that_one(
    engine, subscriber, ask_by, monkeypatch, caplog
):
    real, calls = view.decide_message, iter(range(100))

    def broken_at_the_second(question):
        if next(calls) == 1:
            raise ZeroDivisionError
        return real(question)

    monkeypatch.setattr(view, "decide_message", broken_at_the_second)
    good = question(subscriber.message())
    first, broken, last = ask_by(engine, good, good, good)
    assert (first["decision"], last["decision"]) == ("process", "process")
    assert broken["code"] == "fault"
    assert "ZeroDivisionError" in caplog.text


# --- what the quick reader does not see, the strict one does -----------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(VALUES, st.booleans())
def test_json_is_read_as_it_was_written_and_nothing_is_repeated(value, escaped):
    read = read_json(json.dumps(value, ensure_ascii=escaped).encode())
    assert read == value
    assert first_repeated(read) is None


@given(st.text(min_size=1, max_size=3), VALUES, VALUES, st.booleans(), st.integers(0, 3))
def test_a_member_that_is_given_twice_is_always_seen(name, first, second, escaped, depth):
    key = json.dumps(name, ensure_ascii=escaped)
    values = (json.dumps(each, ensure_ascii=escaped) for each in (first, second))
    twice = "{" + ",".join(f"{key}:{each}" for each in values) + "}"
    read = read_json(('[{"in":' * depth + twice + "}]" * depth).encode())
    assert first_repeated(read) == name
    assert isinstance(read, Repeated) is (depth == 0)


@pytest.mark.slow
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.binary(max_size=60).map(lambda line: line.replace(b"\n", b"")), max_size=40)
)
def test_there_are_as_many_answers_as_lines_whatever_they_are(lines, engine):
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=40):
        answers = by_lines(engine, *lines)
    assert len(answers) == len(lines)
    assert all("code" in answer for answer in answers)
