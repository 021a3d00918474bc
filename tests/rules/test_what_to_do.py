"""Every reason says what to do about it, in one sentence that stands by itself."""

from typing import Any

import pytest

from rules.catalogue import RULE_BOOKS
from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.reason_codes import CheckReason, reason
from rules.service_requests.reasons import REASONS

ADVICE = {code: entry.do for code, entry in REASONS.items()} | {
    str(code): do for book in RULE_BOOKS for rule in book.rules for code, do in rule.advice.items()
}
LEADS_ELSEWHERE = ("as the finding says", "see the finding", "see above", "see below")
"""Words that lead the reader elsewhere."""
OF_WHAT_IS = ("It ", "That ", "The ", "This ", "There ", "A ", "An ", "Give it", "Do so")
"""Beginnings of a sentence that says what is so, or that hangs on another."""


def test_every_reason_of_every_rule_has_its_advice() -> None:
    of_messages = {str(code) for rule in MESSAGE_RULES for code in rule.reasons}
    of_books = {str(code) for book in RULE_BOOKS for rule in book.rules for code in rule.reasons}
    assert of_messages | of_books | {CheckReason.RULE_BROKEN.value} == set(ADVICE)


@pytest.mark.parametrize(("code", "do"), ADVICE.items(), ids=ADVICE)
def test_the_advice_is_one_sentence_that_stands_by_itself(code: str, do: str) -> None:
    assert do.endswith("."), code
    assert ". " not in do, code
    assert do[0].isupper(), code
    assert "{" not in do, code
    assert "}" not in do, code
    assert "  " not in do, code
    assert len(do.split()) >= 3, code
    assert not do.startswith(OF_WHAT_IS), code
    assert not any(words in do for words in LEADS_ELSEWHERE), code


def test_a_reason_without_advice_cannot_be_made() -> None:
    make: Any = reason
    with pytest.raises(TypeError, match="'do'"):
        make(None, "It is unknown.", "It is unknown; send another.")


def test_the_cure_of_what_a_finding_alone_leaves_open_is_said() -> None:
    assert "xmlSign (87)" in ADVICE["certificate-not-xmlsign"]
    assert "is registered for" in ADVICE["not-registered-for-device"]
    assert "placed on the Device" in ADVICE["certificate-owner-not-originator"]
    assert "`device.registered_user_ids`" in ADVICE["registration-not-supplied"]
