"""Is an Alert to a Supplier sent, to whom, and with which certificates (MP134B-7)?

To a Supplier with a live certificate: to itself. To one that has failed: a safety-critical Alert,
or every one where that has been set, with its revoked certificates and to its Shared Resource
Provider (MP134B 2.8).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from rules.alerts.alert_codes import AlertCode
from rules.alerts.alert_rules import ALERT_BOOK, AlertFacts, AlertReason
from rules.findings import Finding, Report
from rules.identifiers import Eui64
from rules.periods import known_by
from rules.register.arrangements import ResourceProvider
from rules.register.snapshot import Snapshot, SnapshotCertificate
from rules.register.suppliers import (
    Standing,
    is_live,
    is_revoked,
    party_of,
    standing,
    supplier_certificates,
)
from rules.service_requests.reader import Reader


class AlertAction(StrEnum):
    """What is to be done with an Alert."""

    SEND = "send"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """To whom an Alert is sent."""

    user_id: Eui64
    party: str
    party_reference: str
    is_resource_provider: bool
    """Whether it is the failed Supplier's Shared Resource Provider, not the Supplier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDecision:
    """What is to be done with one Alert."""

    action: AlertAction
    reason: str | None
    """Why it is held: of the first rule that fails; None where it is sent."""
    recipient: Recipient | None
    certificates: tuple[SnapshotCertificate, ...]
    """Those of the Supplier with which it is sent, newest first: the live ones, or the revoked."""
    tells_staff: bool
    """Whether the DCC's staff are told: of all that is held but what is held as it should be,
    since it is not safety-critical."""
    report: Report
    snapshot_version: str
    known_by: datetime
    """Revocations up to this moment count."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each rule found, in order."""
        return self.report.findings

    def as_dict(
        self, *, checked_at: datetime, snapshot_age: float, reader: Reader
    ) -> dict[str, object]:
        """Return the answer in the JSON shape of `POST /api/v1/alerts`.

        Args:
            checked_at: When it was decided.
            snapshot_age: Seconds since the register last confirmed what it rests on.
            reader: Who is told; neither the name nor the certificates of a Party that they may
                not know.
        """
        recipient = self.recipient
        return {
            "decision": self.action.value,
            "reason": self.reason,
            "to": None
            if recipient is None
            else {
                "user_id": recipient.user_id,
                "party": recipient.party if reader.sees(recipient.party_reference) else None,
                "is_resource_provider": recipient.is_resource_provider,
            },
            "certificates": [
                {
                    "issuer": certificate.issuer,
                    "serial": str(certificate.serial),
                    "key_usage": certificate.key_usage,
                    "revoked": is_revoked(certificate, self.known_by),
                }
                for certificate in self.certificates
                if reader.sees(certificate.party_reference)
            ],
            "tell_staff": self.tells_staff,
            "findings": [finding.as_dict() for finding in self.findings],
            "snapshot": self.snapshot_version,
            "snapshot_age": round(snapshot_age, 3),
            "checked_at": f"{checked_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }


def decide_alert(
    alert_code: AlertCode,
    supplier_id: Eui64,
    snapshot: Snapshot,
    *,
    at: datetime,
    is_about_now: bool = False,
) -> AlertDecision:
    """Decide whether an Alert for a Supplier is sent, and to whom.

    Args:
        alert_code: Which Alert it is.
        supplier_id: The EUI-64 of the Supplier for whom the Device has it.
        snapshot: What the decision rests on.
        at: The moment for which to decide, aware.
        is_about_now: Whether that is what the clock says (`rules.periods.known_by`).

    Raises:
        ValueError: The moment has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("`at` must have a time zone")
    known = known_by(at, is_about_now=is_about_now)
    held = supplier_certificates(snapshot, supplier_id)
    listed = snapshot.safety_critical_alerts.get(alert_code, ())
    facts = AlertFacts(
        alert_code=alert_code,
        supplier_id=supplier_id,
        standing=standing(held, at, known_by=known),
        is_safety_critical=any(period.holds(at) for period in listed),
        sends_all=snapshot.all_alerts_from is not None and at >= snapshot.all_alerts_from,
        provider=_provider(supplier_id, snapshot, at),
        at=at,
        known_by=known,
    )
    report = ALERT_BOOK.ask(facts)
    is_sent = report.is_clear
    reason = None if is_sent else report.reasons[0]
    return AlertDecision(
        action=AlertAction.SEND if is_sent else AlertAction.HOLD,
        reason=reason,
        recipient=_recipient(facts, snapshot, held[0]) if is_sent else None,
        certificates=_certificates(held, facts) if is_sent else (),
        tells_staff=reason not in {None, AlertReason.NOT_SAFETY_CRITICAL},
        report=report,
        snapshot_version=snapshot.version,
        known_by=known,
    )


def _provider(supplier_id: Eui64, snapshot: Snapshot, at: datetime) -> ResourceProvider | None:
    """Return the Shared Resource Provider of a Supplier at a moment; of several the latest."""
    supplier = party_of(snapshot, supplier_id)
    known = () if supplier is None else snapshot.resource_providers.get(supplier, ())
    now = [provider for provider in known if provider.holds(at)]
    return max(now, key=lambda provider: provider.valid_from, default=None)


def _recipient(
    facts: AlertFacts, snapshot: Snapshot, certificate: SnapshotCertificate
) -> Recipient:
    provider = facts.provider
    if facts.standing is Standing.LIVE or provider is None:
        user = snapshot.user_ids.get(facts.supplier_id)
        of = certificate if user is None else user
        return Recipient(
            user_id=facts.supplier_id,
            party=of.party,
            party_reference=of.party_reference,
            is_resource_provider=False,
        )
    return Recipient(
        user_id=provider.user_id,
        party=provider.provider,
        party_reference=provider.provider_reference,
        is_resource_provider=True,
    )


def _certificates(
    held: tuple[SnapshotCertificate, ...], facts: AlertFacts
) -> tuple[SnapshotCertificate, ...]:
    if facts.standing is Standing.LIVE:
        return tuple(c for c in held if is_live(c, facts.at, known_by=facts.known_by))
    return tuple(c for c in held if is_revoked(c, facts.known_by))
