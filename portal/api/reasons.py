"""The catalogue page: every reason code there is, made from the rules themselves."""

from collections.abc import Iterable

from portal.api.problems import PROBLEMS
from rules.catalogue import RULE_BOOKS
from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.reasons import REASONS, RELAXED_IN_MONITOR

_HEAD = """\
# Reason codes

Every code by which this system says why something was refused. Codes are stable: they are kept
for ever and never reused, while the words beside them may get better. More come with more rules.

This page is made from the rules: `python manage.py list_reasons > docs/reasons.md`. A test holds
it to them.
"""

_MESSAGES = """\
## Decisions on messages

`reason` and `would_be_reason` of `POST /api/v1/checks`, and of `check_message`. In the order in
which the rules are asked; the reason of a decision is that of the first rule that fails. "Noted"
are those for which a message does not cease while MP104 is only monitored, unless it is sent as
SolrContingency: then it ceases for each of them at any time. The DUIS code is the
nearest response code of the DUIS 5.4 schema, a suggestion.
"""

_BOOKS = """\
## {title}
"""

_PROBLEMS = """\
## Problems of the API

`code` of a problem document (RFC 9457): the request was not one that could be answered.
"""


def reasons_page() -> str:
    """Return the page in Markdown."""
    rules = {reason.value: rule for rule in MESSAGE_RULES for reason in rule.reasons}
    parts = [
        _HEAD,
        _MESSAGES,
        _table(
            ("Reason", "Means", "What to do", "Rule", "Follows", "DUIS", "Monitored"),
            (
                (
                    f"`{code}`",
                    entry.meaning,
                    entry.do,
                    f"`{rules[code].id}`" if code in rules else "any",
                    rules[code].cites if code in rules else "",
                    entry.duis_code or "",
                    "noted" if code in RELAXED_IN_MONITOR else "ceases",
                )
                for code, entry in REASONS.items()
            ),
        ),
    ]
    for book in RULE_BOOKS:
        parts += [
            _BOOKS.format(title=book.title),
            _table(
                ("Reason", "Is given unless", "What to do", "Rule", "Follows"),
                (
                    (f"`{reason}`", rule.title, do, f"`{rule.id}`", rule.cites)
                    for rule in book.rules
                    for reason, do in rule.advice.items()
                ),
            ),
        ]
    parts += [
        _PROBLEMS,
        _table(
            ("Code", "Status", "Means"),
            (
                (f"`{code}`", f"{status.value}", says)
                for code, (status, says) in sorted(PROBLEMS.items())
            ),
        ),
    ]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)
