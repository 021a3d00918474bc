"""What a rule of the checker may come to."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

from rules.service_requests.reason_codes import Reason

FoundName = Literal[
    "element",
    "not_failed",
    "payment_mode",
    "schema_element",
    "schema_line",
    "schema_says",
    "value",
]
"""What a rule that fails may tell beside its reason. Its reasons' words have these fields."""

Found = Mapping[FoundName, str | int]
"""What was found instead, fit to be shown, by name."""

NOTHING_MORE: Found = MappingProxyType({})


class NotApplicable(StrEnum):
    """Why a rule does not ask about a case. The value is the sentence that says so."""

    NOT_REACHED = "Not asked, because a check before it ended the matter."
    NO_SCHEMA = "Not asked, because no DUIS schema is supplied."
    NOTIFICATION_WAIVED = (
        "Not asked, because a certificate that was never notified may sign all the same."
    )
    USER_UNKNOWN = "Not asked, because the signer's User ID is not known."
    NO_ROLE = "Not asked, because the signer's User ID has no User Role."
    SRV_UNKNOWN = "Not asked, because the Service Reference Variant is not in the list."
    NOT_ELIGIBLE = "Not asked, because no User Role of the signer is eligible."
    NOT_SOLR = "The signer may send this without the User Role SolrContingency."
    VARIANT_NOT_DESCRIBED = "Not asked, because the DUIS 5.4 schema does not have the variant."
    NOT_PRE_COMMAND = "It is no Signed Pre-Command."
    PAYLOAD_UNREADABLE = "Not asked, because the GBCS payload could not be read."
    MESSAGE_CODE_UNKNOWN = "Not asked, because the message code is in no list of ours."
    ORIGINATOR_OF_SUPPLIER = "Not asked, because SolrContingency acts for a failed Supplier."
    NOT_PAYMENT_MODE = "It does not concern the Payment Mode."
    SUPPLIER_NOT_NAMED = "Not asked, because it is not clear which Supplier has failed."
    NOT_REGISTERED_FOR = "The registration is not asked for requests of this kind."
    NO_CERTIFICATE_HELD = "Asked by an S1SP alone, and of Critical requests."


class Failed(NamedTuple):
    """The reason for which a rule fails, and what it found that nobody else would look up."""

    reason: Reason
    found: Found = NOTHING_MORE


MessageOutcome = Reason | Failed | NotApplicable | None
"""What a rule found: the reason for which it fails, why it does not apply, or None: it passed."""
