"""Decides one signed message against one snapshot of the register.

The rules of the book are asked one after another. Each leaves what it found out for those that
follow, so that nothing is parsed or looked up twice. A `Step` ends the matter when it fails, since
the rest cannot be asked without what it leaves; after any other failure the rest are asked, so
that a person sees everything that is wrong at once. A section of the book that does not concern a
message costs it one look. A rule that breaks blocks, as in `rules.evaluate`, which is too slow
for this path: it makes the words of every finding at once.
"""

import logging

from rules.messages.reading import DEFAULT_SIZE_LIMIT
from rules.messages.schema import MessageSchema
from rules.register.snapshot import Snapshot
from rules.service_requests.case import Asked, Case, Stopped
from rules.service_requests.decision import Decision
from rules.service_requests.message_rules import MESSAGE_RULES, SECTIONS
from rules.service_requests.outcomes import Failed, MessageOutcome, NotAsked
from rules.service_requests.question import Question
from rules.service_requests.reading_rule import MESSAGE_IS_READABLE
from rules.service_requests.reason_codes import CheckReason, Reason
from rules.service_requests.remembering import recall, remember
from rules.service_requests.signature_form_rule import SIGNATURE_HAS_THE_FORM
from rules.service_requests.signature_rules import (
    CERTIFICATE_IS_KNOWN,
    DIGEST_MATCHES,
    SIGNATURE_HOLDS,
    SIGNATURE_RULES,
)

__all__ = ["DEFAULT_SIZE_LIMIT", "decide"]

# Logging is the one impurity in this room: a broken rule must be seen by somebody who can fix it.
logger = logging.getLogger(__name__)

_PASSED = (None,) * len(SIGNATURE_RULES)
_SECTIONS = tuple(
    (section.skipped, section.is_of_the_sender, tuple(rule.check for rule in section.rules))
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
    asked = Asked(question, snapshot, size_limit, schema)
    reached = _authenticate(asked)
    if isinstance(reached, Stopped):
        failed = reached.failed
        asked.let_go()
        return Decision(reached, (*_PASSED[: reached.passed], failed), (failed.reason,))
    outcomes: list[MessageOutcome] = [*_PASSED]
    failures: list[Reason] = []
    _ask(reached, outcomes, failures)
    reached.let_go()
    return Decision(reached, outcomes, failures)


def _authenticate(asked: Asked) -> Case | Stopped:
    """Take the steps of `SIGNATURE_RULES`; make a case of what passes them all."""
    passed, header, is_pre_command, form, certificate = 0, None, False, None, None
    try:
        read = MESSAGE_IS_READABLE.check(asked)
        if isinstance(read, Failed):
            return Stopped(0, read, asked)
        message, form_read = read
        passed, header, is_pre_command = 1, message.header, message.is_signed_pre_command
        signed = SIGNATURE_HAS_THE_FORM.check(message, form_read)
        if isinstance(signed, Failed):
            return Stopped(1, signed, asked, header, is_pre_command)
        passed, form = 2, signed
        named = CERTIFICATE_IS_KNOWN.check(form, asked.snapshot)
        if isinstance(named, Failed):
            return Stopped(2, named, asked, header, is_pre_command, form)
        passed, certificate = 3, named
        failed = DIGEST_MATCHES.check(form)
        if failed is None:
            passed = 4
            failed = SIGNATURE_HOLDS.check(form, certificate)
        if failed is None:
            return Case(asked, message, form, certificate)
    except Exception:  # whatever breaks a rule blocks: it must never let a message pass
        logger.exception("rule `%s` broke", MESSAGE_RULES[passed].id)
        failed = Failed(CheckReason.RULE_BROKEN)
    return Stopped(passed, failed, asked, header, is_pre_command, form, certificate)


def _ask(  # noqa: C901 -- one function: each further call would cost as much as a rule
    case: Case, outcomes: list[MessageOutcome], failures: list[Reason]
) -> None:
    """Ask the rest of the rules, and note what each came to and what failed, in order."""
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
        for check in checks:
            try:
                outcome = check(case)
            except Exception:  # a broken rule blocks, and the rest is asked all the same
                logger.exception("rule `%s` broke", MESSAGE_RULES[len(outcomes)].id)
                outcome = CheckReason.RULE_BROKEN
            outcomes.append(outcome)
            if outcome is None or isinstance(outcome, NotAsked):
                continue
            failures.append(outcome.reason if isinstance(outcome, Failed) else outcome)
        if is_of_the_sender:
            remember(case, outcomes[asked:], failures[failed:])
