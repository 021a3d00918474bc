"""Is an Alert to a Supplier sent, to whom, and with which certificates (MP134B-7)?

To a Supplier with a live certificate: to itself. To one that has failed: a safety-critical Alert,
or every one where that has been set, with its revoked certificates and to its Shared Resource
Provider (MP134B 2.8).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NewType

from rules.data import read_table
from rules.findings import Finding, Report
from rules.identifiers import Eui64, IdentifierError
from rules.periods import known_by
from rules.rule import Outcome, Rule, failed, not_applicable, passed
from rules.rulebook import RuleBook
from rules.service_requests.arrangements import ResourceProvider
from rules.service_requests.snapshot import Snapshot, SnapshotCertificate
from rules.service_requests.suppliers import (
    Standing,
    is_live,
    is_revoked,
    party_of,
    standing,
    supplier_certificates,
)

AlertCode = NewType("AlertCode", str)
"""An Alert code in four upper-case hexadecimal digits: `8F1F`."""

_ALERT_CODE = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAlert:
    """A safety-critical Alert of the list that MP134B 2.8 begins with."""

    code: AlertCode
    name: str


def published_alerts() -> tuple[PublishedAlert, ...]:
    """Return the list that MP134B 2.8 begins with, in its order."""
    return tuple(
        PublishedAlert(code=parse_alert_code(row["alert_code"]), name=row["alert_name"])
        for row in read_table("safety-critical-alerts.csv")
    )


class AlertReason(StrEnum):
    """Why an Alert is held. Kept for ever and never reused."""

    SUPPLIER_UNKNOWN = "alert-supplier-unknown"
    CERTIFICATES_ENDED = "alert-supplier-certificates-ended"
    NOT_SAFETY_CRITICAL = "alert-not-safety-critical"
    NO_RESOURCE_PROVIDER = "alert-without-resource-provider"


class AlertAction(StrEnum):
    """What is to be done with an Alert."""

    SEND = "send"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What the rules on Alerts ask about."""

    alert_code: AlertCode
    supplier_id: Eui64
    standing: Standing
    is_safety_critical: bool
    sends_all: bool
    provider: ResourceProvider | None
    at: datetime
    known_by: datetime
    """Revocations up to this moment count."""


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

    def as_dict(self, *, checked_at: datetime) -> dict[str, object]:
        """Return the answer in the JSON shape of `POST /api/v1/alerts`."""
        recipient = self.recipient
        return {
            "decision": self.action.value,
            "reason": self.reason,
            "to": None
            if recipient is None
            else {
                "user_id": recipient.user_id,
                "party": recipient.party,
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
            ],
            "tell_staff": self.tells_staff,
            "findings": [finding.as_dict() for finding in self.findings],
            "snapshot": self.snapshot_version,
            "checked_at": f"{checked_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }


def parse_alert_code(text: str) -> AlertCode:
    """Read an Alert code: four hexadecimal digits, with or without `0x`.

    Raises:
        IdentifierError: The text is none.
    """
    parsed = _ALERT_CODE.fullmatch(text.strip())
    if parsed is None:
        raise IdentifierError(f"`{text[:60]}` is not an Alert code such as 8F1F")
    return AlertCode(parsed[1].upper())


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


def _supplier_is_known(facts: AlertFacts) -> Outcome:
    if facts.standing is Standing.UNKNOWN:
        return failed(
            AlertReason.SUPPLIER_UNKNOWN,
            f"The register holds no certificate in the Supplier role for {facts.supplier_id}, "
            "so that nobody can be sent the Alert; look into whose Device it is.",
        )
    return passed(f"{facts.supplier_id} has had certificates in the Supplier role.")


def _certificates_are_usable(facts: AlertFacts) -> Outcome:
    match facts.standing:
        case Standing.LIVE:
            return passed(f"A certificate in the Supplier role of {facts.supplier_id} is live.")
        case Standing.REVOKED:
            return passed(
                f"The certificates in the Supplier role of {facts.supplier_id} are revoked, "
                "so that it is a failed Supplier."
            )
        case Standing.ENDED:
            return failed(
                AlertReason.CERTIFICATES_ENDED,
                f"No certificate in the Supplier role of {facts.supplier_id} is in force and "
                "none was revoked, so that it is no failed Supplier; have one issued that is.",
            )
        case _:
            return not_applicable("Not asked, because the Supplier is not known.")


def _alert_is_to_be_sent(facts: AlertFacts) -> Outcome:
    if facts.standing is not Standing.REVOKED:
        return not_applicable("Asked of failed Suppliers alone.")
    if facts.is_safety_critical:
        return passed(f"The Alert {facts.alert_code} is in the list of safety-critical Alerts.")
    if facts.sends_all:
        return passed("Every Alert to a failed Supplier is sent.")
    return failed(
        AlertReason.NOT_SAFETY_CRITICAL,
        f"The Alert {facts.alert_code} is not in the list of safety-critical Alerts, so that it "
        f"is held for the failed Supplier {facts.supplier_id}.",
    )


def _a_provider_is_recorded(facts: AlertFacts) -> Outcome:
    if facts.standing is not Standing.REVOKED:
        return not_applicable("Asked of failed Suppliers alone.")
    if facts.provider is None:
        return failed(
            AlertReason.NO_RESOURCE_PROVIDER,
            f"No Shared Resource Provider is recorded for the failed Supplier "
            f"{facts.supplier_id}; record one, so that its Alerts can be sent.",
        )
    return passed(
        f"The Shared Resource Provider of the failed Supplier is {facts.provider.provider}."
    )


SUPPLIER_IS_KNOWN = Rule(
    id="MP134B-7-SUPPLIER",
    title="The one for whom the Alert is had certificates in the Supplier role",
    cites="MP134B 2.8",
    reasons={
        AlertReason.SUPPLIER_UNKNOWN: (
            "Find out whose Device it is, and ask again with the EUI-64 of its Supplier."
        ),
    },
    check=_supplier_is_known,
)

CERTIFICATES_ARE_USABLE = Rule(
    id="MP134B-7-CERTIFICATES",
    title="One of its certificates in the Supplier role is live, or was revoked",
    cites="MP134B 2.8",
    reasons={
        AlertReason.CERTIFICATES_ENDED: (
            "Have the Supplier's certificates in the Supplier role renewed before sending the "
            "Alert."
        ),
    },
    check=_certificates_are_usable,
)

ALERT_IS_TO_BE_SENT = Rule(
    id="MP134B-7-LIST",
    title="The Alert to a failed Supplier is safety-critical, or every one is sent",
    cites="MP134B 2.8",
    reasons={
        AlertReason.NOT_SAFETY_CRITICAL: (
            "Hold the Alert, since a failed Supplier is sent safety-critical ones alone."
        ),
    },
    check=_alert_is_to_be_sent,
)

A_PROVIDER_IS_RECORDED = Rule(
    id="MP134B-7-PROVIDER",
    title="A Shared Resource Provider of the failed Supplier is recorded",
    cites="MP134B 2.8",
    reasons={
        AlertReason.NO_RESOURCE_PROVIDER: (
            "Have the failed Supplier's Shared Resource Provider recorded before sending the "
            "Alert."
        ),
    },
    check=_a_provider_is_recorded,
)

ALERT_BOOK: Final = RuleBook(
    name="alert",
    title="Alerts to Suppliers",
    rules=(
        SUPPLIER_IS_KNOWN,
        CERTIFICATES_ARE_USABLE,
        ALERT_IS_TO_BE_SENT,
        A_PROVIDER_IS_RECORDED,
    ),
)
