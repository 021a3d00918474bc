"""Every rule of the runtime checker, in the order in which they are asked.

The order is that of DUIS access control as far as it can be told: authenticate (the message, its
signature, the DUIS schema where there is one, the certificate's status), then the key's fitness
under MP104, then the User and its User Roles (E1, E2), then whether the message is what its Header
says (E12, its Body, the payload of a Signed Pre-Command), then what SolrContingency may do, then
the Device (E4). A reason that explains a decision is always that of the first rule, in this order,
that fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rules.service_requests.case import Case
from rules.service_requests.content_rules import CONTENT_RULES
from rules.service_requests.contingency_rules import CONTINGENCY_RULES, not_contingency
from rules.service_requests.message_rule import Check, MessageRule
from rules.service_requests.outcomes import NotAsked
from rules.service_requests.pre_command_rules import PRE_COMMAND_RULES, not_pre_command
from rules.service_requests.registration_rules import REGISTRATION_RULES
from rules.service_requests.request_rules import REQUEST_RULES
from rules.service_requests.schema_rules import SCHEMA_RULES, no_schema
from rules.service_requests.signature_rules import SIGNATURE_RULES
from rules.service_requests.signer_rules import SIGNER_RULES


@dataclass(frozen=True, slots=True)
class Section:
    """Rules in a row that are asked together, or not at all, once the signature has verified."""

    rules: tuple[Check[Case], ...]
    skipped: Callable[[Case], NotAsked | None] | None = None
    """Returns why these rules do not apply to a case, or None where they do. Where it is not
    given, they always apply."""
    is_of_the_sender: bool = False
    """Whether they come to the same for all messages of a sender with one variant at one moment
    (`rules.service_requests.remembering`)."""


SECTIONS: Final = (
    Section(SCHEMA_RULES, no_schema),
    Section((*SIGNER_RULES, *REQUEST_RULES), is_of_the_sender=True),
    Section(CONTENT_RULES),
    Section(PRE_COMMAND_RULES, not_pre_command),
    Section(CONTINGENCY_RULES, not_contingency),
    Section(REGISTRATION_RULES),
)

MESSAGE_RULES: Final[tuple[MessageRule, ...]] = (
    *SIGNATURE_RULES,
    *(rule for section in SECTIONS for rule in section.rules),
)
