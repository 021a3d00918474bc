"""Every rule book in order, the version of it all, and every reason code there is.

A new rule book is one more entry in `RULE_BOOKS`. Ids and reason codes are kept for ever: the
books refuse to be made where one is there twice, and so does this catalogue.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from rules.certificates.issued import ISSUED_BOOK
from rules.certificates.requests import REQUEST_BOOK
from rules.notifying import NOTIFYING_RULES
from rules.responses.publishing import PUBLISHING_BOOK
from rules.responses.verifying import RESPONSE_BOOK
from rules.rulebook import RuleBook, require_unique

NOTIFYING_BOOK: Final = RuleBook(
    name="notifying",
    title="Notifying the certificate that a User ID signs with",
    rules=NOTIFYING_RULES,
)

RULE_BOOKS: Final[tuple[RuleBook[Any], ...]] = (
    REQUEST_BOOK,
    ISSUED_BOOK,
    NOTIFYING_BOOK,
    RESPONSE_BOOK,
    PUBLISHING_BOOK,
)
"""Each book asks about facts of its own type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonEntry:
    """One reason code, as the catalogue page lists it."""

    reason: str
    rule: str
    title: str
    cites: str
    book: str


def reason_codes() -> tuple[ReasonEntry, ...]:
    """Return every reason code with its rule, in the books' order."""
    return tuple(
        ReasonEntry(
            reason=reason, rule=rule.id, title=rule.title, cites=rule.cites, book=book.name
        )
        for book in RULE_BOOKS
        for rule in book.rules
        for reason in rule.reasons
    )


def _version() -> str:
    require_unique([book.name for book in RULE_BOOKS])
    require_unique([rule.id for book in RULE_BOOKS for rule in book.rules])
    require_unique([entry.reason for entry in reason_codes()])
    return sha256("\n".join(book.version for book in RULE_BOOKS).encode()).hexdigest()[:16]


CATALOGUE_VERSION: Final = _version()
"""A digest over all books: their rules' ids, titles, citations and reasons, in order."""
