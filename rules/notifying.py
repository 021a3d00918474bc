"""The rule book for notifying the certificate that a User ID signs with (DUIS 3.3.1)."""

from dataclasses import dataclass
from datetime import datetime

from rules.findings import Report
from rules.identifiers import Eui64
from rules.periods import has_expired, in_words
from rules.roles import DIGITAL_SIGNATURE, REMOTE_PARTY_ROLES, XML_SIGN
from rules.rule import Outcome, Rule, failed_for, passed
from rules.rulebook import RuleBook
from rules.sentences import Told


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
    return failed_for("notified-certificate-not-xmlsign", role=name)


def _is_for_signing(facts: NotifyingFacts) -> Outcome:
    if facts.key_usage == DIGITAL_SIGNATURE:
        return passed("The certificate's keyUsage is digitalSignature.")
    key_usage = facts.key_usage or "absent or not exactly one"
    return failed_for("notified-certificate-not-for-signing", key_usage=key_usage)


def _is_for_this_user_id(facts: NotifyingFacts) -> Outcome:
    if facts.certificate_eui64 == facts.user_id:
        return passed(f"The certificate carries the EUI-64 of this User ID, {facts.user_id}.")
    return failed_for(
        "notified-certificate-of-another-user-id",
        eui64=facts.certificate_eui64,
        user_id=facts.user_id,
    )


def _is_live(facts: NotifyingFacts) -> Outcome:
    # Whatever the moment: one that lies ahead is that of a clock which was set back since.
    if facts.revoked_at is not None:
        return failed_for("notified-certificate-revoked", revoked_at=facts.revoked_at)
    if has_expired(max(facts.at, facts.counts_from), not_after=facts.not_after):
        return failed_for(
            "notified-certificate-expired",
            expires="expired" if has_expired(facts.at, not_after=facts.not_after) else "expires",
            not_after=facts.not_after,
        )
    if facts.counts_from < facts.not_before:
        return failed_for("notified-certificate-not-yet-valid", not_before=facts.not_before)
    return passed(f"The certificate is live, until {in_words(facts.not_after)}.")


def _counts_from_no_past_moment(facts: NotifyingFacts) -> Outcome:
    if facts.counts_from < facts.at:
        return failed_for("notification-moment-past", counts_from=facts.counts_from)
    return passed(f"The notification counts from {in_words(facts.counts_from)}.")


def _is_consistent(facts: NotifyingFacts) -> Outcome:
    if facts.is_withheld:
        return failed_for("notified-certificate-withheld")
    return passed("The certificate was compared with its request and matches it.")


def _key_is_separate(facts: NotifyingFacts) -> Outcome:
    if facts.key_serves_another_user_id:
        return failed_for("notified-key-of-another-user-id")
    return passed("The key has not been notified for any other User ID.")


NOTIFYING_RULES: tuple[Rule[NotifyingFacts], ...] = (
    Rule(
        id="MP104-NOTIFY-role",
        title="The certificate has the Remote Party Role xmlSign",
        cites="MP104 legal text, Section A 'XML User Role Signing Key'; DUIS 3.3.1",
        reasons={
            "notified-certificate-not-xmlsign": Told(
                says="The certificate has the Remote Party Role {role}; only an xmlSign (87) "
                "certificate can be notified for signing messages.",
                do="Notify an xmlSign (87) certificate, and request one where there is none.",
            ),
        },
        check=_is_xml_sign,
    ),
    Rule(
        id="MP104-NOTIFY-key-usage",
        title="The certificate's keyUsage is digitalSignature and nothing else",
        # docs/decisions/0060 says what was decided where these are silent.
        cites="SEC Appendix B, Annex B; RFC 5280, 4.2.1.3",
        reasons={
            "notified-certificate-not-for-signing": Told(
                says="The certificate's keyUsage is {key_usage}, and the DCC processes no message "
                "that is signed with it; notify a certificate whose keyUsage is digitalSignature.",
                do="Notify a certificate whose keyUsage is digitalSignature, and request one "
                "where there is none.",
            ),
        },
        check=_is_for_signing,
    ),
    Rule(
        id="MP104-NOTIFY-user-id",
        title="The certificate carries the EUI-64 of the User ID",
        cites="DUIS 3.3.1 (a separate key per User ID)",
        reasons={
            "notified-certificate-of-another-user-id": Told(
                says="The certificate carries the EUI-64 {eui64}, which is not this User ID "
                "{user_id}; notify it for that User ID instead.",
                do="Notify the certificate for the User ID whose EUI-64 it carries.",
            ),
        },
        check=_is_for_this_user_id,
    ),
    Rule(
        id="MP104-NOTIFY-live",
        title="The certificate is live when its notification begins to count",
        cites="DUIS 3.3.1; RFC 5280, 4.1.2.5",
        reasons={
            "notified-certificate-revoked": Told(
                says="The certificate was revoked on {revoked_at:act}; request a new one.",
                do="Request a new certificate, and notify that one.",
            ),
            "notified-certificate-expired": Told(
                says="The certificate {expires} on {not_after:validity}; request a new one.",
                do="Request a new certificate, and notify that one.",
            ),
            "notified-certificate-not-yet-valid": Told(
                says="The certificate is not valid before {not_before:validity}; have its "
                "notification count from then on, or from later.",
                do="Have the notification count from the moment at which the certificate becomes "
                "valid, or from later.",
            ),
        },
        check=_is_live,
    ),
    Rule(
        id="MP104-NOTIFY-moment",
        title="The notification counts from now on or from a later moment",
        # docs/decisions/0062 says what was decided where these are silent.
        cites="DUIS 3.3.1",
        reasons={
            "notification-moment-past": Told(
                says="The notification would count from {counts_from:act}, which is past; have it "
                "count from now on or from a later moment.",
                do="Have the notification count from now on, or from a later moment.",
            ),
        },
        check=_counts_from_no_past_moment,
    ),
    Rule(
        id="MP104-NOTIFY-consistent",
        title="The certificate matches the request it was issued for",
        cites="SEC L11.5; SEC Appendix M, 2.3.1.5",
        reasons={
            "notified-certificate-withheld": Told(
                says="The certificate does not match its request and is withheld; the DCC's staff "
                "are dealing with it.",
                do="Wait for the DCC's staff to deal with the certificate, or notify another one.",
            ),
        },
        check=_is_consistent,
    ),
    Rule(
        id="MP104-NOTIFY-separate-key",
        title="The key serves no other User ID",
        cites="DUIS 3.3.1 (a separate User Role Signing Private Key per User ID)",
        reasons={
            "notified-key-of-another-user-id": Told(
                says="The key of this certificate has been notified for another User ID; each "
                "User ID needs a key of its own.",
                do="Request a certificate with a new key pair for this User ID, and notify that "
                "one.",
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
