"""May this certificate sign messages for this User ID at this moment?"""

from rules.certificates.keys import key_x
from rules.periods import counts, has_expired
from rules.roles import DIGITAL_SIGNATURE, MESSAGE_SIGNING_ROLES, XML_SIGN
from rules.service_requests.case import Case, NotApplicable, Outcome
from rules.service_requests.message_rule import MessageRule
from rules.service_requests.reasons import CheckReason


def _certificate_is_in_force(case: Case) -> Outcome:
    certificate = case.certificate
    if case.at < certificate.not_before:
        return CheckReason.CERTIFICATE_NOT_YET_VALID
    if has_expired(case.at, not_after=certificate.not_after):
        return CheckReason.CERTIFICATE_EXPIRED
    return None


def _certificate_is_not_revoked(case: Case) -> Outcome:
    if counts(case.certificate.revoked_at, by=case.known_by):
        return CheckReason.CERTIFICATE_REVOKED
    return None


def _certificate_is_for_signing(case: Case) -> Outcome:
    if case.certificate.key_usage != DIGITAL_SIGNATURE:
        return CheckReason.CERTIFICATE_NOT_FOR_SIGNING
    return None


def _certificate_is_for_signing_xml(case: Case) -> Outcome:
    if case.certificate.remote_party_role != XML_SIGN:
        return CheckReason.CERTIFICATE_NOT_XMLSIGN
    return None


def _user_id_is_known(case: Case) -> Outcome:
    case.user = case.snapshot.user_ids.get(case.certificate.eui64)
    return CheckReason.USER_ID_UNKNOWN if case.user is None else None


def _certificate_is_notified(case: Case) -> Outcome:
    user = case.user
    if user is None:
        return NotApplicable.USER_UNKNOWN
    at, known_by = case.at, case.known_by
    certificate = case.certificate
    named = (certificate.issuer, certificate.serial)
    is_withdrawn = False
    for notification in user.notifications:
        if notification.certificate != named:
            continue
        if counts(notification.withdrawn_at, by=known_by):
            # Also where it was withdrawn before its moment: its Party has stopped the key.
            is_withdrawn = True
        elif notification.notified_at <= at:
            return None
    if is_withdrawn:
        return CheckReason.NOTIFICATION_WITHDRAWN
    waived_from = case.snapshot.notification_waived_from
    if waived_from is not None and waived_from <= at:
        return NotApplicable.NOTIFICATION_WAIVED
    return CheckReason.CERTIFICATE_NOT_NOTIFIED


def _key_serves_nothing_else(case: Case) -> Outcome:
    certificate = case.certificate
    holders = case.snapshot.shared_keys.get(key_x(certificate.public_key))
    if holders is None:
        return None
    if any(holder.party_reference != certificate.party_reference for holder in holders):
        return CheckReason.KEY_SERVES_TWO_PARTIES
    if any(holder.eui64 != certificate.eui64 for holder in holders):
        return CheckReason.KEY_SERVES_TWO_USER_IDS
    if any(holder.remote_party_role not in MESSAGE_SIGNING_ROLES for holder in holders):
        return CheckReason.KEY_USED_TOWARDS_DEVICES
    return None


CERTIFICATE_IS_IN_FORCE = MessageRule(
    id="SMKI-CERTIFICATE-VALIDITY",
    title="The message is of a moment within the certificate's validity, both ends included.",
    cites="RFC 5280, 4.1.2.5",
    reasons=(CheckReason.CERTIFICATE_NOT_YET_VALID, CheckReason.CERTIFICATE_EXPIRED),
    passed="The certificate is valid from {not_before} to {not_after}.",
    check=_certificate_is_in_force,
)

CERTIFICATE_IS_NOT_REVOKED = MessageRule(
    id="SMKI-CERTIFICATE-REVOCATION",
    title="The certificate was not revoked by then.",
    cites="RFC 5280, 5.3",
    reasons=(CheckReason.CERTIFICATE_REVOKED,),
    passed="The certificate was not revoked at {at}.",
    check=_certificate_is_not_revoked,
)

CERTIFICATE_IS_FOR_SIGNING = MessageRule(
    id="SMKI-CERTIFICATE-KEY-USAGE",
    title="The certificate's keyUsage is digitalSignature and nothing else.",
    cites="SEC Appendix B, Annex B; RFC 5280, 4.2.1.3; docs/decisions/0060",
    reasons=(CheckReason.CERTIFICATE_NOT_FOR_SIGNING,),
    passed="The certificate's keyUsage is digitalSignature.",
    check=_certificate_is_for_signing,
)

CERTIFICATE_IS_FOR_SIGNING_XML = MessageRule(
    id="MP104-1",
    title="The certificate's Remote Party Role is xmlSign (87).",
    cites="DUIS 3.3.1",
    reasons=(CheckReason.CERTIFICATE_NOT_XMLSIGN,),
    passed="The certificate's Remote Party Role is {role}.",
    check=_certificate_is_for_signing_xml,
)

USER_ID_IS_KNOWN = MessageRule(
    id="DUIS-USER-ID",
    title="The certificate's EUI-64 is a User ID of the register.",
    cites="DUIS 3.2; docs/decisions/0060",
    reasons=(CheckReason.USER_ID_UNKNOWN,),
    passed="The signer's User ID is {user_id}, of {party}.",
    check=_user_id_is_known,
)

CERTIFICATE_IS_NOTIFIED = MessageRule(
    id="MP104-NOTIFY",
    title="The certificate was notified for the User ID at that moment.",
    cites="DUIS 3.3.1; docs/decisions/0062",
    reasons=(CheckReason.CERTIFICATE_NOT_NOTIFIED, CheckReason.NOTIFICATION_WITHDRAWN),
    passed="The certificate was notified for {user_id} at {at}.",
    check=_certificate_is_notified,
)

KEY_SERVES_NOTHING_ELSE = MessageRule(
    id="MP104-KEY",
    title="The key is in no certificate for another User ID or for use towards Devices.",
    cites="DUIS 3.3.1; SEC Section A, XML User Role Signing Key",
    reasons=(
        CheckReason.KEY_SERVES_TWO_PARTIES,
        CheckReason.KEY_SERVES_TWO_USER_IDS,
        CheckReason.KEY_USED_TOWARDS_DEVICES,
    ),
    passed="The key serves {user_id} alone.",
    check=_key_serves_nothing_else,
)

SIGNER_RULES = (
    CERTIFICATE_IS_IN_FORCE,
    CERTIFICATE_IS_NOT_REVOKED,
    CERTIFICATE_IS_FOR_SIGNING,
    CERTIFICATE_IS_FOR_SIGNING_XML,
    USER_ID_IS_KNOWN,
    CERTIFICATE_IS_NOTIFIED,
    KEY_SERVES_NOTHING_ELSE,
)
"""In the order in which they are asked."""
