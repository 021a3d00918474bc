"""The rule book for notifying the certificate that a User ID signs with (DUIS 3.3.1)."""

from dataclasses import dataclass
from datetime import datetime

from rules.findings import Report
from rules.identifiers import Eui64
from rules.periods import has_expired, in_words
from rules.roles import DIGITAL_SIGNATURE, REMOTE_PARTY_ROLES, XML_SIGN
from rules.rule import Outcome, Rule, failed, passed
from rules.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyingFacts:
    """A certificate that a Party would notify for one of its User IDs."""

    user_id: Eui64
    certificate_eui64: Eui64
    remote_party_role: str
    key_usage: str
    """Empty where it is not exactly one."""
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None
    is_withheld: bool
    """It came back from the certification authority unlike its request."""
    key_serves_another_user_id: bool
    """The key was notified for another User ID, at any time."""
    counts_from: datetime
    """From when it is to count; the moment itself for now."""
    at: datetime


def _is_xml_sign(facts: NotifyingFacts) -> Outcome:
    if facts.remote_party_role == XML_SIGN:
        return passed("The certificate has the Remote Party Role xmlSign (87).")
    role = REMOTE_PARTY_ROLES.get(facts.remote_party_role)
    name = f"{role.name} ({role.code})" if role else f"`{facts.remote_party_role}`"
    return failed(
        "notified-certificate-not-xmlsign",
        f"The certificate has the Remote Party Role {name}; only an xmlSign (87) certificate can "
        "be notified for signing messages.",
    )


def _is_for_signing(facts: NotifyingFacts) -> Outcome:
    if facts.key_usage == DIGITAL_SIGNATURE:
        return passed("The certificate's keyUsage is digitalSignature.")
    return failed(
        "notified-certificate-not-for-signing",
        f"The certificate's keyUsage is {facts.key_usage or 'absent or not exactly one'}, and the "
        "DCC processes no message that is signed with it; notify a certificate whose keyUsage is "
        "digitalSignature.",
    )


def _is_for_this_user_id(facts: NotifyingFacts) -> Outcome:
    if facts.certificate_eui64 == facts.user_id:
        return passed(f"The certificate carries the EUI-64 of this User ID, {facts.user_id}.")
    return failed(
        "notified-certificate-of-another-user-id",
        f"The certificate carries the EUI-64 {facts.certificate_eui64}, which is not this User ID "
        f"{facts.user_id}; notify it for that User ID instead.",
    )


def _is_live(facts: NotifyingFacts) -> Outcome:
    # Whatever the moment: one that lies ahead is that of a clock which was set back since.
    if facts.revoked_at is not None:
        return failed(
            "notified-certificate-revoked",
            f"The certificate was revoked at {in_words(facts.revoked_at)}; request a new one.",
        )
    if has_expired(max(facts.at, facts.counts_from), not_after=facts.not_after):
        verb = "expired" if has_expired(facts.at, not_after=facts.not_after) else "expires"
        return failed(
            "notified-certificate-expired",
            f"The certificate {verb} at {in_words(facts.not_after)}; request a new one.",
        )
    if facts.counts_from < facts.not_before:
        return failed(
            "notified-certificate-not-yet-valid",
            f"The certificate is not valid before {in_words(facts.not_before)}; have its "
            "notification count from then on, or from later.",
        )
    return passed(f"The certificate is live, until {in_words(facts.not_after)}.")


def _counts_from_no_past_moment(facts: NotifyingFacts) -> Outcome:
    if facts.counts_from < facts.at:
        return failed(
            "notification-moment-past",
            f"The notification would count from {in_words(facts.counts_from)}, which is past; "
            "have it count from now on or from a later moment.",
        )
    return passed(f"The notification counts from {in_words(facts.counts_from)}.")


def _is_consistent(facts: NotifyingFacts) -> Outcome:
    if facts.is_withheld:
        return failed(
            "notified-certificate-withheld",
            "The certificate does not match its request and is withheld; the DCC's staff are "
            "dealing with it.",
        )
    return passed("The certificate was compared with its request and matches it.")


def _key_is_separate(facts: NotifyingFacts) -> Outcome:
    if facts.key_serves_another_user_id:
        return failed(
            "notified-key-of-another-user-id",
            "The key of this certificate has been notified for another User ID; each User ID "
            "needs a key of its own.",
        )
    return passed("The key has not been notified for any other User ID.")


NOTIFYING_RULES: tuple[Rule[NotifyingFacts], ...] = (
    Rule(
        id="MP104-NOTIFY-role",
        title="The certificate has the Remote Party Role xmlSign",
        cites="MP104 legal text, Section A 'XML User Role Signing Key'; DUIS 3.3.1",
        reasons={
            "notified-certificate-not-xmlsign": (
                "Notify an xmlSign (87) certificate, and request one where there is none."
            ),
        },
        check=_is_xml_sign,
    ),
    Rule(
        id="MP104-NOTIFY-key-usage",
        title="The certificate's keyUsage is digitalSignature and nothing else",
        cites="SEC Appendix B, Annex B; RFC 5280, 4.2.1.3; docs/decisions/0060",
        reasons={
            "notified-certificate-not-for-signing": (
                "Notify a certificate whose keyUsage is digitalSignature, and request one where "
                "there is none."
            ),
        },
        check=_is_for_signing,
    ),
    Rule(
        id="MP104-NOTIFY-user-id",
        title="The certificate carries the EUI-64 of the User ID",
        cites="DUIS 3.3.1 (a separate key per User ID)",
        reasons={
            "notified-certificate-of-another-user-id": (
                "Notify the certificate for the User ID whose EUI-64 it carries."
            ),
        },
        check=_is_for_this_user_id,
    ),
    Rule(
        id="MP104-NOTIFY-live",
        title="The certificate is live when its notification begins to count",
        cites="DUIS 3.3.1; RFC 5280, 4.1.2.5",
        reasons={
            "notified-certificate-revoked": "Request a new certificate, and notify that one.",
            "notified-certificate-expired": "Request a new certificate, and notify that one.",
            "notified-certificate-not-yet-valid": (
                "Have the notification count from the moment at which the certificate becomes "
                "valid, or from later."
            ),
        },
        check=_is_live,
    ),
    Rule(
        id="MP104-NOTIFY-moment",
        title="The notification counts from now on or from a later moment",
        cites="DUIS 3.3.1; docs/decisions/0062",
        reasons={
            "notification-moment-past": (
                "Have the notification count from now on, or from a later moment."
            ),
        },
        check=_counts_from_no_past_moment,
    ),
    Rule(
        id="MP104-NOTIFY-consistent",
        title="The certificate matches the request it was issued for",
        cites="SEC L11.5; SEC Appendix M, 2.3.1.5",
        reasons={
            "notified-certificate-withheld": (
                "Wait for the DCC's staff to deal with the certificate, or notify another one."
            ),
        },
        check=_is_consistent,
    ),
    Rule(
        id="MP104-NOTIFY-separate-key",
        title="The key serves no other User ID",
        cites="DUIS 3.3.1 (a separate User Role Signing Private Key per User ID)",
        reasons={
            "notified-key-of-another-user-id": (
                "Request a certificate with a new key pair for this User ID, and notify that one."
            ),
        },
        check=_key_is_separate,
    ),
)


NOTIFYING_BOOK = RuleBook(
    name="notifying",
    title="Notifying the certificate that a User ID signs with",
    rules=NOTIFYING_RULES,
)


def check_notifying(facts: NotifyingFacts) -> Report:
    """Ask every rule whether the certificate can be notified for the User ID."""
    return NOTIFYING_BOOK.ask(facts)
