"""Which role of a person may do which act and see what: two tables, closed by default."""

from enum import StrEnum


class PersonRole(StrEnum):
    """What a person is in the registration authority (SEC Appendix D, the RAPP)."""

    SRO = "SRO"
    """Senior Responsible Officer of a Party."""
    ARO = "ARO"
    """Authorised Responsible Officer of a Party."""
    OFFICER = "officer"
    """SMKI Registration Authority personnel of the DCC. Belongs to no Party."""
    AUDITOR = "auditor"
    """Reads everything, changes nothing. Belongs to no Party."""


STAFF = frozenset({PersonRole.OFFICER, PersonRole.AUDITOR})
"""Roles that belong to no Party and see all of them."""

SUBSCRIBER = frozenset({PersonRole.SRO, PersonRole.ARO})
"""Roles that act for one Party. An SRO may do whatever an ARO may."""


class Act(StrEnum):
    """Something a person may ask the registration authority to do; also the event's kind."""

    SIGN_IN = "person.sign-in"
    CONFIRM_DEVICE = "person.confirm-device"
    FORGET_DEVICES = "person.forget-devices"
    END_APPOINTMENT = "appointment.end"
    OPEN_PAGE = "page.open"
    """Only its refusals are events; each page says itself to which roles it opens."""
    SUBMIT_REQUEST = "certificate-request.submit"
    WITHDRAW_REQUEST = "certificate-request.withdraw"
    APPROVE_REQUEST = "certificate-request.approve"
    REJECT_REQUEST = "certificate-request.reject"
    STOP_REQUEST = "certificate-request.stop"
    """It was approved, and is blocked now that it would be sent."""
    SEND_REQUEST = "certificate-request.send"
    ISSUE_CERTIFICATE = "certificate.issue"
    REVOKE_CERTIFICATE = "certificate.revoke"
    PLACE_MPID_HOLD = "mpid-hold.place"
    """The SMKI PMA holds the transfer of an MPID (MP185)."""
    LIFT_MPID_HOLD = "mpid-hold.lift"
    NOTIFY_CERTIFICATE = "notification.notify"
    WITHDRAW_NOTIFICATION = "notification.withdraw"
    PUBLISH_DCC_CERTIFICATE = "dcc-certificate.publish"
    END_DCC_CERTIFICATE = "dcc-certificate.end"
    SET_ENFORCEMENT = "enforcement.set"
    POSTPONE_ENFORCEMENT = "enforcement.postpone"
    """Moves the moment of go-live to a later one, or takes it away: messages are monitored."""
    PROPOSE = "proposal.propose"
    """Something that needs two persons; what it is, its event says."""
    CONFIRM_PROPOSAL = "proposal.confirm"
    """Only its refusals are events: what is confirmed is the event of the act that is done."""
    WITHDRAW_PROPOSAL = "proposal.withdraw"
    REFUSE_PROPOSAL = "proposal.refuse"
    VOID_PROPOSAL = "proposal.void"
    """What it rested on had changed when it was confirmed."""
    EXPIRE_PROPOSAL = "proposal.expire"
    REVIEW_PROPOSAL = "proposal.review"
    """What one person did alone in an emergency."""
    CLOSE_PROPOSAL = "proposal.close"
    """What should not have been done has been put right."""
    SET_NOTIFICATION_WAIVER = "notification-waiver.set"
    """Whether a certificate that was never notified ceases."""
    SET_ALERT_LIST = "alert-list.set"
    SET_REGISTRATION_SWITCH = "registration-switch.set"
    MISS_DECISIONS = "decisions.not-noted"
    """Decisions were answered and are missing from the counts (docs/decisions/0067)."""
    CREATE_API_CLIENT = "api-client.create"
    REVOKE_API_CLIENT = "api-client.revoke"
    ROTATE_FEED_KEY = "feed-key.rotate"
    FILE_DOCUMENT = "document.file"
    CLEAR_DOCUMENT = "document.clear"
    """The time that it is kept for is over: its content goes, what is known of it stays."""
    LOAD_DAYS_OFF = "day-off.load"
    """Those that are computed."""
    ADD_DAY_OFF = "day-off.add"
    """One that was proclaimed."""
    TAKE_BACK_DAY_OFF = "day-off.take-back"
    RETRY_EFFECT = "outward-effect.retry"
    """Have background work that was given up tried again."""
    LOAD_REFERENCE_DATA = "reference-data.load"
    LOAD_DEMONSTRATION = "demonstration.load"


