"""One rule of the runtime checker: a clause as data, and a check that answers with a code.

As `rules.rule.Rule`, but for the path on which every microsecond counts. A check returns a code or
None rather than an `Outcome` with a sentence: most decisions are read by machines, and the words
of all findings cost more than all rules together. They are made when somebody asks a decision for
its findings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

from rules.service_requests.outcomes import Failed, MessageOutcome
from rules.service_requests.reason_codes import Reason, ReasonEntry

Needs = ParamSpec("Needs")
"""What a step needs to be known before it can be taken."""
Needs_contra = TypeVar("Needs_contra", contravariant=True)
"""What a check needs to be known before it can be asked."""
Leaves_co = TypeVar("Leaves_co", covariant=True)
"""What a step leaves for those that follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRule:
    """The clause of a rule, its reasons and its words."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(MessageRule, Generic[Needs, Leaves_co]):
    """A rule that ends the matter when it fails: those that follow need what it leaves."""

    check: Callable[Needs, Leaves_co | Failed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(MessageRule, Generic[Needs_contra]):
    """A rule after which the rest are asked all the same, so that all that is wrong is told."""

    check: Callable[[Needs_contra], MessageOutcome]
