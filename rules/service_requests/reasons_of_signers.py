"""The words of the reasons that lie in who signed, and with which certificate."""

from typing import Final

from rules.service_requests.duis_codes import ROLE, SENDER
from rules.service_requests.reason_codes import CheckReason as C, reason

SIGNATURE: Final = (
    reason(
        C.CERTIFICATE_UNKNOWN,
        SENDER,
        "KeyInfo names a certificate that the register does not hold.",
        "The register holds no certificate of {issuer} with the serial number {serial}; "
        "sign with an Organisation Certificate of the register.",
        do=(
            "Sign with an Organisation Certificate of the register, and name its issuer and "
            "serial number."
        ),
    ),
    reason(
        C.DIGEST_MISMATCH,
        SENDER,
        "The document is not the one that was signed, or the DigestValue was changed.",
        "The document's digest is not the DigestValue; "
        "it was changed after it was signed, so sign it again.",
        do=(
            "Sign the message again, over its inclusive canonical form, and change nothing in "
            "it afterwards."
        ),
    ),
    reason(
        C.CERTIFICATE_KEY_UNUSABLE,
        SENDER,
        "The key of the certificate is not a point of P-256.",
        "The key of certificate {serial} is not a key of P-256; use another certificate.",
        do="Sign with another certificate, whose key is on P-256.",
    ),
    reason(
        C.SIGNATURE_INVALID,
        SENDER,
        "The signature is not by the key of the certificate that KeyInfo names.",
        "The signature does not verify with the key of certificate {serial} of {issuer}; "
        "sign with the key of the certificate that KeyInfo names.",
        do="Sign with the private key of the very certificate that KeyInfo names.",
    ),
)

SIGNER: Final = (
    reason(
        C.CERTIFICATE_NOT_YET_VALID,
        SENDER,
        "The certificate was not valid yet.",
        "The certificate {serial} is valid from {not_before} and the message is of {at}.",
        do="Sign with a certificate that is in force, or wait until this one is.",
    ),
    reason(
        C.CERTIFICATE_EXPIRED,
        SENDER,
        "The certificate had expired.",
        "The certificate {serial} expired at {not_after} and the message is of {at}; "
        "sign with a certificate that is in force.",
        do="Sign with a certificate that is in force, and request a new one where there is none.",
    ),
    reason(
        C.CERTIFICATE_REVOKED,
        SENDER,
        "The certificate was revoked.",
        "The certificate {serial} was revoked at {revoked_at}; "
        "sign with a certificate that is in force.",
        do=(
            "Sign with a certificate that is not revoked, and request a new one where there is "
            "none."
        ),
    ),
    reason(
        C.CERTIFICATE_NOT_FOR_SIGNING,
        SENDER,
        "The certificate's keyUsage is not exactly digitalSignature.",
        "The keyUsage of certificate {serial} is {key_usage}, not digitalSignature alone; "
        "sign with a certificate that is for signing.",
        do="Sign with a certificate whose keyUsage is digitalSignature and nothing else.",
    ),
    reason(
        C.CERTIFICATE_NOT_XMLSIGN,
        SENDER,
        "The certificate's Remote Party Role is not xmlSign.",
        "The message is signed with a certificate of Remote Party Role {role}, not xmlSign (87).",
        do="Sign with an xmlSign (87) certificate that is notified for the User ID.",
    ),
    reason(
        C.USER_ID_UNKNOWN,
        ROLE,
        "The certificate's EUI-64 is no User ID.",
        "The certificate is for {user_id}, which is no User ID; sign with one for a User ID.",
        do="Sign with a certificate for a User ID, or have the EUI-64 recorded as one first.",
    ),
    reason(
        C.CERTIFICATE_NOT_NOTIFIED,
        SENDER,
        "The certificate was not notified for the User ID at that moment.",
        "The certificate {serial} was not notified for the User ID {user_id} at {at}; "
        "notify it before signing with its key.",
        do="Notify the certificate for the User ID before signing messages with its key.",
    ),
    reason(
        C.NOTIFICATION_WITHDRAWN,
        SENDER,
        "The certificate's notification was withdrawn, and none has counted since.",
        "The notification of certificate {serial} for the User ID {user_id} was withdrawn; "
        "sign with a certificate that is notified.",
        do=(
            "Sign with another certificate that is notified for the User ID, or notify this one "
            "again if its key is still to be used."
        ),
    ),
    reason(
        C.KEY_SERVES_TWO_PARTIES,
        SENDER,
        "The key is in certificates of two Parties.",
        "The key of certificate {serial} is in a certificate of another Party too; "
        "use a key that nobody else has.",
        do="Make a new key pair that nobody else has, and request a certificate for it.",
    ),
    reason(
        C.KEY_SERVES_TWO_USER_IDS,
        SENDER,
        "The key is in certificates for two User IDs of one Party.",
        "The key of certificate {serial} serves another User ID of {party} too; "
        "use a separate key for each.",
        do="Make a separate key pair for each User ID, and request a certificate for each.",
    ),
    reason(
        C.KEY_USED_TOWARDS_DEVICES,
        SENDER,
        "The key is also in a certificate that is used towards Devices.",
        "The key of certificate {serial} is also in a certificate for another use; "
        "sign messages with a key that has no other.",
        do=(
            "Make a separate key pair for signing messages, and request an xmlSign certificate "
            "for it."
        ),
    ),
)
