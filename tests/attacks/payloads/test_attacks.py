"""No GBCS payload orders anything that its originator has not signed in the one form."""

import pytest

from rules.findings import Verdict
from rules.service_requests.decision import Action
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.attacks.payloads.attacks import ATTACKS, ORDINARY, REGISTER
from tests.rules.service_requests.world import ask

CASES = [pytest.param(make, reason, id=name) for name, (make, reason) in ATTACKS.items()]


def test_the_command_that_is_attacked_is_processed() -> None:
    assert ask(ORDINARY, REGISTER).decision is Action.PROCESS


def test_there_are_as_many_attacks_as_are_named_and_no_two_are_one() -> None:
    assert len(ATTACKS) > 80
    assert len({make() for make, _ in ATTACKS.values()}) == len(ATTACKS)


@pytest.mark.parametrize(("make", "reason"), CASES)
def test_a_payload_is_refused_for_its_own_reason_and_in_few_words(make, reason) -> None:
    decision = ask(make(), REGISTER)
    assert decision.decision is Action.CEASE
    assert decision.reason == reason
    findings = decision.findings(SEES_EVERY_PARTY)
    assert Verdict.BROKEN not in {finding.verdict for finding in findings}
    said = [finding.says for finding in findings if finding.reason == reason]
    assert len(said) == 1
    assert len(said[0]) < 600
    assert "\n" not in said[0]
