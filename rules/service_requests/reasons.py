"""Every reason for which a message may cease: its code, its DUIS code and its words.

`says` is a sentence with fields in braces, filled from the case when somebody asks for words
(`rules.service_requests.words`). `duis_code` is the nearest response code of the DUIS 5.4 schema
as a suggestion (`rules.service_requests.duis_codes`).
"""

from typing import Final

from rules.service_requests.reason_codes import (
    RELAXED_IN_MONITOR,
    CheckReason,
    Reason,
    ReasonEntry,
    reason,
)
from rules.service_requests.reasons_of_contingency import CONTINGENCY
from rules.service_requests.reasons_of_devices import OF_DEVICE
from rules.service_requests.reasons_of_messages import FORM, READING, SCHEMA
from rules.service_requests.reasons_of_pre_commands import PRE_COMMAND
from rules.service_requests.reasons_of_requests import CONTENT, REQUEST
from rules.service_requests.reasons_of_signers import SIGNATURE, SIGNER

__all__ = ["REASONS", "RELAXED_IN_MONITOR", "CheckReason", "Reason", "ReasonEntry"]

_BROKEN: Final = reason(
    CheckReason.RULE_BROKEN,
    None,
    "A rule could not be completed because of a fault in the system.",
    "This check could not be completed because of a fault in the system. "
    "Nothing goes on until it has been mended; the fault has been logged.",
    do="Tell the operator of the fault, and ask again once it has been mended.",
)

REASONS: Final[dict[str, ReasonEntry]] = {
    entry.code: entry
    for entry in (
        *READING,
        *FORM,
        *SIGNATURE,
        *SCHEMA,
        *SIGNER,
        *REQUEST,
        *CONTENT,
        *PRE_COMMAND,
        *CONTINGENCY,
        *OF_DEVICE,
        _BROKEN,
    )
}
"""By code, in the order in which the rules are asked."""
