"""Runs rules over facts. The one place where a fault in a rule is caught, and it blocks."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from rules.findings import Finding, Report, Verdict
from rules.rule import Facts, Outcome, Rule
from rules.sentences import words_of

# Logging is the one impurity in this room: a broken rule must be seen by somebody who can fix it.
logger = logging.getLogger(__name__)


def evaluate(rules: Sequence[Rule[Facts]], facts: Facts, *, catalogue: str) -> Report:
    """Ask every rule about the facts and return all their findings, in the rules' order.

    A rule that raises, or gives a reason that it does not declare, is reported as broken, and
    a broken rule blocks.

    Raises:
        ValueError: There is no rule to ask; an empty rule book must never let anything pass.
    """
    if not rules:
        raise ValueError("no rules to evaluate")
    return Report(
        findings=tuple(_finding(rule, facts) for rule in rules),
        catalogue=catalogue,
    )


def _worded(rule: Rule[Facts], outcome: Outcome) -> Outcome:
    """Return an outcome with its words, which are made here of its reason and values."""
    if outcome.reason is None:
        return outcome
    if outcome.reason not in rule.reasons:
        raise ValueError(f"rule `{rule.id}` gave the undeclared reason `{outcome.reason}`")
    return replace(outcome, says=words_of(rule.reasons, outcome.reason, outcome.values))


def _finding(rule: Rule[Facts], facts: Facts) -> Finding:
    try:
        outcome = _worded(rule, rule.check(facts))
    except Exception:  # whatever breaks a rule blocks: it must never let anything pass
        # What broke it is for developers, not for the applicant.
        logger.exception("rule `%s` broke", rule.id)
        outcome = Outcome(
            Verdict.BROKEN,
            "rule-broken",
            "This check could not be completed because of a fault in the system. "
            "Nothing goes on until it has been fixed; the fault has been logged.",
        )
    return Finding(
        rule=rule.id,
        verdict=outcome.verdict,
        reason=outcome.reason,
        cites=rule.cites,
        says=outcome.says,
        values=outcome.values,
    )
