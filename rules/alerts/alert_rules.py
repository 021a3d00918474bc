"""The rules on Alerts to Suppliers: is one sent, or held (MP134B-7)?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from rules.alerts.alert_codes import AlertCode
from rules.identifiers import Eui64
from rules.register.arrangements import ResourceProvider
from rules.register.suppliers import Standing
from rules.rule import Outcome, Rule, failed_for, not_applicable, not_checked, passed
from rules.rulebook import RuleBook
from rules.sentences import Told


class AlertReason(StrEnum):
    """Why an Alert is held. Kept for ever and never reused."""

    SUPPLIER_UNKNOWN = "alert-supplier-unknown"
    CERTIFICATES_ENDED = "alert-supplier-certificates-ended"
    NOT_SAFETY_CRITICAL = "alert-not-safety-critical"
    NO_RESOURCE_PROVIDER = "alert-without-resource-provider"


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


def _supplier_is_known(facts: AlertFacts) -> Outcome:
    if facts.standing is Standing.UNKNOWN:
        return failed_for(AlertReason.SUPPLIER_UNKNOWN, supplier=facts.supplier_id)
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
            return failed_for(AlertReason.CERTIFICATES_ENDED, supplier=facts.supplier_id)
        case _:
            return not_checked("the Supplier is not known")


def _alert_is_to_be_sent(facts: AlertFacts) -> Outcome:
    if facts.standing is not Standing.REVOKED:
        return not_applicable("Asked of failed Suppliers alone.")
    if facts.is_safety_critical:
        return passed(f"The Alert {facts.alert_code} is in the list of safety-critical Alerts.")
    if facts.sends_all:
        return passed("Every Alert to a failed Supplier is sent.")
    return failed_for(
        AlertReason.NOT_SAFETY_CRITICAL, alert=facts.alert_code, supplier=facts.supplier_id
    )


def _a_provider_is_recorded(facts: AlertFacts) -> Outcome:
    if facts.standing is not Standing.REVOKED:
        return not_applicable("Asked of failed Suppliers alone.")
    if facts.provider is None:
        return failed_for(AlertReason.NO_RESOURCE_PROVIDER, supplier=facts.supplier_id)
    # By its User ID: who may know the name of a Party is told it with the recipient.
    return passed(
        f"The Shared Resource Provider of the failed Supplier has the User ID "
        f"{facts.provider.user_id}."
    )


SUPPLIER_IS_KNOWN = Rule(
    id="MP134B-7-SUPPLIER",
    title="The one for whom the Alert is had certificates in the Supplier role",
    cites="MP134B 2.8",
    reasons={
        AlertReason.SUPPLIER_UNKNOWN: Told(
            says="The register holds no certificate in the Supplier role for {supplier}, so that "
            "nobody can be sent the Alert; look into whose Device it is.",
            do="Find out whose Device it is, and ask again with the EUI-64 of its Supplier.",
        ),
    },
    check=_supplier_is_known,
)

CERTIFICATES_ARE_USABLE = Rule(
    id="MP134B-7-CERTIFICATES",
    title="One of its certificates in the Supplier role is live, or was revoked",
    cites="MP134B 2.8",
    reasons={
        AlertReason.CERTIFICATES_ENDED: Told(
            says="No certificate in the Supplier role of {supplier} is in force and none was "
            "revoked, so that it is not a failed Supplier; have one issued that is.",
            do="Have the Supplier's certificates in the Supplier role renewed before sending the "
            "Alert.",
        ),
    },
    check=_certificates_are_usable,
)

ALERT_IS_TO_BE_SENT = Rule(
    id="MP134B-7-LIST",
    title="The Alert to a failed Supplier is safety-critical, or every one is sent",
    cites="MP134B 2.8",
    reasons={
        AlertReason.NOT_SAFETY_CRITICAL: Told(
            says="The Alert {alert} is not in the list of safety-critical Alerts, so that it is "
            "held for the failed Supplier {supplier}.",
            do="Hold the Alert, since a failed Supplier is sent safety-critical ones alone.",
        ),
    },
    check=_alert_is_to_be_sent,
)

A_PROVIDER_IS_RECORDED = Rule(
    id="MP134B-7-PROVIDER",
    title="A Shared Resource Provider of the failed Supplier is recorded",
    cites="MP134B 2.8",
    reasons={
        AlertReason.NO_RESOURCE_PROVIDER: Told(
            says="No Shared Resource Provider is recorded for the failed Supplier {supplier}; "
            "record one, so that its Alerts can be sent.",
            do="Have the failed Supplier's Shared Resource Provider recorded before sending the "
            "Alert.",
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
