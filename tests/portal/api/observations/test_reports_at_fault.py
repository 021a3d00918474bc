"""A report with anything at fault counts nothing, and is told all that is."""

import json
from datetime import timedelta

import pytest

from tests.portal.api.observations.reports import (
    EUI64,
    TODAY,
    ceased,
    faults,
    processed,
    report,
    unreadable,
)
from tests.registry.observations.conftest import total


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
