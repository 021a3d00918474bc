"""One rule of the runtime checker: a clause as data, and a check that answers with a code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.service_requests.case import Case, Outcome
from rules.service_requests.reason_codes import Reason, ReasonEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRule:
    """As `rules.rule.Rule`, but for the path on which every microsecond counts.

    A check returns a code or None rather than an `Outcome` with a sentence: most decisions are
    read by machines, and the words of all findings cost more than all rules together. They
    are made when somebody asks a decision for its findings.
    """

    id: str
    """Kept for ever, never reused."""
    title: str
    """A sentence that is true when the rule passes."""
    cites: str
    """The clause, or the decision where the sources are silent."""
    reasons: Mapping[Reason, ReasonEntry]
    """Every reason this rule may give, with its words, what to do about it and its DUIS code; no
    other rule may give them."""
    passed: str
    """What it says when it passes, with fields of `rules.service_requests.words`."""
    check: Callable[[Case], Outcome]
    stops: bool = False
    """Nothing that follows can be asked when this fails."""
