"""Holds the checker's answer to the reference's, and says plainly where they differ."""

from dataclasses import replace
from pathlib import Path

from rules.register.snapshot import Snapshot
from rules.service_requests.checker import decide
from rules.service_requests.question import Question
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.reference.cases import Case
from tests.reference.checker import SIZE_LIMIT, Answer, check

_PAGE = Path(__file__).parents[2] / "docs" / "reasons.md"


def documented_rules() -> dict[str, str]:
    """Return the reason codes of decisions in the order of docs/reasons.md, with their rules."""
    page = _PAGE.read_text(encoding="utf-8")
    section = page.split("## Decisions on messages")[1].split("\n## ")[0]
    lines = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")]
    rule = lines[0].index("Rule")
    return {
        line[0].strip("| `"): "" if line[rule] == "any" else line[rule].strip("`")
        for line in lines[2:]
    }


RULE_OF = documented_rules()
ORDER = list(RULE_OF)
OF_FORM = {"DUIS-REQUEST", "MP104-XMLDSIG"}
"""Rules of many reasons, any of which is right where several things are wrong at once."""


def hold_case(case: Case) -> tuple[str, ...]:
    """Hold the checker to the reference in a case; return the reasons that they give.

    What comes of changing a signed message at random may be wrong in several ways at once, of
    which the documents do not say which is named. Then it need only be one of the same rule.
    """
    snapshot = case.snapshot
    expected = check(case.question, snapshot, size_limit=case.size_limit)
    given = given_by_the_checker(case.question, snapshot, size_limit=case.size_limit)
    if case.is_changed:
        alike = by_rules_of_form(given) == by_rules_of_form(expected)
    else:
        alike = given == expected
    assert alike, difference(given, expected, case.account())
    assert is_in_documented_order(given.reasons)
    return given.reasons


def hold(question: Question, snapshot: Snapshot, name: str) -> tuple[str, ...]:
    """Hold the checker to the reference in a case that has a name; return their reasons."""
    expected, given = check(question, snapshot), given_by_the_checker(question, snapshot)
    assert given == expected, difference(given, expected, name)
    assert is_in_documented_order(given.reasons)
    return given.reasons


def given_by_the_checker(
    question: Question, snapshot: Snapshot, *, size_limit: int = SIZE_LIMIT
) -> Answer:
    decision = decide(question, snapshot, size_limit=size_limit)
    refusal = decision.s1sp_would_refuse(SEES_EVERY_PARTY)
    return Answer(
        decision.decision.value,
        decision.reason,
        decision.would_be_reason,
        decision.reasons,
        None if refusal is None else refusal.reason,
    )


def by_rules_of_form(answer: Answer) -> Answer:
    """Return an answer that says of a fault of form which rule it breaks, and no more."""
    return replace(
        answer,
        reason=_rule_of_form(answer.reason),
        would_be_reason=_rule_of_form(answer.would_be_reason),
        reasons=tuple(str(_rule_of_form(reason)) for reason in answer.reasons),
    )


def _rule_of_form(reason: str | None) -> str | None:
    rule = RULE_OF.get(reason or "")
    return rule if rule in OF_FORM else reason


def is_in_documented_order(reasons: tuple[str, ...]) -> bool:
    return sorted(reasons, key=ORDER.index) == list(reasons)


def difference(given: Answer, expected: Answer, account: str) -> str:
    lines = [_line("checker", given), _line("reference", expected), account]
    return "\n".join(["the checker and the reference differ", *lines])


def _line(who: str, answer: Answer) -> str:
    reasons = ", ".join(answer.reasons)
    return (
        f"{who}: {answer.decision} {answer.reason}, would be {answer.would_be_reason}: "
        f"{reasons}; its S1SP: {answer.s1sp_would_refuse}"
    )
