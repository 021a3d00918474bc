"""`POST /observations` counts what was decided elsewhere: all of a report, once, or nothing."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.test import Client

from portal.api.reported import DAYS_BACK
from registry.feed.reads import snapshot_holder
from registry.models import (
    CeasedMessage,
    Event,
    IdempotentCall,
    Observation,
    OrganisationCertificate,
)
from registry.observations.acts import observing
from registry.observations.acts.folding import KNOWN_FOR, fold_spool, forget_folded
from registry.observations.acts.observations import day_in_great_britain
from registry.observations.acts.observing import spool_folder
from rules.identifiers import Eui64
from tests.factories import a_certificate, a_party, a_user_id
from tests.portal.api.conftest import JSON, of_shape
from tests.portal.api.test_batch import NDJSON, lines_of, question
from tests.racing import race
from tests.registry.observations.conftest import counted, total

TODAY = datetime.now(UTC).date()
EUI64 = "90-B3-D5-1F-30-01-00-00"


@pytest.fixture
def signer(subscriber):  # noqa: ARG001 -- the list of variants is there
    """The certificate of which the reports speak."""
    return a_certificate(a_user_id(eui64=Eui64(EUI64)), serial=1234)


@pytest.fixture
def reporter(client_of, signer):  # noqa: ARG001 -- the register bears the reports out
    """A client that may report."""
    return client_of("observations:write", name="engine-2")


def processed(**differing):
    """Return an entry for messages that were processed."""
    entry = {
        "day": TODAY.isoformat(),
        "user_id": EUI64,
        "issuer": "CN=TESTOCA, OU=07",
        "serial": "1234",
        "generation": "SMETS2+",
        "kind": "service-request",
        "srv": "4.1.1",
        "supplier_id": EUI64,
        "checkpoint": "s1sp:Alpha",
        "outcome": "process",
        "count": 5,
        **differing,
    }
    return {name: value for name, value in entry.items() if value is not ...}


def ceased(**differing):
    """Return an entry for messages that ceased."""
    return processed(**{"outcome": "cease", "reason": "certificate-revoked", **differing})


def unreadable(**differing):
    """Return an entry for messages that could not be read."""
    nothing = dict.fromkeys(("user_id", "issuer", "serial", "srv", "supplier_id"), ...)
    return ceased(**{**nothing, "kind": "unreadable", "reason": "unknown-root", **differing})


def report(client, *entries, key="key-1", body=None, **headers):
    if key is not None:
        headers["Idempotency-Key"] = key
    octets = json.dumps({"observations": entries}).encode() if body is None else body
    answer = client.call("POST", "observations", octets, JSON, **headers)
    if answer.status_code == 200:
        of_shape(answer.json(), "ObservationsAnswer")
    return answer


def faults(answer):
    assert (answer.status_code, answer.json()["code"]) == (400, "question-malformed")
    for fault in answer.json()["errors"]:
        assert fault["field"] in fault["detail"]
    return [(fault["field"], fault["code"]) for fault in answer.json()["errors"]]


def test_a_report_is_counted_and_answered_with_how_many(reporter):
    answer = report(reporter, processed(), processed(count=2), ceased(), unreadable(count=1))
    assert (answer.status_code, answer.json()) == (200, {"decisions": 13, "unproven": 1})
    assert counted("outcome", "reason", "kind") == {
        ("process", "", "service-request"): 7,
        ("cease", "certificate-revoked", "service-request"): 5,
        ("cease", "unknown-root", "unreadable"): 1,
    }
    assert not CeasedMessage.objects.exists(), "counts name no message"


def test_everything_that_an_entry_says_is_kept(reporter, signer):
    report(reporter, processed(user_id=EUI64.lower().replace("-", ":"), supplier_id=None))
    row = Observation.objects.get()
    assert (row.day, row.user_id, row.party, row.issuer, row.serial_number, row.is_proven) == (
        TODAY,
        EUI64,
        signer.party.reference,
        "CN=TESTOCA,OU=07",
        "1234",
        True,
    )
    assert (row.generation, row.kind, row.srv, row.supplier_id, row.checkpoint) == (
        "SMETS2+",
        "service-request",
        "4.1.1",
        "",
        "s1sp:Alpha",
    )
    assert (row.outcome, row.reason, row.would_be, row.would_be_reason) == (("process", "") * 2)
    assert (row.reported_by, row.count) == ("engine-2", 5)


def test_what_would_have_been_is_as_what_was_unless_said(reporter):
    report(
        reporter,
        ceased(),
        processed(would_be="cease", would_be_reason="certificate-not-xmlsign"),
        ceased(would_be="cease", would_be_reason="certificate-not-notified"),
    )
    assert counted("outcome", "reason", "would_be", "would_be_reason") == {
        ("cease", "certificate-revoked", "cease", "certificate-revoked"): 5,
        ("process", "", "cease", "certificate-not-xmlsign"): 5,
        ("cease", "certificate-revoked", "cease", "certificate-not-notified"): 5,
    }


def test_an_unproven_signer_is_counted_as_the_message_names_it(reporter):
    report(reporter, ceased(user_id=None, reason="certificate-unknown"))
    row = Observation.objects.get()
    assert (row.user_id, row.is_proven, row.serial_number) == ("", False, "1234")


NOBODYS = "90-B3-D5-1F-30-09-99-99"


@pytest.mark.parametrize(
    "differing",
    [
        {"user_id": NOBODYS},
        {"serial": "1235"},
        {"issuer": "CN=Z2, OU=07"},
        {"supplier_id": NOBODYS},
    ],
    ids=str,
)
def test_a_signer_whom_the_register_does_not_bear_out_is_unproven(reporter, differing):
    answer = report(reporter, processed(), processed(**differing))
    assert answer.json() == {"decisions": 10, "unproven": 5}
    assert counted("is_proven", "user_id") == {(True, EUI64): 5, (False, ""): 5}
    assert not Observation.objects.get(is_proven=False).party


def test_a_certificate_of_another_user_id_proves_nobody(reporter, subscriber):
    entry = processed(user_id=subscriber.certificate.eui64)
    assert report(reporter, entry).json() == {"decisions": 5, "unproven": 5}


def test_a_certificate_that_has_ended_bears_out_what_it_signed_before(reporter, signer):
    OrganisationCertificate.objects.filter(pk=signer.pk).update(
        revoked_at=datetime.now(UTC), revocation_reason="key-compromise"
    )
    snapshot_holder.stop_holding()
    assert report(reporter, processed()).json() == {"decisions": 5, "unproven": 0}


def test_reports_and_our_own_decisions_are_told_apart(reporter, client_of):
    report(reporter, processed())
    report(client_of("observations:write", name="engine-3"), processed())
    assert counted("reported_by") == {"engine-2": 5, "engine-3": 5}


# --- once ------------------------------------------------------------------------------------


def test_the_same_key_and_body_count_once_and_have_the_same_answer(reporter):
    first = report(reporter, processed())
    again = report(reporter, processed())
    assert (again.status_code, again.content) == (200, first.content)
    assert total() == 5
    report(reporter, processed(), key="key-2")
    assert total() == 10


def test_the_same_key_with_another_body_is_refused_and_counts_nothing(reporter):
    report(reporter, processed())
    answer = report(reporter, processed(count=6))
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert "`key-1`" in answer.json()["detail"]
    assert total() == 5


def test_a_key_is_one_clients_own(reporter, client_of):
    report(reporter, processed())
    another = client_of("observations:write", name="engine-3")
    assert report(another, processed(count=6)).status_code == 200
    assert total() == 11


def test_a_key_that_was_refused_is_free(reporter):
    assert report(reporter, processed(count=0)).status_code == 400
    assert report(reporter, processed()).status_code == 200
    assert total() == 5


def test_without_a_key_nothing_is_counted(reporter):
    answer = report(reporter, processed(), key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")
    assert total() == 0


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201, "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(reporter, key):
    answer = report(reporter, processed(), key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-malformed")
    assert report(reporter, processed(), key="x" * 200).status_code == 200


@pytest.mark.race
def test_the_same_report_sent_many_times_at_once_counts_once(reporter):
    answers = race([partial(report, reporter, processed(), unreadable())] * 8)
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (200, b'{"decisions":10,"unproven":5}')
    }
    assert total() == 10
    assert IdempotentCall.objects.count() == 1


def test_a_report_that_fails_in_the_middle_counts_nothing_and_can_be_sent_again(
    reporter, monkeypatch
):
    def broken(*_arguments, **_named):
        raise ZeroDivisionError

    with monkeypatch.context() as failing:
        failing.setattr("registry.observations.acts.observations._add", broken)
        assert report(reporter, processed()).status_code == 500
    assert (total(), IdempotentCall.objects.count()) == (0, 0)
    assert report(reporter, processed()).status_code == 200
    assert total() == 5


def test_when_its_key_is_forgotten_a_report_lies_too_far_back_to_be_taken(reporter):
    now = datetime.now(UTC)
    report(reporter, processed())
    # As far as it is remembered what was counted, nobody may report about a day any more.
    assert timedelta(days=DAYS_BACK + 2) < KNOWN_FOR
    assert forget_folded(at=now + KNOWN_FOR - timedelta(days=1)) == 0
    assert report(reporter, processed()).json() == {"decisions": 5, "unproven": 0}
    assert total() == 5
    assert forget_folded(at=now + KNOWN_FOR + timedelta(days=1)) == 1


# --- all or nothing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "value", "says"),
    [
        ("day", ..., "is missing"),
        ("day", "2026-13-01", "2026-13-01"),
        ("day", "20261120", "20261120"),
        ("day", "2026-W47-5", "2026-W47-5"),
        ("day", 20261120, "must be text"),
        ("day", (TODAY + timedelta(days=2)).isoformat(), "it must be from"),
        ("day", (TODAY - timedelta(days=402)).isoformat(), "it must be from"),
        ("user_id", "90-B3", "90-B3"),
        ("user_id", 7, "must be text"),
        ("issuer", "Z1", "`Z1`"),
        ("issuer", ..., "is missing"),
        ("serial", ..., "is missing"),
        ("serial", "0x12", "0x12"),
        ("serial", "012", "012"),
        ("serial", 1234, "must be text"),
        ("serial", "9" * 50, "99999"),
        ("generation", "SMETS3", "SMETS3"),
        ("generation", ..., "is missing"),
        ("kind", "alert", "alert"),
        ("kind", ..., "is missing"),
        ("srv", "99.9", "99.9"),
        ("srv", "", "``"),
        ("supplier_id", "x", "`x`"),
        ("checkpoint", "s1sp:", "s1sp:"),
        ("outcome", "refuse", "refuse"),
        ("outcome", ..., "is missing"),
        ("outcome", True, "must be text"),
        ("count", ..., "is missing"),
        ("count", 0, "`0`"),
        ("count", -1, "`-1`"),
        ("count", 1.0, "`1.0`"),
        ("count", True, "`True`"),
        ("count", "5", "`5`"),
        ("count", 1_000_000_001, "1000000001"),
        ("count", 10**15, "1000000000000000"),
        ("colour", "red", "leave it out"),
        ("reason", "certificate-revoked", "leave it out"),
        ("would_be_reason", "certificate-revoked", "leave it out"),
    ],
)
def test_a_member_at_fault_is_named_with_its_value_and_nothing_is_counted(
    reporter, member, value, says
):
    answer = report(reporter, processed(), processed(**{member: value}))
    ((field, code),) = faults(answer)
    assert field == f"observations[1].{member}"
    assert code in {"field-missing", "field-unknown", "field-malformed"}
    assert says in answer.json()["detail"]
    assert total() == 0
    assert report(reporter, processed()).status_code == 200


@pytest.mark.parametrize(
    ("entry", "member"),
    [
        (ceased(reason=...), "reason"),
        (ceased(reason="because"), "reason"),
        (ceased(would_be="process"), "would_be"),
        (processed(would_be="cease"), "would_be_reason"),
        # What ceases in monitor mode too cannot have been processed.
        (processed(would_be="cease", would_be_reason="certificate-revoked"), "would_be_reason"),
        (processed(user_id=...), "user_id"),
        (ceased(issuer=..., serial=...), "issuer"),
        (unreadable(user_id=EUI64, issuer="CN=Z1", serial="1"), "user_id"),
        (unreadable(issuer="CN=Z1", serial="1"), "issuer"),
        (unreadable(srv="4.1.1"), "srv"),
        (unreadable(supplier_id=EUI64), "supplier_id"),
        (
            unreadable(outcome="process", reason=..., user_id=EUI64, issuer="CN=Z1", serial="1"),
            "outcome",
        ),
    ],
)
def test_members_that_do_not_go_together_are_refused(reporter, entry, member):
    assert faults(report(reporter, entry)) == [(f"observations[0].{member}", "field-malformed")]
    assert total() == 0
    assert report(reporter, ceased(), processed(), unreadable()).status_code == 200


def test_everything_that_is_wrong_is_said_at_once_up_to_a_hundred(reporter):
    answer = report(reporter, processed(day="x", count=0), "entry", processed(), ceased(srv=1))
    assert faults(answer) == [
        ("observations[0].day", "field-malformed"),
        ("observations[0].count", "field-malformed"),
        ("observations[1]", "field-malformed"),
        ("observations[3].srv", "field-malformed"),
    ]
    assert len(faults(report(reporter, *([processed(day="x")] * 1_000)))) == 100


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "observations"),
        ({"observations": []}, "observations"),
        ({"observations": {}}, "observations"),
        ({"observations": None}, "observations"),
        ({"observations": [processed()] * 1_001}, "observations"),
        ({"observations": [processed()], "more": 1}, "more"),
    ],
)
def test_a_report_is_one_list_of_1_to_1000_entries(reporter, document, field):
    ((named, _),) = faults(report(reporter, body=json.dumps(document).encode()))
    assert named == field
    assert total() == 0
    assert report(reporter, *([processed()] * 1_000)).json() == {"decisions": 5_000, "unproven": 0}


def test_a_member_given_twice_is_refused(reporter):
    entry = json.dumps(processed())[:-1] + ', "count": 7}'
    answer = report(reporter, body=b'{"observations": [%b]}' % entry.encode())
    assert faults(answer) == [("count", "field-repeated")]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"observations": [NaN]}'])
def test_what_is_no_json_object_is_refused(reporter, body):
    answer = report(reporter, body=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "body-not-json")


def test_today_is_today_in_great_britain_and_yesterday_is_taken_too(reporter):
    for days in (0, 1, 31, 399):
        day = (TODAY - timedelta(days=days)).isoformat()
        assert report(reporter, processed(day=day), key=day).status_code == 200


# --- who may ---------------------------------------------------------------------------------


def test_a_client_without_the_scope_may_not(engine, subscriber):  # noqa: ARG001
    answer = report(engine, processed())
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")


@pytest.mark.parametrize("path", ["observations", "ceased"])
def test_a_client_of_one_party_may_not_speak_of_the_messages_of_all(client_of, path):
    party = a_party()
    client = client_of("observations:write", party=party.reference)
    answer = client.call("POST", path, b"{}", JSON, **{"Idempotency-Key": "1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert (
        client_of("observations:write", name="x")
        .call("POST", path, b"{}", JSON, **{"Idempotency-Key": "1"})
        .status_code
        == 400
    )


# --- our own decisions -----------------------------------------------------------------------


@pytest.fixture
def own_data(settings, tmp_path):
    """Keep the spool in a folder of the test's own."""
    observing.stop_observing()
    settings.DATA_DIR = tmp_path
    yield
    observing.stop_observing()


