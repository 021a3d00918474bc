"""The kernel of the rules: verdicts, reports, how rules are asked, rule books, the catalogue."""

import dataclasses
import logging
from datetime import UTC, datetime

import pytest

from rules.catalogue import CATALOGUE_VERSION, RULE_BOOKS, reason_codes
from rules.evaluate import evaluate
from rules.findings import Finding, RefusedError, Report, Value, Verdict
from rules.rule import (
    Fault,
    Outcome,
    Rule,
    failed_for,
    failed_in,
    fault,
    not_applicable,
    passed,
    warned_for,
)
from rules.rulebook import RuleBook
from rules.sentences import Told


def told(says: str) -> Told:
    return Told(says=says, do="Give a good number.")


def rule(check: object, *, name: str = "T-1", reasons: tuple[str, ...] = ("bad",)) -> Rule[int]:
    return Rule(
        id=name,
        title="The number is good",
        cites="Test, 1",
        reasons={reason: told(f"It is {reason}.") for reason in reasons},
        check=check,  # type: ignore[arg-type]  each test gives the check it needs
    )


def verdicts(report: Report) -> list[Verdict]:
    return [finding.verdict for finding in report.findings]


def test_every_rule_is_asked_and_answers_in_order():
    rules = [
        rule(lambda _: passed("Good."), name="T-1"),
        dataclasses.replace(
            rule(lambda n: failed_for("bad", number=n), name="T-2"),
            reasons={"bad": told("{number} is bad.")},
        ),
        rule(lambda _: not_applicable("Not asked."), name="T-3"),
        rule(lambda _: warned_for("odd"), name="T-4", reasons=("odd",)),
    ]

    report = evaluate(rules, 5, catalogue="v1")

    assert [finding.rule for finding in report.findings] == ["T-1", "T-2", "T-3", "T-4"]
    assert verdicts(report) == [
        Verdict.PASSED,
        Verdict.FAILED,
        Verdict.NOT_APPLICABLE,
        Verdict.WARNED,
    ]
    assert report.reasons == ("bad", "odd")
    assert [finding.says for finding in report.blocking] == ["5 is bad."]
    assert [finding.reason for finding in report.warnings] == ["odd"]
    assert report.catalogue == "v1"


def test_a_rule_that_fails_in_several_ways_tells_all_of_them_and_counts_what_is_very_much():
    reasons = {f"bad-{number}": told("Fault {number}.") for number in range(1, 9)}
    faults = [fault(f"bad-{number}", number=number) for number in range(1, 9)]

    def found(some: list[Fault]) -> Finding:
        asked = dataclasses.replace(rule(lambda _: failed_in(some)), reasons=reasons)
        return evaluate([asked], 5, catalogue="v1").findings[0]

    one = found(faults[:1])
    assert (one.reason, one.says, one.values) == ("bad-1", "Fault 1.", {"number": 1})
    assert found([faults[0], fault("bad-1", number=1)]) == one
    assert (found(faults[1:3]).reason, found(faults[1:3]).says) == ("bad-2", "Fault 2. Fault 3.")
    five = "Fault 1. Fault 2. Fault 3. Fault 4. Fault 5."
    assert found(faults[:5]).says == five
    assert found(faults[:6]).says == f"{five} There is 1 more fault like it."
    assert found(faults).says == f"{five} There are 3 more faults like it."
    assert not found(faults).matches(found(faults[:6]))
    assert found([faults[0], fault("undeclared")]).verdict is Verdict.BROKEN


def test_a_check_cannot_say_why_something_fails_in_words_of_its_own():
    found = evaluate(
        [rule(lambda _: Outcome(Verdict.FAILED, "bad", "Own words."))], 5, catalogue="v1"
    )
    assert [finding.says for finding in found.findings] == ["It is bad."]


def test_no_rules_at_all_is_an_error_and_never_a_pass():
    with pytest.raises(ValueError, match="no rules"):
        evaluate([], 5, catalogue="v1")


def _raise(_: int) -> Outcome:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "check",
    [_raise, lambda _: failed_for("undeclared"), lambda _: None],
    ids=["it raises", "it gives a reason it does not declare", "it gives no outcome"],
)
def test_a_rule_that_breaks_blocks_is_logged_and_does_not_stop_the_others(check, caplog):
    with caplog.at_level(logging.ERROR):
        report = evaluate(
            [rule(check, name="T-1"), rule(lambda _: passed("Good."), name="T-2")],
            5,
            catalogue="v1",
        )

    assert verdicts(report) == [Verdict.BROKEN, Verdict.PASSED]
    assert report.reasons == ("rule-broken",)
    assert not report.is_clear
    assert "rule `T-1` broke" in caplog.text


@pytest.mark.parametrize(
    ("outcome", "is_clear"),
    [
        (passed("Good."), True),
        (not_applicable("Not asked."), True),
        (warned_for("bad"), True),
        (failed_for("bad"), False),
    ],
)
def test_only_what_fails_or_breaks_blocks(outcome, is_clear):
    report = evaluate([rule(lambda _: outcome)], 5, catalogue="v1")

    assert report.is_clear is is_clear


def test_a_report_that_is_not_clear_refuses_with_itself():
    clear = evaluate([rule(lambda _: passed("Good."))], 5, catalogue="v1")
    blocked = evaluate([rule(lambda _: failed_for("bad"))], 5, catalogue="v1")

    clear.require_clear()
    with pytest.raises(RefusedError, match="bad") as refusal:
        blocked.require_clear()
    assert refusal.value.report is blocked


