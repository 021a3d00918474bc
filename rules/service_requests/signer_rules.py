"""May this certificate sign messages for this User ID at this moment?"""

from rules.certificates.keys import key_x
from rules.periods import counts, has_expired
from rules.roles import DIGITAL_SIGNATURE, MESSAGE_SIGNING_ROLES, XML_SIGN
from rules.service_requests.case import Sender
from rules.service_requests.duis_codes import ROLE, SENDER
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import MessageOutcome, NotApplicable, NotChecked
from rules.service_requests.reason_codes import CheckReason, reason


def _certificate_is_in_force(sender: Sender) -> MessageOutcome:
    certificate = sender.certificate
    if sender.at < certificate.not_before:
        return CheckReason.CERTIFICATE_NOT_YET_VALID
    if has_expired(sender.at, not_after=certificate.not_after):
        return CheckReason.CERTIFICATE_EXPIRED
    return None


def _certificate_is_not_revoked(sender: Sender) -> MessageOutcome:
    if counts(sender.certificate.revoked_at, by=sender.known_by):
        return CheckReason.CERTIFICATE_REVOKED
    return None


def _certificate_is_for_signing(sender: Sender) -> MessageOutcome:
    if sender.certificate.key_usage != DIGITAL_SIGNATURE:
        return CheckReason.CERTIFICATE_NOT_FOR_SIGNING
    return None


def _certificate_is_for_signing_xml(sender: Sender) -> MessageOutcome:
    if sender.certificate.remote_party_role != XML_SIGN:
        return CheckReason.CERTIFICATE_NOT_XMLSIGN
    return None


def _user_id_is_known(sender: Sender) -> MessageOutcome:
    sender.user = sender.snapshot.user_ids.get(sender.certificate.eui64)
    return CheckReason.USER_ID_UNKNOWN if sender.user is None else None


def _certificate_is_notified(sender: Sender) -> MessageOutcome:
    user = sender.user
    if user is None:
        return NotChecked.USER_UNKNOWN
    at, known_by = sender.at, sender.known_by
    certificate = sender.certificate
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
    waived_from = sender.snapshot.notification_waived_from
    if waived_from is not None and waived_from <= at:
        return NotApplicable.NOTIFICATION_WAIVED
    return CheckReason.CERTIFICATE_NOT_NOTIFIED


def _key_serves_nothing_else(sender: Sender) -> MessageOutcome:
    certificate = sender.certificate
    holders = sender.snapshot.shared_keys.get(key_x(certificate.public_key))
    if holders is None:
        return None
    if any(holder.party_reference != certificate.party_reference for holder in holders):
        return CheckReason.KEY_SERVES_TWO_PARTIES
    if any(holder.eui64 != certificate.eui64 for holder in holders):
        return CheckReason.KEY_SERVES_TWO_USER_IDS
    if any(holder.remote_party_role not in MESSAGE_SIGNING_ROLES for holder in holders):
        return CheckReason.KEY_USED_TOWARDS_DEVICES
    return None


CERTIFICATE_IS_IN_FORCE = Check(
    id="SMKI-CERTIFICATE-VALIDITY",
    title="The message is of a moment within the certificate's validity, both ends included.",
    cites="RFC 5280, 4.1.2.5",
    reasons={
        CheckReason.CERTIFICATE_NOT_YET_VALID: reason(
            SENDER,
            "The certificate was not valid yet.",
            "The certificate {serial} is valid from {not_before} and the message is of {at}.",
            do="Sign with a certificate that is in force, or wait until this one is.",
        ),
        CheckReason.CERTIFICATE_EXPIRED: reason(
            SENDER,
            "The certificate had expired.",
            "The certificate {serial} expired at {not_after} and the message is of {at}; "
            "sign with a certificate that is in force.",
            do=(
                "Sign with a certificate that is in force, and request a new one where there is "
                "none."
            ),
        ),
    },
    passed="The certificate is valid from {not_before} to {not_after}.",
    check=_certificate_is_in_force,
)

CERTIFICATE_IS_NOT_REVOKED = Check(
    id="SMKI-CERTIFICATE-REVOCATION",
    title="The certificate was not revoked by then.",
    cites="RFC 5280, 5.3",
    reasons={
        CheckReason.CERTIFICATE_REVOKED: reason(
            SENDER,
            "The certificate was revoked.",
            "The certificate {serial} was revoked at {revoked_at}; "
            "sign with a certificate that is in force.",
            do=(
                "Sign with a certificate that is not revoked, and request a new one where there "
                "is none."
            ),
        ),
    },
    passed="The certificate was not revoked at {at}.",
    check=_certificate_is_not_revoked,
)

