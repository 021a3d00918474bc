"""Decides one signed message against one snapshot of the register.

The rules of the book are asked one after another. Each leaves what it found out in the case for
those that follow, so that nothing is parsed or looked up twice. A rule without which the rest
cannot be asked ends the matter when it fails; any other failure lets the rest be asked, so that
a person sees everything that is wrong at once. A section of the book that does not concern a
message costs it one look. A rule that breaks blocks, as in `rules.evaluate`, which is too slow
for this path: it makes the words of every finding at once.
"""

import logging

from rules.messages.reading import DEFAULT_SIZE_LIMIT
from rules.messages.schema import MessageSchema
from rules.register.snapshot import Snapshot
from rules.service_requests.case import Case, NotApplicable, Outcome
from rules.service_requests.decision import Decision
from rules.service_requests.question import Question
from rules.service_requests.reasons import CheckReason, Reason
from rules.service_requests.remembering import recall, remember
from rules.service_requests.rule_book import RULE_BOOK, SECTIONS

__all__ = ["DEFAULT_SIZE_LIMIT", "decide"]

# Logging is the one impurity in this room: a broken rule must be seen by somebody who can fix it.
logger = logging.getLogger(__name__)

_SECTIONS = tuple(
    (
        section.skipped,
        section.is_of_the_sender,
        tuple((rule.check, rule.stops) for rule in section.rules),
    )
    for section in SECTIONS
)


def decide(
    question: Question,
    snapshot: Snapshot,
    *,
    size_limit: int = DEFAULT_SIZE_LIMIT,
    schema: MessageSchema | None = None,
) -> Decision:
    """Decide one message; nothing that a message may contain makes this raise.

    Args:
        question: What is asked.
        snapshot: What the decision rests on.
        size_limit: How many octets a message may have.
        schema: The DUIS schema to which to hold it, where there is one.

    Raises:
        ValueError: The question's moment has no time zone.
    """
    if question.received_at.tzinfo is None:
        raise ValueError("`received_at` must have a time zone")
    case = Case(question, snapshot, size_limit, schema)
    outcomes: list[Outcome] = []
    failures: list[Reason] = []
    _ask(case, outcomes, failures)
    case.let_go()
    return Decision(case, outcomes, failures)


def _ask(  # noqa: C901 -- one function: each further call would cost as much as a rule
    case: Case, outcomes: list[Outcome], failures: list[Reason]
) -> None:
    """Ask the rules, and note what each came to and what failed, in order."""
    for skipped, is_of_the_sender, checks in _SECTIONS:
        if skipped is not None:
            why = skipped(case)
            if why is not None:
                outcomes += (why,) * len(checks)
                continue
        asked, failed = len(outcomes), len(failures)
        if is_of_the_sender:
            known = recall(case)
            if known is not None:
                outcomes += known.outcomes
                failures += known.failures
                continue
        for check, stops in checks:
            try:
                outcome = check(case)
            except Exception:  # whatever breaks a rule blocks: it must never let a message pass
                logger.exception("rule `%s` broke", RULE_BOOK[len(outcomes)].id)
                outcome = CheckReason.RULE_BROKEN
            outcomes.append(outcome)
            if outcome is None or isinstance(outcome, NotApplicable):
                continue
            failures.append(outcome)
            if stops:
                return
        if is_of_the_sender:
            remember(case, outcomes[asked:], failures[failed:])
