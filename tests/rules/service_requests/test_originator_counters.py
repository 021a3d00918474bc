"""The counters of a payload and a RequestID are not compared (docs/decisions/0071)."""

import pytest

from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT
from rules.service_requests.decision import Action
from tests.rules.messages.builders import ORIGINATOR, TARGET, Parts, sign
from tests.rules.messages.gbcs_builders import SUPPLIER_KEY, payload, pre_command
from tests.rules.service_requests.world import ask, certificate, snapshot

HELD = snapshot(
    certificate(),
    certificate(
        serial=20,
        remote_party_role="02",
        key=SUPPLIER_KEY,
        key_usage="digitalSignature",
        mpids=(),
    ),
)


@pytest.mark.parametrize("counter", [0, 1009, 1010, 1011, 2**64 - 1])
@pytest.mark.parametrize("is_usual", [True, False])
def test_a_signed_pre_command_is_processed_whatever_its_counter(counter, is_usual):
    text = Parts(
        request_id=f"{ORIGINATOR}:{TARGET}:1010",
        command_variant="5",
        service_reference="1.6",
        srv="1.6",
        body=pre_command(payload(counter=counter.to_bytes(8, "big"))),
    ).text()
    message = sign(text if is_usual else text.replace('URI=""', "URI=''"))

    assert (read_express(message, size_limit=DEFAULT_SIZE_LIMIT) is not None) is is_usual
    decision = ask(message, HELD)
    assert (decision.decision, decision.reasons) == (Action.PROCESS, ())