def test_a_finding_is_written_in_the_shape_of_the_api():
    finding = Finding(
        rule="T-1", verdict=Verdict.FAILED, reason="bad", cites="Test, 1", says="Bad."
    )

    assert finding.as_dict() == {
        "rule": "T-1",
        "verdict": "failed",
        "reason": "bad",
        "cites": "Test, 1",
        "says": "Bad.",
    }


def test_what_a_finding_is_about_comes_from_its_outcome_and_makes_it_another():
    until = datetime(2035, 9, 1, tzinfo=UTC)

    def found(mpids: tuple[str, ...]) -> Finding:
        outcome = failed_for("bad", mpids=mpids, until=until)
        return evaluate([rule(lambda _: outcome)], 5, catalogue="v1").findings[0]

    assert found(("ABCD",)).values == {"mpids": ("ABCD",), "until": until}
    assert found(("ABCD",)) == found(("ABCD",))
    assert hash(found(("ABCD",))) == hash(found(("ABCD",)))
    assert found(("ABCD",)) != found(("ABCE",))
    assert "values" not in found(("ABCD",)).as_dict()


def test_a_finding_that_is_worded_anew_is_the_same_finding():
    finding = Finding(
        rule="T-1",
        verdict=Verdict.WARNED,
        reason="odd",
        cites="Test, 1",
        says="Odd.",
        values={"mpids": ("ABCD",)},
    )

    assert finding.matches(dataclasses.replace(finding, says="It is odd.", cites="Test, 2"))
    for other in ({"rule": "T-2"}, {"reason": "bad"}, {"values": {}}, {"values": {"mpids": ()}}):
        assert not finding.matches(dataclasses.replace(finding, **other))
    assert not finding.matches(dataclasses.replace(finding, verdict=Verdict.FAILED))


def test_the_values_of_a_finding_cannot_be_changed_from_where_they_came():
    known: dict[str, Value] = {"mpids": ("ABCD",)}
    asked = evaluate(
        [rule(lambda _: Outcome(Verdict.WARNED, "bad", "", known))], 5, catalogue="v1"
    )
    finding = asked.findings[0]

    known["mpids"] = ()

    assert finding.values == {"mpids": ("ABCD",)}
    with pytest.raises(TypeError):
        finding.values["mpids"] = ()  # type: ignore[index]  that is the point


def test_what_a_rule_found_cannot_be_changed():
    finding = evaluate([rule(lambda _: passed("Good."))], 5, catalogue="v1").findings[0]

    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.verdict = Verdict.FAILED  # type: ignore[misc]  that is the point


GOOD = rule(lambda _: passed("Good."))


def test_a_rule_book_asks_its_rules_and_signs_with_its_version():
    book = RuleBook(name="numbers", title="Numbers", rules=(GOOD,))

    assert book.ask(5).catalogue == book.version
    assert book.version.startswith("numbers:")


@pytest.mark.parametrize(
    "change",
    [{"id": "T-2"}, {"title": "Other"}, {"cites": "Test, 2"}, {"reasons": ("bad", "worse")}],
    ids=["id", "title", "citation", "reasons"],
)
def test_the_version_changes_with_whatever_a_rule_says_of_itself(change):
    book = RuleBook(name="numbers", title="Numbers", rules=(GOOD,))
    other = RuleBook(name="numbers", title="Numbers", rules=(dataclasses.replace(GOOD, **change),))
    same = RuleBook(name="numbers", title="Numbers", rules=(dataclasses.replace(GOOD),))

    assert book.version != other.version
    assert book.version == same.version


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ((), "has no rules"),
        ((GOOD, dataclasses.replace(GOOD, reasons=("worse",))), "more than once: T-1"),
        ((GOOD, dataclasses.replace(GOOD, id="T-2")), "more than once: bad"),
    ],
    ids=["no rules", "one id twice", "one reason twice"],
)
def test_a_rule_book_that_could_mislead_is_not_made(rules, says):
    with pytest.raises(ValueError, match=says):
        RuleBook(name="numbers", title="Numbers", rules=rules)


def test_the_catalogue_names_every_reason_once_with_its_rule_and_clause():
    entries = reason_codes()
    owed = [
        (reason, rule.id, book.name)
        for book in RULE_BOOKS
        for rule in book.rules
        for reason in rule.reasons
    ]

    assert [(entry.reason, entry.rule, entry.book) for entry in entries] == owed
    assert len({entry.reason for entry in entries}) == len(entries)
    assert all(entry.cites and entry.title for entry in entries)
    assert "rule-broken" not in {entry.reason for entry in entries}


def test_the_catalogue_has_a_version_of_its_own():
    assert len(CATALOGUE_VERSION) == 16
    assert CATALOGUE_VERSION not in {book.version for book in RULE_BOOKS}


def test_rule_ids_titles_and_reasons_are_written_as_the_catalogue_shows_them():
    for book in RULE_BOOKS:
        for each in book.rules:
            assert each.title[0].isupper() or each.title.startswith("keyUsage")
            assert not each.title.endswith(".")
            assert each.reasons
            assert all(reason == reason.lower() and " " not in reason for reason in each.reasons)
