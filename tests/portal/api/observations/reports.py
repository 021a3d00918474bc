"""Entries of a report of observations, and what is answered."""

import json
from datetime import UTC, datetime

from tests.portal.api.conftest import JSON, of_shape

TODAY = datetime.now(UTC).date()
EUI64 = "90-B3-D5-1F-30-01-00-00"


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
