"""The rule book for a certificate that the Organisation Certification Authority returned.

Asked before anyone can download it: it must be of the exact profile, by the right issuer, and
what the request asked for.
"""

from typing import Final

from rules.certificates.certificate_reading import CertificateReading, read_certificate
from rules.certificates.issued_rules.comparison import COMPARISON_RULES
from rules.certificates.issued_rules.facts import IssuedFacts
from rules.certificates.issued_rules.form import ISSUED_FORM_RULES
from rules.certificates.issued_rules.profile import ISSUED_PROFILE_RULES
from rules.findings import Report
from rules.rule import Rule
from rules.rulebook import RuleBook

__all__ = [
    "ISSUED_BOOK",
    "ISSUED_RULES",
    "CertificateReading",
    "IssuedFacts",
    "check_issued",
    "read_certificate",
]

ISSUED_RULES: Final[tuple[Rule[IssuedFacts], ...]] = (
    *ISSUED_FORM_RULES,
    *ISSUED_PROFILE_RULES,
    *COMPARISON_RULES,
)

ISSUED_BOOK: Final = RuleBook(
    name="organisation-certificates",
    title="SMKI Organisation Certificates as they come back from the OCA",
    rules=ISSUED_RULES,
)


def check_issued(facts: IssuedFacts) -> Report:
    """Ask every rule about a certificate that came back for a request."""
    return ISSUED_BOOK.ask(facts)
