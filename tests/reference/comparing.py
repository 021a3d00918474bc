"""Holds the checker's answer to the reference's, and says plainly where they differ."""

import re
from pathlib import Path

from rules.service_requests.checker import decide
from rules.service_requests.question import Question
from rules.service_requests.snapshot import Snapshot
from tests.reference.checker import SIZE_LIMIT, Answer, check

_PAGE = Path(__file__).parents[2] / "docs" / "reasons.md"


def documented_order() -> list[str]:
    """Return the reason codes of decisions in the order in which docs/reasons.md has them."""
    page = _PAGE.read_text(encoding="utf-8")
    section = page.split("## Decisions on messages")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z0-9-]+)`", section, re.MULTILINE)


ORDER = documented_order()


def answers_alike(
    question: Question, snapshot: Snapshot, *, size_limit: int = SIZE_LIMIT, account: str = ""
) -> tuple[str, ...]:
    """Return the reasons that both give; they must also stand in the documented order."""
    expected = check(question, snapshot, size_limit=size_limit)
    decision = decide(question, snapshot, size_limit=size_limit)
    refusal = decision.s1sp_would_refuse
    given = Answer(
        decision.decision.value,
        decision.reason,
        decision.would_be_reason,
        decision.reasons,
        None if refusal is None else refusal.reason,
    )
    assert given == expected, difference(given, expected, account)
    assert sorted(given.reasons, key=ORDER.index) == list(given.reasons)
    return given.reasons


def difference(given: Answer, expected: Answer, account: str) -> str:
    lines = [_line("checker", given), _line("reference", expected), account]
    return "\n".join(["the checker and the reference differ", *lines])


def _line(who: str, answer: Answer) -> str:
    reasons = ", ".join(answer.reasons)
    return (
        f"{who}: {answer.decision} {answer.reason}, would be {answer.would_be_reason}: "
        f"{reasons}; its S1SP: {answer.s1sp_would_refuse}"
    )
