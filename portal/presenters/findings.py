"""Findings of rules, for people: what failed first, what holds afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from portal.presenters.cells import Tag
from portal.presenters.moments import ON_PAGES
from portal.presenters.words import counted, verdict_tag
from rules.catalogue import worded
from rules.findings import Finding, Report, Verdict

_ORDER = (
    Verdict.BROKEN,
    Verdict.FAILED,
    Verdict.WARNED,
    Verdict.NOT_CHECKED,
    Verdict.PASSED,
    Verdict.NOT_APPLICABLE,
)


_NOT_THERE = "something that they need failed or is not there"
"""Why checks were not made, where it was not for one and the same cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One check as a page shows it, or all that were not made."""

    tag: Tag
    says: str
    cites: str
    rule: str
    reason: str
    blocks: bool
    acknowledgement: str = ""
    """Why an officer let a warning stand; for staff only."""
    unmade: tuple["FindingLine", ...] = ()
    """The checks that were not made, where this stands for them, each as a line of its own.

    They say why only where it was not for one and the same cause."""
    step: int = 0
    """Which of the checks it is, from 1, in the order in which they are shown; 0 where it stands
    for several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsView:
    """Every check of one report, what matters most first."""

    lines: tuple[FindingLine, ...]
    summary: str
    """How many there are of each verdict, in words."""
    is_clear: bool


def finding_words(finding: Finding) -> str:
    """Return the sentence of a finding with its moments as pages have them.

    What people did is told in the time of Great Britain, a certificate's validity in UTC.
    """
    return worded(finding, ON_PAGES)


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
        lines=finding_lines(ordered, given),
        summary=_summary(known),
        is_clear=not any(finding.verdict.blocks for finding in known),
    )


def finding_lines(
    findings: Iterable[Finding], acknowledgements: Mapping[str, str] | None = None
) -> tuple[FindingLine, ...]:
    """Return findings for a page in their order; for all that were not checked there is one line.

    It stands where the first of them stood.
    """
    steps = tuple(enumerate(findings, start=1))
    given = acknowledgements or {}
    unmade = [each for each in steps if each[1].verdict is Verdict.NOT_CHECKED]
    return tuple(
        _unmade_line(unmade)
        if finding.verdict is Verdict.NOT_CHECKED
        else _line(step, finding, given.get(finding.reason or "", ""))
        for step, finding in steps
        if finding.verdict is not Verdict.NOT_CHECKED or step == unmade[0][0]
    )


def _unmade_line(steps: list[tuple[int, Finding]]) -> FindingLine:
    findings = [finding for _, finding in steps]
    words, colour = verdict_tag(Verdict.NOT_CHECKED)
    causes = {finding.values.get("because") for finding in findings}
    because = causes.pop() if len(causes) == 1 else None
    were = "was" if len(findings) == 1 else "were"
    return FindingLine(
        tag=Tag(words=words, colour=colour),
        says=f"{counted(len(findings), 'check')} {were} not made, because "
        f"{because or _NOT_THERE}.",
        cites="",
        rule="not-checked",
        reason="",
        blocks=False,
        unmade=tuple(
            replace(_line(step, finding, ""), says="" if because else finding.says)
            for step, finding in steps
        ),
    )


def _line(step: int, finding: Finding, acknowledgement: str) -> FindingLine:
    words, colour = verdict_tag(finding.verdict)
    return FindingLine(
        tag=Tag(words=words, colour=colour),
        says=finding_words(finding),
        cites=finding.cites,
        rule=finding.rule,
        reason=finding.reason or "",
        blocks=finding.verdict.blocks,
        acknowledgement=acknowledgement,
        step=step,
    )


def _summary(findings: tuple[Finding, ...]) -> str:
    counts = dict.fromkeys(_ORDER, 0)
    for finding in findings:
        counts[finding.verdict] += 1
    words = {
        Verdict.BROKEN: "could not be made",
        Verdict.FAILED: "failed",
        Verdict.WARNED: "with a warning",
        Verdict.NOT_CHECKED: "not made",
        Verdict.PASSED: "passed",
        Verdict.NOT_APPLICABLE: "not applicable",
    }
    parts = [f"{counts[verdict]} {words[verdict]}" for verdict in _ORDER if counts[verdict]]
    return f"{counted(len(findings), 'check')}: {', '.join(parts)}."
