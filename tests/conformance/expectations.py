"""What each template's decision must be, from the published matrix and the User Roles alone.

Nothing here asks the checker, nor reads what the register was loaded with.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

USER_ROLES: dict[str, set[str]] = {
    # The demonstration's Parties, as the project's interfaces list them.
    "90-B3-D5-1F-30-01-00-00": {"IS", "ES", "GS"},
    "90-B3-D5-1F-30-02-00-00": {"ED", "GT"},
    "90-B3-D5-1F-30-03-00-00": {"IS", "GS"},
    "90-B3-D5-1F-30-00-00-02": set(),
    "90-B3-D5-1F-30-01-00-08": set(),
}

_REQUEST_ID = re.compile(r"<sr:RequestID>\s*([0-9A-Fa-f-]{23}):")
_COMMAND_VARIANT = re.compile(r"<sr:CommandVariant>\s*([1-9])\s*<")
_VARIANT = re.compile(r"<sr:ServiceReferenceVariant>\s*([0-9.]+)\s*<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The one right answer for a template."""

    user_id: str
    service_reference_variant: str
    decision: str
    reason: str | None
    command_variant: str
    is_other_user: bool
    """Whether it may be sent as an Other User alone."""

    def asks_registration(self, generation: str) -> bool:
        """Tell whether SRPD 6.1(f) is asked: of SMETS1 Device requests, Critical ones too, and of
        SMETS2+ Non-Critical ones (SECMP0107), and of no Other User (SRPD 6.2 (c))."""
        variants = "1234" if generation == "SMETS1" else "123"
        return self.command_variant in variants and not self.is_other_user


def read_matrix(table: Path) -> dict[str, set[str]]:
    """Return the eligible User Roles of each Service Reference Variant."""
    with table.open(encoding="utf-8", newline="") as lines:
        return {
            row["srv"]: set(row["eligible_user_roles"].split()) for row in csv.DictReader(lines)
        }


def expect(template: str, matrix: dict[str, set[str]]) -> Expected:
    """Return what the decision on a template must be, signed by its own originator."""
    user_id = _REQUEST_ID.search(template)[1].upper()  # type: ignore[index]  # a template without one is a fault here
    variant = _VARIANT.search(template)[1]  # type: ignore[index]  # likewise
    roles = USER_ROLES[user_id]
    if not roles:
        decision, reason = "cease", "user-has-no-role"
    elif roles & matrix[variant]:
        decision, reason = "process", None
    else:
        decision, reason = "cease", "service-request-not-eligible"
    return Expected(
        user_id=user_id,
        service_reference_variant=variant,
        decision=decision,
        reason=reason,
        command_variant=_COMMAND_VARIANT.search(template)[1],  # type: ignore[index]  # likewise
        is_other_user=roles & matrix[variant] == {"OU"},
    )
