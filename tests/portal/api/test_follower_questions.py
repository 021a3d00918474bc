"""A follower takes a question as the portal does, and no line of any kind ends it."""

import json
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from django.conf import settings as project

from rules.service_requests.question import Generation
from tests.portal.api.test_batch import NDJSON

sys.path.insert(0, str(Path(project.BASE_DIR) / "docs" / "examples"))

from follower_questions import QuestionMalformedError, read_line

MESSAGE = b64encode(b"<a/>").decode()


def line(**members: object) -> bytes:
    return json.dumps({"message": MESSAGE, "generation": "SMETS2+", **members}).encode()


def device(**members: object) -> bytes:
    return line(device=members)


def test_a_question_is_read():
    question = read_line(
        line(received_at="2026-11-20T10:00:00+01:00", device={"registered_user_ids": []})
    )
    assert question.message == b"<a/>"
    assert question.generation is Generation.SMETS2_PLUS
    assert question.received_at.isoformat() == "2026-11-20T09:00:00+00:00"
    assert question.device.registered_user_ids == frozenset()
    assert question.device.hub_import_supplier_ids is None


NO_QUESTIONS = [
    ("body-not-json", b"[" * 100_000, "not JSON"),
    ("body-not-json", b'{"a":' * 100_000, "not JSON"),
    ("body-not-json", b'{"a\\u0041":' + b"[" * 1_020 + b"]" * 1_020 + b"}", "not JSON"),
    ("body-not-json", b" ", "not JSON"),
    ("body-not-json", b"\xff", "not JSON"),
    ("body-not-json", b"\xef\xbb\xbf{}", "not JSON"),
    ("body-not-json", b"1e999", "not JSON"),
    ("body-not-json", b'{"more": NaN}', "not JSON"),
    ("body-not-json", b'{"more": "\\ud800"}', "not JSON"),
    ("body-not-json", b"1", "not a JSON object"),
    ("body-not-json", b"[]", "not a JSON object"),
    *(
        ("question-malformed", line, says)
        for line, says in (
            (b'{"generation":"SMETS1"}', "`message` is missing"),
            (line(message=None), "`message` is missing"),
            (line(message=5), "`message` is missing"),
            (line(message="A"), "`message` is not base64"),
            (line(message="\u00e9"), "`message` is not base64"),
            (line(generation=None), "`generation` is missing"),
            (line(generation="SMETS3"), "`generation` is `SMETS3`"),
            (line(checkpoint="s1sp:"), "`checkpoint` is `s1sp:`"),
            (line(received_at="0001-01-01T00:00:00+14:00"), "`received_at` is"),
            (line(received_at="9999-12-31T23:59:59-14:00"), "`received_at` is"),
            (line(received_at="2026-W01-1T00:00:00Z"), "`received_at` is"),
            (line(received_at=1), "`received_at` must be text"),
            (line(more=1), "`more` is not a field"),
            (line(device=[]), "`device` must be an object"),
            (device(registered_user_ids=""), "`device.registered_user_ids` must be a list"),
            (device(registered_user_ids={}), "`device.registered_user_ids` must be a list"),
            (device(registered_user_ids=[1]), "`device.registered_user_ids` must be text"),
            (device(certificate_owner="x"), "`device.certificate_owner` has `x`"),
            (device(s1sp=["a"]), "`device.s1sp` must be text"),
            (device(colour="red"), "`device.colour` is not a field"),
            # Of two that differ nobody knows which one was meant.
            (line()[:-1] + b', "generation": "SMETS1"}', "`generation` is given more than once"),
            (line()[:-1] + b', "gener\\u0061tion": "SMETS1"}', "`generation` is given more"),
            (line()[:-1] + b', "message": "QQ=="}', "`message` is given more than once"),
            (line()[:-1] + b', "device": {"s1sp": "A", "s1sp": "B"}}', "`s1sp` is given more"),
            # As the query names them.
            (line(**{"device.registered_user_ids": []}), "`device.registered_user_ids` is not a"),
        )
    ),
]


@pytest.mark.parametrize(("code", "sent", "says"), NO_QUESTIONS, ids=range(len(NO_QUESTIONS)))
def test_what_is_no_question_is_answered_in_words(code, sent, says):
    with pytest.raises(QuestionMalformedError, match=says.replace(".", r"\.")) as refusal:
        read_line(sent)
    assert refusal.value.code == code


def test_the_portal_answers_each_of_them_with_the_same_code(engine, subscriber):
    del subscriber  # a register that is there
    body = b"\n".join(sent for _, sent, _ in NO_QUESTIONS)
    answers = engine.call("POST", "checks/batch", body, NDJSON).getvalue().splitlines()
    assert [json.loads(answer)["code"] for answer in answers] == [
        code for code, *_ in NO_QUESTIONS
    ]
