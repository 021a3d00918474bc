"""One message while it is decided: what is asked, and what each rule found.

What a message must have passed to have is not in `Asked` but in `Case`, which is made once the
signature has verified; so nothing that a rule looks at may be absent. A rule says by what its
check takes what it needs, and a `Step` by what that returns what it leaves.
"""

from datetime import datetime
from typing import NamedTuple

from rules.identifiers import Eui64
from rules.messages.gbcs import SignedCommand
from rules.messages.reading import Header, Message
from rules.messages.schema import MessageSchema
from rules.messages.signature_form import SignatureForm
from rules.periods import known_by
from rules.register.snapshot import Snapshot, SnapshotCertificate, SnapshotUserId
from rules.roles import UserRole
from rules.service_requests.outcomes import Failed
from rules.service_requests.question import Question

_NO_ROLES: frozenset[UserRole] = frozenset()


class Asked:
    """What is asked, and what it is held to. Nothing of the message is known yet."""

    __slots__ = (
        "at",
        "checkpoint",
        "device",
        "generation",
        "is_about_now",
        "known_by",
        "octets",
        "schema",
        "size_limit",
        "snapshot",
    )

    def __init__(
        self,
        question: Question,
        snapshot: Snapshot,
        size_limit: int,
        schema: MessageSchema | None,
    ) -> None:
        self.octets = question.message
        self.at = question.received_at
        self.is_about_now = question.is_about_now
        self.known_by = known_by(self.at, is_about_now=question.is_about_now)
        """Revocations and withdrawals up to this moment count."""
        self.generation = question.generation
        self.checkpoint = question.checkpoint
        self.device = question.device
        self.snapshot = snapshot
        self.size_limit = size_limit
        self.schema = schema

    def let_go(self) -> None:
        """Let go of the octets, which a decision does not need any more."""
        self.octets = b""


def is_enforced(snapshot: Snapshot, at: datetime) -> bool:
    """Tell whether MP104 is live at a moment, as it is from the very first one on."""
    return snapshot.enforced_from is not None and at >= snapshot.enforced_from


class Sender:
    """A certificate, and for whom it signs at a moment. Needs no message."""

    __slots__ = ("at", "certificate", "known_by", "snapshot", "user")

    def __init__(
        self,
        certificate: SnapshotCertificate,
        snapshot: Snapshot,
        at: datetime,
        known_by: datetime,
    ) -> None:
        self.certificate = certificate
        self.snapshot = snapshot
        self.at = at
        self.known_by = known_by
        """As in `Asked`."""
        self.user: SnapshotUserId | None = None
        """DUIS-USER-ID. None where the certificate's EUI-64 is no User ID."""


class Case(Sender):
    """A message whose signature verified, and what the rules that follow find out about it.

    Not frozen: each rule that finds a thing out leaves it here for the next. What none has found
    is none or empty, and the rule named beside it sets it. Outside this package only a `Decision`
    holds a case, by when nothing changes it any more.
    """

    __slots__ = (
        "_message",
        "acting_roles",
        "asked",
        "command",
        "eligible_roles",
        "form",
        "header",
        "is_contingency",
        "is_signed_pre_command",
        "supplier",
        "targets_network_operator",
    )

    def __init__(
        self,
        asked: Asked,
        message: Message,
        form: SignatureForm,
        certificate: SnapshotCertificate,
    ) -> None:
        super().__init__(certificate, asked.snapshot, asked.at, asked.known_by)
        self.asked = asked
        self._message: Message | None = message
        self.header: Header = message.header
        self.is_signed_pre_command = message.is_signed_pre_command
        self.form = form
        self.acting_roles = _NO_ROLES
        """DUIS-ORIGINATOR. The signer's User Roles in which it may send this message."""
        self.eligible_roles = _NO_ROLES
        """DUIS-E2. Those of them that may send the Service Reference Variant at that moment."""
        self.is_contingency = False
        """DUIS-E2. Whether it is sent as SolrContingency, since no other User Role allows it."""
        self.command: SignedCommand | None = None
        """GBCS-STRUCTURE. None where there is no payload, or it could not be read."""
        self.supplier: Eui64 | None = None
        """MP134B-SUPPLIER. The failed Supplier; None where it is not clear who that is."""
        self.targets_network_operator = False
        """SRPD-6.1F. Whether the credentials that it carries are all a Network Operator's; looked
        at only where that matters."""

    @property
    def message(self) -> Message:
        """The message with its tree.

        Raises:
            ValueError: It was let go of, since the decision is made.
        """
        if self._message is None:
            raise ValueError("the decision is made, and the message was let go of")
        return self._message

    def let_go(self) -> None:
        """Let go of the message and its octets, which a decision does not need any more."""
        self.asked.let_go()
        self._message = None


class Stopped(NamedTuple):
    """A message of which no more can be asked, since a step failed; a case was not made of it.

    What it did not come to is None or False.
    """

    passed: int
    """How many steps it passed."""
    failed: Failed
    asked: Asked
    header: Header | None = None
    is_signed_pre_command: bool = False
    form: SignatureForm | None = None
    certificate: SnapshotCertificate | None = None
    """The one that its signature names. Whether that signed it is not known: anybody can write
    another's issuer and serial number into a message."""


Reached = Case | Stopped
"""How far a message came."""
