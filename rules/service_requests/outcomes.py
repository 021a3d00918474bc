"""What a rule of the checker may come to."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

from rules.service_requests.reason_codes import Reason

FoundName = Literal[
    "because",
    "element",
    "not_failed",
    "payment_mode",
    "schema_element",
    "schema_line",
    "schema_says",
    "standing",
    "value",
]
"""What a rule that fails, or was not checked, may tell. Its words have these fields."""

Found = Mapping[FoundName, str | int]
"""What was found instead, fit to be shown, by name."""

NOTHING_MORE: Found = MappingProxyType({})


class NotApplicable(StrEnum):
    """Why a rule does not concern a message. The value is the sentence that says so."""

    NOTIFICATION_WAIVED = (
        "Not asked, because a certificate that was never notified may sign all the same."
    )
    NO_SCHEMA = "Not asked, because no DUIS schema is supplied."
    NOT_SOLR = "The signer may send this without the User Role SolrContingency."
    NOT_PRE_COMMAND = "It is not a Signed Pre-Command."
    ORIGINATOR_OF_SUPPLIER = "Not asked, because SolrContingency acts for a failed Supplier."
    NOT_PAYMENT_MODE = "It does not concern the Payment Mode."
    NOT_REGISTERED_FOR = "The registration is not asked for requests of this kind."
    NO_CERTIFICATE_HELD = "Asked by an S1SP alone, and of Critical requests."


class NotChecked(StrEnum):
    """Why a rule cannot be asked: what it needs failed, or is not there.

    The value is a clause that says what, without a full stop.
    """

    NOT_REACHED = "a check before it ended the matter"
    USER_UNKNOWN = "the signer's User ID is not known"
    NO_ROLE = "the signer's User ID has no User Role"
    SRV_UNKNOWN = "the Service Reference Variant is not in the list"
    NOT_ELIGIBLE = "no User Role of the signer is eligible"
    VARIANT_NOT_DESCRIBED = "the DUIS 5.4 schema does not have the variant"
    PAYLOAD_UNREADABLE = "the GBCS payload could not be read"
    MESSAGE_CODE_UNKNOWN = "the message code is in no list of ours"
    SUPPLIER_NOT_NAMED = "it is not clear which Supplier has failed"
    SUPPLIER_NOT_COVERED = "no live instruction covers the Supplier"


class Failed(NamedTuple):
    """The reason for which a rule fails, and what it found that nobody else would look up."""

    reason: Reason
    found: Found = NOTHING_MORE


NotAsked = NotApplicable | NotChecked

MessageOutcome = Reason | Failed | NotAsked | None
"""What a rule found: the reason for which it fails, why it was not asked, or None: it passed."""
