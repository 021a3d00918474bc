"""`POST /checks` answers every message with a decision, and refuses only what is no question."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from registry.models import CeasedMessage, OrganisationCertificate
from tests.factories import AT
from tests.portal.api.conftest import JSON, XML, of_shape
from tests.waiting import seconds_until

pytestmark = pytest.mark.serves("RA-API", "MP104-1", "MP104-2")

SMETS2 = ("generation", "SMETS2+")

OWN = {"checked_at": "", "snapshot_age": 0}
"""What two answers to one question do not have alike."""


def codes(answer):
    """Return the problem's code, and the fields at fault with theirs."""
    problem = answer.json()
    faults = [(fault["field"], fault["code"]) for fault in problem.get("errors", [])]
    return answer.status_code, problem["code"], sorted(faults)


# --- decisions -------------------------------------------------------------------------------


def test_a_message_that_is_to_be_processed_has_the_answer_of_the_interface(engine, subscriber):
    answer = engine.check(subscriber.message())
    assert answer.status_code == 200
    assert answer["Content-Type"] == JSON
    said = answer.json()
    assert list(said) == [
        "decision",
        "would_be",
        "mode",
        "reason",
        "would_be_reason",
        "duis_code",
        "findings",
        "message",
        "signer",
        "s1sp_would_refuse",
        "snapshot",
        "snapshot_age",
        "checked_at",
    ]
    assert {name: said[name] for name in list(said)[:6]} == {
        "decision": "process",
        "would_be": "process",
        "mode": "enforce",
        "reason": None,
        "would_be_reason": None,
        "duis_code": None,
    }
    certificate = subscriber.certificate
    assert said["message"] == {
        "request_id": f"{certificate.eui64}:00-DB-12-34-56-78-90-A0:1000",
        "srv": "4.1.1",
        "command_variant": 1,
        "user_id": certificate.eui64,
    }
    assert said["signer"] == {
        "issuer": certificate.issuer,
        "serial": certificate.serial_number,
        "user_id": certificate.eui64,
        "party": certificate.party.name,
        "mpids": [],
    }
    assert {finding["verdict"] for finding in said["findings"]} <= {"passed", "not-applicable"}
    checked_at = datetime.fromisoformat(said["checked_at"])
    assert abs(datetime.now(UTC) - checked_at) < timedelta(minutes=1)


def test_a_message_that_is_to_cease_is_answered_with_200_and_the_reason(engine, subscriber):
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    answer = engine.check(subscriber.message())
    assert answer.status_code == 200
    said = answer.json()
    assert (said["decision"], said["reason"]) == ("cease", "certificate-revoked")
    failed = [f["reason"] for f in said["findings"] if f["verdict"] == "failed"]
    assert failed == ["certificate-revoked"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "xml-not-well-formed"),
        (b"\x00\xff", "invalid-utf-8"),
        (b"<Request/>", "unknown-root"),
        (
            b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
            "document-type-present",
        ),
    ],
)
def test_a_message_that_cannot_be_read_is_a_decision_too(engine, message, reason):
    for answer in (engine.check(message), engine.check_xml(message, SMETS2)):
        assert answer.status_code == 200
        said = answer.json()
        assert said["decision"] == "cease"
        assert (said["message"], said["signer"]) == (None, None)
        assert said["reason"] == reason


def test_the_raw_message_is_answered_as_the_one_in_json(engine, subscriber):
    message = subscriber.message()
    # For one moment, which is in the words as well.
    at = datetime.now(UTC).isoformat()
    by_json = engine.check(message, received_at=at).json()
    by_xml = engine.check_xml(message, SMETS2, ("received_at", at)).json()
    assert by_xml["decision"] == "process"
    assert {**by_json, **OWN} == {**by_xml, **OWN}


def test_the_same_question_twice_has_the_same_answer(engine, subscriber):
    message = subscriber.message()
    at = datetime.now(UTC).isoformat()
    first, second = (engine.check(message, received_at=at).json() for _ in range(2))
    assert {**first, **OWN} == {**second, **OWN}


