"""What it means for a Supplier when the last of its certificates in the Supplier role is revoked.

From then on it counts as failed (MP134B 2.7): a Shared Resource Provider may act for it, and its
Alerts go another way. Nothing here knows which way: the rules on Alerts are asked.
"""

from dataclasses import dataclass
from datetime import datetime

from rules.alerts.alert_codes import AlertCode
from rules.alerts.deciding import AlertDecision, decide_alert
from rules.identifiers import Eui64
from rules.periods import ALL_TIME
from rules.register.snapshot import Snapshot
from rules.register.suppliers import Standing, standing, supplier_certificates


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierFails:
    """An EUI-64 that becomes that of a failed Supplier."""

    eui64: Eui64
    party: str
    is_instructed: bool
    """Whether a live instruction of the Authority covers its Party, so that its Shared Resource
    Provider may act for it at once."""
    safety_critical: AlertDecision | None
    """What becomes of an Alert of the list; None where the list is empty."""
    other: AlertDecision
    """What becomes of any other Alert."""


def supplier_fails(
    eui64: Eui64, before: Snapshot, after: Snapshot, *, at: datetime
) -> SupplierFails | None:
    """Return what changes where an EUI-64 becomes that of a failed Supplier; else None.

    Args:
        eui64: Of a holder of certificates that are used towards Devices.
        before: The register as it is.
        after: The register as the revocation leaves it.
        at: The moment of the revocation, which is now.
    """
    held = supplier_certificates(after, eui64)
    was = standing(supplier_certificates(before, eui64), at, known_by=ALL_TIME)
    is_now = standing(held, at, known_by=ALL_TIME)
    if is_now is not Standing.REVOKED or was is Standing.REVOKED:
        return None
    listed = [
        AlertCode(code)
        for code, periods in sorted(after.safety_critical_alerts.items())
        if any(period.holds(at) for period in periods)
    ]
    return SupplierFails(
        eui64=eui64,
        party=held[0].party,
        is_instructed=any(
            instruction.supplier_reference == held[0].party_reference and instruction.holds(at)
            for instruction in after.instructions.values()
        ),
        safety_critical=_decided(listed[0], eui64, after, at=at) if listed else None,
        other=_decided(_unlisted(listed), eui64, after, at=at),
    )


def _decided(code: AlertCode, eui64: Eui64, after: Snapshot, *, at: datetime) -> AlertDecision:
    return decide_alert(code, eui64, after, at=at, is_about_now=True)


def _unlisted(listed: list[AlertCode]) -> AlertCode:
    """Return some Alert code that is not in the list."""
    return next(
        code for number in range(1 << 16) if (code := AlertCode(f"{number:04X}")) not in listed
    )
