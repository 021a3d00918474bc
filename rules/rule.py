"""One rule is one clause: an id, a citation, the reasons it can give and a pure check."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

from rules.findings import NO_VALUES, Value, Values, Verdict
from rules.sentences import FAULTS_NOT_TOLD, FURTHER_FAULTS, Told

Facts = TypeVar("Facts")

_TOLD: Final = 5
"""Faults of one rule that are told in words of their own; of more the rest are counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found. Made by `passed`, `failed_for`, `warned_for` and the like."""

    verdict: Verdict
    reason: str | None
    says: str
    values: Values = field(default_factory=lambda: NO_VALUES, hash=False)


def passed(says: str) -> Outcome:
    """Return the outcome of a rule that holds; `says` tells what was seen."""
    return Outcome(Verdict.PASSED, None, says)


def failed_for(reason: str, **values: Value) -> Outcome:
    """Return the outcome of a rule that does not hold, which its reason's `Told` words."""
    return Outcome(Verdict.FAILED, reason, "", values)


def warned_for(reason: str, **values: Value) -> Outcome:
    """Return the outcome of a rule that holds only once a person has acknowledged it."""
    return Outcome(Verdict.WARNED, reason, "", values)


class Fault(NamedTuple):
    """One of several ways in which a rule does not hold."""

    reason: str
    values: tuple[tuple[str, Value], ...]
    """By name, as pairs, so that the same fault is known again."""


def fault(reason: str, **values: Value) -> Fault:
    """Return one of several ways in which a rule does not hold."""
    return Fault(reason, tuple(values.items()))


def failed_in(faults: Iterable[Fault]) -> Outcome:
    """Return the outcome of a rule that does not hold in several ways, at least one.

    The reason code is that of the first. The first few are told, so that a person can correct
    these at once, and how many more there are. What is there twice is told once.
    """
    first, *further = dict.fromkeys(faults)
    values = dict(first.values)
    if further:
        values[FURTHER_FAULTS] = tuple(further[: _TOLD - 1])
        values[FAULTS_NOT_TOLD] = len(further[_TOLD - 1 :])
    return failed_for(first.reason, **values)


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
    reasons: Mapping[str, Told]
    """Every reason code this rule may give, which no other rule may give, with how it is told."""
    check: Callable[[Facts], Outcome]

    @property
    def advice(self) -> dict[str, str]:
        """What to do about each reason: one imperative sentence that stands by itself."""
        return {reason: told.do for reason, told in self.reasons.items()}