def test_a_charset_beside_the_media_type_changes_nothing(engine, subscriber):
    answer = engine.check_xml(
        subscriber.message(), SMETS2, content_type="Application/XML; charset=utf-8"
    )
    assert answer.json()["decision"] == "process"


def test_text_xml_is_taken_as_application_xml_is(engine, subscriber):
    answer = engine.check_xml(subscriber.message(), SMETS2, content_type="text/xml")
    assert answer.json()["decision"] == "process"


def test_what_is_known_of_the_device_is_taken_in_both_forms(engine, subscriber):
    device = {
        "registered_user_ids": ["90-B3-D5-1F-30-01-00-00", "90b3d51f30020000"],
        "hub_import_supplier_ids": [],
        "s1sp": "Alpha",
        "certificate_owner": "90:B3:D5:1F:30:02:00:00",
        "notified_critical_supplier_id": None,
    }
    pairs = [
        ("device.registered_user_ids", "90-B3-D5-1F-30-01-00-00"),
        ("device.registered_user_ids", "90b3d51f30020000"),
        ("device.hub_import_supplier_ids", ""),
        ("device.s1sp", "Alpha"),
        ("device.certificate_owner", "90:B3:D5:1F:30:02:00:00"),
    ]
    message = subscriber.message()
    assert engine.check(message, device=device, checkpoint="s1sp:Alpha").status_code == 200
    assert engine.check(message, device=None, checkpoint=None).status_code == 200
    answer = engine.check_xml(message, SMETS2, ("checkpoint", "s1sp:Alpha"), *pairs)
    assert answer.status_code == 200


def test_a_decision_asks_the_database_nothing(engine, subscriber, django_assert_num_queries):
    message = subscriber.message()
    engine.check(message)
    with django_assert_num_queries(0):
        assert engine.check(message).json()["decision"] == "process"
        assert engine.check_xml(message, SMETS2).json()["decision"] == "process"


def test_a_revocation_is_in_the_answers_soon(engine, subscriber):
    message = subscriber.message()
    before = engine.check(message).json()
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    seconds_until(lambda: engine.check(message).json()["decision"] == "cease")
    assert int(engine.check(message).json()["snapshot"]) > int(before["snapshot"])


def test_no_answer_may_be_kept_on_the_way_or_taken_for_a_page(engine, subscriber):
    answer = engine.check(subscriber.message())
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


# --- questions that are none -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "faults"),
    [
        ({"message": None}, [("message", "field-missing")]),
        ({"message": 7}, [("message", "field-malformed")]),
        ({"message": "PD94bWw="}, []),
        ({"message": "PD94bWw"}, [("message", "field-malformed")]),
        ({"message": "PD94 bWw="}, [("message", "field-malformed")]),
        ({"message": "PD94\nbWw="}, [("message", "field-malformed")]),
        ({"message": "PD94bWw=PD94"}, [("message", "field-malformed")]),
        ({"message": "_-8="}, [("message", "field-malformed")]),
        ({"message": "é"}, [("message", "field-malformed")]),
        ({"generation": None}, [("generation", "field-missing")]),
        ({"generation": "SMETS3"}, [("generation", "field-malformed")]),
        ({"checkpoint": "s1sp:"}, [("checkpoint", "field-malformed")]),
        ({"purpose": "fun"}, [("purpose", "field-malformed")]),
        ({"received_at": "yesterday"}, [("received_at", "field-malformed")]),
        ({"received_at": 1}, [("received_at", "field-malformed")]),
        ({"device": []}, [("device", "field-malformed")]),
        ({"device": {"colour": "red"}}, [("device.colour", "field-unknown")]),
        ({"device": {"s1sp": 3}}, [("device.s1sp", "field-malformed")]),
        ({"device.s1sp": "Alpha"}, [("device.s1sp", "field-unknown")]),
        ({"mesage": "x"}, [("mesage", "field-unknown")]),
        (
            {"message": "?", "generation": "?", "device": {"certificate_owner": "?"}, "x": 1},
            [
                ("device.certificate_owner", "field-malformed"),
                ("generation", "field-malformed"),
                ("message", "field-malformed"),
                ("x", "field-unknown"),
            ],
        ),
    ],
)
def test_every_field_at_fault_is_named_at_once(engine, subscriber, members, faults):
    answer = engine.check(subscriber.message(), **members)
    if not faults:
        assert answer.status_code == 200
        return
    assert codes(answer) == (400, "question-malformed", faults)
    for fault in answer.json()["errors"]:
        assert fault["field"] in fault["detail"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not an object"),
        (b'"x"', "not an object"),
        (b'{"message": NaN}', "not JSON"),
        (b'{"message": "\\ud800"}', "not JSON"),
        (b'{"message": "\xff"}', "not JSON"),
        (b"{}{}", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[" * 1_010 + b"]" * 1_010, "not JSON"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(engine, body, says):
    answer = engine.check_json(body)
    assert codes(answer) == (400, "body-not-json", [])
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"message": "PD94", "generation": "SMETS1", "message": "PD94"}', "message"),
        (b'{"message": "", "purpose": "diagnosis", "purp\\u006fse": "diagnosis"}', "purpose"),
        (b'{"message": "", "device": {"s1sp": "A", "s1sp": "B"}}', "s1sp"),
    ],
)
def test_a_member_that_is_given_twice_is_refused(engine, body, name):
    assert codes(engine.check_json(body)) == (
        400,
        "question-malformed",
        [(name, "field-repeated")],
    )


