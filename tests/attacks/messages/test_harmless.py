"""What leaves a message what it was is let through and read as it was signed."""

import pytest

from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT
from tests.attacks.messages.harmless import HARMLESS
from tests.attacks.messages.making import decided
from tests.rules.messages.builders import MESSAGE, without_signature

CASES = [pytest.param(message, id=name) for name, message in HARMLESS.items()]
SIGNED = decided(MESSAGE)


def say(message: bytes):
    decision = decided(message)
    return decision.header, decision.signer, decision.reasons


@pytest.mark.parametrize("message", CASES)
def test_it_is_read_as_it_was_signed_and_by_whom(message) -> None:
    assert message != MESSAGE
    assert without_signature(message) == without_signature(MESSAGE)
    assert say(message) == (SIGNED.header, SIGNED.signer, SIGNED.reasons)
    assert decided(message).signer.is_proven


@pytest.mark.parametrize("message", CASES)
def test_it_is_read_the_same_on_the_full_way(message, monkeypatch) -> None:
    monkeypatch.setattr(
        "rules.service_requests.reading_rule.read_express", lambda *_args, **_named: None
    )
    assert say(message) == (SIGNED.header, SIGNED.signer, SIGNED.reasons)


def test_some_of_it_is_read_on_either_way() -> None:
    ways = [read_express(m, size_limit=DEFAULT_SIZE_LIMIT) is None for m in HARMLESS.values()]
    assert 10 < sum(ways) < len(ways) - 10
