"""One message while it is decided: what each rule found out, for those that follow."""

from enum import StrEnum

from rules.identifiers import Eui64
from rules.messages.gbcs import SignedCommand
from rules.messages.reading import Header, Message
from rules.messages.schema import MessageSchema, SchemaFault
from rules.messages.signature_form import SignatureForm
from rules.periods import known_by
from rules.register.checkpoints import Checkpoint
from rules.register.snapshot import Snapshot, SnapshotCertificate, SnapshotUserId
from rules.roles import UserRole
from rules.service_requests.question import DeviceFacts, Generation, Question
from rules.service_requests.reason_codes import Reason


class NotApplicable(StrEnum):
    """Why a rule does not ask about a case. The value is the sentence that says so."""

    NOT_REACHED = "Not asked, because a check before it ended the matter."
    NO_SCHEMA = "Not asked, because no DUIS schema is supplied."
    NOTIFICATION_WAIVED = (
        "Not asked, because a certificate that was never notified may sign all the same."
    )
    USER_UNKNOWN = "Not asked, because the signer's User ID is not known."
    NO_ROLE = "Not asked, because the signer's User ID has no User Role."
    SRV_UNKNOWN = "Not asked, because the Service Reference Variant is not in the list."
    NOT_ELIGIBLE = "Not asked, because no User Role of the signer is eligible."
    NOT_SOLR = "The signer may send this without the User Role SolrContingency."
    VARIANT_NOT_DESCRIBED = "Not asked, because the DUIS 5.4 schema does not have the variant."
    NOT_PRE_COMMAND = "It is no Signed Pre-Command."
    PAYLOAD_UNREADABLE = "Not asked, because the GBCS payload could not be read."
    MESSAGE_CODE_UNKNOWN = "Not asked, because the message code is in no list of ours."
    ORIGINATOR_OF_SUPPLIER = "Not asked, because SolrContingency acts for a failed Supplier."
    NOT_PAYMENT_MODE = "It does not concern the Payment Mode."
    SUPPLIER_NOT_NAMED = "Not asked, because it is not clear which Supplier has failed."
    NOT_REGISTERED_FOR = "The registration is not asked for requests of this kind."
    NO_CERTIFICATE_HELD = "Asked by an S1SP alone, and of Critical requests."


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
        "checkpoint",
        "command",
        "device",
        "element",
        "eligible_roles",
        "form",
        "generation",
        "header",
        "is_about_now",
        "is_contingency",
        "is_enforced",
        "is_proven",
        "is_signed_pre_command",
        "known_by",
        "message",
        "not_failed",
        "octets",
        "payment_mode",
        "schema",
        "schema_fault",
        "size_limit",
        "snapshot",
        "supplier",
        "targets_network_operator",
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
    schema_fault: SchemaFault
    """DUIS-SCHEMA. Where it is not valid, where that is so."""
    user: SnapshotUserId | None
    """DUIS-USER-ID. None where the certificate's EUI-64 is no User ID."""
    acting_roles: frozenset[UserRole]
    """DUIS-ORIGINATOR. The signer's User Roles in which it may send this message."""
    eligible_roles: frozenset[UserRole]
    """DUIS-E2. Those of them that may send the Service Reference Variant at that moment."""
    element: str
    """DUIS-BODY. What the Body has, where that is wrong."""
    command: SignedCommand | None
    """GBCS-STRUCTURE. None where the payload could not be read."""
    payment_mode: str
    """MP134B-5. What there is instead of Credit."""
    supplier: Eui64 | None
    """MP134B-SUPPLIER. The failed Supplier; None where it is not clear who that is."""
    not_failed: Eui64
    """MP134B-6B-6C. Of those that are named as the failed Supplier, the first that has not."""
    targets_network_operator: bool
    """SRPD-6.1F. Whether the credentials that it carries are all a Network Operator's; looked at
    only where that matters."""

    def __init__(
        self,
        question: Question,
        snapshot: Snapshot,
        size_limit: int,
        schema: MessageSchema | None = None,
    ) -> None:
        self.octets = question.message
        self.at = question.received_at
        self.is_about_now = question.is_about_now
        self.known_by = known_by(self.at, is_about_now=question.is_about_now)
        """Revocations and withdrawals up to this moment count."""
        self.generation: Generation = question.generation
        self.checkpoint: Checkpoint = question.checkpoint
        self.device: DeviceFacts = question.device
        self.snapshot = snapshot
        self.size_limit = size_limit
        self.schema = schema
        enforced_from = snapshot.enforced_from
        self.is_enforced = enforced_from is not None and self.at >= enforced_from
        """From the very moment on, MP104 is live."""
        self.is_contingency = False
        """Whether it is sent as SolrContingency, since no other User Role allows it, as DUIS-E2
        finds."""
        self.is_proven = False
        """Whether the signature verified with the key of `certificate`."""
        self.value = ""
        """What was found instead, where reading was refused."""

    def let_go(self) -> None:
        """Let go of the message and its tree, which a decision does not need any more."""
        self.octets = b""
        if hasattr(self, "message"):
            del self.message