@pytest.mark.parametrize(
    ("pairs", "faults"),
    [
        ([], [("generation", "field-missing")]),
        ([("generation", "SMETS2 ")], [("generation", "field-malformed")]),
        ([SMETS2, SMETS2], [("generation", "field-repeated")]),
        ([SMETS2, ("message", "PD94")], [("message", "field-unknown")]),
        ([SMETS2, ("device", "{}")], [("device", "field-unknown")]),
        ([SMETS2, ("device.s1sp", "")], [("device.s1sp", "field-malformed")]),
        (
            [SMETS2, ("device.registered_user_ids", "x"), ("checkpoint", "x")],
            [
                ("checkpoint", "field-malformed"),
                ("device.registered_user_ids", "field-malformed"),
            ],
        ),
    ],
)
def test_every_field_of_a_query_at_fault_is_named_at_once(engine, subscriber, pairs, faults):
    answer = engine.check_xml(subscriber.message(), *pairs)
    assert codes(answer) == (400, "question-malformed", faults)


def test_a_query_beside_json_is_refused_and_not_passed_over(engine):
    body = json.dumps({"message": "PD94bWw=", "generation": "SMETS1"}).encode()
    answer = engine.call("POST", "checks?received_at=2026-01-01T00:00:00Z", body, JSON)
    assert codes(answer) == (400, "question-malformed", [("received_at", "field-unknown")])
    assert engine.call("POST", "checks", body, JSON).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xhtml+xml", "multipart/form-data", ""]
)
def test_another_kind_of_body_is_refused(engine, subscriber, content_type):
    answer = engine.call("POST", "checks", subscriber.message(), content_type)
    assert codes(answer) == (415, "media-type-unsupported", [])


def test_a_compressed_body_is_refused(engine):
    answer = engine.call(
        "POST", "checks?generation=SMETS1", b"\x1f\x8b", XML, **{"Content-Encoding": "gzip"}
    )
    assert codes(answer) == (415, "media-type-unsupported", [])


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_refused_and_told_which_there_is(engine, method):
    answer = engine.http.generic(
        method, "/api/v1/checks", headers={"Authorization": f"Bearer {engine.token}"}
    )
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


# --- sizes -----------------------------------------------------------------------------------


def test_a_message_beyond_its_limit_is_decided(engine, subscriber, settings):
    message = subscriber.message()
    settings.MESSAGE_SIZE_LIMIT = len(message)
    assert engine.check(message).json()["decision"] == "process"
    settings.MESSAGE_SIZE_LIMIT = len(message) - 1
    for answer in (engine.check(message), engine.check_xml(message, SMETS2)):
        assert answer.status_code == 200
        assert answer.json()["reason"] == "message-too-large"