CERTIFICATE_IS_FOR_SIGNING = Check(
    id="SMKI-CERTIFICATE-KEY-USAGE",
    title="The certificate's keyUsage is digitalSignature and nothing else.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="SEC Appendix B, Annex B; RFC 5280, 4.2.1.3",
    reasons={
        CheckReason.CERTIFICATE_NOT_FOR_SIGNING: reason(
            SENDER,
            "The certificate's keyUsage is not exactly digitalSignature.",
            "The keyUsage of certificate {serial} is {key_usage}, not digitalSignature alone; "
            "sign with a certificate that is for signing.",
            do="Sign with a certificate whose keyUsage is digitalSignature and nothing else.",
        ),
    },
    passed="The certificate's keyUsage is digitalSignature.",
    check=_certificate_is_for_signing,
)

CERTIFICATE_IS_FOR_SIGNING_XML = Check(
    id="MP104-1",
    title="The certificate's Remote Party Role is xmlSign (87).",
    cites="DUIS 3.3.1",
    reasons={
        CheckReason.CERTIFICATE_NOT_XMLSIGN: reason(
            SENDER,
            "The certificate's Remote Party Role is not xmlSign.",
            "The message is signed with a certificate of Remote Party Role {role}, not xmlSign "
            "(87).",
            do="Sign with an xmlSign (87) certificate that is notified for the User ID.",
        ),
    },
    passed="The certificate's Remote Party Role is {role}.",
    check=_certificate_is_for_signing_xml,
)

USER_ID_IS_KNOWN = Check(
    id="DUIS-USER-ID",
    title="The certificate's EUI-64 is a User ID of the register.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="DUIS 3.2",
    reasons={
        CheckReason.USER_ID_UNKNOWN: reason(
            ROLE,
            "The certificate's EUI-64 is not a User ID.",
            "The certificate is for {user_id}, which is not a User ID; sign with one for a "
            "User ID.",
            do="Sign with a certificate for a User ID, or have the EUI-64 recorded as one first.",
        ),
    },
    passed="The signer's User ID is {user_id}, of {party}.",
    check=_user_id_is_known,
)

CERTIFICATE_IS_NOTIFIED = Check(
    id="MP104-NOTIFY",
    title="The certificate was notified for the User ID at that moment.",
    # docs/decisions/0062 says what was decided where these are silent.
    cites="DUIS 3.3.1",
    reasons={
        CheckReason.CERTIFICATE_NOT_NOTIFIED: reason(
            SENDER,
            "The certificate was not notified for the User ID at that moment.",
            "The certificate {serial} was not notified for the User ID {user_id} at {at}; "
            "notify it before signing with its key.",
            do="Notify the certificate for the User ID before signing messages with its key.",
        ),
        CheckReason.NOTIFICATION_WITHDRAWN: reason(
            SENDER,
            "The certificate's notification was withdrawn, and none has counted since.",
            "The notification of certificate {serial} for the User ID {user_id} was withdrawn; "
            "sign with a certificate that is notified.",
            do=(
                "Sign with another certificate that is notified for the User ID, or notify this "
                "one again if its key is still to be used."
            ),
        ),
    },
    passed="The certificate was notified for {user_id} at {at}.",
    check=_certificate_is_notified,
)

KEY_SERVES_NOTHING_ELSE = Check(
    id="MP104-KEY",
    title="The key is in no certificate for another User ID or for use towards Devices.",
    cites="DUIS 3.3.1; SEC Section A, XML User Role Signing Key",
    reasons={
        CheckReason.KEY_SERVES_TWO_PARTIES: reason(
            SENDER,
            "The key is in certificates of two Parties.",
            "The key of certificate {serial} is in a certificate of another Party too; "
            "use a key that nobody else has.",
            do="Make a new key pair that nobody else has, and request a certificate for it.",
        ),
        CheckReason.KEY_SERVES_TWO_USER_IDS: reason(
            SENDER,
            "The key is in certificates for two User IDs of one Party.",
            "The key of certificate {serial} serves another User ID of {party} too; "
            "use a separate key for each.",
            do="Make a separate key pair for each User ID, and request a certificate for each.",
        ),
        CheckReason.KEY_USED_TOWARDS_DEVICES: reason(
            SENDER,
            "The key is also in a certificate that is used towards Devices.",
            "The key of certificate {serial} is also in a certificate for another use; "
            "sign messages with a key that has no other.",
            do=(
                "Make a separate key pair for signing messages, and request an xmlSign "
                "certificate for it."
            ),
        ),
    },
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
