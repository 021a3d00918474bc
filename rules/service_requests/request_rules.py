"""May this User ID send this Service Request at this moment?"""

from rules.periods import is_within
from rules.roles import UserRole
from rules.service_requests.case import Case
from rules.service_requests.duis_codes import ROLE, SENDER, SERVICE, STATUS
from rules.service_requests.message_rule import Check
from rules.service_requests.outcomes import Failed, MessageOutcome, NotChecked
from rules.service_requests.reason_codes import CheckReason, reason

_SOLR = frozenset({UserRole.SOLR_CONTINGENCY})


def _user_id_is_in_force(case: Case) -> MessageOutcome:
    user = case.user
    if user is None:
        return NotChecked.USER_UNKNOWN
    if user.is_still_to_come(case.at):
        return CheckReason.USER_ID_NOT_BEGUN
    return None if user.holds(case.at) else CheckReason.USER_ID_ENDED


def _originator_is_the_signer(case: Case) -> MessageOutcome:
    user = case.user
    if user is None:
        return NotChecked.USER_UNKNOWN
    case.acting_roles = roles = user.roles_at(case.at)
    originator = case.header.business_originator_id
    if originator == user.eui64:
        return None
    other = case.snapshot.user_ids.get(originator)
    if other is not None and other.party_reference == user.party_reference:
        return CheckReason.ORIGINATOR_OTHER_USER_ID
    if UserRole.SOLR_CONTINGENCY in roles:
        # For a failed Supplier (docs/decisions/0060), and then in no other User Role.
        case.acting_roles = _SOLR
        return None
    return CheckReason.ORIGINATOR_NOT_SIGNER


def _user_has_a_role(case: Case) -> MessageOutcome:
    user = case.user
    if user is None:
        return NotChecked.USER_UNKNOWN
    return None if user.roles_at(case.at) else CheckReason.USER_HAS_NO_ROLE


def _srv_is_known(case: Case) -> MessageOutcome:
    if case.header.service_reference_variant in case.snapshot.eligibility:
        return None
    return CheckReason.SRV_UNKNOWN


def _user_is_eligible(case: Case) -> MessageOutcome:
    if case.user is None:
        return NotChecked.USER_UNKNOWN
    if not case.acting_roles:
        return NotChecked.NO_ROLE
    entries = case.snapshot.eligibility.get(case.header.service_reference_variant)
    if entries is None:
        return NotChecked.SRV_UNKNOWN
    at = case.at
    acting = case.acting_roles
    eligible = [
        entry.user_role
        for entry in entries
        if entry.user_role in acting
        and is_within(at, start=entry.valid_from, end=entry.valid_until)
    ]
    if not eligible:
        return CheckReason.NOT_ELIGIBLE
    case.eligible_roles = frozenset(eligible)
    case.is_contingency = case.eligible_roles == _SOLR
    return None


def _party_is_active(case: Case) -> MessageOutcome:
    user = case.user
    if user is None:
        return NotChecked.USER_UNKNOWN
    for inactivity in case.snapshot.inactive_parties.get(user.party_reference, ()):
        if inactivity.holds(case.at):
            return Failed(CheckReason.PARTY_NOT_ACTIVE, {"standing": inactivity.standing.value})
    return None


USER_ID_IS_IN_FORCE = Check(
    id="DUIS-E1-TERM",
    title="The User ID has begun and has not ended.",
    # docs/decisions/0094 says what was decided where it is silent.
    cites="DUIS response code E1",
    reasons={
        CheckReason.USER_ID_NOT_BEGUN: reason(
            ROLE,
            "The User ID had not begun yet.",
            "The User ID {user_id} begins later than {at}; send with it from then on.",
            do="Send with the User ID from the moment on at which it begins.",
        ),
        CheckReason.USER_ID_ENDED: reason(
            ROLE,
            "The User ID had ended.",
            "The User ID {user_id} had ended by {at}; send with one that has not.",
            do="Send with a User ID of the Party that has not ended.",
        ),
    },
    passed="The User ID {user_id} is in force at {at}.",
    check=_user_id_is_in_force,
)