def fold():
    return fold_spool(spool_folder(), at=datetime.now(UTC)).decisions


@pytest.mark.usefixtures("own_data")
def test_a_decision_for_enforcement_is_counted_and_a_diagnosis_never(engine, subscriber):
    message = subscriber.message()
    engine.check(message)
    engine.check_xml(message, ("generation", "SMETS2+"), ("purpose", "diagnosis"))
    assert fold() == 0
    said = engine.check(message, purpose="enforcement").json()
    engine.check(message, purpose=None)
    engine.check_xml(message, ("generation", "SMETS2+"))
    assert fold() == 3
    assert counted("outcome", "reason", "user_id", "reported_by") == {
        (said["decision"], said["reason"] or "", said["signer"]["user_id"], ""): 3
    }
    assert counted("day") == {day_in_great_britain(datetime.now(UTC)): 3}


@pytest.mark.usefixtures("own_data")
def test_what_was_not_decided_is_not_counted(engine, subscriber, settings):
    engine.check(subscriber.message(), purpose="enforcement", generation="SMETS3")
    settings.SNAPSHOT_REFUSED_AFTER = -1
    snapshot_holder.stop_holding()
    assert engine.check(subscriber.message(), purpose="enforcement").status_code == 503
    assert fold() == 0


@pytest.mark.usefixtures("own_data")
def test_a_ceased_message_is_kept_once_where_the_same_question_is_asked_again(engine, subscriber):
    message = subscriber.message().replace(b">1<", b">2<")
    at = datetime.now(UTC).isoformat()
    for _ in range(2):
        said = engine.check(message, purpose="enforcement", received_at=at).json()
        assert said["reason"] == "digest-mismatch"
    assert fold() == 2
    kept = CeasedMessage.objects.get()
    assert kept.request_id == said["message"]["request_id"]
    assert kept.at == datetime.fromisoformat(at)
    assert (kept.attribution, kept.party) == ("originator", subscriber.certificate.party)


