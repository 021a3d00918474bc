"""Verdicts, findings and reports: what a set of rules said of one thing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias


class Verdict(StrEnum):
    """What one rule said."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    """It stands, but a person must acknowledge it with a reason before it goes on."""
    NOT_APPLICABLE = "not-applicable"
    """The rule does not concern this thing."""
    NOT_CHECKED = "not-checked"
    """The rule could not be asked: what it needs failed, could not be read or is not there."""
    BROKEN = "broken"
    """The rule itself failed. A broken rule blocks, as a failed one does."""

    @property
    def blocks(self) -> bool:
        """Whether nothing may go on while a finding has this verdict."""
        return self in {Verdict.FAILED, Verdict.BROKEN}


Value: TypeAlias = str | int | datetime | tuple["Value", ...] | None
"""One thing that a rule found. A moment is aware; whoever shows it words it."""

Values: TypeAlias = Mapping[str, Value]
"""What a rule found, by name. Two findings with one reason are the same where these are."""

NO_VALUES: Final[Values] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's verdict on one thing: a code and values for machines, words for people."""

    rule: str
    verdict: Verdict
    reason: str | None
    """The stable reason code; None where the rule passed, or was not applicable or not asked."""
    cites: str
    """The clause or source that the rule follows."""
    says: str
    """One sentence: what is so, or what is wrong and what to do."""
    values: Values = field(default_factory=lambda: NO_VALUES, hash=False)
    """What the sentence is about. It cannot be changed, but a mapping has no hash."""

    def __post_init__(self) -> None:
        if self.values is not NO_VALUES:
            object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def matches(self, other: "Finding") -> bool:
        """Tell whether another finding says the same of the same things, in whatever words."""
        return (self.rule, self.verdict, self.reason, self.values) == (
            other.rule,
            other.verdict,
            other.reason,
            other.values,
        )

    def as_dict(self) -> dict[str, str | None]:
        """Return the finding in the shape that the API has: in words, without its values."""
        return {
            "rule": self.rule,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "cites": self.cites,
            "says": self.says,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Every finding of one evaluation in catalogue order, also of what passed or was not asked."""

    findings: tuple[Finding, ...]
    catalogue: str
    """The version of the rule catalogue that was asked."""

    @property
    def is_clear(self) -> bool:
        """Whether no finding blocks."""
        return not any(finding.verdict.blocks for finding in self.findings)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that block."""
        return tuple(f for f in self.findings if f.verdict.blocks)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that a person must acknowledge."""
        return tuple(f for f in self.findings if f.verdict is Verdict.WARNED)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reason codes of what failed, broke or warned, in order."""
        return tuple(f.reason for f in self.findings if f.reason is not None)

    def require_clear(self) -> None:
        """Return quietly when nothing blocks.

        Raises:
            RefusedError: A finding blocks.
        """
        if not self.is_clear:
            raise RefusedError(self)


class RefusedError(Exception):
    """Rules refused something; the report says which and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(", ".join(report.reasons))
        self.report = report
