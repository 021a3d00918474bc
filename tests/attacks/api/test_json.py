"""JSON that is built to cost: nothing that a client sends takes long or is answered at length."""

import json
import time

import pytest

from portal.api.json_reading import Repeated, read_json
from tests.portal.api.conftest import JSON, XML

MEMBERS = 90_000
SECONDS = 2.0
LONGEST_ANSWER = 100_000


def members(*more: str, count: int = MEMBERS) -> bytes:
    return ("{" + ",".join([*(f'"m{i}":1' for i in range(count)), *more]) + "}").encode()


@pytest.mark.parametrize(
    "octets",
    [
        members('"z":1', '"z":2'),
        members('"m0":2'),
        b'{"device":' + members('"z":1', '"z":2') + b"}",
        members('"\\u007a":1', '"z":2'),
        b"[" + b",".join([b'{"a":1,"a":2}'] * 60_000) + b"]",
    ],
    ids=["two last", "first and last", "within", "escaped", "again and again"],
)
def test_what_is_given_twice_is_found_in_a_time_that_grows_with_the_size(octets) -> None:
    began = time.process_time()
    read = read_json(octets)
    # Each compared with all others, a megabyte took a minute and a half.
    assert time.process_time() - began < SECONDS
    assert isinstance(read, Repeated) or read


@pytest.mark.parametrize(
    "body",
    [
        members(),
        members('"z":1', '"z":2'),
        b'{"device":' + members() + b"}",
        b'{"message":"","generation":"SMETS1","device":{"registered_user_ids":["'
        + b'","'.join([b"x"] * 200_000)
        + b'"]}}',
        b'{"message":"' + b"!" * 1_000_000 + b'","generation":"SMETS1"}',
        b'{"message":"","generation":"' + b"x" * 1_000_000 + b'"}',
        b'{"' + b"x" * 1_000_000 + b'":1}',
    ],
    ids=["unknown", "twice", "of the device", "a list", "no base64", "a value", "a name"],
)
def test_a_question_of_many_faults_is_answered_shortly(body, engine) -> None:
    began = time.process_time()
    answer = engine.http.post(
        "/api/v1/checks",
        body,
        content_type=JSON,
        headers={"Authorization": f"Bearer {engine.token}"},
    )
    assert time.process_time() - began < SECONDS
    assert answer.status_code == 400
    assert answer.json()["code"] == "question-malformed"
    assert len(answer.content) < LONGEST_ANSWER
    assert answer.json()["errors"]


def test_how_many_faults_are_not_said_is_said(engine) -> None:
    answer = engine.check_json(members(count=5_000))
    assert answer.status_code == 400
    document = answer.json()
    assert len(document["errors"]) == 100
    assert "And 4,902 more are wrong." in document["detail"]
    # Control: a few are all said, what is missing too.
    few = engine.check_json(members(count=5)).json()
    assert len(few["errors"]) == 7
    assert "are wrong" not in few["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 900 + b"]" * 900,
        b'{"message":' + b"1" * 5_000 + b"}",
        b'{"message":-' + b"0" * 5_000 + b"}",
        b'{"message":1e999}',
        b'{"message":NaN}',
        b'{"message":"\\ud800"}',
        b'{"message":"\\u0000","generation":"\\u0000"}',
        b"\xef\xbb\xbf{}",
        '{"message":""}'.encode("utf-16"),
        b'{"message":"\xff"}',
        b'{"message":"\xed\xa0\x80"}',
        b"{'message':''}",
        b'{"message":"",}',
        b'{"message":""}{"message":""}',
        b'{"__proto__":{"a":1},"constructor":1}',
        b'{"message":{"$ne":null},"generation":"SMETS1"}',
        b'{"generation":"SMETS1","message":"","received_at":"0001-01-01T00:00:00+23:59"}',
        b'{"generation":"SMETS1","message":"","received_at":"9999-12-31T23:59:59-23:59"}',
        b'{"generation":"SMETS1","message":"","received_at":"2026-02-30T00:00:00Z"}',
        b'{"generation":"SMETS1","message":"","checkpoint":"s1sp:\\u0000"}',
        b'{"generation":"SMETS1","message":"","device":{"s1sp":"a\\nb"}}',
        b'{"generation":"SMETS1","message":"","device":{"certificate_owner":"\xe2\x80\xae"}}',
        b"null",
        b"",
        b"\x00" * 1_000,
    ],
)
def test_odd_json_is_refused_by_name(body, engine) -> None:
    assert engine.check_json(body).status_code == 400


@pytest.mark.parametrize("depth", [10, 300, 450, 600, 900, 1_000, 1_100, 100_000])
@pytest.mark.parametrize("inner", [b"1", b'"x"', b'"x\\n"', b'{"b":1,"b":2}', b"[]"])
def test_json_of_any_depth_is_refused_by_name(depth, inner, engine) -> None:
    for opened, closed in ((b'{"a":', b"}"), (b'{"message":[', b"]}")):
        body = opened * depth + inner + closed * depth
        for address in ("checks", "checks/batch"):
            answer = engine.call("POST", address, body, JSON)
            assert answer.status_code == 400
            assert answer.json()["code"] in {"body-not-json", "question-malformed"}
    lines = engine.call(
        "POST", "checks/batch", b'{"a":' * depth + inner + b"}" * depth, "application/x-ndjson"
    )
    said = json.loads(b"".join(lines.streaming_content))
    assert said["code"] in {"body-not-json", "question-malformed"}


@pytest.mark.parametrize("name", ["message", "generation", "device", "received_at", "purpose"])
def test_a_member_given_twice_decides_nothing(name, engine, subscriber) -> None:
    good = {"message": "", "generation": "SMETS1", "device": {}, "received_at": None}
    good["purpose"] = "diagnosis"
    text = json.dumps(good)
    assert subscriber
    assert engine.check_json(text.encode()).status_code == 200
    again = f"{text[:-1]}, {json.dumps(name)}: null}}".encode()
    answer = engine.check_json(again)
    assert [error["code"] for error in answer.json()["errors"]] == ["field-repeated"]


def test_a_query_of_many_fields_is_refused_by_name(engine) -> None:
    many = [(f"a{i}", "1") for i in range(1_500)]
    answer = engine.check_xml(b"<a/>", *many)
    assert (answer.status_code, answer.json()["code"]) == (400, "request-malformed")
    few = engine.check_xml(b"<a/>", *many[:900])
    assert (few.status_code, few.json()["code"]) == (400, "question-malformed")
    assert len(few.content) < LONGEST_ANSWER


@pytest.mark.parametrize(
    "kind",
    [
        "text/xml+x",
        "application/xml+x",
        "multipart/form-data; boundary=B",
        "application/x-www-form-urlencoded",
        "application/json, application/xml",
        "APPLICATION/OCTET-STREAM",
        "",
        "é",
        "*/*",
    ],
)
def test_another_content_type_is_refused_before_anything_is_read(kind, engine) -> None:
    answer = engine.call("POST", "checks", b"{}", kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "media-type-unsupported")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip", "x"])
def test_a_compressed_body_is_refused_before_it_is_opened(encoding, engine) -> None:
    for kind in (JSON, XML):
        answer = engine.call("POST", "checks", b"\x1f\x8b", kind, **{"Content-Encoding": encoding})
        assert (answer.status_code, answer.json()["code"]) == (415, "media-type-unsupported")