@pytest.mark.usefixtures("own_data")
def test_a_ceased_message_that_is_reported_too_is_the_same_one_however_its_id_is_spelled(
    engine, subscriber, client_of
):
    message = subscriber.message().replace(b":1000<", b":1001<")
    spelled = re.sub(rb"(?<=RequestID>)[0-9A-F:-]+", lambda ids: ids[0].lower(), message)
    assert spelled != message
    at = datetime.now(UTC).isoformat()
    said = engine.check(spelled, purpose="enforcement", received_at=at).json()
    assert (said["reason"], said["signer"]["user_id"]) == ("digest-mismatch", None)
    assert fold() == 1
    reporter = client_of("observations:write", name="engine-2")
    refusal = {
        "request_id": said["message"]["request_id"],
        "time": at,
        "reason": said["reason"],
    }
    body = json.dumps({"ceased": [refusal]}).encode()
    answer = reporter.call("POST", "ceased", body, JSON)
    assert answer.json() == {"received": 1, "recorded": 0}
    assert CeasedMessage.objects.get().request_id == refusal["request_id"].upper()


@pytest.mark.usefixtures("own_data")
def test_a_decision_that_cannot_be_noted_is_answered_all_the_same_and_counted_as_missing(
    engine, subscriber, tmp_path, caplog
):
    spool = tmp_path / "spool"
    spool.write_text("a file where the folder should be")
    message = subscriber.message()
    asked = [question(message, purpose="enforcement")] * 3
    assert engine.check(message, purpose="enforcement").json()["decision"] == "process"
    lines = engine.call("POST", "checks/batch", lines_of(*asked), NDJSON).getvalue()
    assert [json.loads(line)["decision"] for line in lines.splitlines()] == ["process"] * 3
    assert engine.check(message).status_code == 200
    assert caplog.text.count("decisions cannot be noted") == 1
    assert Client().get("/readyz/checks").json()["decisions_not_noted"] == 4
    spool.unlink()
    assert engine.check(message, purpose="enforcement").status_code == 200
    assert "4 decisions were answered and are in no count" in caplog.text
    assert Client().get("/readyz/checks").json()["decisions_not_noted"] == 0
    assert fold() == 1
    gap = Event.objects.get(kind="decisions.not-noted")
    assert json.loads(gap.body)["details"]["decisions"] == 4