ORIGINATOR_IS_THE_SIGNER = Check(
    id="DUIS-ORIGINATOR",
    title="The Business Originator ID is the signer's User ID.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="DUIS 3.3.1; S1SR 4.2",
    reasons={
        CheckReason.ORIGINATOR_NOT_SIGNER: reason(
            SENDER,
            "The Business Originator ID is not a User ID of the Party that signed.",
            "The Business Originator ID is {originator} and the signer's User ID is {user_id}; "
            "sign with the certificate of the User ID that sends.",
            do=(
                "Sign with the certificate of the User ID that the RequestID has as its "
                "originator."
            ),
        ),
        CheckReason.ORIGINATOR_OTHER_USER_ID: reason(
            SENDER,
            "The Business Originator ID is another User ID of the Party that signed.",
            "The Business Originator ID is {originator} and the signer's User ID is {user_id}, "
            "both of {party}; sign with the key of the User ID that sends.",
            do="Sign with the key of the very User ID that the RequestID has as its originator.",
        ),
    },
    passed="The Business Originator ID is {originator} and the signer's User ID {user_id}.",
    check=_originator_is_the_signer,
)

USER_HAS_A_ROLE = Check(
    id="DUIS-E1",
    title="The User ID has a User Role at that moment.",
    cites="DUIS response code E1",
    reasons={
        CheckReason.USER_HAS_NO_ROLE: reason(
            ROLE,
            "The User ID has no User Role at that moment.",
            "The User ID {user_id} has no User Role at {at}; have one recorded before sending.",
            do="Have a User Role recorded for the User ID before sending with it.",
        ),
    },
    passed="The User ID {user_id} has the User Roles {user_roles}.",
    check=_user_has_a_role,
)

SRV_IS_KNOWN = Check(
    id="DUIS-SRV",
    title="The Service Reference Variant is in the list.",
    cites="DUIS 5.4 schema, ServiceReferenceVariant; MP134B 2.3",
    reasons={
        CheckReason.SRV_UNKNOWN: reason(
            SERVICE,
            "The Service Reference Variant is not in the list.",
            "The Service Reference Variant {srv} is not in the list; send one that is.",
            do="Give a Service Reference Variant that DUIS has.",
        ),
    },
    passed="The Service Reference Variant {srv} is in the list.",
    check=_srv_is_known,
)

USER_IS_ELIGIBLE = Check(
    id="DUIS-E2",
    title="A User Role of the User ID may send the Service Reference Variant at that moment.",
    # docs/decisions/0060 says what was decided where these are silent.
    cites="DUIS response code E2; MP134B 2.3",
    reasons={
        CheckReason.NOT_ELIGIBLE: reason(
            SERVICE,
            "No User Role of the User ID may send the Service Reference Variant at that moment.",
            "The User ID {user_id} acts in the User Roles {acting_roles}, none of which may send "
            "{srv} at {at}.",
            do="Send it from a User ID whose User Role may send this Service Reference Variant.",
        ),
    },
    passed="The User ID {user_id} may send {srv} as {eligible_roles}.",
    check=_user_is_eligible,
)

PARTY_IS_ACTIVE = Check(
    id="DUIS-E3",
    title="The Party of the User ID is neither suspended nor has it ceased at that moment.",
    # docs/decisions/0094 says what was decided where it is silent.
    cites="DUIS response code E3",
    reasons={
        CheckReason.PARTY_NOT_ACTIVE: reason(
            STATUS,
            "The Party of the User ID is suspended, or has ceased.",
            "The Party of the User ID, {party}, is {standing} at {at}; nothing that it sends is "
            "processed until it is active again.",
            do="Send nothing until the Party is active again, and ask the registration team why.",
        ),
    },
    passed="The Party of the User ID, {party}, is active at {at}.",
    check=_party_is_active,
)

REQUEST_RULES = (
    USER_ID_IS_IN_FORCE,
    ORIGINATOR_IS_THE_SIGNER,
    USER_HAS_A_ROLE,
    SRV_IS_KNOWN,
    USER_IS_ELIGIBLE,
    PARTY_IS_ACTIVE,
)
"""In the order in which they are asked."""
