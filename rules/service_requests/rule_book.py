"""Every rule of the runtime checker, in the order in which they are asked.

The order is that of DUIS access control as far as it can be told: authenticate (the message, its
signature, the certificate's status), then the key's fitness under MP104, then the User and its
User Roles (E1, E2), then the variant (E12). A reason that explains a decision is always that of
the first rule, in this order, that fails.
"""

from rules.service_requests.message_rule import MessageRule
from rules.service_requests.request_rules import REQUEST_RULES
from rules.service_requests.signature_rules import SIGNATURE_RULES
from rules.service_requests.signer_rules import SIGNER_RULES

RULE_BOOK: tuple[MessageRule, ...] = (*SIGNATURE_RULES, *SIGNER_RULES, *REQUEST_RULES)
