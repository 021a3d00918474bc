"""Words for what is wrong with a Response, and for what it says."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from rules.messages.refusals import MessageReason
from rules.messages.showing import shown
from rules.responses.refusals import PREFIX, FrameReason, ResponseRefusedError
from rules.rule import Outcome, failed_for
from rules.sentences import Clock, Told
from rules.service_requests.reasons import REASONS

DO_NOT_ACT = "do not act on it, and ask the DCC for it again."
"""How a sentence ends, after a semicolon."""


_FRAME: dict[FrameReason, str] = {
    FrameReason.UNKNOWN_ROOT: "The root element is not the Response of DUIS",
    FrameReason.SCHEMA_VERSION_MALFORMED: "The schemaVersion is missing or not a number",
    FrameReason.MALFORMED: "The Response does not consist of a Header, a Body and a Signature",
    FrameReason.HEADER_MALFORMED: (
        "The Header does not have each of its fields once and in the order of the schema"
    ),
    FrameReason.REQUEST_ID_MALFORMED: "The RequestID is not an originator, a target and a counter",
    FrameReason.RESPONSE_ID_MALFORMED: (
        "The ResponseID is not a target, an originator and a counter"
    ),
    FrameReason.RESPONSE_CODE_MALFORMED: "The ResponseCode is not a code of DUIS such as I0",
    FrameReason.MOMENT_MALFORMED: "The ResponseDateTime is not a moment",
    FrameReason.BODY_MALFORMED: "The Body does not hold exactly one message of the DUIS schema",
    FrameReason.CONTENT_UNKNOWN: "The ResponseMessage has a content that DUIS does not know",
    FrameReason.PRE_COMMAND_MISPLACED: (
        "A PreCommand is elsewhere than directly in the ResponseMessage, as DUIS has it"
    ),
    FrameReason.SERVICE_REFERENCE_MISMATCH: (
        "The ServiceReference is not that of the ServiceReferenceVariant"
    ),
}


def refused(error: ResponseRefusedError) -> Outcome:
    """Return the failure that a refusal comes to: its reason, and what was found instead."""
    return failed_for(error.reason, found=shown(error.value))


def told_of_refusals(reasons: Iterable[str], do: str) -> dict[str, Told]:
    """Return how each of the reasons why a Response is refused is told."""
    return {reason: Told(says=partial(_refusal, _meaning(reason)), do=do) for reason in reasons}


def _refusal(meaning: str, values: Mapping[str, Any], _clock: Clock) -> str:
    """Return one sentence: what is wrong, what was found, and what to do."""
    found = values["found"]
    instead = f" (found: `{found}`)" if found else ""
    return f"{meaning}{instead}; {DO_NOT_ACT}"


def _meaning(reason: str) -> str:
    if reason in set(FrameReason):
        return _FRAME[FrameReason(reason)]
    of_any_message = MessageReason(reason.removeprefix(PREFIX))
    return REASONS[of_any_message].meaning.removesuffix(".")
