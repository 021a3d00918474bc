"""Why something of the feed is refused."""

from enum import StrEnum


class FeedReason(StrEnum):
    """A code of its own for each way in which what came cannot be taken."""

    # Who says so.
    JWS_MALFORMED = "jws-malformed"
    JWS_HEADER = "jws-header"
    CERTIFICATE_UNUSABLE = "feed-certificate-unusable"
    CERTIFICATE_UNTRUSTED = "feed-certificate-untrusted"
    CERTIFICATE_NOT_IN_FORCE = "feed-certificate-not-in-force"
    SIGNATURE_INVALID = "feed-signature-invalid"
    # What it is.
    NOT_GZIP = "feed-not-gzip"
    TRUNCATED = "feed-truncated"
    EXPANDS_TOO_FAR = "feed-expands-too-far"
    LINE_TOO_LONG = "feed-line-too-long"
    LINE_NOT_JSON = "feed-line-not-json"
    HEADER_MALFORMED = "feed-header-malformed"
    FORMAT_UNKNOWN = "feed-format-unknown"
    KIND_UNKNOWN = "feed-kind-unknown"
    LINE_MALFORMED = "feed-line-malformed"
    LINE_REPEATED = "feed-line-repeated"
    COUNTS_DIFFER = "feed-counts-differ"
    DIGEST_DIFFERS = "feed-digest-differs"
    GOES_ON_AFTER_THE_END = "feed-goes-on-after-the-end"
    # Whether it follows on what is held.
    NOT_THE_ANSWER = "feed-not-the-answer"
    HISTORY_DIFFERS = "feed-history-differs"
    WENT_BACK = "feed-went-back"


class FeedRefusedError(ValueError):
    """Something of the feed cannot be taken; nothing of it may be used."""

    def __init__(self, reason: FeedReason, says: str) -> None:
        super().__init__(f"{reason}: {says}")
        self.reason = reason
