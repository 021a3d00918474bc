"""Every reason code there is, in words for people: for the page, the API and the documents.

Made from the rules themselves, so that none can be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rules.catalogue import RULE_BOOKS
from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.reasons import REASONS, RELAXED_IN_MONITOR

MESSAGES = "message"
"""The area of decisions on messages; the other areas are the names of the rule books."""
MESSAGES_TITLE = "Decisions on messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReason:
    """One reason code, without a case."""

    code: str
    """Stable, kept for ever, never reused."""
    area: str
    """About what: `message`, or the name of a rule book."""
    area_title: str
    means: str
    """One sentence: what it means."""
    do: str
    """One imperative sentence: what to do. It stands by itself."""
    rule: str
    """The rule that gives it; empty where any may."""
    cites: str
    """The clause that the rule follows; empty where any may give it."""
    duis_code: str
    """The nearest DUIS response code, a suggestion; empty where there is none."""
    is_noted_in_monitor: bool
    """A message does not cease for it while MP104 is only monitored, unless it is sent as
    SolrContingency."""


@cache
def listed_reasons() -> tuple[ListedReason, ...]:
    """Return every reason code: those of messages first, then those of each rule book."""
    return (*_of_messages(), *_of_rule_books())


def areas() -> tuple[tuple[str, str], ...]:
    """Return the areas with their titles, in the order of the list."""
    return tuple(dict.fromkeys((one.area, one.area_title) for one in listed_reasons()))


def found_reasons(*, text: str = "", area: str = "") -> tuple[ListedReason, ...]:
    """Return the reasons of an area in which every word of a text occurs, whatever its case."""
    words = text.casefold().split()
    return tuple(
        one
        for one in listed_reasons()
        if area in {"", one.area} and all(word in _searched(one) for word in words)
    )


def _searched(one: ListedReason) -> str:
    parts = (one.code, one.means, one.do, one.rule, one.cites, one.duis_code)
    return " ".join(parts).casefold()


def _of_messages() -> Iterator[ListedReason]:
    rules = {reason.value: rule for rule in MESSAGE_RULES for reason in rule.reasons}
    for code, entry in REASONS.items():
        rule = rules.get(code)
        yield ListedReason(
            code=code,
            area=MESSAGES,
            area_title=MESSAGES_TITLE,
            means=entry.meaning,
            do=entry.do,
            rule="" if rule is None else rule.id,
            cites="" if rule is None else rule.cites,
            duis_code=entry.duis_code or "",
            is_noted_in_monitor=code in RELAXED_IN_MONITOR,
        )


def _of_rule_books() -> Iterator[ListedReason]:
    for book in RULE_BOOKS:
        for rule in book.rules:
            for reason, do in rule.advice.items():
                yield ListedReason(
                    code=str(reason),
                    area=book.name,
                    area_title=book.title,
                    means=f"This does not hold: {rule.title.removesuffix('.')}.",
                    do=do,
                    rule=rule.id,
                    cites=rule.cites,
                    duis_code="",
                    is_noted_in_monitor=False,
                )
