"""What a vector is: facts, and the exact verdict of every rule on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rules.findings import Report, Verdict
from rules.rule import Rule


@dataclass(frozen=True, kw_only=True)
class Vector:
    """Facts and what is expected of every rule; a rule that is not named must pass."""

    name: str
    facts: Callable[[], Any]
    failed: dict[str, str] = field(default_factory=dict)
    """Reason by rule id."""
    warned: dict[str, str] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()
    not_checked: frozenset[str] = frozenset()
    """The rules that could not be asked, since something that they need is not there."""
    says: str = ""
    """A part of the sentence of the first finding that fails or warns."""


def expected(
    vector: Vector, rules: tuple[Rule[Any], ...]
) -> dict[str, tuple[Verdict, str | None]]:
    """The verdict and reason of every rule, by its id."""
    verdicts: dict[str, tuple[Verdict, str | None]] = {}
    for rule in rules:
        if rule.id in vector.failed:
            verdicts[rule.id] = (Verdict.FAILED, vector.failed[rule.id])
        elif rule.id in vector.warned:
            verdicts[rule.id] = (Verdict.WARNED, vector.warned[rule.id])
        elif rule.id in vector.not_applicable:
            verdicts[rule.id] = (Verdict.NOT_APPLICABLE, None)
        elif rule.id in vector.not_checked:
            verdicts[rule.id] = (Verdict.NOT_CHECKED, None)
        else:
            verdicts[rule.id] = (Verdict.PASSED, None)
    named = {*vector.failed, *vector.warned, *vector.not_applicable, *vector.not_checked}
    assert named <= set(verdicts), "the vector names a rule that is not in the book"
    return verdicts


def found(report: Report) -> dict[str, tuple[Verdict, str | None]]:
    """What the report says of every rule, by its id."""
    return {finding.rule: (finding.verdict, finding.reason) for finding in report.findings}


def reasons_shown(vectors: list[Vector]) -> set[tuple[str, str]]:
    """Every rule and reason that some vector shows."""
    return {pair for v in vectors for pair in (*v.failed.items(), *v.warned.items())}


def passes_shown(vectors: list[Vector], rules: tuple[Rule[Any], ...]) -> set[str]:
    """Every rule that some vector shows to pass."""
    return {
        rule
        for vector in vectors
        for rule, (verdict, _) in expected(vector, rules).items()
        if verdict is Verdict.PASSED
    }
