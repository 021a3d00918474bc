"""The rule book for SMKI Organisation certificate signing requests.

One book for every check of a request: on the form, at submission, at approval and before it is
sent. Rules that rest on something that could not be read answer "not checked", since another
rule has failed for it; so all findings come at once and none twice.
"""

from typing import Final

from rules.certificates.facts import RequestFacts
from rules.certificates.request_rules.entitlement import ENTITLEMENT_RULES
from rules.certificates.request_rules.extensions import EXTENSION_RULES
from rules.certificates.request_rules.form import FORM_RULES
from rules.certificates.request_rules.key import KEY_RULES
from rules.certificates.request_rules.mpids import MPID_RULES
from rules.certificates.request_rules.separation import SEPARATION_RULES
from rules.certificates.request_rules.subject import SUBJECT_RULES
from rules.findings import Report
from rules.rule import Rule
from rules.rulebook import RuleBook

REQUEST_RULES: Final[tuple[Rule[RequestFacts], ...]] = (
    *FORM_RULES,
    *SUBJECT_RULES,
    *KEY_RULES,
    *EXTENSION_RULES,
    *ENTITLEMENT_RULES,
    *SEPARATION_RULES,
    *MPID_RULES,
)

REQUEST_BOOK: Final = RuleBook(
    name="organisation-requests",
    title="SMKI Organisation certificate signing requests",
    rules=REQUEST_RULES,
)

KEY_FAULTS: Final = frozenset(
    {
        "key-not-elliptic-curve",
        "key-curve-not-p256",
        "key-point-malformed",
        "key-point-off-curve",
        "key-published",
        "key-weak",
        "key-used-for-another-purpose",
        "key-already-certified",
    }
)
"""The reasons of a key that can never come again: another request needs a new key pair."""


def check_request(facts: RequestFacts) -> Report:
    """Ask every rule about a certificate signing request."""
    return REQUEST_BOOK.ask(facts)
