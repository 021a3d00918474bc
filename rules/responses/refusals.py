"""Why a DUIS Response cannot be read or its signature has not the form of DUIS 3.3."""

from enum import StrEnum

from rules.messages.refusals import MessageReason, MessageRefusedError

PREFIX = "response-"


class FrameReason(StrEnum):
    """What may be wrong with the frame of a Response; kept for ever, never reused."""

    UNKNOWN_ROOT = "response-unknown-root"
    SCHEMA_VERSION_MALFORMED = "response-schema-version-malformed"
    MALFORMED = "response-malformed"
    HEADER_MALFORMED = "response-header-malformed"
    REQUEST_ID_MALFORMED = "response-request-id-malformed"
    RESPONSE_ID_MALFORMED = "response-id-malformed"
    RESPONSE_CODE_MALFORMED = "response-code-malformed"
    MOMENT_MALFORMED = "response-date-time-malformed"
    BODY_MALFORMED = "response-body-malformed"
    CONTENT_UNKNOWN = "response-content-unknown"
    PRE_COMMAND_MISPLACED = "response-pre-command-misplaced"
    SERVICE_REFERENCE_MISMATCH = "response-service-reference-mismatch"


XML_REASONS = (
    MessageReason.TOO_LARGE,
    MessageReason.INVALID_UTF8,
    MessageReason.ENCODING_NOT_UTF8,
    MessageReason.ENCODING_NOT_ASCII,
    MessageReason.DOCUMENT_TYPE,
    MessageReason.PROCESSING_INSTRUCTION,
    MessageReason.NOT_WELL_FORMED,
    MessageReason.NAMESPACE_NAME,
    MessageReason.TOO_COMPLEX,
)
"""What may be wrong with the XML, in the words and codes that all messages have."""

FORM_REASONS = (
    MessageReason.SIGNATURE_NOT_SINGLE,
    MessageReason.SIGNATURE_MISPLACED,
    MessageReason.SIGNATURE_STRUCTURE,
    MessageReason.SIGNATURE_ATTRIBUTE,
    MessageReason.CANONICALIZATION_METHOD,
    MessageReason.SIGNATURE_METHOD,
    MessageReason.REFERENCE_NOT_SINGLE,
    MessageReason.REFERENCE_URI,
    MessageReason.TRANSFORMS,
    MessageReason.DIGEST_METHOD,
    MessageReason.DIGEST_VALUE_MALFORMED,
    MessageReason.SIGNATURE_VALUE_MALFORMED,
    MessageReason.SIGNATURE_VALUE_RANGE,
    MessageReason.KEY_INFO_MALFORMED,
    MessageReason.ISSUER_NAME_MALFORMED,
    MessageReason.SERIAL_NUMBER_MALFORMED,
    MessageReason.NOT_CANONICALIZABLE,
)
"""What may be wrong with the form of the signature, likewise."""


class ResponseRefusedError(Exception):
    """A Response was refused while it was read."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(f"{reason}: {value}" if value else reason)
        self.reason = reason
        self.value = value
        """What was found instead, as the Response has it: cut when shown."""

    @classmethod
    def of(cls, refused: MessageRefusedError) -> "ResponseRefusedError":
        """Return the refusal of a Response that a refusal of any message comes to."""
        return cls(response_reason(refused.reason), refused.value)


def response_reason(reason: MessageReason) -> str:
    """Return the code that a Response has for what may be wrong with any message.

    A rule of another book gives the code of the message, and no two rules share one.
    """
    return f"{PREFIX}{reason.value}"
