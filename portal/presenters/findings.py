"""Findings of rules, for people: what failed first, what holds afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.presenters.cells import Tag
from portal.presenters.words import counted, verdict_tag
from rules.findings import Finding, Report, Verdict

_ORDER = (
    Verdict.BROKEN,
    Verdict.FAILED,
    Verdict.WARNED,
    Verdict.PASSED,
    Verdict.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One check as a page shows it."""

    tag: Tag
    says: str
    cites: str
    rule: str
    reason: str
    blocks: bool
    acknowledgement: str = ""
    """Why an officer let a warning stand; for staff only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsView:
    """Every check of one report, what matters most first."""

    lines: tuple[FindingLine, ...]
    summary: str
    """How many there are of each verdict, in words."""
    is_clear: bool


def report_view(report: Report) -> FindingsView:
    """Return a report for a page."""
    return findings_view(report.findings)


def findings_view(
    findings: Iterable[Finding], acknowledgements: Mapping[str, str] | None = None
) -> FindingsView:
    """Return findings for a page, in the order of what they mean for the reader."""
    known = tuple(findings)
    ordered = sorted(known, key=lambda finding: _ORDER.index(finding.verdict))
    given = acknowledgements or {}
    return FindingsView(
        lines=tuple(_line(finding, given.get(finding.reason or "", "")) for finding in ordered),
        summary=_summary(known),
        is_clear=not any(finding.verdict.blocks for finding in known),
    )


def _line(finding: Finding, acknowledgement: str) -> FindingLine:
    words, colour = verdict_tag(finding.verdict)
    return FindingLine(
        tag=Tag(words=words, colour=colour),
        says=finding.says,
        cites=finding.cites,
        rule=finding.rule,
        reason=finding.reason or "",
        blocks=finding.verdict.blocks,
        acknowledgement=acknowledgement,
    )


def _summary(findings: tuple[Finding, ...]) -> str:
    counts = dict.fromkeys(_ORDER, 0)
    for finding in findings:
        counts[finding.verdict] += 1
    words = {
        Verdict.BROKEN: "could not be made",
        Verdict.FAILED: "failed",
        Verdict.WARNED: "with a warning",
        Verdict.PASSED: "passed",
        Verdict.NOT_APPLICABLE: "not applicable",
    }
    parts = [f"{counts[verdict]} {words[verdict]}" for verdict in _ORDER if counts[verdict]]
    return f"{counted(len(findings), 'check')}: {', '.join(parts)}."
