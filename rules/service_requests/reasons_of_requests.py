"""The words of the reasons for which a User ID may not send a request, or its content is wrong."""

from typing import Final

from rules.service_requests.duis_codes import ROLE, SENDER, SERVICE, VARIANT
from rules.service_requests.reason_codes import CheckReason as C, reason

REQUEST: Final = (
    reason(
        C.ORIGINATOR_NOT_SIGNER,
        SENDER,
        "The Business Originator ID is not a User ID of the Party that signed.",
        "The Business Originator ID is {originator} and the signer's User ID is {user_id}; "
        "sign with the certificate of the User ID that sends.",
        do="Sign with the certificate of the User ID that the RequestID has as its originator.",
    ),
    reason(
        C.ORIGINATOR_OTHER_USER_ID,
        SENDER,
        "The Business Originator ID is another User ID of the Party that signed.",
        "The Business Originator ID is {originator} and the signer's User ID is {user_id}, "
        "both of {party}; sign with the key of the User ID that sends.",
        do="Sign with the key of the very User ID that the RequestID has as its originator.",
    ),
    reason(
        C.USER_HAS_NO_ROLE,
        ROLE,
        "The User ID has no User Role.",
        "The User ID {user_id} has no User Role; have one recorded before sending.",
        do="Have a User Role recorded for the User ID before sending with it.",
    ),
    reason(
        C.SRV_UNKNOWN,
        SERVICE,
        "The Service Reference Variant is not in the list.",
        "The Service Reference Variant {srv} is not in the list; send one that is.",
        do="Give a Service Reference Variant that DUIS has.",
    ),
    reason(
        C.NOT_ELIGIBLE,
        SERVICE,
        "No User Role of the User ID may send the Service Reference Variant at that moment.",
        "The User ID {user_id} acts in the User Roles {acting_roles}, none of which may send "
        "{srv} at {at}.",
        do="Send it from a User ID whose User Role may send this Service Reference Variant.",
    ),
)

CONTENT: Final = (
    reason(
        C.COMMAND_VARIANT_INTERNAL,
        VARIANT,
        "The Command Variant is one that only the DCC uses internally.",
        "The CommandVariant 9 is internal to the DCC; give one of 1 to 8.",
        do="Give a CommandVariant from 1 to 8, since 9 is for the DCC alone.",
    ),
    reason(
        C.COMMAND_VARIANT_MISMATCH,
        VARIANT,
        "The Command Variant and the Body do not agree on whether this is a Signed Pre-Command.",
        "The CommandVariant is {command_variant} and the Body has a {kind}; "
        "5, 6 and 7 are for a Signed Pre-Command, and no other is.",
        do=(
            "Give CommandVariant 5, 6 or 7 with a Signed Pre-Command, and another with any "
            "other Body."
        ),
    ),
    reason(
        C.COMMAND_VARIANT_NOT_ALLOWED,
        VARIANT,
        "The Command Variant is not one of the Service Reference Variant for such a Device.",
        "The CommandVariant {command_variant} is none of {srv} for a {generation} Device; "
        "give {command_variants}.",
        do="Give a CommandVariant that the Service Reference Variant allows for such a Device.",
    ),
    reason(
        C.BODY_NOT_OF_SRV,
        None,
        "The element of the Body belongs to another Service Reference Variant, or to none.",
        "The Body has `{element}`, which is not for {srv}; give both for the same service.",
        do="Give the Header and the Body of one and the same Service Reference Variant.",
    ),
)
