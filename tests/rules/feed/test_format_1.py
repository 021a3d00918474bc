"""What portals of before November 2026 write is read as what the present ones do."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from rules.feed.bundles import read_changes, read_snapshot, write_snapshot
from rules.feed.following import take_changes
from rules.feed.refusals import FeedReason as R, FeedRefusedError
from rules.register.snapshot import Eligibility
from rules.roles import UserRole
from tests.rules.feed.older import (
    without_what_format_1_cannot_say,
    write_changes_1,
    write_snapshot_1,
)
from tests.rules.feed.picture import AT, a_certificate, a_snapshot, a_user_id, by_id
from tests.rules.feed.test_bundles import ANSWER, SNAPSHOTS
from tests.rules.feed.test_refusals import altered, reason_of

WRITTEN = Path(__file__).parent / "format_1"
"""Bodies that a portal of November 2026 wrote, octet by octet."""
SNAPSHOT = (WRITTEN / "snapshot.jsonl").read_bytes()
CHANGES = (WRITTEN / "changes.jsonl").read_bytes()
HELD = without_what_format_1_cannot_say(a_snapshot())
NEW_USER_ID = "90-B3-D5-1F-30-09-00-00"
SAYABLE = SNAPSHOTS.map(without_what_format_1_cannot_say)


def test_a_snapshot_of_that_time_is_read_as_the_register_that_it_was():
    assert read_snapshot([SNAPSHOT]) == HELD


def test_what_changed_at_that_time_is_taken_as_what_it_was():
    taken = take_changes(read_snapshot([SNAPSHOT]), read_changes(CHANGES), nonce="n-1")
    only = Eligibility(user_role=UserRole.SOLR_CONTINGENCY, valid_from=AT, valid_until=None)
    assert taken == replace(
        HELD,
        version="419",
        mark="m-419",
        certificates=by_id(a_certificate(2, revoked_at=AT), a_certificate(3)),
        user_ids={**HELD.user_ids, NEW_USER_ID: a_user_id(eui64=NEW_USER_ID)},
        # All there is of what is arranged: what is not named has gone.
        eligibility={"1.6": (only,)},
        enforced_from=None,
        safety_critical_alerts={},
    )
    assert taken.registration_switches == HELD.registration_switches


@pytest.mark.slow
@settings(max_examples=100)
@given(SAYABLE)
def test_a_register_is_the_same_in_either_format(snapshot):
    present = b"".join(write_snapshot(snapshot, made_at=AT))
    assert read_snapshot([write_snapshot_1(snapshot)]) == read_snapshot([present]) == snapshot


@pytest.mark.slow
@settings(max_examples=100)
@given(SAYABLE, SAYABLE, st.sampled_from([{}, {"1.6": ()}]), st.booleans())
def test_a_register_becomes_any_other_in_format_1(before, after, eligibility, clears):
    before = replace(before, version="418", mark="m-418")
    after = replace(after, version="419", mark="m-419", eligibility=eligibility)
    if clears:
        after = replace(after, registration_switches={}, safety_critical_alerts={})
    body = write_changes_1(before, after, ANSWER)
    assert take_changes(before, read_changes(body), nonce=ANSWER.nonce) == after


def test_it_is_sealed_in_the_tests_as_it_was_written():
    ours, theirs = write_snapshot_1(HELD).splitlines()[:-1], SNAPSHOT.splitlines()[:-1]
    assert sorted(map(_sorted, ours)) == sorted(map(_sorted, theirs))


def _sorted(line: bytes) -> str:
    return json.dumps(json.loads(line), sort_keys=True)


@pytest.mark.parametrize("category", ["Farmer", [], None])
def test_a_category_that_is_none_is_refused(category):
    def alter(lines):
        (user,) = (line for line in lines if line["kind"] == "user-id")
        user["category"] = category

    assert reason_of(altered(alter, SNAPSHOT)) is R.LINE_MALFORMED


def test_a_user_id_of_the_present_format_is_refused_in_format_1():
    def alter(lines):
        (user,) = (line for line in lines if line["kind"] == "user-id")
        del user["category"]
        user |= {"user_roles": [], "valid_from": None, "valid_until": None}

    assert reason_of(altered(alter, SNAPSHOT)) is R.LINE_MALFORMED


OF_THAT_TIME = {
    "instruction": {"number": 1, "supplier_reference": "s", "provider_reference": "p"},
    "thresholds": {"user_id": "90-B3-D5-1F-30-04-00-00", "thresholds": []},
    "resource-providers": {"supplier_reference": "s", "providers": []},
}


@pytest.mark.parametrize("kind", OF_THAT_TIME)
def test_what_format_1_does_not_say_enough_of_is_refused_by_name(kind):
    def alter(lines):
        lines[0]["counts"][kind] = 1
        lines.append({"kind": kind, **OF_THAT_TIME[kind]})

    with pytest.raises(FeedRefusedError, match=f"does not say enough of `{kind}`") as refused:
        read_snapshot([altered(alter, SNAPSHOT)])
    assert refused.value.reason is R.LINE_MALFORMED


@pytest.mark.parametrize("kind", ["eligibility-gone", "registration-switch-gone"])
def test_a_kind_that_format_1_does_not_have_is_refused(kind):
    def alter(lines):
        lines[0]["counts"][kind] = 0

    with pytest.raises(FeedRefusedError) as refused:
        read_changes(altered(alter, CHANGES))
    assert refused.value.reason is R.KIND_UNKNOWN


def test_something_that_changed_without_another_version_is_refused_in_format_1():
    body = write_changes_1(HELD, replace(HELD, registration_switches={}), ANSWER)
    with pytest.raises(FeedRefusedError) as refused:
        take_changes(HELD, read_changes(body), nonce=ANSWER.nonce)
    assert refused.value.reason is R.HISTORY_DIFFERS
