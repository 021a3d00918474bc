"""Findings in the database: read back as they were, and those of before there were values."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.findings import Finding, Value, Verdict
from rules.stored_findings import restored, stored

MOMENT = datetime(2035, 9, 1, 23, 59, 59, 123456, tzinfo=UTC)


def finding(**values: Value) -> Finding:
    return Finding(
        rule="T-1",
        verdict=Verdict.WARNED,
        reason="odd",
        cites="Test, 1",
        says="Odd.",
        values=values,
    )


@pytest.mark.parametrize(
    "value",
    [
        "ABCD",
        "2035-09-01T23:59:59+00:00",
        "",
        7,
        None,
        MOMENT,
        MOMENT.astimezone(timezone(timedelta(hours=1))),
        (),
        ("ABCD", "moment"),
        (("ABCD", MOMENT), ("ABCE", None)),
    ],
    ids=str,
)
def test_a_value_comes_back_as_it_was(value: Value):
    known = finding(each=value)

    back = restored(json.loads(json.dumps(stored(known))))

    assert back == known
    assert type(back.values["each"]) is type(value)


def test_a_finding_of_before_there_were_values_keeps_its_sentence():
    old = {"rule": "T-1", "verdict": "warned", "reason": "odd", "cites": "Test, 1", "says": "Odd."}

    assert restored(old) == finding()
    assert stored(restored(old)) == {**old, "values": {}}
