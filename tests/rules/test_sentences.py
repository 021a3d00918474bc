"""Sentences of findings: made from their values, with moments as their reader is told them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rules.catalogue import RULE_BOOKS, worded
from rules.certificates.issued import check_issued
from rules.certificates.requests import check_request
from rules.evaluate import evaluate
from rules.findings import Finding, Verdict
from rules.notifying import check_notifying
from rules.rule import Outcome, Rule, failed_for
from rules.sentences import IN_UTC, Clock, Told, sentence
from rules.stored_findings import restored, stored
from tests.rules.certificates.test_request_rules import VECTORS as REQUEST_VECTORS
from tests.rules.certificates.vectors_issued import ISSUED_VECTORS
from tests.rules.test_notifying import FAILING, changed

SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
CLOCK = Clock(act=lambda at: f"act {at:%H:%M}", validity=lambda at: f"validity {at:%H:%M}")


Says = str | Callable[[Mapping[str, Any], Clock], str]


def told(says: Says) -> Told:
    return Told(says=says, do="Give one that has not ended.")


def asked(outcome: Outcome, says: Says = "It ended on {at:act}.") -> Finding:
    rule: Rule[int] = Rule(
        id="T-1",
        title="It has not ended",
        cites="Test, 1",
        reasons={"ended": told(says)},
        check=lambda _: outcome,
    )
    return evaluate([rule], 5, catalogue="v1").findings[0]


def test_a_finding_has_its_values_and_the_sentence_of_its_reason_in_utc() -> None:
    finding = asked(failed_for("ended", at=SUMMER))
    assert (finding.verdict, finding.reason) == (Verdict.FAILED, "ended")
    assert finding.values == {"at": SUMMER}
    assert finding.says == "It ended on 1 July 2026, 23:30:00 UTC."


def test_a_moment_that_is_compared_with_others_is_told_in_utc_to_every_reader() -> None:
    until = told("Until {at:utc}.")
    assert sentence(until, {"at": SUMMER}, CLOCK) == "Until 2026-07-01 23:30:00 UTC."


@pytest.mark.parametrize(
    ("says", "words"),
    [("{all}.", "a, b, c."), ("{all:and}.", "a, b and c."), ("{all:or}.", "a, b or c.")],
)
def test_several_values_are_listed_as_the_sentence_says(says, words) -> None:
    assert sentence(told(says), {"all": ("a", "b", "c")}) == words


def test_a_sentence_may_be_made_of_the_values_and_the_clock_of_its_reader() -> None:
    def ended(values: Mapping[str, Any], clock: Clock) -> str:
        return f"It ended {clock.act(values['at']) if values['at'] else 'at no known moment'}."

    assert sentence(told(ended), {"at": SUMMER}, CLOCK) == "It ended act 23:30."
    assert sentence(told(ended), {"at": None}, CLOCK) == "It ended at no known moment."
    assert asked(failed_for("ended"), ended).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "says", ["It ended on {when:act}.", "It ended on {at}.", "It ended on {at:date}."]
)
def test_a_sentence_that_cannot_be_made_breaks_its_rule_which_blocks(says) -> None:
    assert asked(failed_for("ended", at=SUMMER), says).verdict is Verdict.BROKEN


def test_a_value_is_shown_as_it_is_even_where_it_looks_like_a_field() -> None:
    assert sentence(told("It is {name}."), {"name": "{at:act}"}) == "It is {at:act}."
    assert sentence(told("It has {count:,} bytes."), {"count": 65537}) == "It has 65,537 bytes."


def test_a_reader_is_told_the_moments_of_acts_and_of_validity_each_by_their_own_clock() -> None:
    (revoked,) = check_notifying(changed(revoked_at=SUMMER)).blocking
    (expired,) = check_notifying(changed(not_after=SUMMER)).blocking
    assert worded(revoked, CLOCK) == "The certificate was revoked on act 23:30; request a new one."
    assert worded(expired, CLOCK) == (
        "The certificate expired on validity 23:30; request a new one."
    )


def test_a_finding_that_was_stored_without_values_keeps_its_sentence() -> None:
    old = Finding(
        rule="MP104-NOTIFY-live",
        verdict=Verdict.FAILED,
        reason="notified-certificate-revoked",
        cites="DUIS 3.3.1",
        says="It was revoked at some moment.",
    )
    assert worded(old, CLOCK) == old.says


def test_a_finding_without_a_reason_keeps_its_sentence() -> None:
    passed = check_notifying(changed()).findings[0]
    assert worded(passed, CLOCK) == passed.says


@pytest.mark.parametrize("difference", FAILING.values(), ids=list(FAILING))
def test_every_sentence_of_a_notification_is_for_people_by_any_clock(difference) -> None:
    (finding,) = check_notifying(changed(**difference)).blocking
    for says in (finding.says, worded(finding, CLOCK)):
        assert says[0].isupper()
        assert says.endswith(".")
        assert "{" not in says


def test_every_reason_of_every_book_is_told_where_it_is_declared() -> None:
    reasons = [
        told for book in RULE_BOOKS for rule in book.rules for told in rule.reasons.values()
    ]
    assert {type(reason) for reason in reasons} == {Told}
    texts = [reason.says for reason in reasons if isinstance(reason.says, str)]
    assert [says for says in texts if not (says[0].isupper() or says[0] == "{")] == []
    assert [says for says in texts if not says.endswith(".") or "  " in says] == []


def _told_again(finding: Finding) -> str:
    """Tell a finding by what is stored of it, with other words in place of those it had."""
    back = restored(json.loads(json.dumps(stored(finding))))
    assert back.matches(finding)
    return worded(replace(back, says="Something else."), IN_UTC)


@pytest.mark.parametrize("vector", REQUEST_VECTORS, ids=lambda vector: vector.name)
def test_what_is_stored_of_a_request_is_enough_to_tell_it_again(vector) -> None:
    for finding in check_request(vector.facts()).findings:
        assert finding.reason is None or _told_again(finding) == finding.says


@pytest.mark.parametrize("vector", ISSUED_VECTORS, ids=lambda vector: vector.name)
def test_what_is_stored_of_a_certificate_is_enough_to_tell_it_again(vector) -> None:
    for finding in check_issued(vector.facts()).findings:
        assert finding.reason is None or _told_again(finding) == finding.says
