"""The codes of every reason for which a message may cease. Kept for ever and never reused."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.messages.gbcs import GbcsReason
from rules.messages.refusals import MessageReason


class CheckReason(StrEnum):
    """The codes that the checker adds to those of reading a message."""

    CERTIFICATE_UNKNOWN = "certificate-unknown"
    DIGEST_MISMATCH = "digest-mismatch"
    CERTIFICATE_KEY_UNUSABLE = "certificate-key-unusable"
    SIGNATURE_INVALID = "signature-invalid"
    SCHEMA_INVALID = "duis-schema-invalid"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_REVOKED = "certificate-revoked"
    CERTIFICATE_NOT_FOR_SIGNING = "certificate-not-for-signing"
    CERTIFICATE_NOT_XMLSIGN = "certificate-not-xmlsign"
    USER_ID_UNKNOWN = "user-id-unknown"
    CERTIFICATE_NOT_NOTIFIED = "certificate-not-notified"
    NOTIFICATION_WITHDRAWN = "certificate-notification-withdrawn"
    KEY_SERVES_TWO_PARTIES = "key-serves-two-parties"
    KEY_SERVES_TWO_USER_IDS = "key-serves-two-user-ids"
    KEY_USED_TOWARDS_DEVICES = "key-used-towards-devices"
    # May this User ID send this?
    ORIGINATOR_NOT_SIGNER = "originator-not-signer"
    ORIGINATOR_OTHER_USER_ID = "originator-other-user-id"
    USER_ID_NOT_BEGUN = "user-id-not-begun"
    USER_ID_ENDED = "user-id-ended"
    USER_HAS_NO_ROLE = "user-has-no-role"
    SRV_UNKNOWN = "service-reference-variant-unknown"
    NOT_ELIGIBLE = "service-request-not-eligible"
    PARTY_NOT_ACTIVE = "party-not-active"
    # Is it what its Header says?
    COMMAND_VARIANT_INTERNAL = "command-variant-internal"
    COMMAND_VARIANT_MISMATCH = "command-variant-mismatch"
    COMMAND_VARIANT_NOT_ALLOWED = "command-variant-not-allowed"
    BODY_NOT_OF_SRV = "body-not-of-service-reference-variant"
    # The GBCS payload of a Signed Pre-Command.
    GBCS_RECIPIENT_NOT_TARGET = "gbcs-recipient-not-target"
    GBCS_MESSAGE_CODE_MISMATCH = "gbcs-message-code-mismatch"
    GBCS_ORIGINATOR_NOT_USER = "gbcs-originator-not-user"
    GBCS_CERTIFICATE_UNKNOWN = "gbcs-certificate-unknown"
    GBCS_SIGNATURE_INVALID = "gbcs-signature-invalid"
    GBCS_CERTIFICATE_NOT_IN_FORCE = "gbcs-certificate-not-in-force"
    # SolrContingency.
    SOLR_INSTRUCTION_NOT_LIVE = "solr-instruction-not-live"
    PAYMENT_MODE_NOT_CREDIT = "payment-mode-not-credit"
    NOTIFIED_CRITICAL_SUPPLIER_NOT_SUPPLIED = "notified-critical-supplier-not-supplied"
    FAILED_SUPPLIERS_DIFFER = "failed-suppliers-differ"
    FAILED_SUPPLIER_UNKNOWN = "failed-supplier-unknown"
    FAILED_SUPPLIER_LIVE = "failed-supplier-has-live-certificate"
    FAILED_SUPPLIER_NOT_REVOKED = "failed-supplier-not-revoked"
    SOLR_INSTRUCTION_NOT_FOR_SUPPLIER = "solr-instruction-not-for-supplier"
    SOLR_INSTRUCTION_NOT_FOR_SRV = "solr-instruction-not-for-service-reference-variant"
    SOLR_THRESHOLD_ZERO = "solr-threshold-zero"
    # The Device.
    REGISTRATION_NOT_SUPPLIED = "registration-not-supplied"
    HUB_IMPORT_SUPPLIERS_NOT_SUPPLIED = "hub-import-suppliers-not-supplied"
    NOT_REGISTERED = "not-registered-for-device"
    CERTIFICATE_OWNER_NOT_SUPPLIED = "certificate-owner-not-supplied"
    CERTIFICATE_OWNER_NOT_ORIGINATOR = "certificate-owner-not-originator"
    RULE_BROKEN = "rule-broken"


Reason = MessageReason | GbcsReason | CheckReason

RELAXED_IN_MONITOR: frozenset[str] = frozenset(
    {
        # What MP104 adds, and nothing else (docs/decisions/0060).
        CheckReason.CERTIFICATE_NOT_XMLSIGN,
        CheckReason.CERTIFICATE_NOT_NOTIFIED,
        CheckReason.KEY_SERVES_TWO_USER_IDS,
        CheckReason.KEY_USED_TOWARDS_DEVICES,
        # Any User ID of the same Party will do (docs/decisions/0060).
        CheckReason.ORIGINATOR_OTHER_USER_ID,
    }
)
"""Before MP104 is live a message does not cease for these, unless it is sent as SolrContingency;
they are recorded."""


def counting(failures: Sequence[Reason], *, is_relaxed: bool) -> Sequence[Reason]:
    """Return those of some reasons for which a message ceases now.

    Args:
        failures: Every reason that was found.
        is_relaxed: Whether what MP104 adds is recorded only.
    """
    if not is_relaxed:
        return failures
    return [failure for failure in failures if failure not in RELAXED_IN_MONITOR]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonEntry:
    """What a rule says of one reason for which a message may cease."""

    duis_code: str | None
    """The nearest response code of the DUIS 5.4 schema, a suggestion
    (`rules.service_requests.duis_codes`); None where there is none."""
    meaning: str
    """For the catalogue: what it means, without a case."""
    says: str
    """For one case: what is wrong and what to do, with fields in braces, which are filled in when
    somebody asks for words (`rules.service_requests.words`)."""
    do: str
    """For the catalogue: what to do, in one imperative sentence that stands by itself."""


def reason(duis_code: str | None, meaning: str, says: str, *, do: str) -> ReasonEntry:
    """Make the entry of a reason."""
    return ReasonEntry(duis_code=duis_code, meaning=meaning, says=says, do=do)
