"""What each act is called wherever pages tell of it: one entry per act."""

from dataclasses import dataclass

from rules.duties import Act
from rules.workflow import RequestMove


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWords:
    """The words for one act."""

    tag: str
    """Heads it in a list of events; whether it was done, the event's result says."""
    deed: str
    """Tells in the history of a thing what somebody did."""
    attempt: str
    """Begins "… was refused"."""
    done: str = ""
    """Ends "it cannot be …"; empty where the act does not move a request on."""
    repeat: str = ""
    """Tells that somebody did it again and it changed nothing; empty where that cannot be."""

    @property
    def refusal(self) -> str:
        """Tells that it was refused."""
        return f"{self.attempt} was refused"


ACTS: dict[Act, ActWords] = {
    Act.SIGN_IN: ActWords(tag="Sign-in", deed="Signed in", attempt="Signing in"),
    Act.CONFIRM_DEVICE: ActWords(
        tag="One-time code device confirmed",
        deed="Confirmed a one-time code device",
        attempt="Confirming a one-time code device",
    ),
    Act.FORGET_DEVICES: ActWords(
        tag="Known devices forgotten",
        deed="Forgot the devices that the person had signed in with",
        attempt="Forgetting known devices",
    ),
    Act.END_APPOINTMENT: ActWords(
        tag="Appointment ended",
        deed="Ended an appointment",
        attempt="Ending an appointment",
    ),
    Act.OPEN_PAGE: ActWords(tag="Page refused", deed="Opened a page", attempt="Opening a page"),
    Act.SUBMIT_REQUEST: ActWords(
        tag="Request submitted",
        deed="Submitted. All checks passed, so it was accepted for review",
        attempt="Submitting the request",
        repeat="Sent the same request again, which changed nothing",
    ),
    Act.WITHDRAW_REQUEST: ActWords(
        tag="Request withdrawn",
        deed="Withdrew the request",
        attempt="Withdrawing the request",
        done="withdrawn",
    ),
    Act.APPROVE_REQUEST: ActWords(
        tag="Request approved",
        deed="Approved the request after checking it again",
        attempt="Approving the request",
        done="approved",
    ),
    Act.REJECT_REQUEST: ActWords(
        tag="Request rejected",
        deed="Rejected the request",
        attempt="Rejecting the request",
        done="rejected",
    ),
    Act.STOP_REQUEST: ActWords(
        tag="Request stopped before sending",
        deed="Checked the request again to send it, and stopped it",
        attempt="Stopping the request",
        done="stopped before it is sent",
    ),
    Act.SEND_REQUEST: ActWords(
        tag="Request sent to the certification authority",
        deed="Sent the request to the certification authority after checking it again",
        attempt="Sending the request",
        done="sent to the certification authority",
        repeat="Asked the certification authority again, which changed nothing",
    ),
    # Whatever came of it: a certificate, a refusal or what the register cannot take.
    Act.ISSUE_CERTIFICATE: ActWords(
        tag="The certification authority answered",
        deed="Received the certificate, compared it with the request and issued it",
        attempt="Recording the certification authority's answer",
        done="issued",
        repeat="Received an answer again, which changed nothing",
    ),
    Act.REVOKE_CERTIFICATE: ActWords(
        tag="Certificate revoked",
        deed="Revoked the certificate",
        attempt="Revoking the certificate",
    ),
    Act.PLACE_MPID_HOLD: ActWords(
        tag="MPID hold placed",
        deed="Placed a hold on an MPID",
        attempt="Placing a hold on an MPID",
    ),
    Act.LIFT_MPID_HOLD: ActWords(
        tag="MPID hold lifted",
        deed="Lifted the hold on an MPID",
        attempt="Lifting the hold on an MPID",
    ),
    Act.NOTIFY_CERTIFICATE: ActWords(
        tag="Certificate notified for a User ID",
        deed="Notified a certificate for signing",
        attempt="Notifying a certificate",
        repeat="Notified the same certificate again, which changed nothing",
    ),
    Act.WITHDRAW_NOTIFICATION: ActWords(
        tag="Notification withdrawn",
        deed="Withdrew the notification",
        attempt="Withdrawing the notification",
    ),
    Act.PUBLISH_DCC_CERTIFICATE: ActWords(
        tag="Certificate of the DCC published",
        deed="Published a certificate of the DCC",
        attempt="Publishing a certificate of the DCC",
    ),
    Act.END_DCC_CERTIFICATE: ActWords(
        tag="Certificate of the DCC ended",
        deed="Ended the publication of a certificate of the DCC",
        attempt="Ending the publication of a certificate of the DCC",
    ),
    Act.PROPOSE: ActWords(
        tag="Proposal made", deed="Made the proposal", attempt="Making a proposal"
    ),
    Act.CONFIRM_PROPOSAL: ActWords(
        tag="Proposal confirmed",
        deed="Confirmed the proposal",
        attempt="Confirming the proposal",
    ),
    Act.WITHDRAW_PROPOSAL: ActWords(
        tag="Proposal withdrawn",
        deed="Withdrew the proposal",
        attempt="Withdrawing the proposal",
    ),
    Act.REFUSE_PROPOSAL: ActWords(
        tag="Proposal refused", deed="Refused the proposal", attempt="Refusing the proposal"
    ),
    Act.VOID_PROPOSAL: ActWords(
        tag="Proposal void",
        deed="Tried to confirm the proposal, which was void by then",
        attempt="Finding the proposal void",
    ),
    Act.EXPIRE_PROPOSAL: ActWords(
        tag="Proposal expired",
        deed="Ended the proposal, which had expired",
        attempt="Ending the proposal",
    ),
    Act.REVIEW_PROPOSAL: ActWords(
        tag="Emergency reviewed",
        deed="Reviewed what one person had done alone",
        attempt="Reviewing what one person did alone",
    ),
    Act.CLOSE_PROPOSAL: ActWords(
        tag="Emergency put right",
        deed="Recorded that it has been put right",
        attempt="Recording that it has been put right",
    ),
    Act.SET_ENFORCEMENT: ActWords(
        tag="Enforcement of MP104 set",
        deed="Set the moment from which MP104 is enforced",
        attempt="Setting the moment from which MP104 is enforced",
    ),
    Act.POSTPONE_ENFORCEMENT: ActWords(
        tag="Enforcement of MP104 postponed or ended",
        deed="Postponed the enforcement of MP104, or went back to monitoring",
        attempt="Postponing the enforcement of MP104, or going back to monitoring",
    ),
    Act.SET_NOTIFICATION_WAIVER: ActWords(
        tag="Need for a notification set",
        deed="Set whether a certificate must have been notified",
        attempt="Setting whether a certificate must have been notified",
    ),
    Act.SET_ALERT_LIST: ActWords(
        tag="List of Alerts set",
        deed="Changed the list of safety-critical Alerts",
        attempt="Changing the list of safety-critical Alerts",
    ),
    Act.SET_REGISTRATION_SWITCH: ActWords(
        tag="Registration Data switch set",
        deed="Set a Registration Data switch",
        attempt="Setting a Registration Data switch",
    ),
    Act.MISS_DECISIONS: ActWords(
        tag="Decisions missing from the counts",
        deed="Answered decisions that are missing from the counts",
        attempt="Noting decisions that are missing from the counts",
    ),
    Act.CREATE_API_CLIENT: ActWords(
        tag="API client created",
        deed="Created an API client",
        attempt="Creating an API client",
    ),
    Act.REVOKE_API_CLIENT: ActWords(
        tag="API client revoked",
        deed="Revoked an API client",
        attempt="Revoking an API client",
    ),
    Act.ROTATE_FEED_KEY: ActWords(
        tag="Feed key rotated",
        deed="Replaced the key that signs the feed",
        attempt="Replacing the key that signs the feed",
    ),
    Act.FILE_DOCUMENT: ActWords(
        tag="Document filed", deed="Filed a document", attempt="Filing a document"
    ),
    Act.CLEAR_DOCUMENT: ActWords(
        tag="Document cleared",
        deed="Cleared a document, since the time that it is kept for is over",
        attempt="Clearing a document",
    ),
    Act.LOAD_DAYS_OFF: ActWords(
        tag="Days off loaded",
        deed="Recorded the days off that were computed",
        attempt="Recording the days off that were computed",
    ),
    Act.ADD_DAY_OFF: ActWords(
        tag="Day off added",
        deed="Recorded a day off that was proclaimed",
        attempt="Recording a day off that was proclaimed",
    ),
    Act.TAKE_BACK_DAY_OFF: ActWords(
        tag="Day off taken back", deed="Took back a day off", attempt="Taking back a day off"
    ),
    Act.RETRY_EFFECT: ActWords(
        tag="Background work tried again",
        deed="Had background work that was given up tried again",
        attempt="Having background work tried again",
    ),
    Act.LOAD_REFERENCE_DATA: ActWords(
        tag="Reference data loaded",
        deed="Loaded the reference data",
        attempt="Loading the reference data",
    ),
    Act.LOAD_DEMONSTRATION: ActWords(
        tag="Demonstration loaded",
        deed="Loaded the demonstration",
        attempt="Loading the demonstration",
    ),
}

_OF_NO_ACT = ActWords(
    tag="An act that this version does not know",
    deed="Did what this version of the portal does not know",
    attempt="What this version of the portal does not know",
)


def words_of(kind: str) -> ActWords:
    """Return the words for the kind of a stored event.

    A kind of another version, or of somebody who forged the evidence, is said not to be known.
    """
    try:
        return ACTS[Act(kind)]
    except ValueError:
        return _OF_NO_ACT


ACT_OF_MOVE: dict[RequestMove, Act] = {
    RequestMove.APPROVE: Act.APPROVE_REQUEST,
    RequestMove.REJECT: Act.REJECT_REQUEST,
    RequestMove.WITHDRAW: Act.WITHDRAW_REQUEST,
    RequestMove.STOP: Act.STOP_REQUEST,
    RequestMove.SEND: Act.SEND_REQUEST,
    RequestMove.ISSUE: Act.ISSUE_CERTIFICATE,
    RequestMove.REPORT_UNRECORDED: Act.ISSUE_CERTIFICATE,
    RequestMove.REPORT_ANOMALY: Act.ISSUE_CERTIFICATE,
}
"""The act that moves a request on; of the certification authority's answer, whatever it is."""
