"""Which kinds of Response there are, and by which key of the DCC each is signed.

DUIS 3.3.2 gives the Transform key to Responses that contain a Pre-Command, and 3.3.3 lists those
that the Access Control Broker key signs. Of the rest, which carry what a Device itself protects,
DUIS asks for no signature of the DCC; one that is there can only be the Access Control Broker's,
since the Transform key is dedicated to Pre-Commands. The names of the elements are those of the
DUIS 5.4 schema (Response, ResponseMessage).
"""

from dataclasses import dataclass
from enum import StrEnum


class SigningPurpose(StrEnum):
    """For what the DCC signs communications to Users with a key."""

    TRANSFORM = "transform"
    """Responses that contain a Pre-Command (DUIS 3.3.2)."""
    ACCESS_CONTROL_BROKER = "access-control-broker"
    """The Responses that DUIS 3.3.3 lists."""


PURPOSE_NAMES = {
    SigningPurpose.TRANSFORM: "Transform",
    SigningPurpose.ACCESS_CONTROL_BROKER: "Access Control Broker",
}
"""What DUIS calls each key."""

PURPOSE_CLAUSES = {
    SigningPurpose.TRANSFORM: "DUIS 3.3.2",
    SigningPurpose.ACCESS_CONTROL_BROKER: "DUIS 3.3.3",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseKind:
    """What kind of Response it is, and whose signature DUIS asks for."""

    name: str
    """The element that tells it: `PreCommand`."""
    words: str
    """What it is, for people: `a Service Response with a Pre-Command`."""
    purpose: SigningPurpose
    """The only key of the DCC that may sign it."""
    must_be_signed: bool
    """Whether DUIS 3.3.2 or 3.3.3 asks for a signature of the DCC."""


RESPONSE_MESSAGE = "ResponseMessage"
DEVICE_ALERT = "DeviceAlertMessage"
DCC_ALERT = "DCCAlertMessage"
SMETS1_RESPONSE = "SMETS1ResponseMessage"

PRE_COMMAND = "PreCommand"
GBCS_PAYLOAD = "GBCSPayload"
SCHEDULE_ID = "DSPScheduleID"

RETURNS_DATA = (
    "DSPInventory",
    "DSPOptIn",
    "DSPSchedulesRead",
    SCHEDULE_ID,
    "DSPUpdateFirmwareWarning",
    "DSPUpdatePPMIDFirmwareWarning",
    "DSPWANMatrix",
)
"""The contents of a ResponseMessage with which the DCC itself answers a Non-Device request."""

OF_COMMANDS_OF_THE_DCC = frozenset({"6.21", "6.23", "6.24.1", "8.5", "8.12.2"})
"""Service Requests whose Commands the DCC issues (DUIS 3.3.3). It lists 8.9 too, but only where
the Device is an HCALCS, which the Response does not say: that one may be signed, and need not."""

_ACB = SigningPurpose.ACCESS_CONTROL_BROKER


def _kind(
    name: str, words: str, *, must: bool, purpose: SigningPurpose = _ACB
) -> tuple[str, ResponseKind]:
    return name, ResponseKind(name=name, words=words, purpose=purpose, must_be_signed=must)


_CONTENTS = dict(
    (
        _kind(
            PRE_COMMAND,
            "a Service Response with a Pre-Command",
            must=True,
            purpose=SigningPurpose.TRANSFORM,
        ),
        _kind("LocalCommand", "a Service Response with a Command for Local Delivery", must=True),
        _kind(
            "DSPScheduledMessage",
            "a Service Response to a Command of a DCC Schedule",
            must=True,
        ),
        *(_kind(name, "a Service Response that returns data", must=True) for name in RETURNS_DATA),
        _kind(
            "CINMessage", "a Service Response with a Customer Identification Number", must=False
        ),
        _kind("FutureDatedDeviceAlertMessage", "a future-dated Device Alert", must=False),
        _kind(GBCS_PAYLOAD, "a Service Response with a Device's Response", must=False),
    )
)

_FOR_THE_DCC = ResponseKind(
    name=GBCS_PAYLOAD,
    words="a Service Response with a Device's Response to a Command of the DCC",
    purpose=_ACB,
    must_be_signed=True,
)
_NO_CONTENT = ResponseKind(
    name=RESPONSE_MESSAGE,
    words="a Service Response without data",
    purpose=_ACB,
    must_be_signed=False,
)
_OTHERS = dict(
    (
        _kind(DCC_ALERT, "a DCC Alert", must=True),
        _kind(DEVICE_ALERT, "a Device Alert", must=False),
        _kind(SMETS1_RESPONSE, "a Response of a SMETS1 Service Provider", must=False),
    )
)
_SMETS1_SCHEDULED = ResponseKind(
    name=SMETS1_RESPONSE,
    words="a Response of a SMETS1 Service Provider to a DCC Schedule",
    purpose=_ACB,
    must_be_signed=True,
)


def content_names() -> frozenset[str]:
    """Return the names of what a ResponseMessage may hold, of which it holds at most one."""
    return frozenset(_CONTENTS)


def response_message_kind(content: str | None, *, srv: str) -> ResponseKind:
    """Return the kind of a ResponseMessage with this content, for a Service Reference Variant.

    Raises:
        KeyError: The schema knows no such content.
    """
    if content is None:
        return _NO_CONTENT
    if content == GBCS_PAYLOAD and srv in OF_COMMANDS_OF_THE_DCC:
        return _FOR_THE_DCC
    return _CONTENTS[content]


def other_kind(name: str, *, is_scheduled: bool = False) -> ResponseKind | None:
    """Return the kind of what a Body holds in place of a ResponseMessage; None: unknown."""
    if name == SMETS1_RESPONSE and is_scheduled:
        return _SMETS1_SCHEDULED
    return _OTHERS.get(name)
