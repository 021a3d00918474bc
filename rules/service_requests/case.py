"""One message while it is decided: what each rule found out, for those that follow."""

from enum import StrEnum

from rules.messages.reading import Header, Message
from rules.messages.signature_form import SignatureForm
from rules.roles import UserRole
from rules.service_requests.question import Question
from rules.service_requests.reasons import Reason
from rules.service_requests.snapshot import Snapshot, SnapshotCertificate, SnapshotUserId


class NotApplicable(StrEnum):
    """Why a rule does not ask about a case. The value is the sentence that says so."""

    NOT_REACHED = "Not asked, because a check before it ended the matter."
    USER_UNKNOWN = "Not asked, because the signer's User ID is not known."
    NO_ROLE = "Not asked, because the signer's User ID has no User Role."
    SRV_UNKNOWN = "Not asked, because the Service Reference Variant is not in the list."
    NOT_ELIGIBLE = "Not asked, because no User Role of the signer is eligible."
    NOT_SOLR = "The signer may send this without the User Role SolrContingency."


Outcome = Reason | NotApplicable | None
"""What a rule found: the reason for which it fails, why it does not apply, or None: it passed."""


class Case:
    """The working values of one decision.

    Not frozen: each rule that finds a thing out leaves it here for the next. What is only
    declared below is set by the rule named beside it; to look at it before is a fault, and a
    rule with a fault blocks. Outside this package only a `Decision` holds a case, by when
    nothing changes it any more.
    """

    __slots__ = (
        "acting_roles",
        "at",
        "certificate",
        "eligible_roles",
        "form",
        "header",
        "is_enforced",
        "is_proven",
        "is_signed_pre_command",
        "message",
        "octets",
        "size_limit",
        "snapshot",
        "user",
        "value",
    )

    message: Message
    """DUIS-REQUEST. The tree; let go of when the decision is made."""
    header: Header
    """DUIS-REQUEST."""
    is_signed_pre_command: bool
    """DUIS-REQUEST."""
    form: SignatureForm
    """MP104-XMLDSIG."""
    certificate: SnapshotCertificate
    """SMKI-CERTIFICATE-KNOWN."""
    user: SnapshotUserId | None
    """DUIS-USER-ID. None where the certificate's EUI-64 is no User ID."""
    acting_roles: frozenset[UserRole]
    """DUIS-ORIGINATOR. The signer's User Roles in which it may send this message."""
    eligible_roles: frozenset[UserRole]
    """DUIS-E2. Those of them that may send the Service Reference Variant at that moment."""

    def __init__(self, question: Question, snapshot: Snapshot, size_limit: int) -> None:
        self.octets = question.message
        self.at = question.received_at
        self.snapshot = snapshot
        self.size_limit = size_limit
        enforced_from = snapshot.enforced_from
        self.is_enforced = enforced_from is not None and self.at >= enforced_from
        """From the very moment on, MP104 is live."""
        self.is_proven = False
        """Whether the signature verified with the key of `certificate`."""
        self.value = ""
        """What was found instead, where reading was refused."""

    def let_go(self) -> None:
        """Let go of the message and its tree, which a decision does not need any more."""
        self.octets = b""
        if hasattr(self, "message"):
            del self.message
