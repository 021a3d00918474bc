"""Reports and questions with odd values in each member: refused by name, all or nothing stored."""

import json
from datetime import UTC, datetime

import pytest

from rules.service_requests.question import Generation
from tests.attacks.stored import counts, grown
from tests.portal.api.conftest import JSON

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC).replace(microsecond=0)
EUI64 = "90-B3-D5-1F-30-01-00-00"

OBSERVATION = {
    "day": NOW.date().isoformat(),
    "user_id": EUI64,
    "issuer": "CN=Z1, OU=07",
    "serial": "1234",
    "generation": "SMETS2+",
    "kind": "service-request",
    "srv": "4.1.1",
    "supplier_id": EUI64,
    "checkpoint": "s1sp:Alpha",
    "outcome": "cease",
    "reason": "certificate-revoked",
    "count": 5,
}
CEASED = {
    "request_id": f"{EUI64}:00-DB-12-34-56-78-90-A0:1000",
    "time": NOW.isoformat(),
    "reason": "certificate-revoked",
    "user_id": EUI64,
}
ODD = [
    "",
    " ",
    "\0",
    "x\0y",
    "\u202e",
    "\ufffe",
    "\U0001f600" * 200,
    "x" * 100_000,
    "'; DROP TABLE x;--",
    "<script>alert(1)</script>",
    "{0.__class__} %s %(x)s",
    "-1",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "2026-02-30",
    "CN=" + "\\00" * 9,
    "CN=a+" * 300,
    "9" * 60,
    0,
    -1,
    1.5,
    1e308,
    2**63,
    10**30,
    True,
    [],
    [[]],
    {},
    {"$ne": None},
]


@pytest.fixture
def reporter(client_of, subscriber):
    assert subscriber
    return client_of("observations:write", "checks:ask")


@pytest.mark.parametrize(
    ("address", "name", "good"),
    [("observations", "observations", OBSERVATION), ("ceased", "ceased", CEASED)],
)
def test_an_odd_value_is_refused_and_nothing_of_the_report_is_stored(
    address, name, good, reporter
) -> None:
    def send(entries, key):
        body = json.dumps({name: entries}).encode()
        return reporter.call("POST", address, body, JSON, **{"Idempotency-Key": key})

    number = 0
    taken = []
    for member in good:
        for odd in ODD:
            number += 1
            before = counts()
            answer = send([good, {**good, member: odd}], f"key-{number}")
            assert answer.status_code in {200, 400}, (member, odd)
            if answer.status_code == 400:
                assert grown(before) == {}, (member, odd)
            else:
                taken.append((member, odd))
    # Control: only what means the same as leaving a member out, or is one after all, is taken.
    assert {member for member, _ in taken} <= {"issuer", "checkpoint", "srv", "count", "user_id"}


@pytest.mark.parametrize("key", ["", " ", "\t", "a b", "é", "x" * 201, "a\x00b", "\u202e"])
def test_a_key_that_is_none_is_refused(key, reporter) -> None:
    before = counts()
    body = json.dumps({"observations": [OBSERVATION]}).encode()
    answer = reporter.call("POST", "observations", body, JSON, **{"Idempotency-Key": key})
    assert answer.status_code == 400
    assert grown(before) == {}


def test_an_odd_value_of_a_question_is_refused_or_decided(reporter) -> None:
    good = {"message": "", "generation": Generation.SMETS1.value, "purpose": "diagnosis"}
    device = ("registered_user_ids", "hub_import_supplier_ids", "s1sp", "certificate_owner")
    before = counts()
    for odd in ODD:
        for member in (*good, "checkpoint", "received_at", "device"):
            body = json.dumps({**good, member: odd}).encode()
            assert reporter.check_json(body).status_code in {200, 400, 403}, (member, odd)
        for member in (*device, "notified_critical_supplier_id", "x"):
            body = json.dumps({**good, "device": {member: odd}}).encode()
            assert reporter.check_json(body).status_code in {200, 400}, (member, odd)
    assert grown(before) == {}
