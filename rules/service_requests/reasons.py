"""Every reason for which a message may cease, as the rules declare them."""

from typing import Final

from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.reason_codes import (
    RELAXED_IN_MONITOR,
    CheckReason,
    Reason,
    ReasonEntry,
    reason,
)

__all__ = ["REASONS", "RELAXED_IN_MONITOR", "CheckReason", "Reason", "ReasonEntry"]

_BROKEN: Final = reason(
    None,
    "A rule could not be completed because of a fault in the system.",
    "This check could not be completed because of a fault in the system. "
    "Nothing goes on until it has been fixed; the fault has been logged.",
    do="Tell the operator of the fault, and ask again once it has been fixed.",
)

REASONS: Final[dict[str, ReasonEntry]] = {
    code.value: entry for rule in MESSAGE_RULES for code, entry in rule.reasons.items()
} | {CheckReason.RULE_BROKEN.value: _BROKEN}
"""By code, in the order in which the rules are asked; what any rule may give comes last."""
