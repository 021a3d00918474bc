"""Why a message cannot be read, or does not carry the signature that DUIS 3.3 asks for."""

from enum import StrEnum


class MessageReason(StrEnum):
    """Stable codes, kept for ever and never reused; their words stand with the rules."""

    # Reading XML safely.
    TOO_LARGE = "message-too-large"
    INVALID_UTF8 = "invalid-utf-8"
    ENCODING_NOT_UTF8 = "encoding-not-utf-8"
    ENCODING_NOT_ASCII = "encoding-not-ascii"
    DOCUMENT_TYPE = "document-type-present"
    PROCESSING_INSTRUCTION = "processing-instruction-present"
    NOT_WELL_FORMED = "xml-not-well-formed"
    NAMESPACE_NAME = "namespace-name-not-allowed"
    TOO_COMPLEX = "xml-too-complex"
    # The frame of a Service Request.
    UNKNOWN_ROOT = "unknown-root"
    REQUEST_MALFORMED = "request-malformed"
    SCHEMA_VERSION_MALFORMED = "schema-version-malformed"
    HEADER_MALFORMED = "header-malformed"
    REQUEST_ID_MALFORMED = "request-id-malformed"
    COMMAND_VARIANT_MALFORMED = "command-variant-malformed"
    SERVICE_REFERENCE_MALFORMED = "service-reference-malformed"
    SERVICE_REFERENCE_MISMATCH = "service-reference-mismatch"
    BODY_MALFORMED = "body-malformed"
    # The form of the signature.
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_NOT_SINGLE = "signature-not-single"
    SIGNATURE_MISPLACED = "signature-misplaced"
    SIGNATURE_STRUCTURE = "signature-structure"
    SIGNATURE_ATTRIBUTE = "signature-attribute"
    CANONICALIZATION_METHOD = "canonicalization-method-not-allowed"
    SIGNATURE_METHOD = "signature-method-not-allowed"
    REFERENCE_NOT_SINGLE = "reference-not-single"
    REFERENCE_URI = "reference-uri-not-empty"
    TRANSFORMS = "transforms-not-allowed"
    DIGEST_METHOD = "digest-method-not-allowed"
    DIGEST_VALUE_MALFORMED = "digest-value-malformed"
    SIGNATURE_VALUE_MALFORMED = "signature-value-malformed"
    SIGNATURE_VALUE_RANGE = "signature-value-out-of-range"
    KEY_INFO_MALFORMED = "key-info-malformed"
    ISSUER_NAME_MALFORMED = "issuer-name-malformed"
    SERIAL_NUMBER_MALFORMED = "serial-number-malformed"
    NOT_CANONICALIZABLE = "document-not-canonicalizable"


class MessageRefusedError(Exception):
    """A message was refused while it was read."""

    def __init__(self, reason: MessageReason, value: str = "") -> None:
        super().__init__(f"{reason}: {value}" if value else str(reason))
        self.reason = reason
        self.value = value
        """What was found instead, as the message has it: for words to people, cut when shown."""
