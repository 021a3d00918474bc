"""Which Response is signed by which key of the DCC, written down here a second time.

As docs/decisions/0040 has it (DUIS 3.3.2 and 3.3.3). `T` stands for the Transform key and `B` for
the Access Control Broker key; the second column says whether the signature must be there.
"""

import pytest

from rules.published_matrix import read_published_matrix
from rules.responses.kinds import content_names
from rules.responses.reading import read_response
from tests.rules.responses.world import (
    DCC_ALERT,
    PAYLOAD,
    PRE_COMMAND,
    by_transform,
    response_message,
    signed,
    unsigned,
    verified,
)

CONTENTS = {
    "PreCommand": "T must",
    "LocalCommand": "B must",
    "DSPScheduledMessage": "B must",
    "DSPInventory": "B must",
    "DSPOptIn": "B must",
    "DSPScheduleID": "B must",
    "DSPSchedulesRead": "B must",
    "DSPUpdateFirmwareWarning": "B must",
    "DSPUpdatePPMIDFirmwareWarning": "B must",
    "DSPWANMatrix": "B must",
    "CINMessage": "B may",
    "FutureDatedDeviceAlertMessage": "B may",
    "GBCSPayload": "B may",
}
"""By what the ResponseMessage holds beside its references."""

DEVICE_RESPONSES_SIGNED = {"6.21", "6.23", "6.24.1", "8.5", "8.12.2"}
"""The Service Requests whose Device Responses must be signed, since the DCC issues their
Commands; of all others they may be, 8.9 among them."""

SERVICE_PROVIDERS = (
    "<sr:SMETS1SignedResponse><ds:Signature><ds:Any/></ds:Signature></sr:SMETS1SignedResponse>"
)
SCHEDULE = "<sr:DSPScheduleID>9</sr:DSPScheduleID>"


def of_another_kind(name: str, *parts: str) -> str:
    return f"<sr:{name}>{''.join(parts)}</sr:{name}>"


MESSAGES = {
    "DCC Alert": ("B must", DCC_ALERT),
    "Device Alert": (
        "B may",
        of_another_kind("DeviceAlertMessage", "<sr:AlertCode>8F66</sr:AlertCode>", PAYLOAD),
    ),
    "SMETS1 Response": ("B may", of_another_kind("SMETS1ResponseMessage", SERVICE_PROVIDERS)),
    "SMETS1 Response to a DCC Schedule": (
        "B must",
        of_another_kind("SMETS1ResponseMessage", SCHEDULE, SERVICE_PROVIDERS),
    ),
    "ResponseMessage without data": ("B may", response_message("", srv="1.6")),
}
"""What a Body may hold beside those."""


def content(name: str) -> str:
    return PRE_COMMAND if name == "PreCommand" else f"<sr:{name}/>"


ROWS = (
    *((says, response_message(content(name), srv="1.6")) for name, says in CONTENTS.items()),
    *MESSAGES.values(),
    *(
        (
            "B must" if srv in DEVICE_RESPONSES_SIGNED else "B may",
            response_message(PAYLOAD, srv=srv),
        )
        for srv in sorted(variant.code for variant in read_published_matrix())
    ),
)
NAMES = (
    *CONTENTS,
    *MESSAGES,
    *(f"Device Response to {srv}" for srv in sorted(v.code for v in read_published_matrix())),
)


def test_the_table_has_every_content_that_a_response_message_may_have() -> None:
    assert content_names() == set(CONTENTS)
    assert {variant.code for variant in read_published_matrix()} > DEVICE_RESPONSES_SIGNED


@pytest.mark.parametrize(("says", "body"), ROWS, ids=NAMES)
def test_by_which_key_each_response_is_signed_and_whether_it_must_be(says, body) -> None:
    key, must = says.split()
    unsigned_reason = {
        "must": "response-signature-missing",
        "may": "response-signature-not-asked-for",
    }[must]
    assert verified(unsigned(body).encode()).reasons == (unsigned_reason,)
    by_broker, transformed = verified(signed(body)).reasons, verified(by_transform(body)).reasons
    if key == "T":
        assert (by_broker, transformed) == (("response-not-signed-by-transform",), ())
    else:
        wrong = "response-not-signed-by-access-control-broker"
        assert (by_broker, transformed) == ((), (wrong,))
    # What people and programs are told of it is the same.
    kind = read_response(unsigned(body).encode()).kind
    assert kind.purpose.value == {"T": "transform", "B": "access-control-broker"}[key]
    assert kind.must_be_signed is (must == "must")


def test_a_content_of_another_response_is_not_in_the_table_by_its_srv_alone() -> None:
    """What a Device answers is looked up by its SRV; the other contents are what they are."""
    for srv in sorted(DEVICE_RESPONSES_SIGNED):
        transformed = response_message(PRE_COMMAND, srv=srv)
        assert verified(by_transform(transformed)).is_clear
        alert = response_message("<sr:FutureDatedDeviceAlertMessage/>", srv=srv)
        assert verified(unsigned(alert).encode()).reasons == ("response-signature-not-asked-for",)
