"""One rule is one clause: an id, a citation, the reasons it can give and a pure check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from rules.findings import NO_VALUES, Value, Values, Verdict
from rules.sentences import Told

Facts = TypeVar("Facts")

_TOLD: Final = 5
"""Faults of one rule that are told in words of their own; of more the rest are counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found. Made by `passed`, `failed`, `warned` and the like."""

    verdict: Verdict
    reason: str | None
    says: str
    values: Values = field(default_factory=lambda: NO_VALUES, hash=False)


def passed(says: str) -> Outcome:
    """Return the outcome of a rule that holds; `says` tells what was seen."""
    return Outcome(Verdict.PASSED, None, says)


def failed(reason: str, says: str, values: Values = NO_VALUES) -> Outcome:
    """Return the outcome of a rule that does not hold, with the reason code and what to do."""
    return Outcome(Verdict.FAILED, reason, says, values)


def failed_for(reason: str, **values: Value) -> Outcome:
    """Return the outcome of a rule that does not hold, which its reason's `Told` words."""
    return Outcome(Verdict.FAILED, reason, "", values)


def failed_in(faults: Sequence[tuple[str, str]]) -> Outcome:
    """Return the outcome of a rule that does not hold in several ways, each a reason and words.

    The reason code is that of the first. The words are those of the first few, so that a person
    can correct these at once, and say how many more there are.
    """
    reason, _ = faults[0]
    sentences = list(dict.fromkeys(words for _, words in faults))
    says = " ".join(sentences[:_TOLD])
    more = len(sentences) - _TOLD
    if more > 0:
        says += (
            f" There {'is 1 more fault' if more == 1 else f'are {more:,} more faults'} like it."
        )
    return failed(reason, says)


def warned(reason: str, says: str, values: Values = NO_VALUES) -> Outcome:
    """Return the outcome of a rule that holds only once a person has acknowledged it."""
    return Outcome(Verdict.WARNED, reason, says, values)


def not_applicable(says: str) -> Outcome:
    """Return the outcome of a rule that does not concern this thing, and why not."""
    return Outcome(Verdict.NOT_APPLICABLE, None, says)


def not_checked(because: str) -> Outcome:
    """Return the outcome of a rule that could not be asked, since what it needs is not there.

    `because` is a clause that says what failed, could not be read or is absent, without a full
    stop. Of what failed or could not be read another rule tells the person what to do.
    """
    says = f"Not checked, because {because}."
    return Outcome(Verdict.NOT_CHECKED, None, says, {"because": because})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[Facts]):
    """One clause as a check over facts.

    Ids are `<source>-<clause>-<word>` and, like reason codes, are kept for ever, never reused.
    """

    id: str
    title: str
    """A sentence that is true when the rule passes."""
    cites: str
    """The clause, or the decision where the sources are silent."""
    reasons: Mapping[str, str | Told]
    """Every reason code this rule may give, which no other rule may give, with how it is told; or
    with what to do about it alone, where its check makes the sentence."""
    check: Callable[[Facts], Outcome]

    @property
    def advice(self) -> dict[str, str]:
        """What to do about each reason: one imperative sentence that stands by itself."""
        return {
            reason: told.do if isinstance(told, Told) else told
            for reason, told in self.reasons.items()
        }