PERMITTED: dict[Act, frozenset[PersonRole]] = {
    # Officers appear beside SRO and ARO because they act for the DCC's own Party, and only for it.
    Act.SIGN_IN: frozenset(PersonRole),
    Act.CONFIRM_DEVICE: frozenset(PersonRole),
    # Of which roles each may end one, `rules.appointments` says.
    Act.END_APPOINTMENT: frozenset({PersonRole.SRO, PersonRole.OFFICER}),
    Act.SUBMIT_REQUEST: SUBSCRIBER | {PersonRole.OFFICER},
    Act.WITHDRAW_REQUEST: SUBSCRIBER | {PersonRole.OFFICER},
    Act.APPROVE_REQUEST: frozenset({PersonRole.OFFICER}),
    Act.REJECT_REQUEST: frozenset({PersonRole.OFFICER}),
    Act.REVOKE_CERTIFICATE: frozenset({PersonRole.OFFICER}),
    Act.PLACE_MPID_HOLD: frozenset({PersonRole.OFFICER}),
    Act.LIFT_MPID_HOLD: frozenset({PersonRole.OFFICER}),
    # Who may propose or confirm which act, `rules.pairs.acts` says beside.
    Act.PROPOSE: frozenset({PersonRole.OFFICER}),
    Act.CONFIRM_PROPOSAL: frozenset({PersonRole.OFFICER}),
    Act.WITHDRAW_PROPOSAL: frozenset({PersonRole.OFFICER}),
    Act.REFUSE_PROPOSAL: frozenset({PersonRole.OFFICER}),
    Act.REVIEW_PROPOSAL: frozenset({PersonRole.OFFICER}),
    Act.CLOSE_PROPOSAL: frozenset({PersonRole.OFFICER}),
    Act.SET_ENFORCEMENT: frozenset({PersonRole.OFFICER}),
    Act.POSTPONE_ENFORCEMENT: frozenset({PersonRole.OFFICER}),
    Act.NOTIFY_CERTIFICATE: SUBSCRIBER | {PersonRole.OFFICER},
    Act.WITHDRAW_NOTIFICATION: SUBSCRIBER | {PersonRole.OFFICER},
    Act.FILE_DOCUMENT: frozenset({PersonRole.OFFICER}),
    Act.ADD_DAY_OFF: frozenset({PersonRole.OFFICER}),
    Act.TAKE_BACK_DAY_OFF: frozenset({PersonRole.OFFICER}),
    Act.RETRY_EFFECT: frozenset({PersonRole.OFFICER}),
    # What is not here is done by the system or by a command on the machine, never by a page.
}
"""Who may do what. An act that is not listed is nobody's."""

FOR_OWN_PARTY = frozenset(
    {
        Act.SUBMIT_REQUEST,
        Act.WITHDRAW_REQUEST,
        Act.NOTIFY_CERTIFICATE,
        Act.WITHDRAW_NOTIFICATION,
    }
)
"""Acts done on behalf of a Party: an SRO's or ARO's own, or the DCC where an officer acts."""


class Sight(StrEnum):
    """Something a person may look at. A look leaves no event, only being refused a page does."""

    REGISTER = "register"
    """Requests, certificates, User IDs and reasons: the own Party's, or all for DCC's staff."""
    MESSAGE_CHECK = "message-check"
    """What the checker says of a message that the person has."""
    PROPOSALS = "proposals"
    """What waits for a second person, and what became of it."""
    EVIDENCE = "evidence"
    """Every event, whoever it is about, and the proof of the chain."""
    DOCUMENTS = "documents"
    """What is filed with something in the register."""
    WORKING_DAYS = "working-days"
    """Which days are off, and the time limits that are counted in Working Days."""
    JOBS = "jobs"
    """The long work that was asked for; of which kinds another's too, each kind says itself."""
    MAIL = "mail"
    """Every mail that was sent, to whom and with its text."""
    BACKGROUND_WORK = "background-work"
    """What waits to be done outside, what failed and what was given up."""


SEEN_BY: dict[Sight, frozenset[PersonRole]] = {
    Sight.REGISTER: frozenset(PersonRole),
    Sight.MESSAGE_CHECK: SUBSCRIBER | {PersonRole.OFFICER},
    Sight.PROPOSALS: STAFF,
    Sight.EVIDENCE: STAFF,
    Sight.DOCUMENTS: STAFF,
    Sight.WORKING_DAYS: STAFF,
    Sight.JOBS: STAFF,
    Sight.BACKGROUND_WORK: STAFF,
    Sight.MAIL: STAFF,
}
"""Who may look at what. What is not listed is nobody's to see."""


def may(role: PersonRole, what: Act | Sight) -> bool:
    """Tell whether a person of this role may do this act, or look at this, at all."""
    return role in roles_of(what)


def roles_of(what: Act | Sight) -> frozenset[PersonRole]:
    """Return the roles that may do an act or look at something; none where it is not listed."""
    if isinstance(what, Sight):
        return SEEN_BY.get(what, frozenset())
    return PERMITTED.get(what, frozenset())