@pytest.mark.usefixtures("own_data")
def test_a_decision_of_solr_contingency_that_cannot_be_noted_is_none_and_a_diagnosis_goes_on(
    engine, contingency, tmp_path, caplog
):
    spool = tmp_path / "spool"
    spool.write_text("a file where the folder should be")
    message = contingency.message()
    for _ in range(2):
        answer = engine.check(message, purpose="enforcement")
        assert (answer.status_code, answer.json()["code"]) == (503, "observations-unavailable")
        assert answer["Retry-After"] == "5"
        assert "decision" not in answer.json()
    assert caplog.text.count("decisions cannot be noted") == 1
    assert engine.check(message).status_code == 200
    # In a batch it is one in the place of each answer.
    asked = [question(message), question(message, purpose="enforcement"), question(message)]
    lines = engine.call("POST", "checks/batch", lines_of(*asked), NDJSON).getvalue()
    first, problem, last = map(json.loads, lines.splitlines())
    of_shape(problem, "ProblemDocument")
    assert (problem["status"], problem["code"]) == (503, "observations-unavailable")
    assert (first["decision"], last["decision"]) == ("cease", "cease")
    spool.unlink()
    assert engine.check(message, purpose="enforcement").status_code == 200
    assert fold() == 1, "what was refused is not missing: nobody was answered"
    assert not Event.objects.filter(kind="decisions.not-noted").exists()
