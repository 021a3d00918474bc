"""Every rule in order, the version of it all, and every reason code there is.

A new rule book is one more entry in `RULE_BOOKS`. The runtime checker's rules answer with codes
alone (`rules.service_requests.message_rule`), so they are listed separately. Ids and reason codes
are kept for ever: a book in which one occurs twice cannot be made, nor can this catalogue.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from rules.alerts.alert_rules import ALERT_BOOK
from rules.certificates.issued import ISSUED_BOOK
from rules.certificates.requests import REQUEST_BOOK
from rules.findings import Finding
from rules.notifying import NOTIFYING_BOOK
from rules.pairs.moving import PAIR_BOOK
from rules.responses.publishing import PUBLISHING_BOOK
from rules.responses.verifying import RESPONSE_BOOK
from rules.rulebook import RuleBook, require_unique
from rules.sentences import Clock, words_of
from rules.service_requests.message_rules import MESSAGE_RULES

RULE_BOOKS: Final[tuple[RuleBook[Any], ...]] = (
    REQUEST_BOOK,
    ISSUED_BOOK,
    NOTIFYING_BOOK,
    RESPONSE_BOOK,
    PUBLISHING_BOOK,
    ALERT_BOOK,
    PAIR_BOOK,
)
"""Each book asks about facts of its own type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguedReason:
    """One reason code, as the catalogue page lists it."""

    reason: str
    rule: str
    title: str
    cites: str
    book: str


MESSAGE_BOOK_NAME: Final = "message"
"""What stands for the book of the runtime checker's rules."""


def message_reason_codes() -> tuple[CataloguedReason, ...]:
    """Return every reason code of the runtime checker with its rule, in the order of asking.

    `rule-broken` belongs to no rule and is left out.
    """
    return tuple(
        CataloguedReason(
            reason=reason,
            rule=rule.id,
            title=rule.title,
            cites=rule.cites,
            book=MESSAGE_BOOK_NAME,
        )
        for rule in MESSAGE_RULES
        for reason in rule.reasons
    )


def reason_codes() -> tuple[CataloguedReason, ...]:
    """Return every reason code with its rule, in the books' order."""
    return tuple(
        CataloguedReason(
            reason=reason, rule=rule.id, title=rule.title, cites=rule.cites, book=book.name
        )
        for book in RULE_BOOKS
        for rule in book.rules
        for reason in rule.reasons
    )


def worded(finding: Finding, clock: Clock) -> str:
    """Return the sentence of a finding with its moments as a reader is told them.

    The one that it has where it has no reason, or where that needs values that it has not: a
    finding that was stored before keeps what it said.
    """
    if finding.reason not in _TOLD:
        return finding.says
    try:
        return words_of(_TOLD, finding.reason, finding.values, clock)
    except KeyError:
        return finding.says


_TOLD: Final = {
    reason: told
    for book in RULE_BOOKS
    for rule in book.rules
    for reason, told in rule.reasons.items()
}


def _version() -> str:
    entries = (*message_reason_codes(), *reason_codes())
    require_unique([MESSAGE_BOOK_NAME, *(book.name for book in RULE_BOOKS)])
    require_unique(
        [
            *(rule.id for rule in MESSAGE_RULES),
            *(rule.id for book in RULE_BOOKS for rule in book.rules),
        ]
    )
    require_unique([entry.reason for entry in entries])
    versions = [book.version for book in RULE_BOOKS]
    messages = [f"{e.rule} {e.title} {e.cites} {e.reason}" for e in message_reason_codes()]
    return sha256("\n".join((*versions, *messages)).encode()).hexdigest()[:16]


CATALOGUE_VERSION: Final = _version()
"""A digest over all rules: their ids, titles, citations and reasons, in order."""
