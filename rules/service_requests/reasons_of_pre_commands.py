"""The words of the reasons that lie in the GBCS payload of a Signed Pre-Command."""

from typing import Final

from rules.messages.gbcs import GbcsReason as G
from rules.service_requests.duis_codes import SENDER, VARIANT
from rules.service_requests.reason_codes import CheckReason as C, reason

PRE_COMMAND: Final = (
    reason(
        G.PAYLOAD_MALFORMED,
        None,
        "The Signed Pre-Command does not hold exactly one GBCSPayload in base64.",
        "The Signed Pre-Command must hold one GBCSPayload in base64, and that is not so: {value}.",
        do="Put exactly one GBCSPayload, in base64, into the Signed Pre-Command.",
    ),
    reason(
        G.TOO_LARGE,
        None,
        "The GBCS payload is larger than is read at all.",
        "The GBCS payload has {value}, more than any Command; send one Command.",
        do="Send one Command alone as the GBCS payload.",
    ),
    reason(
        G.NOT_GENERAL_SIGNING,
        None,
        "The GBCS payload is no General-Signing structure.",
        "The GBCS payload is no General-Signing structure: {value}; "
        "send the Pre-Command with its signature and nothing around it.",
        do="Send the Pre-Command with its signature and nothing around it.",
    ),
    reason(
        G.TRUNCATED,
        None,
        "The GBCS payload ends before it is complete.",
        "The GBCS payload is not complete: {value}; send all of it.",
        do="Send the whole Pre-Command, to the last octet of its signature.",
    ),
    reason(
        G.NOT_A_COMMAND,
        None,
        "The GBCS payload is a Response or an Alert, no Command.",
        "The GBCS payload is no Command: {value}; send the Pre-Command that was signed.",
        do="Send the Pre-Command that was signed, not a Response or an Alert.",
    ),
    reason(
        G.HEADER_MALFORMED,
        None,
        "A size in the head of the GBCS payload is not the one that GBCS fixes.",
        "The head of the GBCS payload is malformed: {value}; send the Pre-Command as it came.",
        do="Sign and send the Pre-Command with its head as the DCC returned it.",
    ),
    reason(
        G.LENGTH_MALFORMED,
        None,
        "The length of the content is not written as it must be, or there is no content.",
        "The GBCS payload has no proper content: {value}; send the Pre-Command as it came.",
        do="Sign and send the Pre-Command with its length and content as the DCC returned them.",
    ),
    reason(
        G.SIGNATURE_MISSING,
        SENDER,
        "The GBCS payload is not signed.",
        "The GBCS payload is not signed: {value}; sign the Pre-Command before sending it.",
        do="Sign the Pre-Command with the key for signing towards Devices before sending it.",
    ),
    reason(
        G.SIGNATURE_MALFORMED,
        SENDER,
        "The signature of the GBCS payload is not r and s, each in range, in 64 octets.",
        "The signature of the GBCS payload is malformed: {value}; "
        "give r and s of ECDSA on P-256, 32 octets each.",
        do="Write the Pre-Command's signature as r and s of ECDSA on P-256, 32 octets each.",
    ),
    reason(
        G.TRAILING_OCTETS,
        None,
        "There are octets after the signature of the GBCS payload.",
        "The GBCS payload has octets after its signature: {value}; leave them out.",
        do="Leave out whatever comes after the Pre-Command's signature.",
    ),
    reason(
        C.GBCS_RECIPIENT_NOT_TARGET,
        None,
        "The GBCS payload is for another Device than the Business Target ID.",
        "The GBCS payload is for {gbcs_recipient} and the Business Target ID is {target}; "
        "send each Command to the Device that it is for.",
        do="Give the Device that the Pre-Command was made for as the target of the RequestID.",
    ),
    reason(
        C.GBCS_MESSAGE_CODE_MISMATCH,
        VARIANT,
        "The GBCS message code is not one of the Service Reference Variant.",
        "The GBCS message code is {message_code}, which is none of {srv}; "
        "give the Service Reference Variant that the Pre-Command was made for.",
        do="Give the Service Reference Variant that the Pre-Command was made for.",
    ),
    reason(
        C.GBCS_ORIGINATOR_NOT_USER,
        SENDER,
        "The originator in the GBCS payload is not the Business Originator ID.",
        "The originator in the GBCS payload is {gbcs_originator} and the Business Originator ID "
        "is {originator}; send what was made and signed for the User ID that sends.",
        do="Send a Pre-Command that was made and signed for the User ID that sends it.",
    ),
    reason(
        C.GBCS_CERTIFICATE_UNKNOWN,
        SENDER,
        "The register holds no digital signing certificate of the originator in the payload.",
        "The register holds no certificate with which {gbcs_originator} could have signed the "
        "GBCS payload; use a key that is certified for digital signing towards Devices.",
        do=(
            "Sign the Pre-Command with a key that is certified for digital signing towards "
            "Devices."
        ),
    ),
    reason(
        C.GBCS_SIGNATURE_INVALID,
        SENDER,
        "The GBCS payload is not signed with a key of its originator.",
        "The signature of the GBCS payload verifies with no digital signing key of "
        "{gbcs_originator}; sign all from octet 1 to the end of the content.",
        do=(
            "Sign the Pre-Command with its originator's key, from behind the tag DF to the end "
            "of its content."
        ),
    ),
    reason(
        C.GBCS_CERTIFICATE_NOT_IN_FORCE,
        SENDER,
        "The GBCS payload is signed with a key whose certificate is not in force.",
        "The GBCS payload is signed with a key of {gbcs_originator} whose certificate was not in "
        "force at {at}; sign with one that is.",
        do="Sign the Pre-Command with a key whose certificate is in force.",
    ),
)