def test_the_largest_message_that_is_read_fits_into_a_body_as_base64(settings):
    largest = 4 * ((settings.MESSAGE_SIZE_LIMIT + 2) // 3)
    assert largest + 100_000 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_a_body_beyond_the_limit_is_refused_without_reading_it(engine, subscriber, settings):
    message = subscriber.message()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(message)
    assert engine.check_xml(message, SMETS2).status_code == 200
    answer = engine.check_xml(message + b" ", SMETS2)
    assert codes(answer) == (413, "body-too-large", [])


# --- moments ---------------------------------------------------------------------------------


def moment(**away):
    return (datetime.now(UTC) + timedelta(**away)).isoformat()


def test_a_moment_close_to_now_is_anybodys(engine, subscriber):
    for away in (-290, 290):
        answer = engine.check(subscriber.message(), received_at=moment(seconds=away))
        assert answer.status_code == 200


@pytest.mark.parametrize("away", [-310, 310])
def test_a_moment_further_from_now_asks_for_a_scope_of_its_own(
    engine, client_of, subscriber, away
):
    answer = engine.check(subscriber.message(), received_at=moment(seconds=away))
    assert codes(answer) == (403, "scope-missing", [])
    assert "checks:as-of" in answer.json()["detail"]
    historian = client_of("checks:ask", "checks:as-of", name="historian")
    answer = historian.check(subscriber.message(), received_at=moment(seconds=away))
    assert answer.status_code == 200


def test_a_question_as_of_a_moment_is_decided_for_that_moment(client_of, subscriber):
    historian = client_of("checks:ask", "checks:as-of")
    OrganisationCertificate.objects.update(revoked_at=AT, revocation_reason="key-compromise")
    message = subscriber.message()
    before = historian.check(message, received_at=(AT - timedelta(seconds=1)).isoformat())
    after = historian.check(message, received_at=AT.isoformat())
    assert (before.json()["decision"], after.json()["decision"]) == ("process", "cease")


# --- stale -----------------------------------------------------------------------------------


def test_a_checker_whose_register_is_stale_decides_nothing(engine, subscriber, settings):
    settings.SNAPSHOT_REFUSED_AFTER = -1
    answer = engine.check(subscriber.message())
    assert codes(answer) == (503, "snapshot-stale", [])
    assert int(answer["Retry-After"]) > 0


def test_a_register_that_is_stale_decides_all_but_solr_contingency_and_names_its_age(
    engine, subscriber, settings
):
    fresh = engine.check(subscriber.message()).json()
    assert 0 <= fresh["snapshot_age"] <= settings.SNAPSHOT_STALE_AFTER
    settings.SNAPSHOT_STALE_AFTER = -1
    answer = engine.check(subscriber.message()).json()
    assert (answer["decision"], answer["snapshot"]) == ("process", fresh["snapshot"])
    assert answer["snapshot_age"] >= 0


def test_nothing_of_solr_contingency_is_decided_by_a_stale_register(engine, contingency, settings):
    message = contingency.message()
    fresh = engine.check(message).json()
    assert fresh["reason"] == "service-request-not-eligible"
    settings.SNAPSHOT_STALE_AFTER = -1
    for purpose in ("enforcement", "diagnosis"):
        refused = engine.check(message, purpose=purpose)
        assert codes(refused) == (503, "snapshot-stale", [])
        assert "nothing that is sent as SolrContingency is decided" in refused.json()["detail"]
        assert int(refused["Retry-After"]) > 0
    raw = engine.check_xml(message, ("generation", "SMETS2+"))
    assert codes(raw) == (503, "snapshot-stale", [])
    assert CeasedMessage.objects.count() == 0


def test_the_shape_that_answers_are_held_to_would_find_a_stray_member(engine, subscriber):
    said = engine.check(subscriber.message()).json()
    with pytest.raises(Exception, match="weather"):
        of_shape({**said, "weather": "fine"}, "CheckAnswer")
    with pytest.raises(Exception, match="snapshot"):
        of_shape({name: said[name] for name in said if name != "snapshot"}, "CheckAnswer")


def test_base64_is_taken_without_line_breaks_only(engine, subscriber):
    text = b64encode(subscriber.message()).decode()
    folded = "\n".join(text[i : i + 76] for i in range(0, len(text), 76))
    assert engine.check(b"", message=text).status_code == 200
    assert engine.check(b"", message=folded).status_code == 400
