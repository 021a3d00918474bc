"""No attack on the XML, its signature or its key gets a message through, on either way of reading.

Each is refused for exactly the reason that it deserves, at whatever rule that is; and beside them
stand the changes that leave a message what it was: these are let through, and read as signed.
"""

import pytest

from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT
from rules.service_requests.reader import SEES_EVERY_PARTY
from tests.attacks.messages.attacks_keys import KEY_ATTACKS
from tests.attacks.messages.attacks_reading import READING_ATTACKS
from tests.attacks.messages.attacks_signed_info import SIGNED_INFO_ATTACKS
from tests.attacks.messages.attacks_values import VALUE_ATTACKS
from tests.attacks.messages.attacks_wrapping import WRAPPING_ATTACKS
from tests.attacks.messages.making import decided
from tests.rules.messages.builders import MESSAGE

ON_SIGNATURES = WRAPPING_ATTACKS | SIGNED_INFO_ATTACKS | VALUE_ATTACKS | KEY_ATTACKS
ATTACKS = READING_ATTACKS | ON_SIGNATURES
CASES = [pytest.param(message, reason, id=name) for name, (message, reason) in ATTACKS.items()]


@pytest.fixture
def only_the_full_way(monkeypatch):
    monkeypatch.setattr(
        "rules.service_requests.reading_rule.read_express", lambda *_args, **_named: None
    )


def test_the_message_that_is_attacked_is_the_victims_and_proven() -> None:
    decision = decided(MESSAGE)
    assert decision.signer is not None
    assert decision.signer.is_proven
    assert decision.signer.user_id == decision.header.business_originator_id


def test_there_are_more_attacks_than_were_asked_for_and_no_two_are_one() -> None:
    assert len(ON_SIGNATURES) > 250
    assert len(READING_ATTACKS) > 60
    assert len({message for message, _ in ATTACKS.values()}) == len(ATTACKS)
    assert MESSAGE not in {message for message, _ in ATTACKS.values()}


@pytest.mark.parametrize(("message", "reason"), CASES)
def test_an_attack_is_refused_for_its_own_reason(message, reason) -> None:
    decision = decided(message)
    assert decision.reason == reason
    assert decision.reason == decision.would_be_reason


@pytest.mark.usefixtures("only_the_full_way")
@pytest.mark.parametrize(("message", "reason"), CASES)
def test_an_attack_is_refused_for_the_same_reason_on_the_full_way(message, reason) -> None:
    assert decided(message).reason == reason


@pytest.mark.parametrize(("message", "reason"), CASES)
def test_what_an_attack_is_answered_with_is_one_line_of_words(message, reason) -> None:
    failed = [f for f in decided(message).findings(SEES_EVERY_PARTY) if f.reason == reason]
    assert len(failed) == 1
    assert failed[0].says.endswith(".")
    assert len(failed[0].says) < 600
    assert "\n" not in failed[0].says


@pytest.mark.parametrize(("message", "reason"), CASES)
def test_the_express_way_reads_nothing_that_the_full_one_would_refuse(message, reason) -> None:
    express = read_express(message, size_limit=DEFAULT_SIZE_LIMIT)
    if express is not None:
        # What it may leave to the rules that follow: whose key it is, and whether it holds.
        assert reason in {"certificate-unknown", "signature-invalid", "originator-not-signer"}
