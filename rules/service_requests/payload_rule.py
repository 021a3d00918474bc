"""Can the GBCS payload of a Signed Pre-Command be read as the signed Command that it must be?"""

from rules.messages.gbcs import GbcsReason, GbcsRefusedError, read_signed_pre_command
from rules.messages.showing import shown
from rules.service_requests.case import Case
from rules.service_requests.duis_codes import SENDER
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import Failed, MessageOutcome
from rules.service_requests.reason_codes import reason


def _payload_is_readable(case: Case) -> MessageOutcome:
    try:
        case.command = read_signed_pre_command(case.message.body)
    except GbcsRefusedError as refused:
        return Failed(refused.reason, {"value": shown(refused.value)})
    return None


PAYLOAD_IS_READABLE = Check(
    id="GBCS-STRUCTURE",
    title="The GBCS payload is exactly a signed General-Signing structure of a Command.",
    cites="GBCS 7.2.7; DUIS 5.4 schema, SignedPreCommand",
    reasons={
        GbcsReason.PAYLOAD_MALFORMED: reason(
            None,
            "The Signed Pre-Command does not hold exactly one GBCSPayload in base64.",
            "The Signed Pre-Command must hold one GBCSPayload in base64, and that is not so: "
            "{value}.",
            do="Put exactly one GBCSPayload, in base64, into the Signed Pre-Command.",
        ),
        GbcsReason.TOO_LARGE: reason(
            None,
            "The GBCS payload is larger than is read at all.",
            "The GBCS payload has {value}, more than any Command; send one Command.",
            do="Send one Command alone as the GBCS payload.",
        ),
        GbcsReason.NOT_GENERAL_SIGNING: reason(
            None,
            "The GBCS payload is not a General-Signing structure.",
            "The GBCS payload is not a General-Signing structure: {value}; "
            "send the Pre-Command with its signature and nothing around it.",
            do="Send the Pre-Command with its signature and nothing around it.",
        ),
        GbcsReason.TRUNCATED: reason(
            None,
            "The GBCS payload ends before it is complete.",
            "The GBCS payload is not complete: {value}; send all of it.",
            do="Send the whole Pre-Command, to the last byte of its signature.",
        ),
        GbcsReason.NOT_A_COMMAND: reason(
            None,
            "The GBCS payload is a Response or an Alert, no Command.",
            "The GBCS payload is not a Command: {value}; send the Pre-Command that was signed.",
            do="Send the Pre-Command that was signed, not a Response or an Alert.",
        ),
        GbcsReason.HEADER_MALFORMED: reason(
            None,
            "A size in the head of the GBCS payload is not the one that GBCS fixes.",
            "The head of the GBCS payload is malformed: {value}; send the Pre-Command as it came.",
            do="Sign and send the Pre-Command with its head as the DCC returned it.",
        ),
        GbcsReason.LENGTH_MALFORMED: reason(
            None,
            "The length of the content is not written as it must be, or there is no content.",
            "The GBCS payload has no proper content: {value}; send the Pre-Command as it came.",
            do=(
                "Sign and send the Pre-Command with its length and content as the DCC returned "
                "them."
            ),
        ),
        GbcsReason.SIGNATURE_MISSING: reason(
            SENDER,
            "The GBCS payload is not signed.",
            "The GBCS payload is not signed: {value}; sign the Pre-Command before sending it.",
            do="Sign the Pre-Command with the key for signing towards Devices before sending it.",
        ),
        GbcsReason.SIGNATURE_MALFORMED: reason(
            SENDER,
            "The signature of the GBCS payload is not r and s, each in range, in 64 bytes.",
            "The signature of the GBCS payload is malformed: {value}; "
            "give r and s of ECDSA on P-256, 32 bytes each.",
            do="Write the Pre-Command's signature as r and s of ECDSA on P-256, 32 bytes each.",
        ),
        GbcsReason.TRAILING_OCTETS: reason(
            None,
            "There are bytes after the signature of the GBCS payload.",
            "The GBCS payload has bytes after its signature: {value}; leave them out.",
            do="Leave out whatever comes after the Pre-Command's signature.",
        ),
    },
    passed="The GBCS payload is a signed Command {message_code} of {gbcs_originator} for "
    "{gbcs_recipient}.",
    check=_payload_is_readable,
)
