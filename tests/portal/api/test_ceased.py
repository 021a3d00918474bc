"""`POST /ceased` records refusals decided elsewhere: once each, however often they are sent."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from registry.models import CeasedMessage, IdempotentCall, Observation
from tests.factories import a_user_id, an_eui64
from tests.portal.api.conftest import JSON, of_shape
from tests.racing import race

pytestmark = pytest.mark.serves("RA-API", "MP104-3")

NOW = datetime.now(UTC).replace(microsecond=0)
ORIGINATOR = "90-B3-D5-1F-30-01-00-00"


@pytest.fixture
def reporter(client_of, subscriber):  # noqa: ARG001 -- the list of variants is there
    """A client that may report."""
    return client_of("observations:write", name="engine-2")


def refusal(originator=ORIGINATOR, counter=1000, **differing):
    entry = {
        "request_id": f"{originator}:00-DB-12-34-56-78-90-A0:{counter}",
        "time": NOW.isoformat(),
        "reason": "certificate-revoked",
        **differing,
    }
    return {name: value for name, value in entry.items() if value is not ...}


def report(client, *entries, key=None, body=None):
    headers = {} if key is None else {"Idempotency-Key": key}
    octets = json.dumps({"ceased": entries}).encode() if body is None else body
    answer = client.call("POST", "ceased", octets, JSON, **headers)
    if answer.status_code == 200:
        of_shape(answer.json(), "CeasedAnswer")
    return answer


def faults(answer):
    assert (answer.status_code, answer.json()["code"]) == (400, "question-malformed")
    return [(fault["field"], fault["code"]) for fault in answer.json()["errors"]]


def test_refusals_are_recorded_for_whom_they_concern(reporter):
    signer, originator = a_user_id(), a_user_id()
    answer = report(
        reporter,
        refusal(originator.eui64, user_id=signer.eui64),
        refusal(originator.eui64, user_id=None),
        refusal(an_eui64()),
    )
    assert (answer.status_code, answer.json()) == (200, {"received": 3, "recorded": 3})
    kept = CeasedMessage.objects.order_by("attribution").values_list("attribution", "party")
    assert list(kept) == [
        ("nobody", None),
        ("originator", originator.party.pk),
        ("signer", signer.party.pk),
    ]
    assert {row.reported_by.name for row in CeasedMessage.objects.all()} == {"engine-2"}
    assert not Observation.objects.exists(), "they are counted by `POST /observations`"


def test_everything_that_a_refusal_says_is_kept(reporter, subscriber):
    eui64 = subscriber.certificate.eui64
    report(
        reporter,
        refusal(
            eui64.lower(),
            user_id=eui64,
            time="2026-11-20T10:00:00.250+01:00" if NOW.year == 2026 else NOW.isoformat(),
            issuer="OU=07, CN=Z1",
            serial="1234",
            generation="SMETS1",
            checkpoint="s1sp:Alpha",
            command_variant=4,
            srv="4.1.1",
        ),
    )
    kept = CeasedMessage.objects.get()
    assert kept.request_id == f"{eui64}:00-DB-12-34-56-78-90-A0:1000"
    assert kept.at.utcoffset() == timedelta(0)
    assert (kept.user_id, kept.reason) == (eui64, "certificate-revoked")
    assert (kept.issuer, kept.serial_number) == ("CN=Z1,OU=07", "1234")
    assert (kept.generation, kept.checkpoint) == ("SMETS1", "s1sp:Alpha")
    assert (kept.command_variant, kept.srv) == (4, "4.1.1")


def test_a_refusal_is_recorded_once_however_often_it_is_sent(reporter, client_of):
    assert report(reporter, refusal(), refusal()).json() == {"received": 2, "recorded": 1}
    assert report(reporter, refusal()).json() == {"received": 1, "recorded": 0}
    another = client_of("observations:write", name="engine-3")
    assert report(another, refusal()).json() == {"received": 1, "recorded": 0}
    zone = (NOW + timedelta(hours=1)).isoformat().replace("+00:00", "+01:00")
    assert report(reporter, refusal(time=zone)).json()["recorded"] == 0
    others = (
        refusal(counter=1001),
        refusal(time=(NOW - timedelta(seconds=1)).isoformat()),
        refusal(reason="certificate-expired"),
        refusal(user_id=ORIGINATOR),
    )
    assert report(reporter, refusal(), *others).json() == {"received": 5, "recorded": 4}
    assert CeasedMessage.objects.count() == 5


def test_with_a_key_the_same_answer_is_given_again(reporter):
    first = report(reporter, refusal(), key="key-1")
    again = report(reporter, refusal(), key="key-1")
    assert first.content == again.content == b'{"received":1,"recorded":1}'
    answer = report(reporter, refusal(counter=2), key="key-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert CeasedMessage.objects.count() == 1
    assert IdempotentCall.objects.count() == 1


def test_a_key_is_for_one_call_whichever_it_is(reporter):
    body = b'{"ceased": []}'
    report(reporter, refusal(), key="key-1")
    answer = reporter.call(
        "POST",
        "observations",
        json.dumps(
            {
                "observations": [
                    {
                        "day": NOW.date().isoformat(),
                        "generation": "SMETS1",
                        "kind": "unreadable",
                        "outcome": "cease",
                        "reason": "unknown-root",
                        "count": 1,
                    }
                ]
            }
        ).encode(),
        JSON,
        **{"Idempotency-Key": "key-1"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert report(reporter, body=body).status_code == 400


@pytest.mark.race
def test_the_same_refusals_sent_many_times_at_once_are_recorded_once(reporter):
    entries = [refusal(counter=counter) for counter in range(50)]
    answers = race([partial(report, reporter, *entries)] * 4)
    answers += race([partial(report, reporter, *reversed(entries))] * 4)
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["recorded"] for answer in answers) == 50
    assert CeasedMessage.objects.count() == 50


@pytest.mark.parametrize(
    ("member", "value", "says"),
    [
        ("request_id", ..., "is missing"),
        ("request_id", "x", "`x`"),
        ("request_id", f"{ORIGINATOR}:00-DB-12-34-56-78-90-A0:01", ":01`"),
        ("time", ..., "is missing"),
        ("time", "2026-11-20", "2026-11-20"),
        ("time", "2026-11-20T09:00:00", "2026-11-20T09:00:00"),
        # Named, since every process that collects the tests has a moment of its own.
        pytest.param(
            "time", (NOW + timedelta(days=1)).isoformat(), "must not be ahead", id="time-ahead"
        ),
        pytest.param(
            "time", (NOW - timedelta(days=401)).isoformat(), "400 days", id="time-long-ago"
        ),
        ("user_id", "x", "`x`"),
        ("reason", ..., "is missing"),
        ("reason", "because", "because"),
        ("issuer", "CN=Z1", "is missing"),
        ("serial", "1", "is missing"),
        ("generation", "SMETS3", "SMETS3"),
        ("checkpoint", "here", "here"),
        ("command_variant", 10, "`10`"),
        ("command_variant", "4", "`4`"),
        ("srv", "99.9", "99.9"),
        ("colour", "red", "leave it out"),
    ],
)
def test_a_member_at_fault_is_named_and_nothing_is_recorded(reporter, member, value, says):
    answer = report(reporter, refusal(), refusal(**{member: value}))
    ((field, _),) = faults(answer)
    partner = {"issuer": "serial", "serial": "issuer"}.get(member, member)
    assert field in {f"ceased[1].{member}", f"ceased[1].{partner}"}
    assert says in answer.json()["detail"]
    assert not CeasedMessage.objects.exists()
    assert report(reporter, refusal()).json()["recorded"] == 1


@pytest.mark.parametrize("body", [b"{}", b'{"ceased": []}', b'{"ceased": [1]}'])
def test_a_report_is_one_list_of_refusals(reporter, body):
    assert len(faults(report(reporter, body=body))) == 1


def test_a_thousand_are_taken_at_once_and_one_more_is_not(reporter):
    entries = [refusal(counter=counter) for counter in range(1_001)]
    assert faults(report(reporter, *entries)) == [("ceased", "field-malformed")]
    assert report(reporter, *entries[:1_000]).json() == {"received": 1_000, "recorded": 1_000}
